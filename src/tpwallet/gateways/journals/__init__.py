"""Journal drivers: where a pool's commits are kept. All pass one contract suite.

SQLite (`sqlite`) is the default: a file in the pool's directory. PostgreSQL (`postgresql`) is for
pools that must outlive a machine. The driver for simulations keeps commits in memory
(`tpwallet.lab.journals`). Whichever it is, what was archived is read from segment files, and the
journal must reach what was made of it (`segmented`).
"""

from tpwallet.gateways import journal_end
from tpwallet.gateways.journal_end import JournalEnd
from tpwallet.gateways.journals.segment_folder import SegmentFolder
from tpwallet.gateways.journals.segmented import Segmented
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.journals.sqlite_file import JournalBlank
from tpwallet.gateways.kept_ends import KeptEnd, furthest_end
from tpwallet.gateways.pool_directory import SQLITE, PoolDirectory
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.kernel.journal import Journal

_POSTGRESQL = ("postgresql://", "postgres://")


def open_journal(
    directory: PoolDirectory, *, read_only: bool = False, as_found: bool = False
) -> Segmented:
    """Open the journal that a pool's settings name, with its segments; `read_only` for followers.

    One that ends before what was made of it is not opened for writing, and opened for reading it
    has no head. `as_found` it is read as it is, by those who examine it and look at the witnesses
    themselves, and written by those who restore it.

    **Rejects** with `Malformed` settings that name no driver, with `JournalCorrupt` a journal that
    is gone although something was made of it, and as the drivers do.
    """
    segments = SegmentFolder(directory.segments_path, directory.pool_id)
    if not read_only:
        if not as_found:
            _check_reaches(directory)
        driver = _open_driver(directory, read_only=False)
        return Segmented(driver, segments, end=JournalEnd(directory.path / journal_end.NAME))
    reaches = furthest_end(directory)
    if reaches is not None and reaches.position and _is_missing(directory):
        raise _gone(directory, reaches)
    try:
        driver = _open_driver(directory, read_only=True)
    except JournalBlank as blank:
        if reaches is None or not reaches.position:
            raise
        raise _gone(directory, reaches) from blank
    return Segmented(driver, segments, reaches=None if as_found else reaches)


def _check_reaches(directory: PoolDirectory) -> None:
    """Look whether the journal reaches what was made of it, before it is opened for writing: one
    that does not is evidence, of which not a byte is to change.
    """
    if furthest_end(directory) is None:
        return
    journal = open_journal(directory, read_only=True)
    try:
        journal.head()
    finally:
        journal.close()


def _is_missing(directory: PoolDirectory) -> bool:
    """Whether a journal that is kept in the directory is not there, or an empty file. SQLite would
    delete the log of one, so it is not asked.
    """
    if directory.settings.journal != SQLITE:
        return False
    try:
        return directory.journal_path.stat().st_size == 0
    except FileNotFoundError:
        return True


def _gone(directory: PoolDirectory, reaches: KeptEnd) -> JournalCorrupt:
    return JournalCorrupt(
        f"{directory.journal_path.name} is gone or empty, but {reaches.what} {reaches.position}",
        position=1,
        witness=reaches.position,
    )


def _open_driver(directory: PoolDirectory, *, read_only: bool) -> Journal:
    kept_in = directory.settings.journal
    if kept_in == SQLITE:
        return SqliteJournal(directory.journal_path, pool_id=directory.pool_id, read_only=read_only)
    if kept_in.startswith(_POSTGRESQL):
        from tpwallet.gateways.journals import postgresql  # noqa: PLC0415 - takes 100 ms

        return postgresql.PostgresJournal(kept_in, pool_id=directory.pool_id, read_only=read_only)
    raise Malformed(
        "the journal is kept in 'sqlite' or at a postgresql:// address", parameter="journal"
    )
