"""Kinds of accounts: which side their balance is on, and their range in the chart of accounts.

The ranges are those of most national charts: 1 assets, 2 liabilities, 3 equity, 4 income, 5
expenses; 9 holds clearing and control accounts, whose balance may be on either side.
"""

from enum import Enum

from tpwallet.domains.ledger.flags import AccountFlags


class AccountKind(Enum):
    """What an account stands for."""

    ASSET = "asset"  # what the pool holds: banks, chains, receivables
    LIABILITY = "liability"  # what it owes: customers, merchants
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    CLEARING = "clearing"  # conversion, control

    @property
    def code(self) -> int:
        """The first code of the kind's range; the range is 1,000 wide."""
        return _CODES[self]

    @property
    def flags(self) -> AccountFlags:
        """The limit that keeps the balance on its side."""
        return _FLAGS[self]


_CODES = {
    AccountKind.ASSET: 1000,
    AccountKind.LIABILITY: 2000,
    AccountKind.EQUITY: 3000,
    AccountKind.INCOME: 4000,
    AccountKind.EXPENSE: 5000,
    AccountKind.CLEARING: 9000,
}
_FLAGS = {
    AccountKind.ASSET: AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS,
    AccountKind.LIABILITY: AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS,
    AccountKind.EQUITY: AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS,
    AccountKind.INCOME: AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS,
    AccountKind.EXPENSE: AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS,
    AccountKind.CLEARING: AccountFlags.NONE,
}


def kind_of_code(code: int) -> AccountKind | None:
    """The kind whose range holds a code, or None."""
    for kind, first in _CODES.items():
        if first <= code < first + 1000:
            return kind
    return None


def is_debit_normal(code: int) -> bool:
    """Whether a balance under this code is debits less credits (assets, expenses)."""
    return kind_of_code(code) in (AccountKind.ASSET, AccountKind.EXPENSE)
