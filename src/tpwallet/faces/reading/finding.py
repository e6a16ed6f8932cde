"""Finding transfers by their ids, and names for the accounts in an answer."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tpwallet.domains.ledger.records import Transfer
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces.present import Naming
from tpwallet.faces.reading.records import Records
from tpwallet.kernel.errors import Rejected

if TYPE_CHECKING:
    from tpwallet.hub.reading import ReadSide
    from tpwallet.views.directory.rows import TransferNote


class Finding:
    """Ids to records, and ids to names."""

    def __init__(self, side: "ReadSide", records: Records) -> None:
        self._side = side
        self._records = records

    def transfer(self, transfer_id: int) -> Transfer:
        """The stored transfer with an id. **Rejects** `transfer_not_found`."""
        return self._records.transfer(*self.place(transfer_id))

    def place(self, transfer_id: int) -> tuple[int, int]:
        """Where the transfer with an id stands: position and index. **Rejects**
        `transfer_not_found`.
        """
        with self._side.follower.reading() as state:
            place = state.part(LedgerState).place_of(transfer_id)
        if place is None:
            raise Rejected("transfer_not_found", transfer_id=str(transfer_id))
        return place

    def naming(self, account_ids: Iterable[int]) -> Naming:
        """What these accounts are called. A name is given when an account is opened and never
        changes, so it may be asked for after the question it belongs to.
        """
        with self._side.accounts.reading() as directory:
            names = directory.names(account_ids)
        return names.__getitem__

    def notes(self, transfer_ids: Iterable[int]) -> dict[int, "TransferNote"]:
        """The notes kept under those of some transfers that have one. A note is made with its
        transfer and never changes, as names are.
        """
        with self._side.accounts.reading() as directory:
            return directory.notes(transfer_ids)


def sides_of(transfers: Iterable[Transfer]) -> set[int]:
    """The accounts that transfers move money between."""
    return {
        account_id
        for transfer in transfers
        for account_id in (transfer.debit_account_id, transfer.credit_account_id)
    }
