"""Starting from snapshots: what can be used is, what cannot is passed over, evidence is heard."""

from pathlib import Path

import pytest

from tests.processes.busy import BusyPool, busy_pool, keep_busy
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub import empty_replica
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.processes import limits
from tpwallet.processes.restoring import Restored, keep_last, restore, work_in


def snapshots_of(pool: BusyPool) -> SnapshotDirectory:
    return SnapshotDirectory(pool.directory.snapshots_path)


def replica_of(pool: BusyPool) -> Replica:
    replica = empty_replica(pool.directory.pool_id)
    replica.catch_up(pool.journal())
    return replica


def with_two_snapshots(folder: Path) -> tuple[BusyPool, list[int]]:
    pool = busy_pool(folder, 6, commands=20)
    for more in range(2):
        keep_busy(pool, more, 10)
        snapshot = take_snapshot(replica_of(pool))
        snapshots_of(pool).save(snapshot.position, snapshot.chunks())
    return pool, snapshots_of(pool).positions()


def restored(pool: BusyPool, at_most: int | None = None) -> Restored:
    return restore(
        snapshots_of(pool),
        pool.journal(),
        lambda: empty_replica(pool.directory.pool_id),
        at_most=at_most,
    )


def spoil(pool: BusyPool, position: int) -> None:
    file = pool.directory.snapshots_path / f"{position:020d}.snapshot"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_the_newest_snapshot_is_used(tmp_path: Path) -> None:
    pool, positions = with_two_snapshots(tmp_path)
    found = restored(pool)
    assert (found.replica.head.position, found.passed_over) == (positions[-1], [])
    found.replica.catch_up(pool.journal())
    assert found.replica.state.state_hash() == pool.shown[-1].state_hash


def test_a_restored_replica_knows_every_command_id(tmp_path: Path) -> None:
    pool, _ = with_two_snapshots(tmp_path)
    found, replayed = restored(pool).replica, replica_of(pool)
    assert found.idempotency.state_hash() == replayed.idempotency.state_hash()


def test_a_snapshot_past_the_moment_wanted_is_left_alone(tmp_path: Path) -> None:
    pool, (older, newer) = with_two_snapshots(tmp_path)
    assert restored(pool, at_most=newer - 1).replica.head.position == older
    assert restored(pool, at_most=older - 1).replica.head.position == 0


def test_a_damaged_snapshot_is_passed_over_with_its_reason(tmp_path: Path) -> None:
    pool, (older, newer) = with_two_snapshots(tmp_path)
    spoil(pool, newer)
    found = restored(pool)
    assert found.replica.head.position == older
    assert [(one.position, one.reason) for one in found.passed_over] == [(newer, "it is damaged")]


def test_without_a_usable_snapshot_the_state_is_empty(tmp_path: Path) -> None:
    pool, positions = with_two_snapshots(tmp_path)
    for position in positions:
        spoil(pool, position)
    found = restored(pool)
    assert found.replica.head.position == 0
    assert len(found.passed_over) == 2


def test_a_snapshot_of_other_rules_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, _ = with_two_snapshots(tmp_path)
    monkeypatch.setattr(LedgerState, "apply_version", LedgerState.apply_version + 1)
    found = restored(pool)
    assert found.replica.head.position == 0
    assert all("other rules" in one.reason for one in found.passed_over)


def test_a_last_snapshot_is_kept_only_when_it_spares_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, positions = with_two_snapshots(tmp_path)
    keep_busy(pool, 5, 10)
    replica = replica_of(pool)
    work = work_in(replica)
    monkeypatch.setattr(limits, "LAST_SNAPSHOT_WORK", 10)
    assert not keep_last(snapshots_of(pool), replica, since=work - 9)
    assert keep_last(snapshots_of(pool), replica, since=work - 10)
    assert not keep_last(snapshots_of(pool), replica, since=0), "it is kept already"
    assert snapshots_of(pool).positions() == [*positions, replica.head.position]
