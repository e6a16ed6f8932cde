"""Personal texts are opened for who may, after it was written down, and erased for good."""

import json
import os
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.faces.http.served import ALICE, BANK, Door, issue
from tpwallet.kernel.access import LEDGER_READ, METRICS_READ, PERSONAL_READ

TEXT = "for the piano"


def _reference(door: Door) -> str:
    """Book a transfer with a remittance text; gives the reference that the journal has."""
    body = {
        "debit": BANK,
        "credit": ALICE,
        "amount": "1.00",
        "asset": "EUR",
        "personal": {"subject": "person-1", "texts": {"remittance": TEXT}},
    }
    booked = door.post("/v1/transfers", body).json()
    found = door.get(
        f"/v1/transfers/{booked['transfers'][0]['transfer_id']}",
        params={"at_least": booked["position"]},
    )
    reference: str = found.json()["transfer"]["sealed"]["remittance"]
    return reference


def _audited(door: Door) -> list[dict[str, Any]]:
    path: Path = door.pool.directory.personal_reads_path
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _bodies() -> dict[str, dict[str, Any]]:
    personal = {"subject": "person-2", "texts": {f"text-{n}": TEXT for n in range(16)}}
    leg = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
    account = {"address": "customer/new/EUR", "asset": "EUR", "kind": "liability"}
    return {
        "/v1/transfers": {**leg, "personal": personal},
        "/v1/postings": {"legs": [leg], "personal": personal},
        "/v1/holds": {**leg, "personal": personal},
        "/v1/accounts": {**account, "personal": personal},
    }


@pytest.mark.parametrize("path", _bodies())
def test_texts_of_who_may_not_write_are_not_kept(door: Door, path: str) -> None:
    as_reader = {"Authorization": f"Bearer {issue(door.pool, 'reader', METRICS_READ)}"}
    answer = door.post(path, _bodies()[path], headers=as_reader)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.json()["facts"]["actor"] == "key:reader"
    assert door.pool.writer.vault.references() == set()


@pytest.mark.parametrize("path", _bodies())
def test_texts_of_a_dry_run_are_not_kept(door: Door, path: str) -> None:
    body = _bodies()[path]
    assert door.post(path, body, params={"dry_run": "true"}).is_success
    assert door.pool.writer.vault.references() == set()
    assert door.post(path, body).is_success
    assert len(door.pool.writer.vault.references()) == 16


def test_dry_run_tells_of_an_erased_person(door: Door) -> None:
    door.post("/v1/personal-texts/erase", {"subject": "person-2"})
    answer = door.post("/v1/transfers", _bodies()["/v1/transfers"], params={"dry_run": "true"})
    assert (answer.status_code, answer.json()["code"]) == (410, "subject_erased")


def test_vault_on_a_full_disk_is_told_as_such_and_nothing_was_done(door: Door) -> None:
    database = apsw.Connection(str(door.pool.directory.vault_path))
    headers = {"Idempotency-Key": "once"}
    vault = door.pool.writer.vault
    vault._database.execute("pragma max_page_count = 1")
    body = _bodies()["/v1/transfers"]
    body["personal"]["texts"] = dict.fromkeys(body["personal"]["texts"], TEXT * 500)
    answer = door.post("/v1/transfers", body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "vault_unavailable")
    assert "Retry-After" in answer.headers
    assert list(database.execute("select count(*) from subjects, fields")) == [(0,)]
    assert door.posted(ALICE) == 0
    vault._database.execute("pragma max_page_count = 100000")
    assert door.post("/v1/transfers", body, headers=headers).status_code == 201
    assert len(vault.references()) == 16


def test_text_is_opened_and_who_did_is_written_down(door: Door) -> None:
    reference = _reference(door)
    assert _audited(door) == []
    answer = door.get(f"/v1/personal-texts/{reference}")
    assert answer.json() == {"reference": reference, "text": TEXT}
    (line,) = _audited(door)
    assert (line["reader"], line["reference"]) == ("key:all", reference)


