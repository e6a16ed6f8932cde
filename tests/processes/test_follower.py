"""The follower: what it keeps is what the writer had, however it got there."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes.busy import CUSTOMERS, BusyPool, busy_pool, keep_busy
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import Halted, JournalCorrupt, JournalUnavailable
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.lab.journals import MemoryJournal, MemoryStorage
from tpwallet.processes import limits
from tpwallet.processes.errors import FollowerUnavailable, PositionNotReached


@contextmanager
def opened(pool: BusyPool, storage: MemoryStorage | None = None) -> Iterator[ReadSide]:
    side = ReadSide(pool.directory, open_journal=lambda _: MemoryJournal(storage or pool.storage))
    try:
        yield side
    finally:
        side.close()


def let_go(side: ReadSide) -> None:
    """Lose the process: nothing more is made durable."""
    side._held.close()


def figures(side: ReadSide) -> tuple[int, *tuple[object, ...]]:
    """Everything a reading half knows, comparable."""
    with side.follower.reading() as state, side.accounts.reading() as directory:
        position = state.position
        return (
            position,
            state.state_hash(),
            side.log.root(position),
            directory.under(""),
            {one: side.history.current(account_id_of(one)) for one in CUSTOMERS},
        )


def cut(pool: BusyPool, commits: int) -> MemoryStorage:
    """The pool's journal with its last commits lost."""
    storage = MemoryStorage(pool.directory.pool_id)
    for commit in pool.storage.commits[:-commits]:
        storage.write(commit)
    return storage


@pytest.mark.parametrize("seed", range(3))
def test_it_arrives_at_the_writers_state(tmp_path: Path, seed: int) -> None:
    pool = busy_pool(tmp_path, seed)
    with opened(pool) as side:
        assert side.follower.catch_up() == pool.shown[-1].position
        with side.follower.reading() as state:
            assert state.state_hash() == pool.shown[-1].state_hash
        views = (side.history, side.log, side.accounts)
        assert {view.position for view in views} == {state.position}


@pytest.mark.parametrize("seed", range(2))
def test_following_step_by_step_leads_to_what_a_rebuild_leads_to(tmp_path: Path, seed: int) -> None:
    pool = busy_pool(tmp_path, seed, commands=5)
    with opened(pool) as side:
        for more in range(10):
            keep_busy(pool, seed + more, 6)
            side.follower.catch_up()
        step_by_step = figures(side)
        side.close()
        for folder in ("views", "log"):
            (pool.directory.path / folder).rename(tmp_path / f"{folder}-before")
    with opened(pool) as rebuilt:
        rebuilt.follower.catch_up()
        assert figures(rebuilt) == step_by_step


def test_a_crash_between_flushes_is_made_good(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 7, commands=30)
    side = ReadSide(pool.directory, open_journal=pool.open_journal)
    side.follower.catch_up()
    side.follower.flush()
    keep_busy(pool, 8, 30)
    side.follower.catch_up()
    expected = figures(side)
    let_go(side)
    with opened(pool) as again:
        positions = {view.position for view in (again.history, again.log, again.accounts)}
        assert len(positions) > 1, "the views were to be at different positions"
        assert again.follower.position < expected[0]
        assert figures(again) == expected


def test_it_goes_on_from_its_snapshot(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 3)
    with opened(pool) as side:
        side.follower.catch_up()
        position = side.follower.make_snapshot()
    keep_busy(pool, 4, 20)
    with opened(pool) as side:
        assert side.follower.snapshot_position == position
        side.follower.catch_up()
        with side.follower.reading() as state:
            assert state.state_hash() == pool.shown[-1].state_hash


def test_readers_see_one_position_while_it_follows(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 5, commands=5)
    with opened(pool) as side:
        side.start()
        seen = set()
        for more in range(15):
            keep_busy(pool, more, 3)
            with side.follower.reading() as state, side.accounts.reading() as directory:
                views = (side.history, side.log, side.accounts)
                assert {view.position for view in views} == {state.position}
                assert directory.under("customer/").accounts or state.position < 3
                seen.add(state.position)
        side.follower.catch_up(pool.shown[-1].position, wait_ns=5_000_000_000)
        assert side.follower.lag() == (0, 0)
        assert len(seen) > 1


def test_lag_is_told_in_positions_and_time(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=10)
    with opened(pool) as side:
        side.follower.catch_up()
        before, time_before = pool.shown[-1].position, pool.storage.head().time
        keep_busy(pool, 2, 10)
        lag = side.follower.lag()
        assert lag.positions == pool.shown[-1].position - before
        assert lag.ns == pool.storage.head().time - time_before


