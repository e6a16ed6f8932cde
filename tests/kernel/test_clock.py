"""The pool's clock: forward only, no leaps, and what an operator's word changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.pools import SECOND, START, Clocks
from tpwallet.kernel import limits
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.errors import ClockRefused

JUMP, LAG = limits.CLOCK_JUMP_NS_MAX, limits.CLOCK_LAG_NS_MAX
DAY = 86_400 * SECOND


def override(clock: PoolClock) -> int:
    """What the decider does with an operator's word."""
    time = clock.vouched()
    clock.believe(time)
    return time


def started(clocks: Clocks, last: int = 0) -> PoolClock:
    return PoolClock(clocks.wall, clocks.monotonic, last=last)


@given(
    st.lists(
        st.tuples(st.integers(-LAG, LAG), st.integers(0, LAG), st.integers(1, 8190)), max_size=30
    )
)
def test_every_request_has_a_time_of_its_own(steps: list[tuple[int, int, int]]) -> None:
    clocks = Clocks()
    clock = started(clocks)
    last = 0
    for off_by, elapsed, count in steps:
        clocks.elapsed += elapsed
        clocks.now = START + clocks.elapsed + off_by
        try:
            taken = clock.take(count)
        except ClockRefused:
            assert last - clocks.now > LAG
            continue
        assert taken - count >= last
        last = taken


def test_a_time_is_the_wall_clocks_when_that_has_moved_on() -> None:
    clocks = Clocks()
    clock = started(clocks)
    assert clock.take() == START
    clocks.pass_time(5 * SECOND)
    assert clock.take(100) == START + 5 * SECOND


def test_a_clock_that_stands_still_gives_times_one_after_another() -> None:
    clock = started(Clocks())
    assert [clock.take(n) for n in (1, 1, 3)] == [START, START + 1, START + 4]


def test_times_go_on_after_the_journals_latest() -> None:
    clocks = Clocks()
    clock = started(clocks, last=START + SECOND)
    assert clock.take() == START + SECOND + 1
    assert clock.now() == START + SECOND + 1


@pytest.mark.parametrize(("ahead", "refused"), [(JUMP, False), (JUMP + 1, True)])
def test_a_jump_is_believed_up_to_its_limit(ahead: int, refused: bool) -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.pass_time(DAY)
    clocks.now += ahead
    if not refused:
        assert clock.take() == START + DAY + ahead
        return
    with pytest.raises(ClockRefused) as refusal:
        clock.take()
    assert refusal.value.facts == {"ahead_ns": ahead, "limit_ns": JUMP}


@pytest.mark.parametrize(("behind", "refused"), [(LAG, False), (LAG + 1, True)])
def test_a_clock_may_be_behind_the_journal_up_to_its_limit(behind: int, refused: bool) -> None:
    clock = started(Clocks(), last=START + behind)
    if not refused:
        assert clock.take() == START + behind + 1
        return
    with pytest.raises(ClockRefused) as refusal:
        clock.take()
    assert refusal.value.facts == {"behind_ns": behind, "limit_ns": LAG}


def test_a_refused_reading_moves_nothing() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    with pytest.raises(ClockRefused):
        clock.take()
    assert clock.now() == 0  # no time was given, and the wall clock's is not believed
    clocks.now -= DAY
    assert clock.take() == START


def test_an_operator_makes_a_jump_believed_from_then_on() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    assert override(clock) == START + DAY
    clocks.pass_time(SECOND)
    assert clock.take() == START + DAY + SECOND
    clocks.now += JUMP + 1
    with pytest.raises(ClockRefused):
        clock.take()


def test_an_operator_lets_time_stand_until_a_late_clock_has_caught_up() -> None:
    clocks = Clocks()
    clock = started(clocks, last=START + DAY)
    with pytest.raises(ClockRefused):
        clock.take()
    assert override(clock) == START + DAY + 1
    clocks.pass_time(DAY // 2)
    assert clock.take() == START + DAY + 2
    clocks.pass_time(DAY)
    assert clock.take() == START + DAY + DAY // 2


def test_a_vouched_lag_does_not_excuse_a_longer_one() -> None:
    clocks = Clocks()
    clock = started(clocks, last=START + DAY)
    override(clock)
    clocks.now -= LAG + 1
    with pytest.raises(ClockRefused):
        clock.take()


def test_an_override_that_is_not_decided_changes_nothing() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    assert clock.vouched() == clock.vouched() == START + DAY
    with pytest.raises(ClockRefused):
        clock.take()
    assert clock.now() == 0


def test_an_override_the_journal_does_not_have_is_forgotten() -> None:
    clocks = Clocks()
    clock = started(clocks)
    taken = clock.take()
    clocks.now += DAY
    override(clock)
    clock.take()
    clock.go_on_from(taken)
    with pytest.raises(ClockRefused) as refusal:
        clock.take()
    assert refusal.value.facts["ahead_ns"] == DAY
    clocks.now -= DAY
    assert clock.take() == taken + 1  # and no time that was never recorded stands in the way


def test_an_override_the_journal_has_is_kept() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    clock.go_on_from(override(clock))
    assert clock.take() == START + DAY + 1


def test_of_two_overrides_the_one_that_is_durable_is_kept() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    durable = override(clock)
    clocks.now += DAY
    override(clock)
    clock.go_on_from(durable)
    with pytest.raises(ClockRefused) as refusal:
        clock.take()
    assert refusal.value.facts["ahead_ns"] == DAY


def test_overrides_under_way_are_forgotten_from_the_first_that_is_lost() -> None:
    clocks = Clocks()
    clock = started(clocks, last=START)
    for _ in range(2 * limits.GROUP_COMMANDS_MAX):
        clocks.now += DAY
        override(clock)
    clock.go_on_from(START)
    clocks.now = START
    assert clock.take() == START + 1


def test_a_vouched_lag_is_forgotten_with_its_override() -> None:
    clocks = Clocks()
    clock = started(clocks, last=START + DAY)
    override(clock)
    clock.go_on_from(START + DAY)
    with pytest.raises(ClockRefused) as refusal:
        clock.take()
    assert refusal.value.facts["behind_ns"] == DAY


def test_now_gives_nothing_away() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.pass_time(SECOND)
    assert clock.now() == clock.now() == START + SECOND
    assert clock.take() == START + SECOND


def test_reading_the_journal_again_never_turns_time_back() -> None:
    clocks = Clocks()
    clock = started(clocks)
    taken = clock.take()
    clock.go_on_from(taken - SECOND)
    assert clock.take() == taken + 1
    clock.go_on_from(taken + SECOND)
    assert clock.take() == taken + SECOND + 1


def test_reading_the_journal_again_believes_no_jump() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    clock.go_on_from(START)
    with pytest.raises(ClockRefused):
        clock.take()


def test_deadlines_are_of_the_monotonic_clock() -> None:
    clocks = Clocks()
    clock = started(clocks)
    clocks.now += DAY
    assert not clock.has_passed(SECOND)
    clocks.pass_time(SECOND)
    assert clock.has_passed(SECOND)
