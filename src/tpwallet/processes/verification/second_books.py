"""Second books: every stored record booked once more, by other code than the ledger's.

The ledger trusts its journal: what was stored is only added. A verifier may not. It books the same
records under the rules of double entry, keeps balances of its own, and in the end holds them
against the ledger's: one must be the other, byte for byte.
"""

import secrets

import msgspec
import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.loops.words import (
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBITS_PENDING,
    DEBITS_POSTED,
    LEDGER,
    WORDS,
)
from tpwallet.domains.ledger.records import REFUSAL, words_of
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.kernel.id_index import IdIndex
from tpwallet.kernel.memory import reserve
from tpwallet.kernel.wire import Event
from tpwallet.processes.verification.faults import SENTENCES, Fault
from tpwallet.processes.verification.loops import booking

_LIMB = np.uint64(0xFFFF_FFFF)


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger's trial balance, in minor units of its asset."""

    ledger: int
    accounts: int
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int

    @property
    def balances(self) -> bool:
        """Whether debits equal credits, posted and pending."""
        posted = self.debits_posted == self.credits_posted
        return posted and self.debits_pending == self.credits_pending


class BooksBroken(JournalCorrupt):
    """A stored record breaks a rule of double entry."""

    def __init__(self, what: str, fault: Fault, *, position: int, index: int) -> None:
        super().__init__(
            f"{what} {position}.{index}: {SENTENCES[fault]}",
            position=position,
            index=index,
            fault=fault.name.lower(),
        )


class SecondBooks:
    """Accounts and open reservations, booked record by record."""

    def __init__(self) -> None:
        self._accounts = reserve((limits.ACCOUNTS_MAX, WORDS), np.uint64)
        holds = reserve((limits.OPEN_RESERVATIONS_MAX, WORDS), np.uint64)
        free = reserve((limits.OPEN_RESERVATIONS_MAX,), np.uint64)
        self._counters = np.zeros(booking.COUNTERS, np.uint64)
        self._account_ids = IdIndex(secrets.randbits(128))
        self._transfer_ids = IdIndex(secrets.randbits(128))
        self._book = (
            self._accounts,
            holds,
            free,
            self._counters,
            self._account_ids.at,
            self._transfer_ids.at,
        )

    def enter(self, event: Event, position: int) -> None:
        """Book what an event says of money; any other event says nothing.

        **Rejects** with `BooksBroken` the first record that double entry forbids.
        """
        match event:
            case BatchApplied(records, refusals):
                found = booking.check_transfers(self._book, words_of(records))
                _require(found, len(records) // 128, "transfer", position)
                burnt = _burnt_ids(refusals)
                found = booking.check_burnt(self._book, burnt)
                _require(found, len(burnt), "burnt id", position)
            case AccountsCreated(records):
                found = booking.check_accounts(self._book, words_of(records))
                _require(found, len(records) // 128, "account", position)
            case Expired(ids, time):
                pairs = np.frombuffer(ids, np.uint64).reshape(-1, 2)
                found = booking.check_expired(self._book, pairs, np.uint64(time))
                _require(found, len(pairs), "expiry", position)
            case _:
                pass

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return int(self._counters[booking.ACCOUNTS])

    @property
    def transfers(self) -> int:
        """How many transfers were booked."""
        return int(self._counters[booking.TRANSFERS])

    @property
    def open_reservations(self) -> int:
        """How many reservations are open."""
        return int(self._counters[booking.HOLDS_OPEN])

    def agrees_with(self, ledger: LedgerState) -> bool:
        """Whether the ledger's accounts are these, in every field and balance."""
        count = self.accounts
        return (
            ledger.account_count == count
            and ledger.open_reservation_count == self.open_reservations
            and ledger.transfer_count == self.transfers
            and np.array_equal(ledger.accounts[:count], self._accounts[:count])
        )

    def trial_balance(self) -> list[Totals]:
        """The totals of every ledger, exact, in order of their numbers."""
        rows = self._accounts[: self.accounts]
        numbers = rows[:, LEDGER] & _LIMB
        return [
            Totals(
                ledger=int(ledger),
                accounts=int(np.count_nonzero(numbers == ledger)),
                debits_posted=_sum(rows[numbers == ledger], DEBITS_POSTED),
                credits_posted=_sum(rows[numbers == ledger], CREDITS_POSTED),
                debits_pending=_sum(rows[numbers == ledger], DEBITS_PENDING),
                credits_pending=_sum(rows[numbers == ledger], CREDITS_PENDING),
            )
            for ledger in np.unique(numbers)
        ]


def _sum(rows: np.ndarray, field: int) -> int:
    """The sum of a 128-bit field, by 32-bit limbs, which cannot overflow below 2^32 rows."""
    total = 0
    for word in range(2):
        column = rows[:, field + word]
        low, high = int((column & _LIMB).sum()), int((column >> np.uint64(32)).sum())
        total += (low + (high << 32)) << (64 * word)
    return total


def _burnt_ids(refusals: bytes) -> np.ndarray:
    rows = np.frombuffer(refusals, REFUSAL)
    burnt = rows["id"][(rows["status"] & BURNT_BIT) != 0]
    return np.ascontiguousarray(burnt).view(np.uint64).reshape(-1, 2)


def _require(found: tuple[int, int], count: int, what: str, position: int) -> None:
    index, fault = found
    if index != count:
        raise BooksBroken(what, Fault(fault), position=position, index=index)
