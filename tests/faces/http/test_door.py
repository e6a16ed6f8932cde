"""Nobody gets in without a key of the pool, and a key does no more than its scopes say."""

import io
import json
import re
import time
from pathlib import Path

import httpx
import pytest

from tests.faces.http.live import listening
from tests.faces.http.served import ALICE, BANK, BOB, Door, issue, opened, serve_pool
from tpwallet.faces.http import limits
from tpwallet.faces.http.app import LEDGER
from tpwallet.faces.http.logs import SecurityLog, json_log
from tpwallet.kernel.access import LEDGER_READ, LEDGER_WRITE, METRICS_READ, SCOPES
from tpwallet.keys.api_keys import api_key

BODY = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}


def _with(door: Door, authorization: str | None) -> tuple[int, str]:
    headers = {"Idempotency-Key": "k"}
    if authorization is not None:
        headers["Authorization"] = authorization
    answer = door.client.post("/v1/transfers", json=BODY, headers=headers)
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer nonsense",
        f"Bearer {api_key(bytes(32))}",
        f"Bearer {'x' * 10_000}",
    ],
)
def test_without_a_key_of_the_pool_nobody_gets_in(door: Door, authorization: str | None) -> None:
    assert _with(door, authorization) == (401, "unauthorized")
    assert door.posted(ALICE) == 0


def test_scheme_is_read_in_any_case(door: Door) -> None:
    assert _with(door, f"bEaReR {door.token}")[0] == 201


def test_expired_and_revoked_keys_open_nothing(door: Door) -> None:
    until = time.time_ns() + 50_000_000
    expired = issue(door.pool, "old", expires_at=until)
    while time.time_ns() <= until:
        time.sleep(0.01)
    assert _with(door, f"Bearer {expired}") == (401, "unauthorized")
    token = door.post("/v1/keys", {"key_id": "k", "scopes": [LEDGER_WRITE]}).json()["token"]
    assert _with(door, f"Bearer {token}")[0] == 201
    assert door.ask("DELETE", "/v1/keys/k").status_code == 200
    assert _with(door, f"Bearer {token}") == (401, "unauthorized")


