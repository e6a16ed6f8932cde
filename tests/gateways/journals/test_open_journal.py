"""A pool's settings name its journal."""

from pathlib import Path

import pytest

from tests.gateways.journals.contract import append_all
from tests.gateways.journals.database import Database
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.pool_directory import create_pool
from tpwallet.kernel.errors import JournalUnavailable, Malformed


def test_pool_keeps_its_journal_in_its_directory(pool_dir: Path) -> None:
    directory = create_pool(pool_dir, name="main", base_asset="EUR")
    with pytest.raises(JournalUnavailable):
        open_journal(directory, read_only=True)
    journal = open_journal(directory)
    append_all(journal, 1, pool_id=directory.pool_id)
    assert directory.journal_path.exists()
    reader = open_journal(directory, read_only=True)
    assert reader.head().position == 1
    reader.close()
    journal.close()


@pytest.mark.slow
def test_pool_keeps_its_journal_in_a_database(pool_dir: Path, database: Database) -> None:
    directory = create_pool(pool_dir, name="main", base_asset="EUR", journal=database.address)
    journal = open_journal(directory)
    append_all(journal, 1, pool_id=directory.pool_id)
    assert not directory.journal_path.exists()
    journal.close()


def test_settings_that_name_no_driver_are_refused(pool_dir: Path) -> None:
    directory = create_pool(pool_dir, name="main", base_asset="EUR", journal="mysql://db/pool")
    with pytest.raises(Malformed):
        open_journal(directory)
