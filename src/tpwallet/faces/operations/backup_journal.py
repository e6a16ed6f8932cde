"""The journal in a backup, whichever form it has there."""

from collections.abc import Iterator
from pathlib import Path

from tpwallet.faces.operations.export_damage import EXPORT_DAMAGE, damage_of
from tpwallet.formats.export import read_export
from tpwallet.formats.export_items import ExportedCommit
from tpwallet.gateways.backup import JOURNAL_EXPORT, JOURNAL_FILE
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.whole_file import read_chunks
from tpwallet.kernel.commit import Commit


def commits_in_backup(folder: Path, pool_id: bytes) -> Iterator[Commit]:
    """The commits of the journal in a folder of a backup, in order.

    **Rejects** with `JournalCorrupt` where they cannot be read on.
    """
    if (folder / JOURNAL_FILE).exists():
        return _of_file(folder / JOURNAL_FILE, pool_id)
    return _of_export(folder / JOURNAL_EXPORT)


def _of_file(path: Path, pool_id: bytes) -> Iterator[Commit]:
    journal = SqliteJournal(path, pool_id=pool_id, read_only=True)
    try:
        yield from journal.read()
    finally:
        journal.close()


def _of_export(path: Path) -> Iterator[Commit]:
    position = 0
    try:
        for item in read_export(read_chunks(path)):
            if isinstance(item, ExportedCommit):
                commit = Commit(item.header, item.body)
                yield commit
                position = commit.header.last_position
    except EXPORT_DAMAGE as error:
        raise damage_of(error, position + 1) from error
