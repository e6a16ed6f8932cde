"""The SQLite driver: the contract, what its file is, and what a disk can do to it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import apsw
import pytest

from tests.gateways.journals.commits import POOL, chain, checked, commit_after, head_after
from tests.gateways.journals.contract import (
    Doubt,
    JournalContract,
    Storage,
    append_all,
)
from tests.gateways.journals.faulty_disk import FaultyDisk
from tests.gateways.journals.trim_contract import TrimContract
from tpwallet.gateways.journals.limits import WAL_BYTES_MAX
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.journals.sqlite_file import APPLICATION_ID, PAGE_BYTES, SCHEMA_VERSION
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt, JournalUnavailable
from tpwallet.kernel.journal import Head, Journal, Outcome

WAL_BYTES = 1 << 20


class File(Storage):
    def __init__(self, path: Path, disk: FaultyDisk) -> None:
        super().__init__()
        self.path = path
        self.disk = disk

    def open_one(self) -> SqliteJournal:
        self.disk.sync_fails = self.disk.is_full = False
        return SqliteJournal(self.path, pool_id=POOL, wal_bytes=WAL_BYTES)

    def doubts(self) -> list[Doubt]:
        return [partial(self._doubt, fault) for fault in ("sync_fails", "is_full")]

    def _doubt(self, fault: str, commit: Commit) -> tuple[Journal, Outcome]:
        journal = self.open()
        setattr(self.disk, fault, True)
        return journal, journal.append(commit)

    def remove(self, first_position: int) -> None:
        self._change("DELETE FROM commits WHERE first_position = ?", (first_position,))

    def change(self, first_position: int, part: str) -> None:
        (content,) = self._change(
            f"SELECT {part} FROM commits WHERE first_position = ?", (first_position,)
        )
        assert isinstance(content, bytes)
        changed = content[:-1] + bytes([content[-1] ^ 1])
        self._change(
            f"UPDATE commits SET {part} = ? WHERE first_position = ?", (changed, first_position)
        )

    def _change(self, statement: str, values: tuple[str | int | bytes, ...]) -> tuple[object, ...]:
        connection = apsw.Connection(str(self.path))
        try:
            rows = connection.execute(statement, values).fetchall()
        finally:
            connection.close()
        return rows[0] if rows else ()


@pytest.fixture
def storage(pool_dir: Path) -> Iterator[Storage]:
    with FaultyDisk() as disk:
        file = File(pool_dir / "journal.db", disk)
        yield file
        disk.sync_fails = disk.is_full = False
        file.close()


class TestSqliteJournal(JournalContract, TrimContract):
    pass


@pytest.fixture
def path(pool_dir: Path) -> Path:
    return pool_dir / "journal.db"


def open_at(path: Path, *, read_only: bool = False, wal_bytes: int = WAL_BYTES) -> SqliteJournal:
    return SqliteJournal(path, pool_id=POOL, wal_bytes=wal_bytes, read_only=read_only)


# The file


def test_file_says_what_it_is(path: Path) -> None:
    open_at(path).close()
    connection = apsw.Connection(str(path))
    assert connection.pragma("application_id") == APPLICATION_ID
    assert connection.pragma("user_version") == SCHEMA_VERSION
    assert connection.pragma("page_size") == PAGE_BYTES
    assert connection.pragma("journal_mode") == "wal"


def test_log_has_its_length_before_the_first_commit_and_the_database_stays_small(
    path: Path,
) -> None:
    journal = open_at(path, wal_bytes=8 << 20)
    log = path.with_name("journal.db-wal")
    assert log.stat().st_size >= 8 << 20
    head = append_all(journal, 20)
    assert log.stat().st_size < 9 << 20
    assert journal.bytes_used() == log.stat().st_size + path.stat().st_size
    journal.close()
    assert not log.exists()
    assert path.stat().st_size <= 4 * PAGE_BYTES
    assert open_at(path).head() == head


def test_log_is_emptied_into_the_database_while_appends_go_on(path: Path) -> None:
    journal = open_at(path, wal_bytes=1 << 20)
    append_all(journal, 400, size=30_000)
    assert path.stat().st_size > 6 << 20
    assert path.with_name("journal.db-wal").stat().st_size < 6 << 20
    assert journal.last_error == ""
    journal.close()


def test_append_syncs_the_log_exactly_once(storage: File) -> None:
    journal = storage.open()
    append_all(journal, 1)
    before = storage.disk.syncs
    append_all(journal, 3)
    assert storage.disk.syncs == before + 3


@pytest.mark.parametrize("wal_bytes", [-1, WAL_BYTES_MAX + 1])
def test_log_length_past_its_limit_is_refused(path: Path, wal_bytes: int) -> None:
    with pytest.raises(InvariantBroken):
        open_at(path, wal_bytes=wal_bytes)


def test_log_may_have_no_length_of_its_own(path: Path) -> None:
    journal = open_at(path, wal_bytes=0)
    append_all(journal, 3)
    journal.close()


# What is not opened


def test_missing_file_is_not_made_by_a_reader(path: Path) -> None:
    with pytest.raises(JournalUnavailable):
        open_at(path, read_only=True)
    assert not path.exists()


def test_missing_folder_is_said(path: Path) -> None:
    with pytest.raises(JournalUnavailable):
        open_at(path.parent / "none" / "journal.db")


def test_journal_of_another_pool_is_refused(path: Path) -> None:
    open_at(path).close()
    for read_only in (False, True):
        with pytest.raises(JournalCorrupt, match="another pool"):
            SqliteJournal(path, pool_id=bytes(16), read_only=read_only)


def test_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    content = b"dear diary " * 1000
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(JournalCorrupt):
            open_at(path, read_only=read_only)
    assert path.read_bytes() == content


def test_database_of_somebody_else_is_refused_and_left_alone(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE diary (line TEXT)")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(JournalCorrupt, match="not a tpwallet journal"):
        open_at(path)
    assert path.read_bytes() == content


def test_journal_of_a_newer_release_is_refused(path: Path) -> None:
    open_at(path).close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", SCHEMA_VERSION + 1)
    connection.close()
    with pytest.raises(JournalUnavailable, match="another release"):
        open_at(path)


def test_file_without_its_table_is_damaged(path: Path) -> None:
    open_at(path).close()
    connection = apsw.Connection(str(path))
    connection.execute("DROP TABLE commits")
    connection.close()
    with pytest.raises(JournalCorrupt) as caught:
        open_at(path).head()
    assert caught.value.position == 1


def test_planted_trigger_does_not_run(path: Path) -> None:
    open_at(path).close()
    connection = apsw.Connection(str(path))
    connection.execute(
        "CREATE TRIGGER forget BEFORE INSERT ON commits BEGIN SELECT RAISE(IGNORE); END"
    )
    connection.close()
    journal = open_at(path)
    assert append_all(journal, 1).position == 1
    journal.close()


# Several at once


def test_reader_appends_nothing(path: Path) -> None:
    writer, reader = open_at(path), open_at(path, read_only=True)
    head = append_all(writer, 2)
    assert reader.head() == head
    with pytest.raises(JournalUnavailable):
        reader.append(commit_after(head))
    reader.close()
    writer.close()


def test_two_openers_make_one_journal(path: Path) -> None:
    journals: list[SqliteJournal] = []
    together = threading.Barrier(4, timeout=60)

    def make() -> None:
        together.wait()
        journals.append(open_at(path))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journals) == 4
    for journal in journals:
        append_all(journal, 1)
    assert journals[0].head().position == 4
    for journal in journals:
        journal.close()


def test_locked_file_is_told_as_nothing_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpwallet.gateways.journals.sqlite_file.WRITE_LOCK_MS_MAX", 10)
    journal = open_at(path)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    commit = commit_after(Head())
    with pytest.raises(JournalUnavailable, match="locked"):
        journal.append(commit)
    other.execute("ROLLBACK")
    assert journal.append(commit) is Outcome.DURABLE
    other.close()
    journal.close()


def test_any_thread_may_append_in_its_turn(path: Path) -> None:
    journal = open_at(path)
    for commit in chain(5):
        outcomes: list[Outcome] = []
        thread = threading.Thread(target=lambda c=commit, o=outcomes: o.append(journal.append(c)))
        thread.start()
        thread.join()
        assert outcomes == [Outcome.DURABLE]
    journal.close()


# Trouble


def test_error_text_is_kept_for_the_operator(storage: File) -> None:
    with closing(storage.open_one()) as journal:
        storage.disk.is_full = True
        assert journal.append(commit_after(Head())) is Outcome.UNKNOWN
        assert "full" in journal.last_error.lower()
        assert journal.is_full


def test_a_failed_sync_is_no_want_of_room(storage: File) -> None:
    with closing(storage.open_one()) as journal:
        storage.disk.sync_fails = True
        assert journal.append(commit_after(Head())) is Outcome.UNKNOWN
        assert not journal.is_full


def test_full_disk_does_not_keep_a_journal_from_being_read(storage: File) -> None:
    first = storage.open()
    head = append_all(first, 3)
    first.close()
    storage.disk.is_full = True
    journal = SqliteJournal(storage.path, pool_id=POOL, wal_bytes=WAL_BYTES)
    assert journal.head() == head
    assert "growing the log" in journal.last_error
    assert journal.append(commit_after(head)) is Outcome.UNKNOWN
    journal.close()
    again = storage.open()
    assert again.append(commit_after(again.head())) is Outcome.DURABLE


def test_failed_sync_is_overwritten_by_the_next_owner(storage: File) -> None:
    """While the machine stays up, what failed to sync is gone once somebody else has appended."""
    journal = storage.open()
    follower = SqliteJournal(storage.path, pool_id=POOL, read_only=True)
    head = append_all(journal, 2)
    storage.disk.sync_fails = True
    assert journal.append(commit_after(head, mark="doubtful")) is Outcome.UNKNOWN
    journal.close()
    owner = storage.open()
    assert owner.head() == follower.head() == head
    marker = commit_after(head, epoch=2)
    assert owner.append(marker) is Outcome.DURABLE
    assert follower.head() == head_after(marker)
    assert len(list(checked(follower.read()))) == 3
    follower.close()


# Backups


def test_backup_is_of_one_moment_while_appends_go_on(path: Path) -> None:
    journal = open_at(path)
    head = append_all(journal, 40, size=300_000)
    seen: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        seen.append((done, total))
        append_all(journal, 1)

    copied = journal.backup_to(path.with_name("copy.db"), progress=note)
    assert copied == head
    assert len(seen) > 1
    assert seen[-1][0] == seen[-1][1]
    assert journal.head().position == head.position + len(seen)
    journal.close()
    assert sorted(one.name for one in path.parent.iterdir()) == ["copy.db", "journal.db"]
    copy = SqliteJournal(path.with_name("copy.db"), pool_id=POOL)
    assert [one.header.last_position for one in checked(copy.read())][-1] == head.position
    append_all(copy, 1)
    copy.close()


def test_backup_of_an_empty_journal_is_an_empty_journal(path: Path) -> None:
    journal = open_at(path)
    assert journal.backup_to(path.with_name("copy.db")) == Head()
    journal.close()


def test_backup_replaces_nothing(path: Path) -> None:
    journal = open_at(path)
    target = path.with_name("copy.db")
    target.write_bytes(b"the only copy")
    with pytest.raises(JournalUnavailable):
        journal.backup_to(target)
    assert target.read_bytes() == b"the only copy"
    journal.close()


def test_backup_that_failed_leaves_no_file_of_its_name(path: Path) -> None:
    journal = open_at(path)
    append_all(journal, 3)
    with pytest.raises(JournalUnavailable):
        journal.backup_to(path.parent / "none" / "copy.db")
    target = path.with_name("copy.db")

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.backup_to(target, progress=fail)
    assert not target.exists()
    assert journal.backup_to(target).position == 3
    assert append_all(journal, 1).position == 4
    journal.close()
