"""A journal's SQLite file: how it is opened, made, recognised and grown.

The file is in WAL mode with synchronous=FULL: a commit is durable once the write-ahead log has been
synced, and readers in any process read on while the writer writes. One row holds one commit; its
header stands before its body, so that headers are read without touching the pages a long body
overflows to.

Sources: https://sqlite.org/wal.html, https://sqlite.org/fileformat2.html,
https://sqlite.org/security.html. Releases before 3.51.3 can corrupt a database when a checkpoint
and a write reset the log at the same moment (https://sqlite.org/releaselog/3_51_3.html), so an
older library is refused.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from tpwallet.gateways.journals.limits import WRITE_LOCK_MS_MAX
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable, TpwalletError
from tpwallet.kernel.journal import NO_SPACE

APPLICATION_ID = 0x54505741  # "TPWA"
SCHEMA_VERSION = 1
PAGE_BYTES = 16384
SQLITE_VERSION_MIN = (3, 51, 3)

_PAUSE_SECONDS = 0.002

_SCHEMA = """
CREATE TABLE pool (pool_id BLOB NOT NULL) STRICT;
CREATE TABLE commits (
    first_position INTEGER PRIMARY KEY,
    last_position INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    hash BLOB NOT NULL,
    header BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
"""

# What a changed byte of the file may come to: a number that became text, a length beyond all.
_DAMAGE = (
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.FormatError,
    apsw.SQLError,
    apsw.TooBigError,
    apsw.MismatchError,
    UnicodeDecodeError,
)
_DAMAGED_READS = {apsw.SQLITE_IOERR_DATA, apsw.SQLITE_IOERR_CORRUPTFS}


class JournalBlank(JournalUnavailable):
    """A file in which nothing was made yet, as another process leaves it for a moment when it makes
    a journal.
    """


def check_library(version: str) -> None:
    """**Rejects** with `JournalUnavailable` an SQLite library older than `SQLITE_VERSION_MIN`.

    >>> check_library("3.54.1")
    >>> check_library("3.51.2")
    Traceback (most recent call last):
    tpwallet.kernel.errors.JournalUnavailable: SQLite 3.51.2 is too old for a journal ...
    """
    if tuple(int(part) for part in version.split(".")) < SQLITE_VERSION_MIN:
        least = ".".join(map(str, SQLITE_VERSION_MIN))
        raise JournalUnavailable(f"SQLite {version} is too old for a journal: {least} is needed")


@contextmanager
def told(position: int) -> Iterator[None]:
    """Tell of what goes wrong while a journal's file is read, as `failure` does."""
    try:
        yield
    except (apsw.Error, UnicodeDecodeError) as error:
        raise failure(error, position) from error


def failure(error: apsw.Error | UnicodeDecodeError, position: int) -> TpwalletError:
    """What an error of SQLite means to a reader: damage at a position, or no answer now."""
    detail = getattr(error, "extendedresult", apsw.SQLITE_OK)  # set on what SQLite itself reports
    if isinstance(error, _DAMAGE) or detail in _DAMAGED_READS:
        return JournalCorrupt(f"the journal's file is damaged: {error}", position=position)
    reason = {"reason": NO_SPACE} if isinstance(error, apsw.FullError) else {}
    return JournalUnavailable(f"the journal's file does not answer: {error}", **reason)


def open_reader(path: Path, pool_id: bytes) -> apsw.Connection:
    """A connection that only reads.

    **Rejects** with `JournalUnavailable` a file that is not there or cannot be opened, and with
    `JournalCorrupt` one that is not this pool's journal.
    """
    with _opening(path, apsw.SQLITE_OPEN_READONLY) as connection:
        _check_identity(connection, path, pool_id)
    return connection


def open_writer(path: Path, pool_id: bytes) -> apsw.Connection:
    """A connection that appends, to a new file if there is none. **Rejects** as `open_reader`."""
    with _opening(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE) as connection:
        if _is_blank(connection):
            connection.pragma("page_size", PAGE_BYTES)
        else:
            _check_identity(connection, path, pool_id)
        if _use_log(connection) != "wal":
            raise JournalUnavailable(f"{path.name} lies where SQLite cannot keep a log beside it")
        connection.execute("BEGIN IMMEDIATE")
        if _is_blank(connection):  # or another process was faster
            _make(connection, pool_id)
        connection.execute("COMMIT")
        _check_identity(connection, path, pool_id)
    return connection


def _use_log(connection: apsw.Connection) -> str:
    """Keep a log beside the file; returns the mode the file is in then.

    Whoever opens a new file first changes its mode under a lock that SQLite does not wait for, so
    we do: asking again is safe, because the mode is the same whoever sets it.
    """
    deadline = time.monotonic_ns() + WRITE_LOCK_MS_MAX * 1_000_000
    while True:
        try:
            return str(connection.pragma("journal_mode", "wal"))
        except apsw.BusyError:
            if time.monotonic_ns() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


def open_plain(path: Path, flags: int = apsw.SQLITE_OPEN_READWRITE) -> apsw.Connection:
    """A connection to a journal's file that trusts nothing the file may bring along: no trigger, no
    view, no function. Raises `apsw.Error`.
    """
    connection = apsw.Connection(str(path), flags=flags)
    connection.set_busy_timeout(WRITE_LOCK_MS_MAX)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 0)
    connection.wal_autocheckpoint(0)  # the checkpointer's matter
    connection.pragma("synchronous", "full")
    connection.pragma("cell_size_check", 1)
    return connection


