"""The door every engine comes through: what the tables need of a ledger, and nothing more.

`Oracle` is an `Engine` as it stands. Another engine joins by an adapter that takes the oracle's
records and answers in the oracle's results; it then runs through exactly the same tables.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from tpwallet.lab.oracle import (
    NO_RULES,
    OracleAccount,
    OracleTransfer,
    Permitted,
    PoolRules,
    Result,
    UnitRefused,
)


class Engine(Protocol):
    """One empty ledger, whose clock has not started."""

    def create_accounts(
        self, events: Sequence[OracleAccount], now_ns: int, rules: PoolRules = NO_RULES
    ) -> list[Result]: ...

    def create_transfers(
        self,
        events: Sequence[OracleTransfer],
        now_ns: int,
        permitted: Permitted | None = None,
        rules: PoolRules = NO_RULES,
    ) -> list[Result]: ...

    def create_transfers_as_unit(
        self, events: Sequence[OracleTransfer], now_ns: int
    ) -> list[Result] | UnitRefused: ...

    def expire(self, now_ns: int, limit: int) -> list[int]: ...

    def account(self, account_id: int) -> OracleAccount | None: ...

    def transfer(self, transfer_id: int) -> OracleTransfer | None: ...


EngineFactory = Callable[[], Engine]
