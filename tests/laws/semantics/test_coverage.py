"""The tables are complete: each status has its own case, each neighbouring pair its precedence."""

from itertools import pairwise
from typing import get_args

import pytest

from tests.laws.semantics.operations import statuses_in
from tests.laws.semantics.statuses import (
    ACCOUNT_ORDER,
    EXTENSIONS,
    IMPOSSIBLE,
    POST_VOID_ORDER,
    STATUSES,
    TRANSFER_ORDER,
    TRANSIENT,
)
from tests.laws.semantics.tables import ALL_CASES, EXTENSION_CASES, PUBLISHED_CASES
from tpwallet.lab import oracle

ORDERS = {"accounts": ACCOUNT_ORDER, "transfers": TRANSFER_ORDER, "post and void": POST_VOID_ORDER}


def test_cases_cover_exactly_the_statuses() -> None:
    covered = {status for case in ALL_CASES for status in case.expected_statuses()}
    assert covered == set(STATUSES)


def test_every_status_has_a_case_of_its_own() -> None:
    named = {case.name.partition(":")[0].partition(" ")[0] for case in ALL_CASES}
    assert set(STATUSES) <= named


@pytest.mark.parametrize("about_accounts", [True, False])
def test_each_kind_of_event_covers_exactly_its_statuses(about_accounts: bool) -> None:
    orders = (ACCOUNT_ORDER,) if about_accounts else (TRANSFER_ORDER, POST_VOID_ORDER)
    expected = {status for order in orders for status in order}
    covered = {
        status
        for case in ALL_CASES
        for step in case.steps
        if step.is_about_accounts == about_accounts
        for status in statuses_in(step.expected)
    }
    assert covered == expected


def test_published_cases_need_no_extension() -> None:
    covered = {status for case in PUBLISHED_CASES for status in case.expected_statuses()}
    assert covered == set(STATUSES) - set(EXTENSIONS)


def test_extension_cases_cover_the_extensions() -> None:
    covered = {status for case in EXTENSION_CASES for status in case.expected_statuses()}
    assert set(EXTENSIONS) <= covered


def test_case_names_are_unique() -> None:
    names = [(case.name, case.steps) for case in ALL_CASES]
    assert all(names.count(name) == 1 for name in names)


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_neighbouring_checks_have_a_precedence_case_or_a_reason_for_none(
    order: tuple[str, ...],
) -> None:
    shown = _shown_precedences(about_accounts=order is ACCOUNT_ORDER)
    neighbours = {pair for pair in pairwise(order) if pair[1] != "created"}
    assert neighbours <= shown | IMPOSSIBLE.keys()
    assert not shown & IMPOSSIBLE.keys()


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_every_check_but_the_last_is_shown_to_come_before_another(order: tuple[str, ...]) -> None:
    shown = _shown_precedences(about_accounts=order is ACCOUNT_ORDER)
    place = {status: number for number, status in enumerate(order)}
    ahead = {
        earlier
        for earlier, later in shown
        if earlier in place and later in place and place[earlier] < place[later]
    }
    assert ahead == set(order[:-2])


def test_precedence_cases_agree_with_the_written_orders() -> None:
    for case in ALL_CASES:
        if case.precedence is None:
            continue
        earlier, later = case.precedence.earlier, case.precedence.later
        orders = [order for order in ORDERS.values() if earlier in order and later in order]
        assert any(order.index(earlier) < order.index(later) for order in orders), case.name


def test_precedence_cases_show_both_wrongs() -> None:
    for case in ALL_CASES:
        if case.precedence is not None:
            assert case.precedence.earlier in statuses_in(case.steps[-2].expected), case.name
            assert case.precedence.later in statuses_in(case.steps[-1].expected), case.name


def test_impossible_pairs_are_neighbours_somewhere() -> None:
    neighbours = {pair for order in ORDERS.values() for pair in pairwise(order)}
    assert neighbours >= IMPOSSIBLE.keys()


def test_oracle_knows_exactly_these_statuses() -> None:
    assert set(get_args(oracle.Status)) == set(STATUSES)
    assert set(TRANSIENT) == oracle.TRANSIENT


@pytest.mark.parametrize("status", TRANSIENT)
def test_every_transient_status_is_shown_to_burn_its_id(status: str) -> None:
    burning = [case for case in PUBLISHED_CASES if case.name == f"{status} burns the id"]
    assert len(burning) == 1
    assert "id_already_failed" in burning[0].expected_statuses()


def _shown_precedences(*, about_accounts: bool) -> set[tuple[str, str]]:
    return {
        (case.precedence.earlier, case.precedence.later)
        for case in ALL_CASES
        if case.precedence is not None and case.steps[-1].is_about_accounts == about_accounts
    }
