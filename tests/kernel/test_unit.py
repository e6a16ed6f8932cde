"""Units: everything one command does, or nothing; shown with a refusal injected at every step."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.counters import Counted, Counter, Counters, empty_state
from tpwallet.kernel.access import OWNER
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.facts import Unchanged
from tpwallet.kernel.state import PoolState
from tpwallet.kernel.unit import Unit
from tpwallet.kernel.wire import Event, event

steps = st.lists(
    st.builds(Counted, st.sampled_from("abc"), st.integers(-9, 9)), min_size=1, max_size=8
)


class Recorded:
    """The past: events by position."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events

    def event_at(self, position: int) -> Event:
        return self._events[position - 1]


@event("test.unheard", 1)
class Unheard(Event, frozen=True):
    """Nothing concerns itself with this."""


def unit_on(state: PoolState, past: list[Event] | None = None) -> Unit:
    return Unit(state, actor=OWNER, command_id="c", now=9, past=Recorded(past or []))


def settled(events: list[Event]) -> PoolState:
    """A pool to which these events happened, one unit each."""
    state = empty_state()
    for fact in events:
        unit = unit_on(state)
        unit.record(fact)
        unit.settle()
    return state


@given(steps, steps)
def test_a_refusal_at_any_step_leaves_no_trace(before: list[Event], attempt: list[Event]) -> None:
    state = settled(before)
    untouched = state.state_hash()
    for count in range(len(attempt) + 1):
        unit = unit_on(state)
        unit.record(*attempt[:count])
        unit.rollback()
        assert state.state_hash() == untouched
        assert state.position == len(before)
        assert unit.events == ()


@given(steps)
def test_what_is_settled_equals_what_is_replayed(events: list[Event]) -> None:
    replayed = empty_state()
    for position, fact in enumerate(events, start=1):
        replayed.replay(fact, position)
    replayed.settle()
    assert settled(events).state_hash() == replayed.state_hash()


@given(steps, steps)
def test_a_settled_unit_survives_the_next_ones_rollback(
    kept: list[Event], refused: list[Event]
) -> None:
    state = settled(kept)
    unit = unit_on(state)
    unit.record(*refused)
    unit.rollback()
    assert state.state_hash() == settled(kept).state_hash()


def test_later_steps_see_what_earlier_ones_recorded() -> None:
    state = empty_state()
    unit = unit_on(state)
    unit.record(Counted("a", 1))
    unit.record(Counted("a", 2))
    assert unit.part(Counters).value("a") == 3
    assert state.position == 0
    unit.settle()
    assert state.position == 2


def test_an_event_reaches_every_part_it_concerns() -> None:
    state = settled([Counted("a", 1)])
    values = [part.values.get("a") for part in state.parts.values() if isinstance(part, Counters)]
    assert values == [Counter(1), Counter(1)]


def test_positions_follow_from_what_is_settled() -> None:
    state = settled([Counted("a", 1), Counted("b", 1)])
    unit = unit_on(state)
    assert unit.position == 3
    unit.record(Counted("c", 1), Counted("c", 1))
    assert unit.position == 5


def test_an_adopted_event_is_recorded_without_being_applied_again() -> None:
    state = empty_state()
    unit = unit_on(state)
    unit.adopt(Counted("a", 1))
    assert unit.events == (Counted("a", 1),)
    assert unit.part(Counters).value("a") == 0


def test_events_are_found_in_the_unit_and_before_it() -> None:
    past: list[Event] = [Counted("a", 1), Counted("b", 1)]
    unit = unit_on(settled(past), past)
    unit.record(Unchanged("x"))
    assert [unit.event_at(position) for position in (1, 2, 3)] == [*past, Unchanged("x")]
    with pytest.raises(LookupError):
        unit.event_at(4)


def test_policies_that_were_read_are_noted() -> None:
    unit = unit_on(empty_state())
    unit.read_policy("fees", 3)
    assert unit.policies == {"fees": 3}


def _parts() -> Iterator[str]:
    yield from ("kernel", "counters", "twins")


def test_parts_are_found_by_their_type() -> None:
    state = empty_state()
    assert list(state.parts) == list(_parts())
    assert state.part(Counters) is state.parts["counters"]
    with pytest.raises(LookupError, match="no Unit"):
        state.part(Unit)  # type: ignore[type-var]


def test_an_event_that_concerns_no_part_breaks_an_invariant() -> None:
    with pytest.raises(InvariantBroken, match="no state handles"):
        unit_on(empty_state()).record(Unheard())


def test_replay_takes_positions_in_order_only() -> None:
    state = settled([Counted("a", 1)])
    for position in (1, 3):
        with pytest.raises(InvariantBroken, match=f"met position {position}"):
            state.replay(Counted("a", 1), position)
    assert state.position == 1


def test_the_position_is_part_of_the_states_hash() -> None:
    one, two = empty_state(), empty_state()
    two.replay(Unchanged("x"), 1)
    assert one.state_hash() != two.state_hash()
