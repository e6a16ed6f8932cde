"""What entries add to the directory, gathered so that a run of them is a few statements."""

from collections.abc import Iterable
from typing import Any

from tpwallet.domains.ledger.events import AccountNamed, AccountsCreated, TransferNoted
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.domains.ledger.records import Account, unpack_account
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.views.directory.rows import to_bytes, to_json

Row = dict[str, Any]


class Additions:
    """Rows to insert, by table."""

    def __init__(self) -> None:
        self.accounts: list[Row] = []
        self.notes: list[Row] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Gather what entries add, in their order.

        **Rejects** with `InvariantBroken` an account that is named in another entry than the one
        that creates it.
        """
        for entry in entries:
            for event in entry.events:
                if isinstance(event, AccountNamed):
                    self._name(event, *_created_in(entry, event.account_id))
                elif isinstance(event, TransferNoted):
                    self._note(event)

    def _name(self, event: AccountNamed, account: Account, position: int) -> None:
        self.accounts.append(
            {
                "account_id": event.account_id,
                "address": event.address,
                "ledger": account.ledger,
                "code": account.code,
                "user_data_128": to_bytes(account.user_data_128),
                "user_data_64": to_bytes(account.user_data_64, 8),
                "user_data_32": account.user_data_32,
                "opened_position": position,
                "guarded": event.guarded,
                "metadata": to_json(event.metadata),
                "sealed": to_json(event.sealed),
            }
        )

    def _note(self, event: TransferNoted) -> None:
        self.notes.append(
            {
                "transfer_id": event.transfer_id,
                "effective_date": event.effective_date,
                "metadata": to_json(event.metadata),
                "sealed": to_json(event.sealed),
            }
        )


def _created_in(entry: Entry, account_id: bytes) -> tuple[Account, int]:
    """The account's record in the entry that creates and names it, and the position of that."""
    for position, event in enumerate(entry.events, start=entry.first_position):
        if isinstance(event, AccountsCreated):
            for start in range(0, len(event.records), RECORD_BYTES):
                account = unpack_account(event.records[start : start + RECORD_BYTES])
                if to_bytes(account.id) == account_id:
                    return account, position
    raise InvariantBroken("an account was named in another entry than created it")
