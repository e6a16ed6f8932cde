"""A plain transfer that takes the short way is answered as one that takes the long way."""

from typing import Any

import httpx
import pytest

from tests.faces.http.served import ALICE, BANK, BOB, Door, issue
from tpwallet.faces.http.lane import TransferLane
from tpwallet.kernel.access import LEDGER_READ

GOOD = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
LONG = {"dry_run": "false"}  # a query takes the long way
VARIES = {"command_id", "position", "time", "transfer_id", "place"}


def _alike(answer: httpx.Response) -> Any:
    """What two answers to two like commands share."""

    def strip(found: Any) -> Any:
        if isinstance(found, dict):
            return {name: strip(value) for name, value in found.items() if name not in VARIES}
        return [strip(one) for one in found] if isinstance(found, list) else found

    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"tpwallet-position", "content-length", "date"}
    }
    return answer.status_code, headers, "tpwallet-position" in answer.headers, strip(answer.json())


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 201),
        ({"metadata": {"order": "7"}, "code": 9}, 201),
        ({"debit": BOB}, 422),
        ({"credit": "nobody"}, 404),
        ({"asset": "XYZ"}, 422),
        ({"amount": "1.001"}, 400),
        ({"amount": 1}, 400),
        ({"personal": {"subject": "p", "texts": {"remittance": "x"}}}, 201),
    ],
)
def test_both_ways_answer_alike(door: Door, change: dict[str, Any], status: int) -> None:
    body = {**GOOD, **change}
    short, long = door.post("/v1/transfers", body), door.post("/v1/transfers", body, params=LONG)
    assert short.status_code == status, short.text
    assert _alike(short) == _alike(long)


def test_both_ways_turn_away_alike_and_share_their_keys(door: Door) -> None:
    reader = {"Authorization": f"Bearer {issue(door.pool, 'reader', LEDGER_READ)}"}
    for headers in ({"Authorization": "Bearer x"}, reader, {"Tpwallet-Deadline-Ms": "soon"}):
        answers = [door.transfer(headers=headers, params=way) for way in ({}, LONG)]
        assert _alike(answers[0]) == _alike(answers[1])
        assert answers[0].status_code in {400, 401, 403}
    once = {"Idempotency-Key": "once"}
    first, again = (door.transfer(headers=once, params=way) for way in ({}, LONG))
    assert first.json() == again.json()
    assert door.posted(ALICE) == 1000


def test_plain_transfer_takes_the_short_way(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    async def book(lane: TransferLane, *asked: Any) -> Any:
        taken.append(asked)
        return await kept(lane, *asked)

    kept = TransferLane._book
    monkeypatch.setattr(TransferLane, "_book", book)
    assert door.transfer().status_code == 201
    assert door.transfer(params=LONG).status_code == 201
    assert len(taken) == 1


def test_fault_of_ours_is_told_as_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_asked: object, **_facts: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("tpwallet.faces.present.receipt", broken)
    answers = [door.transfer(params=way) for way in ({}, LONG)]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert answer.json()["instance"].startswith("urn:uuid:")
        assert "secret" not in answer.text
        assert "nothing" not in answer.json()["detail"]  # for it was booked
    assert door.posted(ALICE) == 2000