def test_a_position_that_does_not_come_is_waited_for_in_vain(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=3)
    with opened(pool) as side, pytest.raises(PositionNotReached) as refused:
        side.follower.catch_up(pool.shown[-1].position + 1, wait_ns=20_000_000)
    assert refused.value.facts["position"] == pool.shown[-1].position


def test_a_position_that_comes_is_waited_for(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=3)
    with opened(pool) as side:
        wanted = pool.shown[-1].position + 1
        later = threading.Timer(0.05, keep_busy, (pool, 2, 3))
        later.start()
        assert side.follower.catch_up(wanted, wait_ns=5_000_000_000) >= wanted
        later.join()


@pytest.mark.parametrize("evidence", ["view", "snapshot", "checkpoint"])
def test_a_journal_that_was_cut_off_is_found(tmp_path: Path, evidence: str) -> None:
    pool = busy_pool(tmp_path, 2)
    with opened(pool) as side:
        side.follower.catch_up()
        if evidence == "snapshot":
            side.follower.make_snapshot()
    kept = {"view": "views", "snapshot": "snapshots", "checkpoint": "log"}[evidence]
    for folder in {"views", "snapshots", "log"} - {kept}:
        if (pool.directory.path / folder).exists():
            (pool.directory.path / folder).rename(tmp_path / folder)
    shorter = cut(pool, 2)
    with pytest.raises(JournalCorrupt, match="cut off") as found, opened(pool, shorter):
        pass
    assert found.value.position == shorter.head().position + 1


def test_a_journal_that_was_rewritten_is_found(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 2)
    with opened(pool) as side:
        side.follower.catch_up()
    other = busy_pool(tmp_path / "other", 3, commands=90)
    assert other.shown[-1].position > pool.shown[-1].position
    with pytest.raises(JournalCorrupt, match="not the one"), opened(pool, other.storage):
        pass


def test_damage_ends_it_for_good(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 2, commands=20)
    damaged = cut(pool, 5)
    after = damaged.head().position
    commit = pool.storage.commits[-5]
    body = bytearray(commit.body)
    body[-1] ^= 1
    damaged.commits.append(Commit(commit.header_bytes, bytes(body)))
    with opened(pool, damaged) as side:
        for _ in range(2):
            with pytest.raises(JournalCorrupt) as found:
                side.follower.catch_up()
            assert found.value.position == after + 1
        with pytest.raises(JournalCorrupt), side.follower.reading():
            pass


def test_after_a_view_fails_nothing_is_answered(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 2, commands=20)
    with opened(pool) as side:
        side.history.close()
        with pytest.raises(Halted):
            side.follower.catch_up()
        with pytest.raises(FollowerUnavailable), side.follower.reading():
            pass
    with opened(pool) as again:
        assert again.follower.catch_up() == pool.shown[-1].position


def test_it_waits_for_a_journal_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SLEEP_MS_AFTER_FAILURE", 5)
    pool = busy_pool(tmp_path, 2, commands=20)
    with opened(pool) as side:
        pool.storage.is_available = False
        side.start()
        time.sleep(0.05)
        with pytest.raises(JournalUnavailable):
            side.follower.catch_up()
        assert "does not answer" in side.follower.last_error
        pool.storage.is_available = True
        position = pool.shown[-1].position
        assert side.follower.catch_up(position, wait_ns=5_000_000_000) == position


def test_it_keeps_views_and_snapshots_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SNAPSHOT_POSITIONS", 20)
    monkeypatch.setattr(limits, "FLUSH_BYTES", 1)
    pool = busy_pool(tmp_path, 2)
    side = ReadSide(pool.directory, open_journal=pool.open_journal)
    side.start()
    deadline = time.monotonic() + 10
    while side.follower.snapshot_position < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    side._stop.set()
    for thread in side._threads:
        thread.join()
    let_go(side)
    with opened(pool) as again:
        assert again.follower.snapshot_position >= 20
        assert again.history.position > 0
        assert again.log.signed is not None


def test_a_pool_that_closes_leaves_a_snapshot_when_it_is_worth_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LAST_SNAPSHOT_WORK", 50)
    pool = busy_pool(tmp_path, 2)
    pool.close()
    with opened(pool) as side:
        assert side.follower.snapshot_position == pool.shown[-1].position
        with side.follower.reading() as state:
            assert state.state_hash() == pool.shown[-1].state_hash


def test_a_snapshot_is_of_the_moment_it_was_taken(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 2, commands=20)
    with opened(pool) as side:
        side.follower.catch_up()
        snapshot = take_snapshot(side.follower._replica)
        keep_busy(pool, 9, 20)
        side.follower.catch_up()
        assert snapshot.position < side.follower.position
        assert b"".join(snapshot.chunks()) == b"".join(snapshot.chunks())
