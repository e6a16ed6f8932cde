"""A write-ahead log that was damaged after it had been synced is told from one that a power cut
tore, and the first is never opened as if its end were where the damage is.
"""

import random
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateways.journals.commits import POOL, chain, checked, commit_after, head_after
from tests.gateways.journals.contract import append_all
from tests.gateways.journals.processes import Victim, acknowledged
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.journals.sqlite_file import PAGE_BYTES
from tpwallet.gateways.journals.sqlite_log import (
    FRAME_HEADER_BYTES,
    HEADER_BYTES,
    BrokenFrame,
    broken_frame,
    log_of,
)
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.kernel.journal import Outcome

COMMITS = 40
FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES
SECTOR_BYTES = 512
WAL_BYTES = 4 << 20  # most of it what `grow_wal` leaves behind


def killed(journal: SqliteJournal, path: Path, into: Path) -> Path:
    """The files as a killed process leaves them; returns the journal's."""
    into.mkdir()
    for file in (path, log_of(path)):
        shutil.copyfile(file, into / file.name)
    assert journal.last_error == ""
    return into / path.name


def frames_read(path: Path) -> int:
    """How many frames SQLite reads of a log, by its own word."""
    copy = path.with_name("counted")
    copy.mkdir()
    for file in (path, log_of(path)):
        shutil.copyfile(file, copy / file.name)
    connection = apsw.Connection(str(copy / path.name))
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    frames, _ = connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    connection.close()
    shutil.rmtree(copy)
    return frames


def flip(file: Path, byte: int, bit: int = 0) -> None:
    content = bytearray(file.read_bytes())
    content[byte] ^= 1 << bit
    file.write_bytes(content)


def start_of(frame: int) -> int:
    return HEADER_BYTES + (frame - 1) * FRAME_BYTES


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The journal of a process that was killed when it had appended `COMMITS` commits of a frame or
    two each; nobody may change it.
    """
    folder = tmp_path_factory.mktemp("left")
    path = folder / "journal.db"
    journal = SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES)
    append_all(journal, COMMITS)
    yield killed(journal, path, folder / "killed")
    journal.close()


@pytest.fixture
def path(left: Path, tmp_path: Path) -> Path:
    """The same, of one's own."""
    for file in (left, log_of(left)):
        shutil.copyfile(file, tmp_path / file.name)
    return tmp_path / left.name


def test_an_unharmed_log_has_no_broken_frame(path: Path) -> None:
    assert broken_frame(log_of(path)) is None
    assert frames_read(path) > COMMITS


def test_no_log_has_no_broken_frame(tmp_path: Path) -> None:
    assert broken_frame(tmp_path / "journal.db-wal") is None
    (tmp_path / "journal.db-wal").write_bytes(b"")
    assert broken_frame(tmp_path / "journal.db-wal") is None


@given(place=st.integers(0, 2**30), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_in_what_was_synced_is_named_by_its_frame(
    left: Path, tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    """Wherever it is, up to the last transaction but one: in a page, a checksum, a salt, a flag."""
    log = tmp_path_factory.mktemp("flipped") / "journal.db-wal"
    shutil.copyfile(log_of(left), log)
    last_but_one = frames_read(left) - 3
    byte = place % start_of(last_but_one)
    flip(log, byte, bit)
    found = broken_frame(log)
    assert found is not None
    frame = 0 if byte < HEADER_BYTES else (byte - HEADER_BYTES) // FRAME_BYTES + 1
    assert (found.frame, found.byte) == (frame, start_of(frame) if frame else 0)


def test_a_flipped_bit_in_the_last_frame_may_be_a_power_cut(path: Path) -> None:
    flip(log_of(path), start_of(frames_read(path)) + 5_000)
    assert broken_frame(log_of(path)) is None


def test_a_frame_of_zeros_is_named(path: Path) -> None:
    log = log_of(path)
    content = bytearray(log.read_bytes())
    content[start_of(9) : start_of(10)] = bytes(FRAME_BYTES)
    log.write_bytes(content)
    found = broken_frame(log)
    assert found is not None
    assert found.frame == 9


def test_a_damaged_log_is_not_opened_for_writing_and_left_alone(path: Path) -> None:
    flip(log_of(path), start_of(20) + 100)
    before = path.read_bytes(), log_of(path).read_bytes()
    with pytest.raises(JournalCorrupt) as caught:
        SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES)
    assert (path.read_bytes(), log_of(path).read_bytes()) == before
    facts = caught.value.facts
    assert (facts["file"], facts["frame"], facts["byte"]) == (str(log_of(path)), 20, start_of(20))
    assert 1 < caught.value.position < COMMITS


def test_what_comes_before_the_damage_can_be_salvaged_and_nothing_else_is_read(path: Path) -> None:
    flip(log_of(path), start_of(20) + 100)
    journal = SqliteJournal(path, pool_id=POOL, read_only=True)
    for ask in (
        journal.head,
        lambda: list(journal.read()),
        lambda: list(journal.headers()),
        lambda: journal.commit_at(1),
        lambda: journal.backup_to(path.with_name("copy.db")),
    ):
        with pytest.raises(JournalCorrupt, match="acknowledged"):
            ask()
    salvaged: list[Commit] = []
    with pytest.raises(JournalCorrupt, match="acknowledged") as caught:
        salvaged.extend(checked(journal.salvage()))
    assert [commit.hash for commit in salvaged] == [
        commit.hash for commit in chain(COMMITS)[: len(salvaged)]
    ]
    assert caught.value.position == len(salvaged) + 1 < COMMITS
    assert not path.with_name("copy.db").exists()
    journal.close()


def test_older_generations_behind_the_end_are_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES)
    append_all(journal, COMMITS)
    beside = apsw.Connection(str(path))
    beside.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    beside.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
    beside.close()
    append_all(journal, 5)
    again = killed(journal, path, tmp_path / "killed")
    assert frames_read(again) < COMMITS
    assert broken_frame(log_of(again)) is None
    flip(log_of(again), start_of(2) + 40)
    assert broken_frame(log_of(again)) is not None
    journal.close()


