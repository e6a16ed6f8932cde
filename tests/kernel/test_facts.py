"""What the kernel remembers of its own events."""

import pytest

from tpwallet.kernel.facts import (
    ClockOverridden,
    EpochStarted,
    KernelState,
    LogKeyAdded,
    Refused,
    Unchanged,
)
from tpwallet.kernel.wire import Event


def test_signing_keys_are_listed_oldest_first() -> None:
    state = KernelState()
    for position in (9, 10, 100):
        state.apply(LogKeyAdded(f"key at {position}"), position)
    assert state.vkeys == ["key at 9", "key at 10", "key at 100"]


def test_a_loaded_dump_knows_the_same_keys() -> None:
    state, copy = KernelState(), KernelState()
    state.apply(LogKeyAdded("vkey"), 3)
    state.apply(EpochStarted(1, "owner", "0.1.0"), 4)
    copy.load(state.dump())
    assert copy.vkeys == ["vkey"]
    assert copy.state_hash() == state.state_hash()


@pytest.mark.parametrize(
    "event", [Refused("a", "b", "c", {}, {}), Unchanged("a"), ClockOverridden("why")]
)
def test_a_refusal_changes_nothing_but_the_journal(event: Event) -> None:
    state = KernelState()
    before = state.state_hash()
    assert state.handles(event)
    state.apply(event, 1)
    assert state.state_hash() == before


def test_an_epoch_is_remembered_until_the_next() -> None:
    one, two = KernelState(), KernelState()
    one.apply(EpochStarted(1, "a", "0.1.0"), 1)
    assert one.state_hash() != two.state_hash()
    one.apply(EpochStarted(2, "b", "0.1.0"), 2)
    two.apply(EpochStarted(2, "c", "0.2.0"), 7)
    assert one.state_hash() == two.state_hash()
