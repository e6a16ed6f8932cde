"""Closing a SQLite journal: all of it is in one file then, whoever reads on; and if its disk fails
at the last moment nothing that was kept is lost, and nobody who closes has to handle it.
"""

import shutil
import time
from pathlib import Path

import pytest

from tests.gateways.journals.commits import POOL
from tests.gateways.journals.contract import append_all
from tests.gateways.journals.faulty_disk import FaultyDisk
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.journals.sqlite_log import log_of


@pytest.mark.parametrize("fault", ["sync_fails", "is_full"])
def test_a_disk_that_fails_while_a_journal_closes_takes_nothing_away(
    pool_dir: Path, fault: str
) -> None:
    path = pool_dir / "journal.db"
    with FaultyDisk() as disk:
        journal = SqliteJournal(path, pool_id=POOL, wal_bytes=0)
        head = append_all(journal, 3)
        setattr(disk, fault, True)
        journal.close()
        assert journal.last_error.startswith("closing: ") is (fault == "sync_fails")
        setattr(disk, fault, False)
        again = SqliteJournal(path, pool_id=POOL, wal_bytes=0)
        assert again.head() == head
        assert len(list(again.read())) == 3
        again.close()


def test_a_closed_journal_is_one_file_though_a_reader_has_it_open(pool_dir: Path) -> None:
    path = pool_dir / "journal.db"
    journal = SqliteJournal(path, pool_id=POOL)
    reader = SqliteJournal(path, pool_id=POOL, read_only=True)
    head = append_all(journal, 30)
    assert len(list(reader.read())) == 30
    journal.close()
    reader.close()
    assert log_of(path).stat().st_size == 0
    copy = shutil.copyfile(path, pool_dir / "copy.db")
    copied = SqliteJournal(copy, pool_id=POOL, read_only=True)
    assert copied.head() == head
    copied.close()


def test_a_journal_that_is_being_read_is_closed_in_time_and_keeps_its_log(
    pool_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpwallet.gateways.journals.sqlite_checkpoints.CLOSING_MS_MAX", 50)
    path = pool_dir / "journal.db"
    journal = SqliteJournal(path, pool_id=POOL)
    append_all(journal, 3)
    reader = SqliteJournal(path, pool_id=POOL, read_only=True)
    with reader._reading(1) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM commits").fetchall()
        head = append_all(journal, 3)
        before = time.monotonic()
        journal.close()
        assert time.monotonic() - before < 5
        assert journal.last_error.startswith("closing: ")
        connection.execute("COMMIT")
    assert reader.head() == head
    reader.close()
