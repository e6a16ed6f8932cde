"""What the oracle answers: results of events, refusals of units, balance rows and change events.

These are values to compare with another engine's answers; they hold no rule.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tpwallet.lab.oracle.records import OracleAccount, OracleTransfer
from tpwallet.lab.oracle.statuses import Status


class Result(NamedTuple):
    """The answer to one event: its status and, in nanoseconds, the time that goes with it.

    For `created` the time is the stored record's, for `exists` the original's, for every other
    status the one the ledger's clock would have given.
    """

    status: Status
    timestamp: int


class UnitRefused(NamedTuple):
    """The answer to a refused unit (tpwallet's own): which event was refused first, and why."""

    event_index: int
    status: Status


class Balances(NamedTuple):
    """The four balances of one account, in minor units."""

    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int

    @classmethod
    def of(cls, account: OracleAccount) -> "Balances":
        """Take the balances out of an account.

        >>> Balances.of(OracleAccount(id=1, credits_posted=5)).credits_posted
        5
        """
        return cls(
            account.debits_pending,
            account.debits_posted,
            account.credits_pending,
            account.credits_posted,
        )


class BalanceRow(NamedTuple):
    """Both accounts' balances right after one transfer."""

    timestamp: int
    transfer_id: int
    debit_account: Balances
    credit_account: Balances


class ChangeKind(StrEnum):
    """What moved, reserved or released money."""

    SINGLE_PHASE = "single_phase"
    TWO_PHASE_PENDING = "two_phase_pending"
    TWO_PHASE_POSTED = "two_phase_posted"
    TWO_PHASE_VOIDED = "two_phase_voided"
    TWO_PHASE_EXPIRED = "two_phase_expired"


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One change of two accounts, with both accounts as they stood right after it.

    `transfer` is the transfer that made the change; for an expiry, which writes no transfer, it is
    the pending transfer that expired, and `timestamp` is the pulse's time.
    """

    kind: ChangeKind
    timestamp: int
    transfer: OracleTransfer
    debit_account: OracleAccount
    credit_account: OracleAccount
