"""The database that views are kept in: SQLite, in the pool's directory.

A transaction sees one state of the database from its first read to its end. Python's SQLite module
begins transactions only before writes unless it is told otherwise, so here it is told otherwise.

What SQLite says of a file that does not hold together becomes `ViewDamaged`, which names the file.
A full disk, a lock and a file that may not be opened are no damage: they pass, and remain SQLite's
own words (sqlite.org/rescode.html).
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, ExceptionContext

from tpwallet.ports.view import ViewDamaged

_CACHE_KIB = 64 << 10
_BUSY_MS_MAX = 10_000

_PRIMARY = 0xFF  # of an extended result code
_DAMAGE: Final = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CONSTRAINT,  # a row is there that its position says is not: views only add
}
_DAMAGE_IN_READING: Final = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ}
# What has no code of its own: text that is no text, and a schema of which a part is gone.
_DAMAGE_IN_WORDS: Final = ("Could not decode to UTF-8", "no such table")


def open_view_database(path: Path) -> Engine:
    """A SQLite database at a path, made when there is none."""
    engine = sa.create_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "handle_error", _tell_damage)
    return engine


def damage_of_view_database(path: Path) -> str | None:
    """What SQLite's own check finds wrong with a database that another process may have open: its
    pages and indexes, not what the rows say. None: nothing. It leaves no file behind.

    **Rejects** with `sqlite3.OperationalError` one that cannot be read now.
    """
    if path.with_name(f"{path.name}-wal").exists():
        return _checked(path, "mode=ro")
    # Nobody has it open; or somebody has just opened it and writes, which would look like damage.
    return _checked(path, "mode=ro&immutable=1") and _checked(path, "mode=ro")


def _checked(path: Path, how: str) -> str | None:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)) as database:
            database.execute(f"pragma busy_timeout = {_BUSY_MS_MAX}")
            found = database.execute("pragma integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        return str(error)
    return None if found == "ok" else str(found)


def _is_damage(error: BaseException | None) -> bool:
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", 0)  # absent where Python speaks for itself
    is_named = code & _PRIMARY in _DAMAGE or code in _DAMAGE_IN_READING
    return is_named or str(error).startswith(_DAMAGE_IN_WORDS)


def _tell_damage(context: ExceptionContext) -> ViewDamaged | None:
    """What is raised instead of an error of SQLite's."""
    if context.engine is None or not _is_damage(context.original_exception):
        return None
    return ViewDamaged(Path(str(context.engine.url.database)).name, str(context.original_exception))


def _set_up(connection: Any, _record: object) -> None:
    """A new connection: views may lose their last transactions, but never tear one."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = wal",
        "synchronous = normal",
        f"cache_size = -{_CACHE_KIB}",
        f"busy_timeout = {_BUSY_MS_MAX}",
    ):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
