"""From a time to a position: the last one booked by then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes.busy import SECOND, BusyPool, busy_pool
from tpwallet.kernel.commit import Entry
from tpwallet.views.timeline import position_at


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> BusyPool:
    return busy_pool(tmp_path_factory.mktemp("timeline"), 1, commands=40)


def entries_of(pool: BusyPool) -> list[Entry]:
    return [entry for commit in pool.storage.commits for entry in commit.entries()]


def booked_by(entries: list[Entry], time: int, until: int) -> int:
    positions = [entry.last_position for entry in entries if entry.envelope.time <= time]
    return min(max(positions, default=0), until)


def test_at_and_around_the_time_of_every_entry(pool: BusyPool) -> None:
    entries = entries_of(pool)
    end = entries[-1].last_position
    for entry in entries:
        for time in range(entry.envelope.time - 1, entry.envelope.time + 2):
            found = position_at(pool.journal(), time, until=end)
            assert found == booked_by(entries, time, end)


@given(st.integers(-5 * SECOND, 400 * SECOND), st.integers(0, 40))
def test_at_any_time_and_up_to_any_position(pool: BusyPool, offset: int, back: int) -> None:
    entries = entries_of(pool)
    time = entries[0].envelope.time + offset
    until = max(entries[-1].last_position - back, 0)
    assert position_at(pool.journal(), time, until=until) == booked_by(entries, time, until)
