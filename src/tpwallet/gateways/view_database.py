"""The database that views are kept in: SQLite, in the pool's directory.

A transaction sees one state of the database from its first read to its end. Python's SQLite module
begins transactions only before writes unless it is told otherwise, so here it is told otherwise.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_CACHE_KIB = 64 << 10
_BUSY_MS_MAX = 10_000


def open_view_database(path: Path) -> Engine:
    """A SQLite database at a path, made when there is none."""
    engine = sa.create_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


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
