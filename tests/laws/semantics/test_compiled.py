"""The compiled ledger answers every case of the tables, and whatever else the oracle answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.semantics.case import Case, check_case
from tests.laws.semantics.compiled import CompiledLedger
from tests.laws.semantics.generate import fixed_ledger, flag_combinations, random_history
from tests.laws.semantics.operations import CreateAccounts, Operation, perform
from tests.laws.semantics.tables import ALL_CASES
from tpwallet.lab.oracle import Oracle

seeds = st.integers(min_value=0, max_value=2**32)


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_compiled_ledger_answers_the_case(case: Case) -> None:
    check_case(CompiledLedger, case)


def _compare(oracle: Oracle, compiled: CompiledLedger, step: Operation) -> None:
    assert perform(compiled, step) == perform(oracle, step), step


def _compare_books(oracle: Oracle, compiled: CompiledLedger) -> None:
    for account in oracle.accounts():
        assert compiled.account(account.id) == account
    assert compiled.state.account_count == len(oracle.accounts())


@given(seeds)
def test_compiled_ledger_agrees_with_the_oracle_on_any_history(seed: int) -> None:
    oracle, compiled = Oracle(), CompiledLedger()
    for step in random_history(seed):
        _compare(oracle, compiled, step)
        _compare_books(oracle, compiled)
        if not isinstance(step, CreateAccounts) and hasattr(step, "events"):
            for event in step.events:
                assert compiled.transfer(event.id) == oracle.transfer(event.id)


@given(seeds)
def test_state_after_deciding_equals_state_after_applying(seed: int) -> None:
    compiled = CompiledLedger()
    for step in random_history(seed):
        perform(compiled, step)
    assert compiled.replayed().state_hash() == compiled.state.state_hash()


def test_compiled_ledger_agrees_on_every_combination_of_flags() -> None:
    compiled = CompiledLedger()
    for step in fixed_ledger():
        perform(compiled, step)
    start = compiled.state.dump()
    for step in flag_combinations():
        oracle, fresh = Oracle(), CompiledLedger()
        for setup in fixed_ledger():
            perform(oracle, setup)
        fresh.state.load(start)
        fresh.events = list(compiled.events)
        _compare(oracle, fresh, step)
        _compare_books(oracle, fresh)
