"""Whatever is sent, the answer is a documented refusal that names the part at fault, and nothing
is booked.
"""

import json
from typing import Any

import pytest

from tests.faces.http.served import ALICE, BANK, BOB, Door
from tpwallet.faces.http import limits

GOOD = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
JSON = {"Content-Type": "application/json"}


def _refused(door: Door, content: bytes, **headers: str) -> tuple[int, str, str | None]:
    """Send bytes as a transfer; gives (status, code, parameter)."""
    answer = door.ask("POST", "/v1/transfers", content=content, headers={**JSON, **headers})
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/v1/errors/{problem['code']}"
    return answer.status_code, problem["code"], problem.get("parameter")


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"amount": 1}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "+1.00"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1,00"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "9" * 80}, "amount"),
        ({"amount": "9" * 81}, "amount"),
        ({"amount": "\u0661"}, "amount"),
        ({"asset": "eur"}, "asset"),
        ({"asset": 978}, "asset"),
        ({"debit": ""}, "debit"),
        ({"debit": "a//b"}, "debit"),
        ({"debit": "../etc"}, "debit"),
        ({"debit": "a" * 257}, "debit"),
        ({"debit": "#0"}, "debit"),
        ({"debit": f"#{2**128}"}, "debit"),
        ({"debit": "#x"}, "debit"),
        ({"code": 0}, "code"),
        ({"code": 65_536}, "code"),
        ({"code": 10**40}, "code"),
        ({"code": "1"}, "code"),
        ({"code": 1.5}, "code"),
        ({"code": True}, "code"),
        ({"transfer_id": "0"}, "transfer_id"),
        ({"transfer_id": str(2**128 - 1)}, "transfer_id"),
        ({"transfer_id": 7}, "transfer_id"),
        ({"effective_date": "2026-02-30"}, "effective_date"),
        ({"effective_date": "20260101"}, "effective_date"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": {str(n): "" for n in range(65)}}, "metadata"),
        ({"metadata": {"a": "x" * 4096}}, "metadata"),
        ({"metadata": []}, "metadata"),
        ({"personal": {"subject": "p"}}, "personal.texts"),
        ({"personal": {"subject": "p", "texts": {}}}, "personal.texts"),
        ({"surprise": 1}, "surprise"),
        ({"sealed": {}}, "sealed"),
    ],
)
def test_wrong_field_is_refused_by_name(door: Door, change: dict[str, Any], parameter: str) -> None:
    position = door.pool.writer.position
    status, code, named = _refused(door, json.dumps({**GOOD, **change}).encode())
    assert (status, code, named) == (400, "malformed_request", parameter)
    assert (door.posted(ALICE), door.pool.writer.position) == (0, position)


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_missing_field_is_refused_by_name(door: Door, missing: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != missing}
    assert _refused(door, json.dumps(body).encode()) == (400, "malformed_request", missing)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{",
        b'{"debit"',
        b"\xff\xfe",
        b'{"debit": "\xff"}',
        b'{"debit": "\\ud800"}',
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"debit":' * 50_000,
        b'{"metadata":' + b"[" * 5_000,
        b"\x00" * 64,
        b"<xml/>",
    ],
)
def test_malformed_body_is_refused(door: Door, content: bytes) -> None:
    status, code, parameter = _refused(door, content)
    assert (status, code) == (400, "malformed_request")
    assert parameter


def test_body_at_its_limit_is_read_and_one_past_it_is_not(door: Door) -> None:
    body = json.dumps(GOOD).encode()
    padding = b" " * (limits.JSON_BYTES_MAX - len(body))
    answer = door.ask("POST", "/v1/transfers", content=padding + body, headers=JSON)
    assert answer.status_code == 201
    assert _refused(door, padding + b" " + body)[:2] == (413, "body_too_large")


