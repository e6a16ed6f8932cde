"""Balances of a subtree of addresses: what `customer/42` comes to, in every asset.

The sums are kept apart by kind, because a liability and an asset under one path do not make a
balance together: one is owed, the other is held.
"""

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.sums import Group, Sums, sum_accounts


def sum_subtree(state: LedgerState, path: str) -> dict[Group, Sums]:
    """The sums of all accounts at a path and below it, by ledger and kind; empty: there are none.

    **Rejects** with `Malformed` what is no path.
    """
    count = state.account_count
    inside = state.chart.subtree(path, count)
    row = state.row_of(account_id_of(path))
    if row is not None:
        inside[row] = True
    return sum_accounts(state.accounts[:count][inside])


def own_side(group: Group, sums: Sums) -> tuple[int, int]:
    """(posted, available) of a group on its own side: debits less credits of assets and expenses,
    credits less debits of everything else.

    >>> own_side(Group(978, AccountKind.LIABILITY), Sums(1, 20, 10, 0, 100))
    (90, 70)
    """
    if group.kind in (AccountKind.ASSET, AccountKind.EXPENSE):
        posted = sums.debits_posted - sums.credits_posted
        return posted, posted - sums.credits_pending
    posted = sums.credits_posted - sums.debits_posted
    return posted, posted - sums.debits_pending
