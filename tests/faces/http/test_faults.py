"""When time, room or the disk runs out, the caller is told what is known, and no more."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.faces.http.served import ALICE, BOB, Door, issue, opened, serve_pool
from tpwallet.faces.http import limits
from tpwallet.faces.http.desk import Desk
from tpwallet.kernel import limits as kernel_limits
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import Halted, OutcomeUnknown
from tpwallet.kernel.journal import Outcome
from tpwallet.lab.journals import Fault, MemoryJournal, MemoryStorage
from tpwallet.money import Catalogue

SETUP_APPENDS = 5  # the epoch, three accounts, a key


@contextmanager
def _faulty(folder: Path, fault: Fault) -> Iterator[Door]:
    """A pool whose first append after the setup meets a fault."""
    scripts = iter([[None] * SETUP_APPENDS + [fault]])

    def open_storage(storage: MemoryStorage) -> MemoryJournal:
        return MemoryJournal(storage, faults=next(scripts, []))

    pool = serve_pool(folder, open_storage)
    token = issue(pool, "all")
    with opened([pool]) as client:
        yield Door(client, pool, token)


def _until_ready(door: Door) -> None:
    for _ in range(200):
        if door.client.get("/readyz").status_code == 200:
            return
        time.sleep(0.02)
    pytest.fail("the pool did not recover")


@pytest.mark.parametrize("fault", [Fault.KEPT, Fault.LOST])
def test_unknown_outcome_is_told_and_the_same_key_finds_out(tmp_path: Path, fault: Fault) -> None:
    with _faulty(tmp_path / "pool", fault) as door:
        doubtful = door.transfer(headers={"Idempotency-Key": "once"})
        assert (doubtful.status_code, doubtful.json()["code"]) == (504, "outcome_unknown")
        assert "Retry-After" in doubtful.headers
        _until_ready(door)
        for _ in range(2):
            assert door.transfer(headers={"Idempotency-Key": "once"}).status_code == 201
        assert door.posted(ALICE) == 1000


def test_full_disk_is_told_as_such_and_nothing_was_done(tmp_path: Path) -> None:
    with _faulty(tmp_path / "pool", Fault.UNAVAILABLE) as door:
        refused = door.transfer(headers={"Idempotency-Key": "once"})
        assert (refused.status_code, refused.json()["code"]) == (503, "journal_unavailable")
        assert "Retry-After" in refused.headers
        _until_ready(door)
        assert door.transfer(headers={"Idempotency-Key": "once"}).status_code == 201
        assert door.posted(ALICE) == 1000


class _FullJournal(MemoryJournal):
    """A journal whose storage says that it is full whenever it does not say what it kept."""

    @property
    def is_full(self) -> bool:
        return True


def test_full_disk_is_given_as_the_reason_where_the_storage_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECOVERY_DELAY_MS_MIN", 10)
    scripts = iter([[None] * SETUP_APPENDS + [Fault.LOST]])

    def open_storage(storage: MemoryStorage) -> MemoryJournal:
        return _FullJournal(storage, faults=next(scripts, [Fault.LOST]))

    pool = serve_pool(tmp_path / "pool", open_storage)
    token = issue(pool, "all")
    with opened([pool]) as client:
        door = Door(client, pool, token)
        doubtful = door.transfer(headers={"Idempotency-Key": "once"})
        assert doubtful.json()["code"] == "outcome_unknown"
        while (problem := door.transfer().json())["code"] != "journal_unavailable":
            time.sleep(0.02)
    assert doubtful.json()["facts"] == {"command_id": "once", "reason": "No space left"}
    assert "No space left" in doubtful.json()["detail"]
    assert problem["facts"] == {"reason": "No space left"}
    assert problem["detail"] == "The journal cannot be written now: No space left"


def test_halted_pool_is_alive_and_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECOVERY_DELAY_MS_MIN", 60_000)
    with _faulty(tmp_path / "pool", Fault.LOST) as door:
        assert door.client.get("/readyz").json() == {"status": "ready"}
        door.transfer()
        assert door.client.get("/healthz").status_code == 200
        not_ready = door.client.get("/readyz")
        assert (not_ready.status_code, not_ready.json()) == (503, {"status": "halted"})
        turned_away = door.transfer()
        assert (turned_away.status_code, turned_away.json()["code"]) == (503, "halted")
        assert "Retry-After" in turned_away.headers


def test_pool_taken_by_another_server_is_not_written_again(tmp_path: Path) -> None:
    with _faulty(tmp_path / "pool", Fault.FENCED) as door:
        assert door.transfer().json()["code"] == "fenced"
        time.sleep(0.3)
        assert door.transfer().json()["code"] == "halted"
        assert door.client.get("/readyz").status_code == 503


def test_durable_payment_is_not_told_as_an_error_of_its_receipt(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue is read again for a receipt that shows an asset nobody knew before."""
    assert door.transfer().status_code == 201
    known = Desk.known_catalogue

    def not_known(desk: Desk, ledgers: set[int]) -> Catalogue | None:
        return None if ledgers else known(desk, ledgers)

    async def stopped(desk: Desk, deadline: int) -> Catalogue:
        raise Halted("the pool has stopped")

    with monkeypatch.context() as patch:
        patch.setattr(Desk, "known_catalogue", not_known)
        patch.setattr(Desk, "catalogue", stopped)
        for query in ({}, {"dry_run": "false"}):  # the short way and the long one
            headers = {"Idempotency-Key": f"once{len(query)}"}
            told = door.transfer(headers=headers, params=query)
            assert (told.status_code, told.json()["code"]) == (504, "outcome_unknown")
            assert told.json()["facts"] == {"command_id": f"once{len(query)}"}
    assert door.transfer(headers={"Idempotency-Key": "once0"}).status_code == 201
    assert door.posted(ALICE) == 3000


