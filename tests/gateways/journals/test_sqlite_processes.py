"""A SQLite journal and real processes: killed, starved of room, and denied a sync."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateways.journals.commits import POOL, commit_after
from tests.gateways.journals.processes import Victim, acknowledged, kill_while_appending, last_of
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
    with Victim(*arguments) as victim:
        lines = victim.rest()
        assert victim.wait() == 0
    return lines


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
    with Victim("append", "sqlite", str(path)) as victim:
        first = int(victim.line())
        reader = SqliteJournal(path, pool_id=POOL, read_only=True)
        seen = [first]
        while len(seen) < 50:
            position = reader.head().position
            assert position >= seen[-1]
            seen += [position] if position > seen[-1] else []
        assert last_of(reader).position >= seen[-1]
        reader.close()


@pytest.mark.slow
def test_process_that_was_overtaken_is_fenced(
    path: Path, opened: Callable[[], SqliteJournal]
) -> None:
    with Victim("append", "sqlite", str(path)) as overtaken:
        assert overtaken.line().strip().isdigit()
        with Victim("append", "sqlite", str(path)) as owner:
            lines = overtaken.rest()
            assert lines[-1] == "fenced\n"
            assert int(owner.line()) > acknowledged(lines)
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
