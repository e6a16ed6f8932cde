"""The calls of an engine as values, so that a history can be written down, kept and replayed."""

from dataclasses import dataclass

from tests.laws.semantics.engine import Engine
from tpwallet.lab.oracle import (
    NO_RULES,
    OracleAccount,
    OracleTransfer,
    PoolRules,
    Result,
    UnitRefused,
)


@dataclass(frozen=True)
class CreateAccounts:
    events: tuple[OracleAccount, ...]
    now_ns: int
    rules: PoolRules = NO_RULES


@dataclass(frozen=True)
class CreateTransfers:
    """`granted` holds the accounts the caller may touch; `None` is a caller who may touch all."""

    events: tuple[OracleTransfer, ...]
    now_ns: int
    granted: frozenset[int] | None = None
    rules: PoolRules = NO_RULES


@dataclass(frozen=True)
class CreateTransfersAsUnit:
    events: tuple[OracleTransfer, ...]
    now_ns: int


@dataclass(frozen=True)
class Expire:
    now_ns: int
    limit: int


Operation = CreateAccounts | CreateTransfers | CreateTransfersAsUnit | Expire
Outcome = list[Result] | UnitRefused | list[int]


def perform(engine: Engine, operation: Operation) -> Outcome:
    """Make the call on `engine` and return what it answered."""
    match operation:
        case CreateAccounts(events, now_ns, rules):
            return engine.create_accounts(events, now_ns, rules)
        case CreateTransfers(events, now_ns, granted, rules):
            permitted = None if granted is None else granted.__contains__
            return engine.create_transfers(events, now_ns, permitted, rules)
        case CreateTransfersAsUnit(events, now_ns):
            return engine.create_transfers_as_unit(events, now_ns)
        case Expire(now_ns, limit):
            return engine.expire(now_ns, limit)


def statuses_in(outcome: Outcome) -> list[str]:
    """Return every status an outcome holds; an expiry holds none."""
    if isinstance(outcome, UnitRefused):
        return [outcome.status]
    return [answer.status for answer in outcome if isinstance(answer, Result)]