# Power cuts

Cut = random.Random


def mixed(before: bytes, after: bytes, cut: Cut) -> bytes:
    """What a power cut may leave of a log that was being written: any sector old or new, but for
    a new generation's header, which was synced before the first frame was written.
    """
    before = after[:HEADER_BYTES] + before[HEADER_BYTES:]
    longest = max(len(before), len(after))
    before, after = before.ljust(longest, b"\0"), after.ljust(longest, b"\0")
    share = cut.choice((0.1, 0.5, 0.9, 0.99))
    parts = []
    for start in range(0, longest, SECTOR_BYTES):
        is_new = cut.random() < share
        parts.append((after if is_new else before)[start : start + SECTOR_BYTES])
    return b"".join(parts)


@given(seed=st.integers(0, 2**32), restarts=st.booleans())
@settings(max_examples=25, deadline=None)
def test_a_transaction_torn_by_any_power_cut_is_no_damage(
    tmp_path_factory: pytest.TempPathFactory, seed: int, restarts: bool
) -> None:
    """Cut after cut in the same log, each in a writer's next transaction, of one page or many."""
    cut = random.Random(seed)
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "0" / "journal.db"
    path.parent.mkdir()
    durable = 0
    for turn in range(1, 5):
        journal = SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES if turn > 1 else 0)
        head = journal.head()
        assert head.position >= durable
        head = append_all(journal, cut.randint(0, 3), size=cut.choice((40, 5_000)))
        if restarts:
            journal._checkpointer._checkpoint()
        head = append_all(journal, cut.randint(0, 3), size=cut.choice((40, 40_000)))
        durable = head.position
        was = killed(journal, path, folder / f"before-{turn}")
        torn = commit_after(head, size=cut.choice((40, 20_000, 100_000)), mark=f"torn {turn}")
        assert journal.append(torn) is Outcome.DURABLE
        now = killed(journal, path, folder / f"{turn}")
        journal.close()
        content = mixed(log_of(was).read_bytes(), log_of(now).read_bytes(), cut)
        log_of(now).write_bytes(content)
        assert broken_frame(log_of(now)) is None
        path = now
    journal = SqliteJournal(path, pool_id=POOL, wal_bytes=0)
    assert journal.head().position >= durable
    journal.close()


# Processes


def test_a_log_that_is_being_written_is_never_called_broken(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES)
    stop = threading.Event()

    def append() -> None:
        head = journal.head()
        while not stop.is_set():
            commit = commit_after(head, size=random.choice((40, 60_000)))
            assert journal.append(commit) is Outcome.DURABLE
            head = head_after(commit)

    thread = threading.Thread(target=append)
    thread.start()
    until = time.monotonic() + 2
    found: set[BrokenFrame | None] = set()
    while time.monotonic() < until:
        found.add(broken_frame(log_of(path)))
    stop.set()
    thread.join()
    journal.close()
    assert found == {None}


@pytest.mark.slow
def test_acknowledged_commits_of_a_killed_process_are_not_lost_to_one_bit(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Victim("append", "sqlite", str(path)) as victim:
        lines = [victim.line() for _ in range(50)]
        victim.kill()
        lines += victim.rest()
    flip(log_of(path), start_of(10) + 3_000)
    with pytest.raises(JournalCorrupt) as caught:
        SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES)
    assert caught.value.position < acknowledged(lines)
    flip(log_of(path), start_of(10) + 3_000)
    journal = SqliteJournal(path, pool_id=POOL, wal_bytes=WAL_BYTES)
    assert journal.head().position >= acknowledged(lines)
    journal.close()