def test_missing_scope_is_named(door: Door) -> None:
    token = issue(door.pool, "reader", LEDGER_READ)
    answer = door.transfer(headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.json()["facts"]["scope"] == LEDGER_WRITE
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert door.posted(ALICE) == 0


def test_every_route_of_the_ledger_asks_for_a_key(door: Door) -> None:
    asked = 0
    for router in (LEDGER,):
        for route in router.routes:
            path = re.sub(r"\{[a-z_]+\}", "1", route.path_format)
            for method in sorted(set(route.methods) - {"OPTIONS"}):
                answer = door.client.request(method, path)
                assert answer.status_code == 401, (method, path)
                asked += 1
    assert asked > 20


def test_a_key_shows_its_own_pool_only(tmp_path: Path) -> None:
    ours, theirs = serve_pool(tmp_path / "ours"), serve_pool(tmp_path / "theirs")
    with opened([ours, theirs]) as client:
        one = Door(client, ours, issue(ours, "one"))
        two = Door(client, theirs, issue(theirs, "two"))
        assert one.transfer("5.00").status_code == 201
        assert (one.posted(ALICE), two.posted(ALICE)) == (500, 0)
        assert [key["key_id"] for key in two.get("/v1/keys").json()["keys"]] == ["two"]
        body = {"debit": ALICE, "credit": BOB, "amount": "1.00", "asset": "EUR"}
        assert two.post("/v1/transfers", body).json()["code"] == "exceeds_credits"
        # The same idempotency key in two pools is two commands.
        for door in (one, two):
            assert door.transfer("1.00", headers={"Idempotency-Key": "same"}).status_code == 201


def test_the_secret_is_shown_once(door: Door) -> None:
    body = {"key_id": "shop", "scopes": [LEDGER_READ], "expires_at": "2199-01-01T00:00:00Z"}
    first = door.post("/v1/keys", body, headers={"Idempotency-Key": "make"})
    assert first.status_code == 201
    assert first.json()["token"].startswith("tpk_")
    again = door.post("/v1/keys", body, headers={"Idempotency-Key": "make"})
    assert (again.status_code, "token" in again.json()) == (201, False)
    listed = {key["key_id"]: key for key in door.get("/v1/keys").json()["keys"]}
    assert listed["shop"] == {**body, "expires_at": "2199-01-01T00:00:00.000000000Z"}
    taken = door.post("/v1/keys", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "key_exists")


def test_unknown_scope_is_refused(door: Door) -> None:
    answer = door.post("/v1/keys", {"key_id": "k", "scopes": ["ledger:everything"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_scope")


def test_only_an_administrator_makes_keys(door: Door) -> None:
    token = issue(door.pool, "clerk", *(scope for scope in SCOPES if scope != "admin"))
    as_clerk = {"Authorization": f"Bearer {token}"}
    body = {"key_id": "k", "scopes": ["admin"]}
    assert door.post("/v1/keys", body, headers=as_clerk).status_code == 403
    assert door.get("/v1/keys", headers=as_clerk).status_code == 403


def test_who_is_turned_away_is_logged_without_secrets_and_within_limits(tmp_path: Path) -> None:
    pool = serve_pool(tmp_path / "pool")
    token = issue(pool, "reader", METRICS_READ)
    lines = io.StringIO()
    with opened([pool], log=json_log(lines)) as client:
        door = Door(client, pool, token)
        assert door.transfer().status_code == 403
        for _ in range(3 * limits.SECURITY_LOG_LINES_PER_SECOND):
            _with(door, "Bearer tpk_guess")
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    turned_away = [line for line in logged if line["event"] == "turned_away"]
    assert turned_away[0]["code"] == "forbidden"
    assert turned_away[0]["actor"] == "key:reader"
    assert turned_away[0]["route"] == "POST /transfers"
    assert len(turned_away) <= 3 * limits.SECURITY_LOG_LINES_PER_SECOND
    for secret in (token, "tpk_guess", "10.00", ALICE):
        assert secret not in lines.getvalue()


def test_lines_of_one_caller_belong_together_and_do_not_say_who_it_is() -> None:
    lines = io.StringIO()
    log = json_log(lines)
    one, restarted = SecurityLog(log), SecurityLog(log)
    for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8", "2001:db8::7"):
        one.turned_away("unauthorized", client=address)
    restarted.turned_away("unauthorized", client="192.0.2.7")
    one.turned_away("vault_unavailable")
    callers = [json.loads(line)["caller"] for line in lines.getvalue().splitlines()]
    assert callers[0] == callers[1]
    assert len(set(callers)) == 5
    assert callers[-1] is None
    assert "192.0.2" not in lines.getvalue()
    assert "2001:db8" not in lines.getvalue()


def test_no_line_has_the_address_of_who_was_turned_away(tmp_path: Path) -> None:
    pool, lines = serve_pool(tmp_path / "pool"), io.StringIO()
    token = issue(pool, "reader", METRICS_READ)
    with (
        listening([pool], log=json_log(lines)) as address,
        httpx.Client(base_url=address) as client,
    ):
        door = Door(client, pool, token)
        assert door.transfer().status_code == 403
        assert door.get("/v1/nowhere").status_code == 404
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    turned_away = [line for line in logged if line["event"] == "turned_away"]
    assert len({line["caller"] for line in turned_away} - {None}) == 1
    assert not any("127.0.0.1" in json.dumps(line) for line in turned_away)


def test_malformed_requests_are_logged_too(tmp_path: Path) -> None:
    pool = serve_pool(tmp_path / "pool")
    token = issue(pool, "all")
    lines = io.StringIO()
    with opened([pool], log=json_log(lines)) as client:
        door = Door(client, pool, token)
        answers = [
            door.post("/v1/transfers", {"colour": "secret"}),
            door.ask("DELETE", "/v1/transfers"),
            door.ask("POST", "/v1/transfers", content=b"x", headers={"Content-Type": "text/x"}),
            door.get("/v1/nowhere"),
        ]
        assert door.transfer("1000000.00", headers={"Idempotency-Key": "fine"}).is_success
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    turned_away = [line["code"] for line in logged if line["event"] == "turned_away"]
    assert turned_away == [answer.json()["code"] for answer in answers]
    assert "secret" not in lines.getvalue()


@pytest.mark.parametrize("until", ["1970-01-01T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_key_that_would_have_expired_already_is_refused(door: Door, until: str) -> None:
    body = {"key_id": "late", "scopes": [LEDGER_READ], "expires_at": until}
    refused = door.post("/v1/keys", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "expiry_in_the_past")
    assert refused.json()["parameter"] == "expires_at"
    assert "late" not in door.get("/v1/keys").text
