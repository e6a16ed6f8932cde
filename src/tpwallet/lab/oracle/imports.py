"""Where an imported record may stand in time.

A past timestamp must keep two promises of the ledger: records of one kind are created in time
order, and no two records of any kind share a timestamp. Breaking either is a *regression*. The
other imported checks (range, not ahead of the batch) belong to the envelope.
"""

from collections.abc import Iterable

from tpwallet.lab.oracle.records import OracleAccount, OracleTransfer
from tpwallet.lab.oracle.state import State


def account_timestamp_regresses(state: State, timestamp: int) -> bool:
    """Tell whether an imported account at `timestamp` would break the order or the uniqueness."""
    return timestamp <= _latest(state.accounts.values()) or _is_taken(
        timestamp, state.transfers.values()
    )


def transfer_timestamp_regresses(state: State, timestamp: int) -> bool:
    """Tell whether an imported transfer at `timestamp` would break the order or the uniqueness."""
    return timestamp <= _latest(state.transfers.values()) or _is_taken(
        timestamp, state.accounts.values()
    )


def _latest(records: Iterable[OracleAccount | OracleTransfer]) -> int:
    return max((record.timestamp for record in records), default=0)


def _is_taken(timestamp: int, records: Iterable[OracleAccount | OracleTransfer]) -> bool:
    return any(record.timestamp == timestamp for record in records)
