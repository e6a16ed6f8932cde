"""Closing a SQLite journal whose disk fails at the last moment: nothing that was kept is lost, and
nobody who closes has to handle it.
"""

from pathlib import Path

import pytest

from tests.gateways.journals.commits import POOL
from tests.gateways.journals.contract import append_all
from tests.gateways.journals.faulty_disk import FaultyDisk
from tpwallet.gateways.journals.sqlite import SqliteJournal


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
