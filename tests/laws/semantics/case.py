"""A case: a short history of one ledger, what every call must answer, and how it must end.

A case is complete. Every answer is compared with its timestamp, and at the end every account that
was created is compared: its balances are all zero and it is open unless the case says otherwise. A
case that only wants to show a refusal therefore also shows that the refusal moved nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.laws.semantics.engine import Engine, EngineFactory
from tests.laws.semantics.operations import (
    CreateAccounts,
    Operation,
    Outcome,
    perform,
    statuses_in,
)
from tpwallet.lab.oracle import AccountFlag, Balances

NO_BALANCES = Balances(0, 0, 0, 0)


@dataclass(frozen=True)
class Step:
    """One call and the answer it must give."""

    operation: Operation
    expected: Outcome

    @property
    def is_about_accounts(self) -> bool:
        return isinstance(self.operation, CreateAccounts)


@dataclass(frozen=True)
class Precedence:
    """The claim of a case that an event wrong in both ways answers `earlier`.

    The last step but one holds that event; the last step holds the same event without the earlier
    wrong, and answers `later`. So both wrongs are known to be there.
    """

    earlier: str
    later: str


@dataclass(frozen=True)
class Case:
    """`stored` names fields that transfers must have been stored with, by transfer id."""

    name: str
    steps: tuple[Step, ...]
    balances: Mapping[int, Balances] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    stored: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    absent_accounts: frozenset[int] = frozenset()
    absent_transfers: frozenset[int] = frozenset()
    precedence: Precedence | None = None

    def expected_statuses(self) -> set[str]:
        return {status for step in self.steps for status in statuses_in(step.expected)}


def check_case(make_engine: EngineFactory, case: Case) -> None:
    """Run `case` on a new engine; fail on the first answer or final figure that differs."""
    engine = make_engine()
    for number, step in enumerate(case.steps, start=1):
        outcome = perform(engine, step.operation)
        assert outcome == step.expected, f"{case.name}, step {number}: {step.operation}"
    for account_id in _created_account_ids(case):
        _check_account(engine, case, account_id)
    for transfer_id, fields in case.stored.items():
        _check_transfer(engine, case, transfer_id, fields)
    for account_id in case.absent_accounts:
        assert engine.account(account_id) is None, f"{case.name}: account {account_id}"
    for transfer_id in case.absent_transfers:
        assert engine.transfer(transfer_id) is None, f"{case.name}: transfer {transfer_id}"


def _created_account_ids(case: Case) -> list[int]:
    ids: list[int] = []
    for step in case.steps:
        if isinstance(step.operation, CreateAccounts):
            statuses = statuses_in(step.expected)
            for event, status in zip(step.operation.events, statuses, strict=True):
                if status == "created":
                    ids.append(event.id)
    return ids


def _check_account(engine: Engine, case: Case, account_id: int) -> None:
    account = engine.account(account_id)
    assert account is not None, f"{case.name}: account {account_id} is missing"
    balances = case.balances.get(account_id, NO_BALANCES)
    assert Balances.of(account) == balances, f"{case.name}: account {account_id}"
    is_closed = account.has(AccountFlag.CLOSED)
    assert is_closed == (account_id in case.closed), f"{case.name}: account {account_id} closed"


def _check_transfer(
    engine: Engine, case: Case, transfer_id: int, fields: Mapping[str, int]
) -> None:
    transfer = engine.transfer(transfer_id)
    assert transfer is not None, f"{case.name}: transfer {transfer_id} is missing"
    for name, value in fields.items():
        stored: int = getattr(transfer, name)
        assert stored == value, f"{case.name}: {name} of transfer {transfer_id}"