def test_ten_megabytes_are_refused_with_and_without_an_announced_length(door: Door) -> None:
    big = b"x" * (10 << 20)
    assert _refused(door, big)[:2] == (413, "body_too_large")
    answer = door.ask("POST", "/v1/transfers", content=iter([big[: 1 << 20]] * 10), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_other_media_type_is_refused(door: Door, media_type: str) -> None:
    body = json.dumps(GOOD).encode()
    status, code, parameter = _refused(door, body, **{"Content-Type": media_type})
    assert (status, code, parameter) == (415, "unsupported_media_type", "Content-Type")


def test_unknown_path_and_method_are_refused(door: Door) -> None:
    nowhere = door.get("/v1/nowhere")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "route_not_found")
    answer = door.ask("PATCH", "/v1/transfers", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_unknown_query_parameter_is_refused_by_name(door: Door) -> None:
    answer = door.transfer(params={"dryrun": "true"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "dryrun")
    twice = door.transfer(params=[("dry_run", "true"), ("dry_run", "false")])
    assert (twice.status_code, twice.json()["parameter"]) == (400, "dry_run")
    odd = door.transfer(params={"dry_run": "perhaps"})
    assert (odd.status_code, odd.json()["parameter"]) == (400, "dry_run")
    assert door.posted(ALICE) == 0


@pytest.mark.parametrize("key", [" ", "x" * 256, "tab\there", "\u00e9"])
def test_malformed_idempotency_key_is_refused(door: Door, key: str) -> None:
    answer = door.transfer(headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert answer.json()["parameter"] == "Idempotency-Key"


def test_longest_idempotency_key_is_taken(door: Door) -> None:
    assert door.transfer(headers={"Idempotency-Key": "x" * 255}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code", "parameter"),
    [
        ({"asset": "XYZ"}, 422, "unknown_asset", "asset"),
        ({"asset": "USD"}, 422, "transfer_must_have_the_same_ledger_as_accounts", "asset"),
        ({"debit": "nobody/EUR"}, 404, "debit_account_not_found", "debit"),
        ({"credit": "nobody/EUR"}, 404, "credit_account_not_found", "credit"),
        ({"credit": BANK}, 422, "accounts_must_be_different", "credit"),
        ({"debit": BOB}, 422, "exceeds_credits", "amount"),
        ({"effective_date": "2999-01-01"}, 422, "effective_date_in_the_future", "effective_date"),
    ],
)
def test_what_the_books_refuse_has_its_code(
    door: Door, body: dict[str, Any], status: int, code: str, parameter: str
) -> None:
    answer = door.post("/v1/transfers", {**GOOD, **body})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["parameter"] == parameter
    assert door.posted(ALICE) == 0


def test_closed_account_and_reused_id_are_refused(door: Door) -> None:
    assert door.post("/v1/transfers", {**GOOD, "transfer_id": "77"}).status_code == 201
    reused = door.post("/v1/transfers", {**GOOD, "transfer_id": "77", "amount": "2.00"})
    assert (reused.status_code, reused.json()["code"]) == (409, "exists_with_different_amount")
    assert door.post("/v1/account-actions/freeze", {"account": ALICE}).status_code == 200
    frozen = door.transfer()
    assert (frozen.status_code, frozen.json()["code"]) == (409, "credit_account_already_closed")
    assert frozen.json()["parameter"] == "credit"


def test_refusal_of_ours_shows_nothing_of_its_cause(door: Door) -> None:
    from tpwallet.faces.http.problems import problem_of
    from tpwallet.faces.http.refusals import in_our_words

    refusal = in_our_words(RuntimeError("secret"), None)
    assert (problem_of(refusal).status, "secret" in problem_of(refusal).detail) == (500, False)


@pytest.mark.parametrize(
    ("path", "content", "parameter"),
    [
        (
            "/v1/transfers",
            json.dumps(GOOD)[:-1].encode() + b', "amount": "9.00"}',
            "amount",
        ),
        (
            "/v1/transfers",
            json.dumps(GOOD)[:-1].encode() + rb', "\u0061mount": "9.00"}',
            "amount",
        ),
        (
            "/v1/transfers",
            json.dumps(GOOD)[:-1].encode() + b', "metadata": {"a": "1", "a": "2"}}',
            "a",
        ),
        (
            "/v1/postings",
            json.dumps({"legs": [GOOD]})[:-3].encode() + b', "debit": "x"}]}',
            "debit",
        ),
        ("/v1/documents/fees/retail", b'{"schema": 1, "content": {"bps": 1, "bps": 2}}', "bps"),
        ("/v1/batches/transfers", b'[{"id": "1", "id": "2"}]', "id"),
    ],
)
def test_member_that_is_given_twice_is_refused(
    door: Door, path: str, content: bytes, parameter: str
) -> None:
    method = "PUT" if "documents" in path else "POST"
    answer = door.ask(method, path, content=content, headers=JSON)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "malformed_request"), problem
    assert problem["parameter"] == parameter
    assert "more than once" in problem["detail"]
    assert door.posted(ALICE) == 0


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/accounts", "/v1/periods"])
def test_missing_body_is_told_as_the_body(door: Door, path: str) -> None:
    answer = door.ask("POST", path, headers=JSON)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "body")
    assert "JSON" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "parameter", "words"),
    [
        ({"amount": "x"}, "amount", ["decimal", "`12.50`"]),
        ({"amount": 5}, "amount", ["expected text, got a whole number", "`12.50`"]),
        ({"debit": "a//b"}, "debit", ["address", "`#`"]),
        ({"effective_date": "x"}, "effective_date", ["2026-01-31"]),
        ({"code": 0}, "code", ["at least 1"]),
        ({"nobody_knows": 1}, "nobody_knows", ["no such field"]),
        ({"metadata": {"good": "1", "bad": 1}}, "metadata.bad", ["expected text"]),
        ({"personal": {"subject": "s", "texts": {"a": "1", "b": 5}}}, "personal.texts.b", ["text"]),
    ],
)
def test_form_is_refused_in_words_with_an_example(
    door: Door, change: dict[str, Any], parameter: str, words: list[str]
) -> None:
    problem = door.post("/v1/transfers", GOOD | change).json()
    assert (problem["code"], problem["parameter"]) == ("malformed_request", parameter)
    assert all(word in problem["detail"] for word in words), problem
    assert not any(sign in problem["detail"] for sign in ("regex", "^", "$", "\\"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "send a body of JSON"),
        (b"{", "this is not JSON: it ends too early"),
        (b"nonsense", "this is not JSON"),
        (b'{"debit": "\xff"}', "this is not UTF-8 at byte 11"),
        (b'{"debit": "\\ud800"}', "half of a surrogate pair"),
        (b'{"metadata": {"a": 1}, "code": ' + b"9" * 5000 + b"}", "expected text"),
        (b'{"metadata": {"a": 1}, "code": ' + b"[" * 50_000, "expected text"),
    ],
)
def test_body_that_cannot_be_read_is_told_why(door: Door, content: bytes, said: str) -> None:
    answer = door.ask("POST", "/v1/transfers", content=content, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert said in answer.json()["detail"]
    assert "codec" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "parameter", "words"),
    [
        ("/v1/transactions?limit=0", "limit", ["at least 1", "Page size"]),
        ("/v1/transactions?since=yesterday", "since", ["position, or a time"]),
        ("/v1/transfers/x", "transfer_id", ["A transfer's id"]),
    ],
)
def test_parameter_is_refused_in_words(
    door: Door, path: str, parameter: str, words: list[str]
) -> None:
    problem = door.get(path).json()
    assert (problem["code"], problem["parameter"]) == ("malformed_request", parameter)
    assert all(word in problem["detail"] for word in words), problem
    assert "regex" not in problem["detail"]
