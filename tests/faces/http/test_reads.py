"""What is written can be read: now, in the past, page by page, and as of a position."""

import time
from typing import Any

import pytest

from tests.faces.http.served import ALICE, BANK, BOB, Door, issue
from tpwallet.domains.ledger.references import parse_account
from tpwallet.kernel.access import LEDGER_WRITE, PROOFS_READ


def _read(door: Door, path: str, **params: Any) -> dict[str, Any]:
    """Read what reflects everything written so far."""
    answer = door.get(path, params={"at_least": door.pool.writer.position, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_balance_now_misses_nothing_durable(door: Door) -> None:
    position = door.transfer("12.50").json()["position"]
    answer = door.get(f"/v1/balances/{ALICE}")
    assert answer.json()["posted"] == "12.50"
    assert answer.json()["position"] >= position
    assert answer.headers["Tpwallet-Position"] == str(answer.json()["position"])
    number = parse_account(ALICE, parameter="account")
    assert door.get(f"/v1/balances/%23{number}").json()["posted"] == "12.50"


def test_balance_of_a_past_position_and_time(door: Door) -> None:
    first = door.transfer("1.00").json()
    time.sleep(0.01)
    door.transfer("2.00")
    for moment in (first["position"], first["time"]):
        found = _read(door, f"/v1/balances/{ALICE}", at=moment)
        assert (found["posted"], found["position"]) == ("1.00", first["position"])


def test_statement_keeps_its_filters_from_page_to_page(door: Door) -> None:
    for cents in range(1, 8):
        door.transfer(f"0.0{cents}")
    page = _read(door, f"/v1/statements/{ALICE}", limit=3, is_reversed="true")
    assert (page["opening"], page["closing"]) == ("0.00", "0.28")
    amounts = []
    while True:
        amounts += [posting["amount"] for posting in page["postings"]]
        if "next_cursor" not in page:
            break
        page = _read(door, f"/v1/statements/{ALICE}", limit=3, cursor=page["next_cursor"])
    assert amounts == [f"0.0{cents}" for cents in range(7, 0, -1)]


def test_cursor_with_other_filters_is_refused(door: Door) -> None:
    for _ in range(3):
        door.transfer("1.00")
    cursor = _read(door, f"/v1/statements/{ALICE}", limit=1)["next_cursor"]
    other = door.get(f"/v1/statements/{BOB}", params={"cursor": cursor})
    assert (other.status_code, other.json()["code"]) == (422, "cursor_mismatch")
    junk = door.get(f"/v1/statements/{ALICE}", params={"cursor": "junk"})
    assert (junk.status_code, junk.json()["parameter"]) == (400, "cursor")


def test_accounts_are_found_by_prefix_kind_and_name(door: Door) -> None:
    found = _read(door, "/v1/accounts", prefix="customer/", kind="liability")
    assert [one["account"] for one in found["accounts"]] == [ALICE, BOB]
    assert _read(door, f"/v1/accounts/{BANK}")["account"]["kind"] == "asset"
    missing = door.get("/v1/accounts/nobody/EUR")
    assert (missing.status_code, missing.json()["code"]) == (404, "account_not_found")


def test_transfer_is_found_with_its_note_and_state(door: Door) -> None:
    door.transfer("5.00")
    body = {"debit": ALICE, "credit": BOB, "amount": "2.00", "asset": "EUR"}
    held = door.post("/v1/holds", {**body, "metadata": {"order": "7"}}).json()["transfers"][0]
    found = _read(door, f"/v1/transfers/{held['transfer_id']}")["transfer"]
    assert (found["debit"], found["amount"], found["metadata"]) == (ALICE, "2.00", {"order": "7"})
    assert found["state"] == "open"
    listed = _read(door, "/v1/transactions", account=ALICE, kind="pending")["transfers"]
    assert [one["transfer_id"] for one in listed] == [held["transfer_id"]]
    assert door.get("/v1/transfers/1").json()["code"] == "transfer_not_found"


def test_totals_and_branches_add_up(door: Door) -> None:
    door.transfer("5.00")
    totals = _read(door, "/v1/totals")
    (euro,) = totals["assets"]
    assert (euro["liabilities"], euro["assets"], totals["checked"]) == ("5.00", "5.00", True)
    branch = _read(door, "/v1/tree/customer")
    assert [one["posted"] for one in branch["balances"]] == ["5.00"]
    assert door.get("/v1/tree/nowhere").json()["code"] == "node_not_found"


def test_events_tell_everything_in_order(door: Door) -> None:
    door.transfer("5.00", headers={"Idempotency-Key": "pay-1"})
    page = _read(door, "/v1/events", limit=1000)
    assert [event["position"] for event in page["events"]] == list(range(1, page["position"] + 1))
    last = page["events"][-1]
    assert (last["command_id"], last["actor"]) == ("pay-1", "key:all")
    shown = _read(door, "/v1/events", after=last["position"] - 1, is_expanded="true")
    assert shown["events"][0]["body"]["transfers"][0]["amount"] == "5.00"
    entry = _read(door, f"/v1/entries/{last['position']}")
    assert entry["command_id"] == "pay-1"
    changes = _read(door, "/v1/changes")["changes"]
    assert changes[-1]["credit"]["posted"] == "5.00"


def test_position_that_is_not_reached_in_time_is_said(door: Door) -> None:
    started = time.monotonic()
    answer = door.get(
        "/v1/totals",
        params={"at_least": 10**15},
        headers={"Tpwallet-Deadline-Ms": "100"},
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "position_not_reached")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("path", "params", "parameter"),
    [
        ("/v1/events", {"after": "-1"}, "after"),
        ("/v1/events", {"after": "x"}, "after"),
        ("/v1/events", {"limit": "0"}, "limit"),
        ("/v1/events", {"limit": "1001"}, "limit"),
        ("/v1/changes", {"after": "1.2.3"}, "after"),
        ("/v1/totals", {"at": "yesterday"}, "at"),
        ("/v1/totals", {"at": "2026-02-30T00:00:00Z"}, "at"),
        ("/v1/totals", {"att": "1"}, "att"),
        ("/v1/accounts", {"kind": "pocket"}, "kind"),
        ("/v1/accounts", {"asset": "xyz"}, "asset"),
        ("/v1/transactions", {"account": "a//b"}, "account"),
        ("/v1/transactions", {"kind": "lost"}, "kind"),
        ("/v1/transactions", {"code": "65536"}, "code"),
        ("/v1/transactions", {"user_data_64": "x"}, "user_data_64"),
        ("/v1/transactions", {"side": "left"}, "side"),
        ("/v1/transactions", {"side": "debit"}, "side"),
        ("/v1/accounts", {"user_data_128": str(1 << 128)}, "user_data_128"),
        ("/v1/accounts", {"user_data_32": "-1"}, "user_data_32"),
        ("/v1/accounts", {"since": "yesterday"}, "since"),
        (f"/v1/statements/{ALICE}", {"user_data_64": str(1 << 64)}, "user_data_64"),
        ("/v1/lookups/transfers", {}, "transfer_ids"),
        ("/v1/lookups/transfers", {"transfer_ids": ""}, "transfer_ids"),
        ("/v1/lookups/transfers", {"transfer_ids": "7,,8"}, "transfer_ids"),
        ("/v1/lookups/transfers", {"transfer_ids": ",".join(["7"] * 201)}, "transfer_ids"),
        ("/v1/lookups/accounts", {"accounts": "a//b"}, "accounts"),
        ("/v1/balances/a%20b", {}, "account"),
        ("/v1/entries/0", {}, "position"),
        ("/v1/transfers/0", {}, "transfer_id"),
        ("/v1/proofs/consistency", {}, "old"),
        ("/v1/proofs/consistency", {"old": "no note"}, "old"),
        (f"/v1/balances/{'a' * 300}", {}, "account"),
    ],
)
def test_malformed_questions_are_refused_by_name(
    door: Door, path: str, params: dict[str, str], parameter: str
) -> None:
    answer = door.get(path, params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request"), answer.text
    assert answer.json()["parameter"] == parameter


def test_reads_need_their_scope(door: Door) -> None:
    as_writer = {"Authorization": f"Bearer {issue(door.pool, 'w', LEDGER_WRITE)}"}
    for path in (f"/v1/balances/{ALICE}", "/v1/totals", "/v1/events", "/v1/events/stream"):
        assert door.get(path, headers=as_writer).status_code == 403
    as_auditor = {"Authorization": f"Bearer {issue(door.pool, 'p', PROOFS_READ)}"}
    assert door.get("/v1/checkpoint", headers=as_auditor).status_code == 200
    assert door.get("/v1/totals", headers=as_auditor).status_code == 403


def test_proofs_satisfy_the_verifier(door: Door) -> None:
    from tpwallet.keys.signing import verify
    from tpwallet.proofs import evidence
    from tpwallet.proofs.vkey import parse_vkey

    booked = door.transfer("5.00").json()["transfers"][0]
    position = int(booked["place"].split(".")[0])
    at_least = {"at_least": position}
    checkpoint = door.get("/v1/checkpoint", params=at_least).json()
    vkeys = [parse_vkey(text) for text in checkpoint["vkeys"]]
    proof = door.get(f"/v1/proofs/transfers/{booked['transfer_id']}", params=at_least).content
    evidence.verify_proof(evidence.parse_proof(proof), trusted=vkeys, verify=verify)
    event = door.get(f"/v1/proofs/events/{position}", params=at_least).content
    item = door.get(f"/v1/proofs/events/{position}/items/0", params=at_least).content
    for one in (event, item):
        evidence.parse_proof(one)
    door.transfer("1.00")
    grown = door.get(
        "/v1/proofs/consistency",
        params={"old": checkpoint["note"], "at_least": position + 1},
    )
    evidence.verify_consistency_proof(
        evidence.parse_consistency_proof(grown.content), trusted=vkeys, verify=verify
    )


def test_balance_of_this_moment_waits_for_a_position_and_says_when_it_is_not_reached(
    door: Door,
) -> None:
    position = door.transfer("1.00").json()["position"]
    found = door.get(f"/v1/balances/{ALICE}", params={"at_least": position})
    assert (found.status_code, found.json()["posted"]) == (200, "1.00")
    refused = door.get(
        f"/v1/balances/{ALICE}",
        params={"at_least": position + 1000},
        headers={"Tpwallet-Deadline-Ms": "50"},
    )
    assert (refused.status_code, refused.json()["code"]) == (503, "position_not_reached")
    assert refused.json()["facts"] == {"at_least": position + 1000, "position": position}


@pytest.mark.parametrize("path", ["/v1/events", "/v1/changes"])
def test_place_beyond_the_journals_end_is_refused(door: Door, path: str) -> None:
    end = door.transfer("1.00").json()["position"]
    at_the_end = door.get(path, params={"after": end, "at_least": end})
    assert (at_the_end.status_code, at_the_end.json()["next_after"]) in [
        (200, end),
        (200, str(end)),
    ]
    for answer in (
        door.get(path, params={"after": end + 1}),
        door.get(f"{path}/stream", params={"after": end + 1}),
        door.get(f"{path}/stream", headers={"Last-Event-ID": str(end + 1)}),
    ):
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "position_beyond_end")
        assert (problem["parameter"], problem["facts"]) == ("after", {"position": end})