def test_durable_key_is_not_told_as_an_error_of_the_look_at_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*_: object) -> None:
        raise Halted("the pool has stopped")

    body, once = {"key_id": "till", "scopes": ["ledger:read"]}, {"Idempotency-Key": "once"}
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "read", stopped)
        told = door.post("/v1/keys", body, headers=once)
    assert (told.status_code, told.json()["code"]) == (504, "outcome_unknown")
    assert told.json()["facts"] == {"command_id": "once"}
    assert "till" in {key["key_id"] for key in door.get("/v1/keys").json()["keys"]}
    again = door.post("/v1/keys", body, headers=once)
    assert (again.status_code, again.json().get("token")) == (201, None)


def test_command_that_is_not_begun_is_not_in_doubt(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(desk: Desk, deadline: int) -> Catalogue:
        raise OutcomeUnknown("no answer in time")

    with monkeypatch.context() as patch:
        patch.setattr(Desk, "catalogue", lost)
        told = door.transfer()
    assert (told.status_code, told.json()["code"]) == (503, "halted")
    assert door.posted(ALICE) == 0


def test_who_is_turned_away_is_told_of_this_attempt_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECOVERY_DELAY_MS_MIN", 60_000)
    with _faulty(tmp_path / "pool", Fault.KEPT) as door:
        once = {"Idempotency-Key": "once"}
        assert door.transfer(headers=once).json()["code"] == "outcome_unknown"
        again = door.transfer(headers=once).json()
        assert again["code"] == "halted"
        assert "says nothing of an earlier one" in again["detail"]


def test_full_queue_turns_away(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_limits, "QUEUE_COMMANDS_MAX", 0)
    answer = door.transfer()
    assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
    assert answer.headers["Retry-After"] == "1"
    monkeypatch.undo()
    assert door.transfer().status_code == 201
    assert door.posted(ALICE) == 1000


@contextmanager
def _shard_busy(door: Door) -> Iterator[None]:
    """Keep the shard at one read until the block ends."""
    entered, left = threading.Event(), threading.Event()

    def read(_state: object) -> None:
        entered.set()
        left.wait(10)

    door.pool.writer.submit(read, lambda _answer: None)
    assert entered.wait(10)
    try:
        yield
    finally:
        left.set()


def test_command_not_begun_by_its_deadline_is_dropped(door: Door) -> None:
    with ThreadPoolExecutor(1) as thread:
        with _shard_busy(door):
            sent = thread.submit(door.transfer, headers={"Tpwallet-Deadline-Ms": "20"})
            time.sleep(0.2)
        answer = sent.result()
    assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
    assert door.posted(ALICE) == 0


@pytest.mark.parametrize("text", ["0", "60001", "-1", "1.5", "soon", "9" * 30])
def test_malformed_deadline_is_refused(door: Door, text: str) -> None:
    answer = door.transfer(headers={"Tpwallet-Deadline-Ms": text})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "Tpwallet-Deadline-Ms")
    assert door.posted(ALICE) == 0


