"""A slow, obvious ledger to hold the compiled one against.

An *oracle*, in testing, is whatever knows the right answer. This one is a second, independent
writing of the ledger's rules in plain Python integers, dictionaries and frozen dataclasses: it
shares no code, no tables and no arithmetic with the engine in `tpwallet.domains.ledger`, because a
misreading that both shared would stay hidden. It is not an engine, not a fallback and not fast.
"""

from tpwallet.lab.oracle.flags import AccountFlag, TransferFlag
from tpwallet.lab.oracle.grants import Permitted
from tpwallet.lab.oracle.oracle import Oracle
from tpwallet.lab.oracle.records import (
    NANOSECONDS_PER_SECOND,
    TIMESTAMP_MAX,
    U128_MAX,
    OracleAccount,
    OracleTransfer,
)
from tpwallet.lab.oracle.results import (
    BalanceRow,
    Balances,
    ChangeEvent,
    ChangeKind,
    Result,
    UnitRefused,
)
from tpwallet.lab.oracle.rules import NO_RULES, PoolRules
from tpwallet.lab.oracle.statuses import TRANSIENT, Status

__all__ = [
    "NANOSECONDS_PER_SECOND",
    "NO_RULES",
    "TIMESTAMP_MAX",
    "TRANSIENT",
    "U128_MAX",
    "AccountFlag",
    "BalanceRow",
    "Balances",
    "ChangeEvent",
    "ChangeKind",
    "Oracle",
    "OracleAccount",
    "OracleTransfer",
    "Permitted",
    "PoolRules",
    "Result",
    "Status",
    "TransferFlag",
    "UnitRefused",
]
