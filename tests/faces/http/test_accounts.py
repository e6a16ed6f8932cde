"""Accounts are opened, frozen, closed, reopened and lent to through the HTTP door."""

import httpx

from tests.faces.http.served import ALICE, BANK, BOB, Door

CAROL = "customer/carol/available/EUR"


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_opening_the_same_account_again_changes_nothing(door: Door) -> None:
    body = {"address": CAROL, "asset": "EUR", "kind": "liability", "metadata": {"tier": "gold"}}
    assert _code(door.post("/v1/accounts", body)) == (201, "")
    assert _code(door.post("/v1/accounts", body)) == (201, "")
    other = door.post("/v1/accounts", {**body, "kind": "asset"})
    assert other.status_code == 409
    assert other.json()["code"].startswith("exists_with_different_")


def test_account_bodies_name_what_is_wrong(door: Door) -> None:
    good = {"address": CAROL, "asset": "EUR", "kind": "liability"}
    for change, parameter in (
        ({"kind": "pocket"}, "kind"),
        ({"code": 1000}, "code"),
        ({"address": "#7"}, "address"),
        ({"asset": "XYZ"}, "asset"),
        ({"guarded": "yes"}, "guarded"),
    ):
        answer = door.post("/v1/accounts", {**good, **change})
        assert answer.status_code in {400, 422}
        assert answer.json()["parameter"] == parameter


def test_frozen_account_moves_no_money_until_it_is_reopened(door: Door) -> None:
    door.transfer("5.00")
    frozen = door.post("/v1/account-actions/freeze", {"account": ALICE})
    assert (frozen.status_code, frozen.json()["transfers"][0]["debit"]) == (200, ALICE)
    assert _code(door.transfer()) == (409, "credit_account_already_closed")
    again = door.post("/v1/account-actions/freeze", {"account": ALICE})
    assert _code(again) == (409, "account_already_closed")
    assert _code(door.post("/v1/account-actions/reopen", {"account": ALICE})) == (200, "")
    assert _code(door.transfer("1.00")) == (201, "")


def test_only_an_empty_account_is_closed(door: Door) -> None:
    door.transfer("5.00")
    assert _code(door.post("/v1/account-actions/close", {"account": ALICE})) == (
        409,
        "account_not_empty",
    )
    assert _code(door.post("/v1/account-actions/close", {"account": BOB})) == (200, "")
    assert _code(door.post("/v1/account-actions/reopen", {"account": ALICE})) == (
        409,
        "account_not_closed",
    )
    assert _code(door.post("/v1/account-actions/close", {"account": "nobody"})) == (
        404,
        "account_not_found",
    )


def test_credit_line_lets_an_account_be_overdrawn_to_its_limit(door: Door) -> None:
    line = {"address": ALICE, "asset": "EUR", "limit": "10.00"}
    assert _code(door.post("/v1/account-actions/set-credit-line", line)) == (200, "")
    draw = {"debit": ALICE, "credit": BOB, "asset": "EUR"}
    assert _code(door.post("/v1/transfers", {**draw, "amount": "10.01"})) == (
        422,
        "exceeds_credits",
    )
    assert _code(door.post("/v1/transfers", {**draw, "amount": "10.00"})) == (201, "")
    unkeyed = door.client.post(
        "/v1/account-actions/set-credit-line",
        json=line,
        headers={"Authorization": f"Bearer {door.token}"},
    )
    assert _code(unkeyed) == (400, "idempotency_key_required")


def test_accounts_are_named_by_id_as_well(door: Door) -> None:
    receipt = door.transfer("1.00").json()["transfers"][0]
    from tpwallet.domains.ledger.references import parse_account

    number = parse_account(ALICE, parameter="account")
    body = {"debit": BANK, "credit": f"#{number}", "amount": "1.00", "asset": "EUR"}
    booked = door.post("/v1/transfers", body).json()["transfers"][0]
    assert (receipt["credit"], booked["credit"]) == (ALICE, f"#{number}")
    assert door.posted(ALICE) == 200
