"""Balances of this very moment, read off live state between two commands."""

from typing import NamedTuple

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.records import Account
from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces import present, shapes
from tpwallet.kernel.errors import Rejected
from tpwallet.kernel.state import PoolState
from tpwallet.money import Catalogue


class LiveAccount(NamedTuple):
    """An account as it is, and what is needed to show it."""

    account: Account
    catalogue: Catalogue
    position: int

    def balance(self, name: str) -> shapes.Balance:
        """Its balance, under the name it was asked for."""
        asset = present.asset_of(self.catalogue, self.account.ledger)
        return present.balance(self.account, name=name, asset=asset, position=self.position)


def live_account(state: PoolState, reference: str) -> LiveAccount:
    """An account by address or `#id`. **Rejects** `account_not_found`."""
    found = state.part(LedgerState).account(parse_account(reference, parameter="account"))
    if found is None:
        raise Rejected("account_not_found", account=reference)
    return LiveAccount(found, state.part(LedgerFacts).catalogue, state.position)
