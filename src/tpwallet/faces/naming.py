"""What accounts are called that a caller did not name: in the receipt of a posted reservation, or
in the refusal to delist an asset that one still holds.

The live state knows an account by its id alone, and the time it was created at; the journal has its
address in the entry that created it. So an address is found there, by bisection over the commits,
and it is the same however often it is asked for. It is worth no refusal: an account whose address
is not found is called by its id.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from tpwallet.domains.ledger.events import AccountNamed
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.errors import Rejected, TpwalletError
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.state import PoolState
from tpwallet.views.timeline import position_at

_KEPT_MAX: Final = 10_000
CreationTimes = Mapping[int, int]  # an account's id, and nanoseconds


def accounts_in(found: Receipt) -> set[int]:
    """The ids of the accounts that a receipt is about."""
    transfers = [one.transfer for one in found.transfers]
    debits = {transfer.debit_account_id for transfer in transfers}
    return debits | {transfer.credit_account_id for transfer in transfers}


def account_in(refusal: Rejected) -> set[int]:
    """The id of the account that a refusal names by it, if it does."""
    account = refusal.facts.get("account")
    is_id = isinstance(account, str) and account[:1] == "#" and account[1:].isdigit()
    return {int(str(account)[1:])} if is_id else set()


def name_account_in(refusal: Rejected, addresses: Mapping[int, str]) -> None:
    """Have a refusal name its account by the address, where that is known."""
    for account in account_in(refusal) & addresses.keys():
        refusal.facts = {**refusal.facts, "account": addresses[account]}


def creation_times(state: PoolState, accounts: Iterable[int]) -> CreationTimes:
    """When accounts were created, of those that there are."""
    ledger = state.part(LedgerState)
    found = (ledger.account(account) for account in accounts)
    return {account.id: account.timestamp for account in found if account is not None}


class Addresses:
    """One pool's addresses, as far as somebody has asked for them. Any thread may ask."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def unknown(self, accounts: Iterable[int]) -> list[int]:
        """Those of some accounts that nobody has asked for lately."""
        return [account for account in accounts if account not in self._known]

    def known(self, accounts: Iterable[int]) -> dict[int, str]:
        """The addresses of those of some accounts that are known."""
        known = self._known
        return {account: known[account] for account in accounts if account in known}

    def learn(self, journal: Journal, created: CreationTimes) -> None:
        """Look for the addresses of accounts where they were created."""
        if len(self._known) + len(created) > _KEPT_MAX:
            self._known = {}
        for account, time in created.items():
            with suppress(TpwalletError):  # then it is called by its id
                address = _address_of(journal, account, time)
                if address is not None:
                    self._known[account] = address


def _address_of(journal: Journal, account: int, time: int) -> str | None:
    """The address that the entry gave which was decided at a time; None: it gave none."""
    position = position_at(journal, time, until=journal.head().position)
    if position == 0:
        return None
    wanted = account.to_bytes(16, "little")
    for entry in journal.commit_at(position).entries():
        for event in entry.events:
            if isinstance(event, AccountNamed) and event.account_id == wanted:
                return event.address
    return None
