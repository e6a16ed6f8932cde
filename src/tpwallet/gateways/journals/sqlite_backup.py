"""A consistent copy of a SQLite file, a journal or a vault, while it is being written.

The copy is of one moment: the source stays in one read transaction, so that what is appended
meanwhile is not in the copy and does not make it start again. It does make the write-ahead log
longer until the copy is done. The copy is one file without a log of its own, so that it can be read
where nothing can be written. Source: https://sqlite.org/backup.html.
"""

import os
from collections.abc import Callable
from pathlib import Path

import apsw

from tpwallet.gateways.journals.limits import BACKUP_STEP_PAGES
from tpwallet.kernel.errors import JournalUnavailable

Progress = Callable[[int, int], None] | None


def copy_database(source: apsw.Connection, target: Path, progress: Progress) -> None:
    """Copy a database into a new file; `progress` is told the pages copied and the pages there are.

    Until the copy is complete and durable it bears the name `<target>.part`; a part left by an
    earlier attempt is written over.

    **Rejects** with `JournalUnavailable` a target that exists or cannot be written.
    """
    if target.exists():
        raise JournalUnavailable(f"{target.name} exists; a backup never replaces a file")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        _copy_pages(source, part, progress)
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise JournalUnavailable(f"the backup cannot be written: {error}") from error


def _copy_pages(source: apsw.Connection, part: Path, progress: Progress) -> None:
    destination = apsw.Connection(str(part))
    try:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # the moment of the copy
        with destination.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step(BACKUP_STEP_PAGES)
                if progress is not None:
                    progress(backup.page_count - backup.remaining, backup.page_count)
        source.execute("COMMIT")
        destination.pragma("journal_mode", "delete")
    finally:
        destination.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
