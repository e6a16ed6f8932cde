"""The words the tables are written in.

Records start from a boring legal one, and a table says only what is different. Steps stand one
second apart, the first at one second, unless a table gives `at`; timestamps expected of `created`
and of refusals follow from that by the batch rule, so only `exists` has to name the original's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from tests.laws.semantics.case import Case, Precedence, Step
from tests.laws.semantics.operations import (
    CreateAccounts,
    CreateTransfers,
    CreateTransfersAsUnit,
    Expire,
)
from tpwallet.lab.oracle import (
    NANOSECONDS_PER_SECOND,
    NO_RULES,
    U128_MAX,
    AccountFlag,
    Balances,
    OracleAccount,
    OracleTransfer,
    PoolRules,
    Result,
    Status,
    TransferFlag,
    UnitRefused,
)

SECOND = NANOSECONDS_PER_SECOND
MAX = U128_MAX

Draft = Callable[[int], Step]
Answer = Status | Result
Record = TypeVar("Record", OracleAccount, OracleTransfer)


def account(account_id: int, /, flags: int = 0, **fields: int) -> OracleAccount:
    """An account on ledger 1 with code 10."""
    return OracleAccount(**{"id": account_id, "flags": flags, "ledger": 1, "code": 10, **fields})


def transfer(transfer_id: int, /, flags: int = 0, **fields: int) -> OracleTransfer:
    """A transfer of 10 from account 1 to account 2 on ledger 1 with code 20."""
    plain = {
        "id": transfer_id,
        "debit_account_id": 1,
        "credit_account_id": 2,
        "amount": 10,
        "ledger": 1,
        "code": 20,
        "flags": flags,
    }
    return OracleTransfer(**{**plain, **fields})


def pending(transfer_id: int, /, flags: int = 0, **fields: int) -> OracleTransfer:
    """A pending transfer of 10 from account 1 to account 2."""
    return transfer(transfer_id, TransferFlag.PENDING | flags, **fields)


def post(transfer_id: int, pending_id: int, /, flags: int = 0, **fields: int) -> OracleTransfer:
    """A post of the full amount that inherits everything."""
    plain = {
        "id": transfer_id,
        "pending_id": pending_id,
        "amount": MAX,
        "flags": TransferFlag.POST_PENDING_TRANSFER | flags,
    }
    return OracleTransfer(**{**plain, **fields})


def void(transfer_id: int, pending_id: int, /, flags: int = 0, **fields: int) -> OracleTransfer:
    """A void that inherits everything."""
    plain = {
        "id": transfer_id,
        "pending_id": pending_id,
        "flags": TransferFlag.VOID_PENDING_TRANSFER | flags,
    }
    return OracleTransfer(**{**plain, **fields})


def imported_account(account_id: int, timestamp: int, **fields: int) -> OracleAccount:
    """An account that brings its own timestamp, in nanoseconds."""
    return account(account_id, **{"flags": AccountFlag.IMPORTED, "timestamp": timestamp, **fields})


def imported_transfer(transfer_id: int, timestamp: int, **fields: int) -> OracleTransfer:
    """A transfer that brings its own timestamp, in nanoseconds."""
    flags = TransferFlag.IMPORTED | fields.pop("flags", 0)
    return transfer(transfer_id, flags, timestamp=timestamp, **fields)


def linked(event: Record) -> Record:
    """The same event, tied to the next."""
    return replace(event, flags=event.flags | 1)


def chain(*events: Record) -> list[Record]:
    """The same events as one chain: all but the last are tied to the next."""
    return [linked(event) for event in events[:-1]] + [events[-1]]


def exists(timestamp: int) -> Result:
    """The answer to a retry of what was created at `timestamp`."""
    return Result("exists", timestamp)


def balances(
    debits_pending: int = 0,
    debits_posted: int = 0,
    credits_pending: int = 0,
    credits_posted: int = 0,
) -> Balances:
    return Balances(debits_pending, debits_posted, credits_pending, credits_posted)


def accounts(
    *events: OracleAccount,
    answer: Answer | Sequence[Answer] = "created",
    at: int | None = None,
    rules: PoolRules = NO_RULES,
) -> Draft:
    """Create accounts; one answer stands for all events, a sequence gives each its own."""

    def step(default_ns: int) -> Step:
        now_ns = default_ns if at is None else at
        return Step(CreateAccounts(events, now_ns, rules), _results(events, answer, now_ns))

    return step


def transfers(
    *events: OracleTransfer,
    answer: Answer | Sequence[Answer] = "created",
    at: int | None = None,
    granted: frozenset[int] | None = None,
    rules: PoolRules = NO_RULES,
) -> Draft:
    """Create transfers; one answer stands for all events, a sequence gives each its own."""

    def step(default_ns: int) -> Step:
        now_ns = default_ns if at is None else at
        operation = CreateTransfers(events, now_ns, granted, rules)
        return Step(operation, _results(events, answer, now_ns))

    return step


def unit(
    *events: OracleTransfer, refused: tuple[int, Status] | None = None, at: int | None = None
) -> Draft:
    """Create transfers as a unit, which succeeds or is refused at one event for one reason."""

    def step(default_ns: int) -> Step:
        now_ns = default_ns if at is None else at
        operation = CreateTransfersAsUnit(events, now_ns)
        if refused is not None:
            return Step(operation, UnitRefused(*refused))
        return Step(operation, _results(events, "created", now_ns))

    return step


def pulse(*released: int, at: int | None = None, limit: int = 8190) -> Draft:
    """Expire, and release exactly these transfers in this order."""

    def step(default_ns: int) -> Step:
        return Step(Expire(default_ns if at is None else at, limit), list(released))

    return step


def case(
    name: str,
    *drafts: Draft,
    balances: Mapping[int, Balances] | None = None,
    closed: Sequence[int] = (),
    stored: Mapping[int, Mapping[str, int]] | None = None,
    absent_accounts: Sequence[int] = (),
    absent_transfers: Sequence[int] = (),
    precedence: Precedence | None = None,
) -> Case:
    """Put steps and final figures together; step k (from 1) stands at k seconds by default."""
    return Case(
        name=name,
        steps=tuple(draft(number * SECOND) for number, draft in enumerate(drafts, start=1)),
        balances=balances or {},
        closed=frozenset(closed),
        stored=stored or {},
        absent_accounts=frozenset(absent_accounts),
        absent_transfers=frozenset(absent_transfers),
        precedence=precedence,
    )


def first_of(
    earlier: Status,
    later: Status,
    *setup: Draft,
    both: OracleTransfer,
    only_later: OracleTransfer,
    granted: frozenset[int] | None = None,
    rules: PoolRules = NO_RULES,
    balances: Mapping[int, Balances] | None = None,
    closed: Sequence[int] = (),
) -> Case:
    """A precedence case of one transfer: `both` answers `earlier`, `only_later` answers `later`."""
    return case(
        f"{earlier} before {later}",
        *setup,
        transfers(both, answer=earlier, granted=granted, rules=rules),
        transfers(only_later, answer=later, granted=granted, rules=rules),
        balances=balances,
        closed=closed,
        precedence=Precedence(earlier, later),
    )


def first_of_account(
    earlier: Status,
    later: Status,
    *setup: Draft,
    both: OracleAccount,
    only_later: OracleAccount,
) -> Case:
    """A precedence case of one account: `both` answers `earlier`, `only_later` answers `later`."""
    return case(
        f"{earlier} before {later}",
        *setup,
        accounts(both, answer=earlier),
        accounts(only_later, answer=later),
        precedence=Precedence(earlier, later),
    )


def _results(
    events: Sequence[OracleAccount | OracleTransfer],
    answer: Answer | Sequence[Answer],
    now_ns: int,
) -> list[Result]:
    if isinstance(answer, str | Result):
        answers: Sequence[Answer] = [answer] * len(events)
    else:
        answers = answer
    results: list[Result] = []
    for index, (event, status) in enumerate(zip(events, answers, strict=True)):
        if isinstance(status, Result):
            results.append(status)
        elif status == "exists":
            raise ValueError("exists must name the original's timestamp: exists(timestamp)")
        elif status == "created" and event.imported:
            results.append(Result(status, event.timestamp))
        else:
            results.append(Result(status, now_ns - len(events) + index + 1))
    return results
