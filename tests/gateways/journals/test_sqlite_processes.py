"""A SQLite journal and real processes: killed, starved of room, and denied a sync."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateways.journals.commits import POOL, commit_after
from tests.gateways.journals.processes import acknowledged, kill_while_appending, last_of, start
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.kernel.journal import Outcome


@pytest.fixture
def path(pool_dir: Path) -> Path:
    return pool_dir / "journal.db"


@pytest.fixture
def opened(path: Path) -> Callable[[], SqliteJournal]:
    return lambda: SqliteJournal(path, pool_id=POOL, wal_bytes=1 << 20)


def said(*arguments: str) -> list[str]:
    """What a victim says until it ends by itself."""
    victim = start(*arguments)
    out, _ = victim.communicate(timeout=120)
    assert victim.returncode == 0
    return out.splitlines(keepends=True)


@pytest.mark.slow
def test_killed_writer_loses_nothing_it_acknowledged(
    path: Path, opened: Callable[[], SqliteJournal]
) -> None:
    kill_while_appending(("sqlite", str(path)), opened, rounds=4, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_killed_writers_lose_nothing_they_acknowledged(
    path: Path, opened: Callable[[], SqliteJournal], seed: int
) -> None:
    kill_while_appending(("sqlite", str(path)), opened, rounds=50, seed=seed)


@pytest.mark.slow
def test_reader_process_follows_a_writer_process(path: Path) -> None:
    victim = start("append", "sqlite", str(path))
    assert victim.stdout is not None
    try:
        first = int(victim.stdout.readline())
        reader = SqliteJournal(path, pool_id=POOL, read_only=True)
        seen = {reader.head().position for _ in range(200)}
        assert min(seen) >= first
        assert len(seen) > 1
        assert last_of(reader).position >= max(seen)
        reader.close()
    finally:
        victim.kill()
        victim.communicate()


@pytest.mark.slow
def test_of_two_writer_processes_one_is_fenced(
    path: Path, opened: Callable[[], SqliteJournal]
) -> None:
    first = start("append", "sqlite", str(path))
    second: subprocess.Popen[str] | None = None
    try:
        assert first.stdout is not None
        assert first.stdout.readline().strip().isdigit()
        second = start("append", "sqlite", str(path))
        lines = first.stdout.readlines()  # it ends when the second takes the pool
        assert lines[-1] == "fenced\n"
        assert second.stdout is not None
        assert int(second.stdout.readline()) > acknowledged(lines)
    finally:
        for victim in filter(None, (first, second)):
            victim.kill()
            victim.communicate()
    journal = opened()
    assert last_of(journal).epoch == 2
    journal.close()


@pytest.mark.slow
def test_starved_writer_goes_on_when_there_is_room_again(
    path: Path, opened: Callable[[], SqliteJournal]
) -> None:
    lines = said("starve", "sqlite", str(path))
    assert lines.count("unknown\n") == 1
    last_before = acknowledged(lines[: lines.index("unknown\n")])
    assert 0 < last_before < acknowledged(lines)
    journal = opened()
    assert last_of(journal).position == acknowledged(lines)
    journal.close()


@pytest.mark.slow
def test_commit_whose_sync_failed_may_survive(
    path: Path, opened: Callable[[], SqliteJournal]
) -> None:
    """The reason why an error at the commit is `UNKNOWN` and never "not written"."""
    lines = said("unsynced", "sqlite", str(path))
    assert lines[-1] == "unknown\n"
    journal = opened()
    head = last_of(journal)
    assert head.position > acknowledged(lines)
    assert journal.append(commit_after(head, epoch=head.epoch + 1)) is Outcome.DURABLE
    journal.close()