def grow_wal(path: Path, wal_bytes: int) -> None:
    """Bring the write-ahead log to `wal_bytes`, leaving the database as it is.

    A log that is written over in place is synced faster than one that grows, because the file
    system need not note a new length at each commit. A transaction that does not fit its cache
    spills into the log; rolled back, it leaves nothing but the log's length, and no page of the
    database was ever taken. The next appends write over what it spilled.

    Raises `apsw.Error` or `OSError` when there is no room; the journal works without.
    """
    log = path.with_name(path.name + "-wal")
    if (log.stat().st_size if log.exists() else 0) >= wal_bytes:
        return
    connection = open_plain(path)
    try:
        connection.pragma("cache_size", 1)  # pages
        connection.execute("BEGIN IMMEDIATE; CREATE TABLE filler (content BLOB)")
        connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (wal_bytes,))
        connection.execute("ROLLBACK")
    finally:
        connection.close()
    descriptor = os.open(log, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _opening(path: Path, flags: int) -> Iterator[apsw.Connection]:
    """A connection that is closed again if opening it comes to nothing."""
    check_library(apsw.sqlite_lib_version())
    with told(1):
        connection = open_plain(path, flags)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise


def _is_blank(connection: apsw.Connection) -> bool:
    """Whether nothing has been made in the file yet, by us or anybody else."""
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").get
    return (tables, connection.pragma("application_id")) == (0, 0)


def _make(connection: apsw.Connection, pool_id: bytes) -> None:
    connection.execute(_SCHEMA)
    connection.execute("INSERT INTO pool VALUES (?)", (pool_id,))
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", SCHEMA_VERSION)


def _check_identity(connection: apsw.Connection, path: Path, pool_id: bytes) -> None:
    """**Rejects** what is no journal yet, never was one, or is another release's or pool's."""
    if _is_blank(connection):
        raise JournalBlank(f"{path.name} is still empty")
    if connection.pragma("application_id") != APPLICATION_ID:
        raise JournalCorrupt(f"{path.name} is not a tpwallet journal", position=1)
    if connection.pragma("user_version") != SCHEMA_VERSION:
        raise JournalUnavailable(f"{path.name} was written by another release of tpwallet")
    if connection.execute("SELECT pool_id FROM pool").fetchall() != [(pool_id,)]:
        raise JournalCorrupt(f"{path.name} is the journal of another pool", position=1)
