"""Everything the oracle remembers, in dictionaries of frozen records.

Rolling back is the dullest thing that can work: copy all of it before, put the copy back after.
The records are frozen, so a copy of the containers is a full copy.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from tpwallet.lab.oracle.flags import AccountFlag
from tpwallet.lab.oracle.records import OracleAccount, OracleTransfer
from tpwallet.lab.oracle.results import ChangeEvent, ChangeKind


class PendingStatus(StrEnum):
    """How a pending transfer stands. It leaves `PENDING` at most once and never returns."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


@dataclass(slots=True)
class State:
    """The ledger at one moment. `clock_ns` is the latest time any call has used."""

    accounts: dict[int, OracleAccount] = field(default_factory=dict)
    transfers: dict[int, OracleTransfer] = field(default_factory=dict)
    pending_statuses: dict[int, PendingStatus] = field(default_factory=dict)
    burnt_transfer_ids: set[int] = field(default_factory=set)
    change_events: list[ChangeEvent] = field(default_factory=list)
    clock_ns: int = 0

    def copy(self) -> "State":
        """Return an independent state equal to this one."""
        return State(
            dict(self.accounts),
            dict(self.transfers),
            dict(self.pending_statuses),
            set(self.burnt_transfer_ids),
            list(self.change_events),
            self.clock_ns,
        )

    def restore(self, earlier: "State") -> None:
        """Become equal to `earlier`, which the caller gives up."""
        self.accounts = earlier.accounts
        self.transfers = earlier.transfers
        self.pending_statuses = earlier.pending_statuses
        self.burnt_transfer_ids = earlier.burnt_transfer_ids
        self.change_events = earlier.change_events
        self.clock_ns = earlier.clock_ns

    def record_change(
        self,
        kind: ChangeKind,
        timestamp: int,
        transfer: OracleTransfer,
        debit_account: OracleAccount,
        credit_account: OracleAccount,
    ) -> None:
        """Store both accounts as they are after a change, and remember the change."""
        self.accounts[debit_account.id] = debit_account
        self.accounts[credit_account.id] = credit_account
        self.change_events.append(
            ChangeEvent(kind, timestamp, transfer, debit_account, credit_account)
        )

    def is_closed(self, account_id: int) -> bool:
        """Tell whether the account refuses money at this moment."""
        return self.accounts[account_id].has(AccountFlag.CLOSED)
