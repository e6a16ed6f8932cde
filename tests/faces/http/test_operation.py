"""Those who run the server can see how it is, what it refuses with, and how fast it commits."""

import time
from pathlib import Path

import pytest

from tests.faces.http.served import Door, issue, opened, serve_pool
from tpwallet.faces.http.codes import CODES
from tpwallet.kernel.access import LEDGER_READ


def _figures(door: Door) -> dict[str, float]:
    answer = door.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_figures_follow_what_happens(door: Door) -> None:
    before = _figures(door)
    for _ in range(3):
        door.transfer()
    door.transfer("-1")
    after = _figures(door)
    assert after["tpwallet_commit_seconds_count"] == before["tpwallet_commit_seconds_count"] + 3
    assert after["tpwallet_commit_commands_sum"] == before["tpwallet_commit_commands_sum"] + 3
    assert after['tpwallet_refusals_total{code="malformed_request"}'] == 1
    assert after["tpwallet_position"] == door.pool.writer.position
    assert (after["tpwallet_queue_depth"], after["tpwallet_halted"]) == (0, 0)
    for what in ("transfers", "commands"):
        assert 0 < after[f'tpwallet_room_used_ratio{{of="{what}"}}'] < 0.001


def test_lag_of_the_follower_goes_to_nothing(door: Door) -> None:
    door.transfer()
    for _ in range(200):
        if _figures(door)["tpwallet_follower_lag_events"] == 0:
            return
        time.sleep(0.02)
    pytest.fail("the follower did not catch up")


def test_figures_need_their_scope_and_show_one_pool(tmp_path: Path) -> None:
    ours, theirs = serve_pool(tmp_path / "ours"), serve_pool(tmp_path / "theirs")
    with opened([ours, theirs]) as client:
        one, two = Door(client, ours, issue(ours, "k")), Door(client, theirs, issue(theirs, "k"))
        one.transfer()
        assert _figures(one)["tpwallet_position"] == _figures(two)["tpwallet_position"] + 1
        reader = issue(ours, "reader", LEDGER_READ)
        assert one.get("/metrics", headers={"Authorization": f"Bearer {reader}"}).status_code == 403
        assert client.get("/metrics").status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/errors", "/v1/openapi.json"])
def test_what_says_nothing_of_a_pool_is_open(door: Door, path: str) -> None:
    answer = door.client.get(path)
    assert answer.status_code == 200
    assert door.pool.name not in answer.text


def test_type_of_a_problem_leads_to_what_it_means(door: Door) -> None:
    problem = door.transfer("-1").json()
    meaning = door.client.get(problem["type"]).json()
    assert (meaning["code"], meaning["title"]) == (problem["code"], problem["title"])
    assert {one["code"] for one in door.client.get("/v1/errors").json()["codes"]} == set(CODES)
    assert door.client.get("/v1/errors/nonsense").status_code == 404


def test_answers_are_not_to_be_cached_or_sniffed(door: Door) -> None:
    for answer in (door.transfer(), door.transfer("-1"), door.client.get("/healthz")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