def test_text_needs_a_scope_of_its_own(door: Door) -> None:
    reference = _reference(door)
    for scope, status in ((LEDGER_READ, 403), (PERSONAL_READ, 200)):
        headers = {"Authorization": f"Bearer {issue(door.pool, scope.partition(':')[0], scope)}"}
        answer = door.get(f"/v1/personal-texts/{reference}", headers=headers)
        assert answer.status_code == status
        erase = door.post("/v1/personal-texts/erase", {"subject": "person-1"}, headers=headers)
        assert erase.status_code == 403
    assert len(_audited(door)) == 1


def test_text_is_not_told_when_it_cannot_be_written_down(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = _reference(door)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = door.get(f"/v1/personal-texts/{reference}")
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert TEXT not in answer.text


def test_erased_person_is_unreadable_and_takes_no_new_texts(door: Door) -> None:
    reference = _reference(door)
    erased = door.post("/v1/personal-texts/erase", {"subject": "person-1"})
    assert (erased.status_code, erased.json()) == (200, {"texts": 1})
    assert door.get(f"/v1/personal-texts/{reference}").json() == {"reference": reference}
    again = door.post("/v1/personal-texts/erase", {"subject": "person-1"})
    assert again.json() == {"texts": 0}
    body = {
        "debit": BANK,
        "credit": ALICE,
        "amount": "1.00",
        "asset": "EUR",
        "personal": {"subject": "person-1", "texts": {"remittance": "again"}},
    }
    refused = door.post("/v1/transfers", body)
    assert (refused.status_code, refused.json()["code"]) == (410, "subject_erased")
    assert door.posted(ALICE) == 100


@pytest.mark.parametrize("path", _bodies())
def test_request_repeated_after_the_erasure_is_told_that_it_was_executed(
    door: Door, path: str
) -> None:
    body, key = _bodies()[path], {"Idempotency-Key": "once"}
    first = door.post(path, body, headers=key).json()
    door.post("/v1/personal-texts/erase", {"subject": "person-2"})
    position = door.pool.writer.position
    again = door.post(path, body, headers=key)
    told = again.json()
    assert (again.status_code, told["code"]) == (410, "executed_before_erasure")
    assert told["facts"] == {"command_id": "once"}
    assert told["parameter"] == "Idempotency-Key"
    assert int(again.headers["Tpwallet-Position"]) == told["position"] <= first["position"]
    shown = door.get("/v1/events", params={"after": told["position"] - 1, "at_least": position})
    assert shown.json()["events"][0]["command_id"] == "once"
    other = door.post(path, body, headers={"Idempotency-Key": "another"})
    assert (other.status_code, other.json()["code"]) == (410, "subject_erased")
    assert "position" not in other.json()
    assert door.pool.writer.position == position


def test_erasure_that_is_held_up_is_told_and_may_be_put_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpwallet.gateways.vault._CUTS_MAX", 1)
    _reference(door)
    reader = apsw.Connection(str(door.pool.directory.vault_path))
    reader.execute("begin")
    reader.execute("select * from subjects").fetchall()
    held_up = door.post("/v1/personal-texts/erase", {"subject": "person-1"})
    assert (held_up.status_code, held_up.json()["code"]) == (503, "erasure_unfinished")
    assert held_up.json()["facts"] == {"texts": 1}
    assert "Retry-After" in held_up.headers
    reader.execute("commit")
    done = door.post("/v1/personal-texts/erase", {"subject": "person-1"})
    assert (done.status_code, done.json()) == (200, {"texts": 0})


def test_malformed_references_are_refused(door: Door) -> None:
    for reference in ("x", "0" * 31, "0" * 33, "G" * 32):
        answer = door.get(f"/v1/personal-texts/{reference}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, "reference")
    assert door.get(f"/v1/personal-texts/{'0' * 32}").json() == {"reference": "0" * 32}
