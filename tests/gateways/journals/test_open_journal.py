"""A pool's settings name its journal, and what was made of it says how far it reached."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.gateways.journals.contract import append_all
from tests.gateways.journals.database import Database
from tpwallet.gateways import journal_end
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.kept_ends import KeptEnd, furthest_end
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable, Malformed


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


# A journal that lost its end


@pytest.fixture
def cut(pool_dir: Path) -> PoolDirectory:
    """A pool whose journal ended at 5 when it was closed, and ends at 3 now."""
    directory = create_pool(pool_dir, name="main", base_asset="EUR")
    journal = open_journal(directory)
    append_all(journal, 5, pool_id=directory.pool_id)
    journal.close()
    with closing(sqlite3.connect(directory.journal_path)) as database, database:
        database.execute("DELETE FROM commits WHERE first_position > 3")
    return directory


def test_a_journal_that_was_cut_off_is_not_opened_for_writing(cut: PoolDirectory) -> None:
    before = cut.journal_path.read_bytes()
    with pytest.raises(JournalCorrupt, match="cut off") as caught:
        open_journal(cut)
    assert caught.value.position == 4
    assert cut.journal_path.read_bytes() == before


def test_a_journal_that_was_cut_off_has_no_head_and_can_be_salvaged(cut: PoolDirectory) -> None:
    journal = open_journal(cut, read_only=True)
    for ask in (journal.head, lambda: list(journal.read()), lambda: list(journal.headers())):
        with pytest.raises(JournalCorrupt, match="cut off"):
            ask()
    salvaged: list[Commit] = []
    with pytest.raises(JournalCorrupt, match="cut off") as caught:
        salvaged.extend(journal.salvage())
    assert len(salvaged) == 3
    assert caught.value.position == 4
    journal.close()


def test_who_examines_a_journal_that_was_cut_off_reads_it_as_it_is(cut: PoolDirectory) -> None:
    journal = open_journal(cut, read_only=True, as_found=True)
    assert journal.head().position == 3
    journal.close()


@pytest.mark.parametrize("is_empty", [True, False])
@pytest.mark.parametrize(("read_only", "as_found"), [(False, False), (True, False), (True, True)])
def test_a_journal_that_is_gone_is_damage_from_the_first_position(
    cut: PoolDirectory, is_empty: bool, read_only: bool, as_found: bool
) -> None:
    cut.journal_path.unlink()
    if is_empty:
        cut.journal_path.touch()
    with pytest.raises(JournalCorrupt, match="gone or empty") as caught:
        open_journal(cut, read_only=read_only, as_found=as_found)
    assert caught.value.position == 1
    assert cut.journal_path.exists() == is_empty


def test_a_deleted_log_is_a_journal_that_was_cut_off(pool_dir: Path) -> None:
    directory = create_pool(pool_dir, name="main", base_asset="EUR")
    journal = open_journal(directory)
    append_all(journal, 2, pool_id=directory.pool_id)
    journal.close()
    journal = open_journal(directory)
    append_all(journal, 2, pool_id=directory.pool_id)
    left = Path(shutil.copytree(directory.path, pool_dir.parent / "killed"))
    journal.close()
    shutil.copyfile(pool_dir / journal_end.NAME, left / journal_end.NAME)  # written in a moment
    for file in ("journal.db-wal", "journal.db-shm"):
        (left / file).unlink()
    with pytest.raises(JournalCorrupt, match="cut off") as caught:
        open_journal(PoolDirectory(left))
    assert caught.value.position == 3


def test_a_log_deleted_before_it_was_ever_emptied_is_a_journal_that_is_gone(
    pool_dir: Path,
) -> None:
    """Its database holds nothing then but that it is one."""
    directory = create_pool(pool_dir, name="main", base_asset="EUR")
    journal = open_journal(directory)
    append_all(journal, 2, pool_id=directory.pool_id)
    left = Path(shutil.copytree(directory.path, pool_dir.parent / "killed"))
    journal.close()
    shutil.copyfile(pool_dir / journal_end.NAME, left / journal_end.NAME)
    (left / "journal.db-wal").unlink()
    before = (left / "journal.db").read_bytes()
    for read_only in (False, True):
        with pytest.raises(JournalCorrupt, match="gone or empty") as caught:
            open_journal(PoolDirectory(left), read_only=read_only)
        assert caught.value.position == 1
    assert (left / "journal.db").read_bytes() == before


def test_what_is_restored_is_written_below_what_was_kept(cut: PoolDirectory) -> None:
    journal = open_journal(cut, as_found=True)
    append_all(journal, 4, pool_id=cut.pool_id)
    journal.close()
    assert furthest_end(cut) == KeptEnd("its writer had reached", 7)
