"""A hub whose clock jumped refuses commands until an administrator vouches for the time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.http.served import ALICE, Door, WallClock, issue, opened, serve_pool
from tpwallet.kernel.access import LEDGER_WRITE
from tpwallet.kernel.limits import CLOCK_JUMP_NS_MAX, CLOCK_LAG_NS_MAX, WORD_LENGTH_MAX

PATH = "/v1/clock/override"
CHECKED = {"reason": "INC-4711"}


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def door(tmp_path: Path, clock: WallClock) -> Iterator[Door]:
    """A served pool whose machine has this clock."""
    pool = serve_pool(tmp_path / "treasure", wall=clock)
    with opened([pool]) as client:
        yield Door(client, pool, issue(pool, "all"))


@pytest.mark.parametrize(
    ("leap_ns", "fact"),
    [(2 * CLOCK_JUMP_NS_MAX, "ahead_ns"), (-2 * CLOCK_LAG_NS_MAX, "behind_ns")],
)
def test_commands_are_refused_after_a_leap_and_accepted_after_the_override(
    door: Door, clock: WallClock, leap_ns: int, fact: str
) -> None:
    assert door.transfer().status_code == 201
    clock.ahead_ns = leap_ns
    refused = door.transfer()
    assert (refused.status_code, refused.json()["code"]) == (503, "clock_refused")
    assert "Retry-After" not in refused.headers  # nobody is to wait for it
    assert "tpwallet clock override REASON" in refused.json()["detail"]
    assert refused.json()["facts"][fact] > CLOCK_JUMP_NS_MAX
    assert door.posted(ALICE) == 1000
    answer = door.post(PATH, CHECKED)
    assert answer.status_code == 201
    (event,) = door.get(f"/v1/entries/{answer.json()['position']}").json()["events"]
    assert event["name"].startswith("kernel.clock_overridden")
    assert event["body"] == CHECKED
    assert door.transfer().status_code == 201
    assert door.posted(ALICE) == 2000


def test_a_repeated_override_does_not_vouch_for_the_next_jump(door: Door, clock: WallClock) -> None:
    once = {"Idempotency-Key": "override-1"}
    clock.ahead_ns = 2 * CLOCK_JUMP_NS_MAX
    first = door.post(PATH, CHECKED, headers=once)
    clock.ahead_ns = 4 * CLOCK_JUMP_NS_MAX
    assert door.post(PATH, CHECKED, headers=once).json() == first.json()
    assert door.transfer().json()["code"] == "clock_refused"


def test_who_may_only_write_does_not_vouch_for_the_clock(door: Door, clock: WallClock) -> None:
    as_teller = {"Authorization": f"Bearer {issue(door.pool, 'teller', LEDGER_WRITE)}"}
    clock.ahead_ns = 2 * CLOCK_JUMP_NS_MAX
    assert door.post(PATH, CHECKED, headers=as_teller).status_code == 403
    assert door.transfer().json()["code"] == "clock_refused"


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": 7}, {"reason": "call Ada Lovelace"}]
)
def test_an_override_without_a_reason_is_refused(
    door: Door, clock: WallClock, body: dict[str, object]
) -> None:
    clock.ahead_ns = 2 * CLOCK_JUMP_NS_MAX
    refused = door.post(PATH, body)
    assert (refused.status_code, refused.json()["parameter"]) == (400, "reason")
    assert door.transfer().json()["code"] == "clock_refused"


def test_a_reason_at_its_limit_is_taken_and_one_past_it_is_not(door: Door) -> None:
    assert door.post(PATH, {"reason": "x" * (WORD_LENGTH_MAX + 1)}).status_code == 400
    assert door.post(PATH, {"reason": "x" * WORD_LENGTH_MAX}).status_code == 201


def test_an_override_is_not_rehearsed(door: Door) -> None:
    position = door.pool.writer.position
    assert door.post(f"{PATH}?dry_run=true", CHECKED).status_code == 400
    assert door.pool.writer.position == position
