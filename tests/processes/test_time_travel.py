"""Time travel: the state at any past position is the one the writer showed then."""

import random
from pathlib import Path

import pytest

from tests.processes.busy import BusyPool, busy_pool
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub import empty_replica
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.kernel.state import PoolState
from tpwallet.processes import limits
from tpwallet.processes.time_travel import TimeTravel


def past_of(pool: BusyPool) -> tuple[TimeTravel, SnapshotDirectory, list[int]]:
    """Its past, its snapshots, and the positions from which replaying began."""
    begun: list[int] = []

    def empty() -> Replica:
        begun.append(0)
        return empty_replica(pool.directory.pool_id)

    snapshots = SnapshotDirectory(pool.directory.snapshots_path)
    return TimeTravel(pool.journal(), snapshots, empty), snapshots, begun


def keep_snapshot(pool: BusyPool, snapshots: SnapshotDirectory, position: int) -> None:
    replica = empty_replica(pool.directory.pool_id)
    replica.catch_up(pool.journal(), until=position)
    snapshot = take_snapshot(replica)
    snapshots.save(snapshot.position, snapshot.chunks())


def state_hash(state: PoolState) -> bytes:
    return state.state_hash()


@pytest.mark.parametrize("with_snapshots", [False, True])
def test_every_past_state_is_the_one_that_was_shown(tmp_path: Path, with_snapshots: bool) -> None:
    pool = busy_pool(tmp_path, 4)
    past, snapshots, _ = past_of(pool)
    if with_snapshots:
        for shown in pool.shown[10::15]:
            keep_snapshot(pool, snapshots, shown.position)
    shuffled = list(pool.shown)
    random.Random(1).shuffle(shuffled)
    for shown in shuffled[:25]:
        assert past.at(shown.position, state_hash) == shown.state_hash


def test_a_state_within_a_commit_is_reached_from_both_sides(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 4)
    end = pool.shown[-1].position
    forward = past_of(pool)[0]
    hashes = [forward.at(position, state_hash) for position in range(end + 1)]
    assert len(set(hashes)) == len(hashes)
    backward = past_of(pool)[0]
    for position in range(end, end - 12, -1):
        assert backward.at(position, state_hash) == hashes[position]


def test_playing_forward_replays_nothing_twice(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 4)
    past, _, begun = past_of(pool)
    for position in range(5, 60, 5):
        past.at(position, state_hash)
    assert len(begun) == 1


def test_a_nearer_snapshot_is_used(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 4)
    past, snapshots, _ = past_of(pool)
    past.at(3, state_hash)
    middle = pool.shown[30]
    keep_snapshot(pool, snapshots, middle.position)
    pool.storage.commits[:2] = []  # replaying from the beginning would fail
    assert past.at(middle.position, state_hash) == middle.state_hash


def test_only_so_many_states_are_kept(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 4)
    past = past_of(pool)[0]
    for position in (60, 50, 40, 30, 20):
        past.at(position, state_hash)
    assert len(past._kept) == limits.PAST_STATES_KEPT


@pytest.mark.parametrize("position", [-1, 10_000])
def test_a_position_outside_the_journal_is_malformed(tmp_path: Path, position: int) -> None:
    pool = busy_pool(tmp_path, 4, commands=3)
    with pytest.raises(Malformed):
        past_of(pool)[0].at(position, state_hash)


def test_a_damaged_commit_is_not_replayed(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 4, commands=10)
    commit = pool.storage.commits[6]
    body = bytearray(commit.body)
    body[-1] ^= 1
    pool.storage.commits[6] = Commit(commit.header_bytes, bytes(body))
    with pytest.raises(JournalCorrupt, match="hash"):
        past_of(pool)[0].at(pool.shown[-1].position, state_hash)
