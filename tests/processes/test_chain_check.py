"""Checking the unread beginning of a journal."""

import threading
import time
from pathlib import Path

import pytest

from tests.processes.busy import BusyPool, busy_pool
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.journal import Head
from tpwallet.processes import chain_check, limits
from tpwallet.processes.chain_check import ChainCheck


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_check, "_PAUSE_SECONDS", 0)


def check_of(pool: BusyPool, until: Head | None = None) -> ChainCheck:
    return ChainCheck(
        pool.journal(), pool_id=pool.directory.pool_id, until=until or pool.storage.head()
    )


def test_a_whole_chain_is_checked_to_its_end(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    check = check_of(pool)
    assert (check.is_over, check.left) == (False, pool.shown[-1].position)
    check.run(threading.Event())
    assert (check.is_over, check.left, check.failure) == (True, 0, None)


def test_nothing_is_checked_when_nothing_was_skipped(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=2)
    assert check_of(pool, Head()).is_over


def test_damage_in_the_unread_beginning_is_found(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    commit = pool.storage.commits[4]
    body = bytearray(commit.body)
    body[-1] ^= 1
    pool.storage.commits[4] = Commit(commit.header_bytes, bytes(body))
    check = check_of(pool)
    check.run(threading.Event())
    assert check.failure is not None
    assert check.failure.position == commit.header.first_position
    assert check.is_over


def test_a_beginning_that_leads_elsewhere_is_found(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    head = pool.storage.head()
    check = check_of(pool, Head(head.position, bytes(32), head.epoch, head.time))
    check.run(threading.Event())
    assert check.failure is not None


def test_it_stops_when_told_and_goes_on_later(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    check, stop = check_of(pool), threading.Event()
    stop.set()
    check.run(stop)
    assert not check.is_over
    check.run(threading.Event())
    assert check.is_over


def test_it_waits_for_what_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SLEEP_MS_AFTER_FAILURE", 1)
    pool = busy_pool(tmp_path, 1, commands=20)
    check = check_of(pool)
    pool.storage.is_available = False
    running = threading.Thread(target=check.run, args=(threading.Event(),))
    running.start()
    time.sleep(0.05)
    assert (check.is_over, check.failure) == (False, None)
    pool.storage.is_available = True
    running.join(20)
    assert (check.is_over, check.left, check.failure) == (True, 0, None)


def test_what_was_archived_and_is_not_at_hand_is_counted_as_unchecked(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    through = pool.storage.commits[5].header.last_position
    check = check_of(pool)
    pool.journal().trim(through)
    check.run(threading.Event())
    assert (check.is_over, check.failure) == (True, None)
    assert 0 < check.left <= through
    assert check.position == pool.shown[-1].position


def test_a_start_from_a_snapshot_has_its_beginning_checked(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    side = ReadSide(pool.directory, open_journal=pool.open_journal)
    side.follower.catch_up()
    side.follower.make_snapshot()
    side.close()
    again = ReadSide(pool.directory, open_journal=pool.open_journal)
    assert again.chain_check.left == pool.shown[-1].position
    again.start()
    for thread in again._threads:
        if thread.name == "chain-check":
            thread.join()
    assert again.chain_check.left == 0
    again.close()


def test_archived_beginning_that_is_not_at_hand_is_passed_over(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    commits = list(pool.storage.commits)
    pool.storage.trim(commits[9].header.last_position)
    check = check_of(pool)
    check.run(threading.Event())
    assert (check.is_over, check.left, check.failure) == (True, pool.storage.trimmed, None)
    early = check_of(pool, Head(commits[5].header.last_position, commits[5].hash))
    early.run(threading.Event())
    assert (early.is_over, early.failure) == (True, None)


def test_damage_behind_an_archived_beginning_is_found(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=20)
    pool.storage.trim(pool.storage.commits[9].header.last_position)
    commit = pool.storage.commits[3]
    pool.storage.commits[3] = Commit(commit.header_bytes, commit.body[:-1] + b"!")
    check = check_of(pool)
    check.run(threading.Event())
    assert check.failure is not None
    assert check.failure.position == commit.header.first_position
