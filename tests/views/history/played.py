"""Histories to index: random ones, lived through by the ledger itself, and hand-made events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tests.laws.semantics.compiled import CompiledLedger
from tests.laws.semantics.generate import random_history
from tests.laws.semantics.operations import perform
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfer
from tpwallet.kernel.commit import Entry, Envelope
from tpwallet.kernel.wire import Event
from tpwallet.views.history.moments import Balances

SEED = 0x1234_5678_9ABC_DEF0_0FED_CBA9_8765_4321
ACCOUNT_IDS = range(1, 10)  # those of random histories, and one that never exists
_ENVELOPE = Envelope("c-1", "tests", None, bytes(16), 1)


@dataclass(frozen=True)
class Played:
    """Events in order, and the balances the ledger showed after each (before the first, too)."""

    events: list[Event]
    shown: list[dict[int, Balances]]

    @property
    def end(self) -> int:
        return len(self.events)


def _show(ledger: CompiledLedger) -> dict[int, Balances]:
    words = ledger.state.accounts[: ledger.state.account_count].tolist()
    return {
        row[0] | row[1] << 64: Balances(*(row[at] | row[at + 1] << 64 for at in (2, 4, 6, 8)))
        for row in words
    }


@cache
def play(seed: int) -> Played:
    """Let a ledger live through the random history of a seed."""
    ledger = CompiledLedger()
    shown = [_show(ledger)]
    for operation in random_history(seed):
        perform(ledger, operation)
        if len(ledger.events) == len(shown):
            shown.append(_show(ledger))
    return Played(ledger.events, shown)


def entries(events: Sequence[Event], *, after: int = 0, size: int = 1) -> Iterator[Entry]:
    """The events as entries of `size` each, from the one after position `after`."""
    for start in range(after, len(events), size):
        group = tuple(events[start : start + size])
        yield Entry(_ENVELOPE, start + 1, group, b"", (b"",) * len(group))


def opening(*account_ids: int, time: int = 1) -> AccountsCreated:
    """The event that creates accounts, the first at `time`."""
    accounts = [
        Account(id=account_id, ledger=1, code=1, timestamp=time + at)
        for at, account_id in enumerate(account_ids)
    ]
    return AccountsCreated(b"".join(map(pack_account, accounts)), b"")


def batch(*transfers: Transfer) -> BatchApplied:
    """The event that stored transfers."""
    return BatchApplied(b"".join(map(pack_transfer, transfers)), b"")


def expiry(*transfer_ids: int, time: int) -> Expired:
    """The event that ended reservations."""
    return Expired(b"".join(n.to_bytes(16, "little") for n in transfer_ids), time)


def moved(transfer_id: int, amount: int = 1, *, time: int, flags: int = 0, **more: int) -> Transfer:
    """A stored transfer, from account 1 to account 2 unless told otherwise."""
    fields = {"debit_account_id": 1, "credit_account_id": 2, "ledger": 1, "code": 1, **more}
    return Transfer(id=transfer_id, amount=amount, timestamp=time, flags=flags, **fields)
