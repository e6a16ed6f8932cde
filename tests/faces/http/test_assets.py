"""Assets are registered, taken out of use, and moved into their successors."""

from typing import Any

from tests.faces.http.served import Door, issue
from tpwallet.kernel.access import LEDGER_WRITE

POINTS = {"code": "POINTS", "scale": 0, "ledger": 20_001}
CENTS = {"code": "CENTS", "scale": 2, "ledger": 20_002}


def _issued(door: Door) -> None:
    """Two assets, and 7 points that a customer has of the shop."""
    for asset in (POINTS, CENTS):
        assert door.post("/v1/assets", asset).status_code == 201
    for address, kind in (("shop", "asset"), ("customer/points", "liability")):
        body = {"address": address, "asset": "POINTS", "kind": kind}
        assert door.post("/v1/accounts", body).status_code == 201
    body = {"debit": "shop", "credit": "customer/points", "amount": "7", "asset": "POINTS"}
    assert door.post("/v1/transfers", body).status_code == 201


def _rescale(door: Door, **fields: Any) -> Any:
    body = {"successor": "CENTS", "ratio": "1/4", **fields}
    return door.post("/v1/assets/POINTS/rescale", body)


def test_registered_asset_is_used_at_once(door: Door) -> None:
    _issued(door)
    listed = {one["code"]: one for one in door.get("/v1/assets").json()["assets"]}
    assert listed["POINTS"] == {**POINTS, "kind": "custom"}
    assert listed["EUR"]["scale"] == 2
    taken = door.post("/v1/assets", POINTS)
    assert (taken.status_code, taken.json()["code"]) == (409, "duplicate_asset")


def test_asset_that_is_held_is_moved_and_then_delisted(door: Door) -> None:
    _issued(door)
    held = door.post("/v1/assets/POINTS/delist", {"successor": "CENTS"})
    assert (held.status_code, held.json()["code"]) == (409, "asset_in_use")
    assert held.json()["facts"]["accounts"] == 2
    assert held.json()["facts"]["account"] == "shop"
    moved, cursor = 0, None
    while True:
        page = _rescale(door, limit=1, **({} if cursor is None else {"after": cursor}))
        assert page.status_code == 200, page.text
        moved += page.json()["accounts"]
        cursor = page.json().get("next_cursor")
        if cursor is None:
            break
    assert moved == 2
    totals = door.get("/v1/totals", params={"at_least": door.pool.writer.position}).json()
    cents = next(one for one in totals["assets"] if one["asset"] == "CENTS")
    assert cents["liabilities"] == "1.75"
    assert door.post("/v1/assets/POINTS/delist", {"successor": "CENTS"}).status_code == 200
    late = door.post("/v1/accounts", {"address": "late", "asset": "POINTS", "kind": "asset"})
    assert (late.status_code, late.json()["code"]) == (422, "asset_delisted")


def test_rehearsed_move_changes_nothing(door: Door) -> None:
    _issued(door)
    position = door.pool.writer.position
    rehearsed = door.post(
        "/v1/assets/POINTS/rescale",
        {"successor": "CENTS", "ratio": "1"},
        params={"dry_run": "true"},
    )
    assert (rehearsed.status_code, rehearsed.json()["accounts"]) == (200, 2)
    assert door.pool.writer.position == position


def test_wrong_moves_are_refused(door: Door) -> None:
    _issued(door)
    for fields, code, parameter in (
        ({"ratio": "0.1"}, 400, "ratio"),
        ({"ratio": "x"}, 400, "ratio"),
        ({"ratio": "1/3"}, 422, "ratio"),
        ({"successor": "POINTS"}, 400, "successor"),
        ({"successor": "NONE"}, 422, "successor"),
        ({"limit": 0}, 400, "limit"),
        ({"after": "x"}, 400, "after"),
        ({"after": "1"}, 404, "account"),
    ):
        refused = _rescale(door, **fields)
        assert (refused.status_code, refused.json()["parameter"]) == (code, parameter), fields
    unkeyed = door.client.post(
        "/v1/assets/POINTS/rescale",
        json={"successor": "CENTS", "ratio": "1"},
        headers={"Authorization": f"Bearer {door.token}"},
    )
    assert unkeyed.json()["code"] == "idempotency_key_required"
    as_writer = {"Authorization": f"Bearer {issue(door.pool, 'w', LEDGER_WRITE)}"}
    for path in ("rescale", "delist"):
        body = {"successor": "CENTS", "ratio": "1"} if path == "rescale" else {}
        refused = door.post(f"/v1/assets/POINTS/{path}", body, headers=as_writer)
        assert refused.status_code == 403
