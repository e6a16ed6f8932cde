"""The reading half of a pool, put together: what it opens it lets go of, whatever happens."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.busy import busy_pool
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.errors import Halted
from tpwallet.lab.journals import MemoryJournal, MemoryStorage


class Opened:
    """Opens journals on a storage, and keeps count of those that are open."""

    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage
        self.open_count = 0

    def __call__(self, _: PoolDirectory) -> MemoryJournal:
        self.open_count += 1
        journal = MemoryJournal(self._storage)
        close = journal.close

        def close_and_count() -> None:
            self.open_count -= 1
            close()

        journal.close = close_and_count  # type: ignore[method-assign]
        return journal


def test_a_reading_half_closes_the_journal_it_opened_once(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=5)
    opened = Opened(pool.storage)
    side = ReadSide(pool.directory, open_journal=opened)
    side.start()
    assert opened.open_count == 1
    side.close()
    side.close()
    assert opened.open_count == 0
    pool.close()


def test_a_reading_half_that_is_refused_leaves_nothing_open(tmp_path: Path) -> None:
    pool = busy_pool(tmp_path, 1, commands=5)
    opened = Opened(pool.storage)
    first = ReadSide(pool.directory, open_journal=opened)
    with pytest.raises(Halted, match="in use"):
        ReadSide(pool.directory, open_journal=opened)
    assert opened.open_count == 1
    first.close()
    ReadSide(pool.directory, open_journal=opened).close()
    assert opened.open_count == 0
    pool.close()


def test_who_only_writes_does_not_import_what_reads_stand_on() -> None:
    program = "import sys, tpwallet.hub; sys.exit('sqlalchemy' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
