"""A hub runs as two processes, survives the death of either, and ends without losing anything."""

import json
import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

from tests.faces.http.hub import await_end, found, hub, until
from tests.faces.http.served import ALICE, BANK
from tpwallet.faces.http.serve import serve
from tpwallet.kernel.errors import Halted, Malformed

pytestmark = pytest.mark.slow
TRANSFER = {"debit": BANK, "credit": ALICE, "amount": "1.00", "asset": "EUR"}
BALANCE = f"/v1/balances/{ALICE}"


def _client(address: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=address, headers=headers, timeout=30)


def _pay(client: httpx.Client, key: str) -> httpx.Response:
    return client.post("/v1/transfers", json=TRANSFER, headers={"Idempotency-Key": key})


def test_hub_writes_reads_and_proves(tmp_path: Path) -> None:
    token = found(tmp_path / "pool")
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        assert running.line == f"tpwallet is listening at {running.address}\n"
        paid = _pay(client, "one").json()
        at_least = {"at_least": paid["position"]}
        statement = client.get(f"/v1/statements/{ALICE}", params=at_least)
        assert statement.json()["closing"] == "1.00"
        assert statement.headers["Tpwallet-Position"] == str(paid["position"])
        proof = client.get(
            f"/v1/proofs/transfers/{paid['transfers'][0]['transfer_id']}", params=at_least
        )
        assert proof.status_code == 200
        missing = client.get("/v1/accounts/nobody")
        assert (missing.status_code, missing.json()["code"]) == (404, "account_not_found")
        assert missing.headers["content-type"] == "application/problem+json"
        figures = client.get("/metrics").text
        assert 'tpwallet_refusals_total{code="account_not_found"} 1.0' in figures
        assert "tpwallet_follower_up 1.0" in figures
        for path, after, wanted in (
            ("/v1/events/stream", paid["position"] - 1, paid["position"]),
            ("/v1/changes/stream", paid["position"] - 1, paid["transfers"][0]["place"]),
        ):
            with client.stream("GET", path, headers={"Last-Event-ID": str(after)}) as stream:
                ids = (line[4:] for line in stream.iter_lines() if line.startswith("id: "))
                assert next(ids) == str(wanted)
                later = str(_pay(client, path).json()["position"])
                assert next(one for one in ids if one.partition(".")[0] == later)


def test_hub_that_listens_answers_questions_and_is_ready(tmp_path: Path) -> None:
    token = found(tmp_path / "pool")
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        assert client.get("/v1/totals").status_code == 200
        assert client.get(f"/v1/accounts/{ALICE}").status_code == 200
        assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_port_that_is_none_is_refused(tmp_path: Path, port: int) -> None:
    found(tmp_path / "pool")
    with pytest.raises(Malformed, match="0 to 65535") as refused:
        serve([tmp_path / "pool"], port=port)
    assert refused.value.facts == {"parameter": "port"}


def test_each_key_leads_to_its_pool_through_the_relay_as_well(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("ours", "theirs")]
    tokens = [found(folder) for folder in folders]
    with hub(*folders) as running:
        for pays, token in enumerate(tokens):
            with _client(running.address, token) as client:
                for number in range(pays):
                    _pay(client, f"{number}")
                totals = client.get("/v1/totals").json()
                assert totals["position"] >= 1
                assert client.get(BALANCE).json()["posted"] == f"{pays}.00"


def test_dead_follower_is_started_again_and_payments_go_on_meanwhile(tmp_path: Path) -> None:
    token = found(tmp_path / "pool")
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        assert client.get("/v1/totals").status_code == 200
        os.kill(running.follower(), signal.SIGKILL)
        turned_away = until(503, client, "/v1/totals")
        assert turned_away.json()["code"] == "follower_unavailable"
        assert "Retry-After" in turned_away.headers
        assert _pay(client, "one").status_code == 201
        assert client.get(BALANCE).json()["posted"] == "1.00"
        assert client.get("/readyz").status_code == 200
        assert until(200, client, "/v1/totals").json()["position"] >= 1
    assert "follower_ended" in running.log


def test_hub_killed_outright_leaves_no_follower_and_loses_no_payment(tmp_path: Path) -> None:
    token = found(tmp_path / "pool")
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        first, follower = _pay(client, "one").json(), running.follower()
        running.process.kill()
        running.process.wait()
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        assert client.get(BALANCE).json()["posted"] == "1.00"
        assert _pay(client, "one").json() == first
        assert client.get(BALANCE).json()["posted"] == "1.00"
        until(200, client, "/v1/totals")
        await_end(follower)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_hub_ends_streams_and_finishes_what_was_begun(tmp_path: Path, number: int) -> None:
    token = found(tmp_path / "pool")
    answers: list[int] = []
    last: list[str] = []
    following = threading.Event()
    with hub(tmp_path / "pool") as running:

        def pay(name: str) -> None:
            with _client(running.address, token) as client:
                for count in range(10_000):
                    try:
                        answers.append(_pay(client, f"{name}-{count}").status_code)
                    except httpx.TransportError:
                        return

        def follow() -> None:
            with (
                _client(running.address, token) as client,
                client.stream("GET", "/v1/events/stream") as stream,
            ):
                for line in stream.iter_lines():
                    following.set()
                    if line.startswith("data: "):
                        last.append(line)

        threads = [threading.Thread(target=pay, args=(f"{n}",)) for n in range(4)]
        threads.append(threading.Thread(target=follow))
        for thread in threads:
            thread.start()
        while len(answers) < 50:
            threading.Event().wait(0.01)
        assert following.wait(30)
        status = running.stop(number)
        for thread in threads:
            thread.join(30)
    assert status == 0
    assert set(answers) == {201}
    assert json.loads(last[-1].removeprefix("data: "))["code"] == "server_closing"
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        posted = client.get(BALANCE).json()["posted"]
    # What was answered is there; of what was sent when the connection ended, some may be.
    assert len(answers) <= int(posted.partition(".")[0]) <= len(answers) + 4


def test_pool_in_use_and_port_in_use_are_refused(tmp_path: Path) -> None:
    found(tmp_path / "pool")
    with hub(tmp_path / "pool") as running:
        with pytest.raises(Halted, match="in use"):
            serve([tmp_path / "pool"], port=0)
        taken = int(running.address.rpartition(":")[2])
        with pytest.raises(Malformed, match="cannot listen"):
            serve([tmp_path / "pool"], port=taken)


def test_full_disk_stops_acceptance_and_room_resumes_it(tmp_path: Path) -> None:
    token = found(tmp_path / "pool")
    with hub(tmp_path / "pool") as running, _client(running.address, token) as client:
        assert _pay(client, "before").status_code == 201
        running.fill_disk(is_full=True)
        doubtful = _pay(client, "during")
        assert (doubtful.status_code, doubtful.json()["code"]) == (504, "outcome_unknown")
        not_ready = until(503, client, "/readyz")
        while not_ready.json() != {"status": "journal_unavailable"}:
            not_ready = until(503, client, "/readyz")
        turned_away = _pay(client, "later")
        assert (turned_away.status_code, turned_away.json()["code"]) == (
            503,
            "journal_unavailable",
        )
        assert "Retry-After" in turned_away.headers
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/totals").status_code == 200
        running.fill_disk(is_full=False)
        until(200, client, "/readyz")
        for key in ("before", "during", "later", "during"):
            assert _pay(client, key).status_code == 201
        assert client.get(BALANCE).json()["posted"] == "3.00"
        assert running.stop() == 0
    assert "log_lines_lost" in running.log
    assert "pool_recovered" in running.log
