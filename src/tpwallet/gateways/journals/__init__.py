"""Journal drivers: where a pool's commits are kept. All pass one contract suite.

SQLite (`sqlite`) is the default: a file in the pool's directory. PostgreSQL (`postgresql`) is for
pools that must outlive a machine. The driver for simulations keeps commits in memory
(`tpwallet.lab.journals`). Whichever it is, what was archived is read from segment files
(`segmented`).
"""

from tpwallet.gateways.journals.segment_folder import SegmentFolder
from tpwallet.gateways.journals.segmented import Segmented
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.pool_directory import SQLITE, PoolDirectory
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.journal import Journal

_POSTGRESQL = ("postgresql://", "postgres://")


def open_journal(directory: PoolDirectory, *, read_only: bool = False) -> Segmented:
    """Open the journal that a pool's settings name, with its segments; `read_only` for followers.

    **Rejects** with `Malformed` settings that name no driver, and as the drivers do.
    """
    segments = SegmentFolder(directory.segments_path, directory.pool_id)
    return Segmented(_open_driver(directory, read_only=read_only), segments)


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