class _SlowJournal(MemoryJournal):
    """A journal whose appends wait for a gate."""

    gate = threading.Event()

    def append(self, commit: Commit) -> Outcome:
        self.gate.wait(20)
        return super().append(commit)


def test_command_still_under_way_past_its_deadline_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpwallet.faces.http.desk._GRACE", 50_000_000)
    gate = _SlowJournal.gate
    gate.set()
    pool = serve_pool(tmp_path / "pool", _SlowJournal)
    token = issue(pool, "all")
    with opened([pool]) as client:
        door = Door(client, pool, token)
        gate.clear()
        sent = {"Idempotency-Key": "once", "Tpwallet-Deadline-Ms": "100"}
        doubtful = door.transfer(headers=sent)
        assert (doubtful.status_code, doubtful.json()["code"]) == (504, "outcome_unknown")
        assert doubtful.json()["facts"] == {"command_id": "once"}
        gate.set()
        assert door.transfer(headers={"Idempotency-Key": "once"}).status_code == 201
        assert door.posted(ALICE) == 1000


def test_deadlines_hold_while_an_expiry_hangs_with_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpwallet.faces.http.desk._GRACE", 50_000_000)
    gate = _SlowJournal.gate
    gate.set()
    pool = serve_pool(tmp_path / "pool", _SlowJournal)
    token = issue(pool, "all")
    with opened([pool]) as client:
        door = Door(client, pool, token)
        door.transfer("10.00")
        body = {"debit": ALICE, "credit": BOB, "amount": "4.00", "asset": "EUR"}
        assert door.post("/v1/holds", {**body, "timeout_seconds": 1}).status_code == 201
        gate.clear()
        try:
            time.sleep(1.5)  # the reservation runs out, and its release cannot be written
            begun = time.monotonic()
            doubtful = door.transfer(headers={"Tpwallet-Deadline-Ms": "100"})
            assert time.monotonic() - begun < 5
            assert (doubtful.status_code, doubtful.json()["code"]) == (504, "outcome_unknown")
        finally:
            gate.set()


def test_reservation_expires_though_nobody_asks(door: Door) -> None:
    door.transfer("10.00")
    body = {"debit": ALICE, "credit": "customer/bob/available/EUR", "amount": "4.00"}
    held = door.post("/v1/holds", {**body, "asset": "EUR", "timeout_seconds": 1})
    hold_id = held.json()["transfers"][0]["transfer_id"]
    position = held.json()["position"]
    deadline = time.monotonic() + 10
    while door.pool.writer.position == position and time.monotonic() < deadline:
        time.sleep(0.05)
    late = door.post(f"/v1/holds/{hold_id}/post", {})
    assert (late.status_code, late.json()["code"]) == (409, "pending_transfer_expired")


def test_closing_finishes_what_is_under_way(tmp_path: Path) -> None:
    pool = serve_pool(tmp_path / "pool")
    token = issue(pool, "all")
    with opened([pool]) as client:
        door = Door(client, pool, token)
        with ThreadPoolExecutor(8) as threads:
            answers: list[httpx.Response] = list(
                threads.map(lambda _: door.transfer("1.00"), range(40))
            )
    assert {answer.status_code for answer in answers} == {201}
    assert pool.writer.journal.bytes_used() > 0
