"""Where an imported record may stand in time.

A past timestamp must keep a promise of the ledger: records of one kind are created in time order,
no two at once. Breaking it is a *regression*. An account and a transfer may share a timestamp: it
names neither. The other imported checks (range, not ahead of the batch) belong to the envelope.
"""

from collections.abc import Iterable

from tpwallet.lab.oracle.records import OracleAccount, OracleTransfer
from tpwallet.lab.oracle.state import State


def account_timestamp_regresses(state: State, timestamp: int) -> bool:
    """Tell whether an imported account at `timestamp` would break the order of accounts."""
    return timestamp <= _latest(state.accounts.values())


def transfer_timestamp_regresses(state: State, timestamp: int) -> bool:
    """Tell whether an imported transfer at `timestamp` would break the order of transfers."""
    return timestamp <= _latest(state.transfers.values())


def _latest(records: Iterable[OracleAccount | OracleTransfer]) -> int:
    return max((record.timestamp for record in records), default=0)
