"""Documents, assets and periods are changed by administrators and read by readers."""

import time

import pytest

from tests.faces.http.served import Door, issue
from tpwallet.faces.present import time_text
from tpwallet.kernel import limits
from tpwallet.kernel.access import LEDGER_READ


def test_document_is_put_read_and_rolled_back(door: Door) -> None:
    path = "/v1/documents/fees/card"
    for fee in ("1.50", "2.50"):
        put = door.ask("PUT", path, json={"schema": 1, "content": {"percent": fee}})
        assert put.status_code == 200
    assert door.post(f"{path}/rollback", {"version": 1}).status_code == 201
    history = door.get(path).json()["documents"]
    assert [one["version"] for one in history] == [1, 2, 3]
    assert [one["content"]["percent"] for one in history] == ["1.50", "2.50", "1.50"]
    assert history[2]["restores"] == 1
    assert history[0]["author"] == "key:all"
    in_force = door.get("/v1/documents/fees").json()["documents"]
    assert [(one["name"], one["version"]) for one in in_force] == [("card", 3)]


def test_document_is_in_force_from_its_time_on(door: Door) -> None:
    later = time_text(time.time_ns() + 3600 * 10**9)
    body = {"schema": 1, "content": [], "effective_at": later}
    assert door.ask("PUT", "/v1/documents/fees/card", json=body).status_code == 200
    assert door.get("/v1/documents/fees").json()["documents"] == []
    assert door.get("/v1/documents/fees/card").json()["documents"][0]["effective_at"] == later
    past = {**body, "effective_at": "2020-01-01T00:00:00Z"}
    refused = door.ask("PUT", "/v1/documents/fees/card", json=past)
    assert (refused.status_code, refused.json()["code"]) == (422, "effective_in_the_past")


def test_documents_are_read_in_pages(door: Door) -> None:
    for name in "abc":
        door.ask("PUT", f"/v1/documents/kind/{name}", json={"schema": 1, "content": name})
        door.ask("PUT", "/v1/documents/kind/a", json={"schema": 1, "content": name})
    for path, of in (("/v1/documents/kind", "name"), ("/v1/documents/kind/a", "version")):
        found, cursor = [], None
        while True:
            params = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
            page = door.get(path, params=params).json()
            found += [one[of] for one in page["documents"]]
            cursor = page.get("next_cursor")
            if cursor is None:
                break
        assert found == (["a", "b", "c"] if of == "name" else [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("content", "parameter"),
    [
        (b'{"schema": 1, "content": "\xff"}', "body"),
        (b'{"schema": 1, "content": {"a": NaN}}', "body"),
        (b'{"schema": 1}', "content"),
        (b'{"schema": -1, "content": 1}', "schema"),
        (b'{"schema": 1, "content": 1, "effective_at": 7}', "effective_at"),
        (b'{"schema": 1, "content": 1, "effective_at": "2026-13-01T00:00:00Z"}', "effective_at"),
    ],
)
def test_malformed_documents_are_refused(door: Door, content: bytes, parameter: str) -> None:
    answer = door.ask(
        "PUT",
        "/v1/documents/fees/card",
        content=content,
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_document_at_the_depth_limit_is_kept_and_one_past_it_is_not(door: Door) -> None:
    def put(depth: int) -> int:
        content = "[" * depth + "]" * depth
        return door.ask(
            "PUT",
            "/v1/documents/fees/card",
            content=f'{{"schema": 1, "content": {content}}}',
            headers={"Content-Type": "application/json"},
        ).status_code

    assert put(limits.DOCUMENT_DEPTH_MAX) == 200
    assert put(limits.DOCUMENT_DEPTH_MAX + 1) == 422


def test_nothing_is_booked_into_a_closed_period(door: Door) -> None:
    assert door.post("/v1/periods", {"through": "2026-01-31"}).status_code == 201
    assert door.get("/v1/periods").json()["closed_through"] == "2026-01-31"
    body = {
        "debit": "bank/main/EUR",
        "credit": "customer/alice/available/EUR",
        "amount": "1.00",
        "asset": "EUR",
        "effective_date": "2026-01-31",
    }
    refused = door.post("/v1/transfers", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    assert refused.json()["parameter"] == "effective_date"
    early = door.post("/v1/periods", {"through": "2999-01-31"})
    assert (early.status_code, early.json()["code"]) == (422, "period_not_over")


def test_readers_read_and_change_nothing(door: Door) -> None:
    as_reader = {"Authorization": f"Bearer {issue(door.pool, 'reader', LEDGER_READ)}"}
    for path in ("/v1/assets", "/v1/periods", "/v1/grants", "/v1/documents/fees"):
        assert door.get(path, headers=as_reader).status_code == 200
    put = door.ask("PUT", "/v1/documents/a/b", json={"schema": 1, "content": 1}, headers=as_reader)
    assert put.status_code == 403
