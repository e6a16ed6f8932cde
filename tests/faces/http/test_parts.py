"""A refusal names the part of the request that it is about, as the caller wrote it."""

from typing import Any

import pytest

from tests.faces.http.served import ALICE, BANK, BOB, Door

LEG = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
ACCOUNT = {"address": ALICE, "asset": "EUR", "kind": "liability"}


def _part(door: Door, path: str, body: Any, **rest: Any) -> tuple[str, str | None]:
    problem = door.post(path, body, **rest).json()
    return problem["code"], problem.get("parameter")


@pytest.mark.parametrize(
    ("change", "code", "parameter"),
    [
        ({"debit": "nobody/EUR"}, "debit_account_not_found", "legs[1].debit"),
        ({"credit": "nobody/EUR"}, "credit_account_not_found", "legs[1].credit"),
        ({"debit": BOB, "credit": BANK}, "exceeds_credits", "legs[1].amount"),
        ({"asset": "NOPE"}, "unknown_asset", "legs[1].asset"),
        ({"amount": "1.001"}, "malformed_request", "legs[1].amount"),
        ({"amount": "x"}, "malformed_request", "legs[1].amount"),
        ({"credit": BANK}, "accounts_must_be_different", "legs[1].credit"),
    ],
)
def test_posting_names_the_leg_at_fault(
    door: Door, change: dict[str, str], code: str, parameter: str
) -> None:
    legs = [LEG, LEG | change, LEG]
    assert _part(door, "/v1/postings", {"legs": legs}) == (code, parameter)
    alone = _part(door, "/v1/postings", {"legs": [LEG | change]})
    assert alone == (code, parameter.replace("[1]", "[0]"))
    assert _part(door, "/v1/transfers", LEG | change) == (code, parameter.removeprefix("legs[1]."))


def test_posting_names_what_is_no_part_of_a_leg_as_it_is(door: Door) -> None:
    assert _part(door, "/v1/postings", {"legs": [LEG], "effective_date": "2999-01-01"}) == (
        "effective_date_in_the_future",
        "effective_date",
    )


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"kind": "asset"}, "kind"),
        ({"kind": "equity"}, "kind"),
        ({"kind": "clearing"}, "kind"),
        ({"allow_opposite_balance": True}, "allow_opposite_balance"),
        ({"code": 2001}, "code"),
        ({"asset": "USD"}, "asset"),
        ({"guarded": False}, "guarded"),
        ({"metadata": {"a": "b"}}, "metadata"),
    ],
)
def test_account_that_exists_as_another_names_what_differs(
    door: Door, change: dict[str, Any], parameter: str
) -> None:
    code, named = _part(door, "/v1/accounts", ACCOUNT | change)
    assert code.startswith("exists_with_different_")
    assert named == parameter


def test_period_closed_before_names_its_own_parameter(door: Door) -> None:
    assert door.post("/v1/periods", {"through": "2020-12-31"}).status_code == 201
    assert _part(door, "/v1/periods", {"through": "2020-01-31"}) == ("period_closed", "through")


def test_asset_that_is_none_is_named_as_it_was_asked_for(door: Door) -> None:
    assert _part(door, "/v1/assets/NOPE/delist", {}) == ("unknown_asset", "code")


def test_reads_name_the_parameter_that_is_too_far(door: Door) -> None:
    hurry = {"Tpwallet-Deadline-Ms": "50"}
    for params, name in (({"at": "999999"}, "at"), ({"at_least": "999999"}, "at_least")):
        problem = door.get(f"/v1/balances/{ALICE}", params=params, headers=hurry).json()
        assert (problem["code"], problem["parameter"]) == ("position_not_reached", name)


def test_body_past_its_limit_and_missing_document_name_their_parts(door: Door) -> None:
    assert _part(door, "/v1/transfers", LEG | {"metadata": {"a": "x" * (2 << 20)}}) == (
        "body_too_large",
        "body",
    )
    assert _part(door, "/v1/documents/fees/none/rollback", {"version": 3}) == (
        "document_not_found",
        "version",
    )


def test_refused_import_names_the_line_at_fault(door: Door) -> None:
    grant = {"holder": "key:all", "subtrees": ["bank", "customer"]}
    assert door.post("/v1/grants", grant).status_code == 201
    line = f"{BANK},{ALICE},1.00,EUR\n"
    content = f"debit,credit,amount,asset\n{line}{BANK},nobody,1.00,EUR\n{line}"
    headers = {"Content-Type": "text/csv"}
    problem = door.ask("POST", "/v1/imports", content=content, headers=headers).json()
    assert (problem["code"], problem["parameter"]) == ("import_refused", "body")
    assert problem["facts"]["line"] == 3
    assert problem["detail"].startswith("line 3: credit account not found")
