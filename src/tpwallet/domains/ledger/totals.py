"""A pool's totals by asset, and the identity they must keep.

    liabilities = available + locked + in flight

What the pool owes is what its customers can use now, plus what is reserved within the pool
(*locked*), plus what is reserved to leave it (*in flight*: the reservation credits an asset
account, a bank or a chain). The left side and `available` are summed over accounts, `locked` and
`in_flight` over open reservations, so the identity compares two records of the same money kept by
different code, and is worth checking. So are debits = credits, posted and pending.

Fee income, equity and expense are beside that sum, never inside it. Amounts are minor units of the
ledger's asset; a liability's balance is credits less debits, an asset's debits less credits.
"""

import msgspec
import numpy as np

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.loops.sides import open_sides
from tpwallet.domains.ledger.loops.words import AMOUNT, SLOTS_USED
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.sums import Group, Sums, group_of, groups_of, sum_accounts, sum_by

_NOTHING = Sums(0, 0, 0, 0, 0)


class AssetTotals(msgspec.Struct, frozen=True, kw_only=True):
    """One asset's totals, in minor units."""

    ledger: int
    liabilities: int  # owed, posted
    available: int
    locked: int
    in_flight: int
    assets: int  # held
    equity: int
    income: int
    expense: int
    clearing: int  # credits less debits
    unclassified: int  # of accounts whose code is of no kind; credits less debits
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int
    reserved: int  # what all open reservations come to

    @property
    def difference(self) -> int:
        """Liabilities less their parts: 0, or the books are wrong."""
        return self.liabilities - self.available - self.locked - self.in_flight

    @property
    def is_balanced(self) -> bool:
        """Whether the identity holds, and debits equal credits, posted and pending."""
        return (
            self.difference == 0
            and self.debits_posted == self.credits_posted
            and self.debits_pending == self.credits_pending == self.reserved
        )


def totals(state: LedgerState) -> list[AssetTotals]:
    """The totals of every ledger that has accounts, by ledger number."""
    accounts = state.accounts[: state.account_count]
    sums = sum_accounts(accounts)
    reserved = _reserved(state, groups_of(accounts))
    return [
        _totals_of(ledger, sums, reserved) for ledger in sorted({group.ledger for group in sums})
    ]


def _reserved(state: LedgerState, groups: np.ndarray) -> dict[tuple[Group, Group], int]:
    """What open reservations come to, by the groups of their debit and credit accounts."""
    sides = np.empty((int(state.block[SLOTS_USED]), 3), np.int64)
    sides = sides[: open_sides(state.at, sides)]
    debits, debit_numbers = np.unique(groups[sides[:, 1]], return_inverse=True)
    credits, credit_numbers = np.unique(groups[sides[:, 2]], return_inverse=True)
    keys = (debit_numbers * max(len(credits), 1) + credit_numbers).astype(np.uint64)
    amounts = state.reservations[sides[:, 0], AMOUNT : AMOUNT + 2]
    found, _, (sums,) = sum_by(keys, [amounts])
    pairs = (divmod(key, len(credits)) for key in found)
    return {
        (group_of(int(debits[debit])), group_of(int(credits[credit]))): total
        for (debit, credit), total in zip(pairs, sums, strict=True)
    }


def _totals_of(
    ledger: int, sums: dict[Group, Sums], reserved: dict[tuple[Group, Group], int]
) -> AssetTotals:
    def of(kind: AccountKind | None) -> Sums:
        return sums.get(Group(ledger, kind), _NOTHING)

    def owed(kind: AccountKind | None) -> int:
        return of(kind).credits_posted - of(kind).debits_posted

    owing = Group(ledger, AccountKind.LIABILITY)
    leaving = reserved.get((owing, Group(ledger, AccountKind.ASSET)), 0)
    held_back = sum(total for (debit, _), total in reserved.items() if debit == owing)
    everything = [of_group for group, of_group in sums.items() if group.ledger == ledger]
    return AssetTotals(
        ledger=ledger,
        liabilities=owed(AccountKind.LIABILITY),
        available=owed(AccountKind.LIABILITY) - of(AccountKind.LIABILITY).debits_pending,
        locked=held_back - leaving,
        in_flight=leaving,
        assets=-owed(AccountKind.ASSET),
        equity=owed(AccountKind.EQUITY),
        income=owed(AccountKind.INCOME),
        expense=-owed(AccountKind.EXPENSE),
        clearing=owed(AccountKind.CLEARING),
        unclassified=owed(None),
        debits_posted=sum(one.debits_posted for one in everything),
        credits_posted=sum(one.credits_posted for one in everything),
        debits_pending=sum(one.debits_pending for one in everything),
        credits_pending=sum(one.credits_pending for one in everything),
        reserved=sum(total for (debit, _), total in reserved.items() if debit.ledger == ledger),
    )
