"""A journal in PostgreSQL: for pools that must outlive a machine.

An append is one statement in a transaction of its own. It locks the pool's row, whose epoch must
not be above the commit's, and inserts the commit if it follows the head (its position and its
hash); the primary key (pool, first position) refuses a second commit for the same place.

What the server says decides the outcome. A statement that failed with an error was rolled back
before it could be committed, yet most errors are still called `UNKNOWN`: the owner rebuilds either
way, and only three refusals are plain enough to be told as "nothing was done". A lost connection is
always `UNKNOWN`: the server may be committing at this moment. So is a warning, because that is how
PostgreSQL says that it committed but gave up waiting for the standby. After `UNKNOWN` this object
appends no more: close it and make another one. The head found then is final once the owner's next
append is durable, because that one waits for the doubtful transaction's lock and takes its place.

Reads come from the same server, each on a connection of its own, opened again when it was lost.
What is not checked here: the hash chain and the bodies' hashes (`check_link`, the readers' matter).
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import psycopg
from psycopg import conninfo, errors
from psycopg.rows import TupleRow

from tpwallet.gateways.journals import limits
from tpwallet.gateways.journals.postgresql_tables import Tables
from tpwallet.gateways.journals.readers import Readers
from tpwallet.gateways.journals.row_reader import RowReader
from tpwallet.gateways.journals.rows import Row, check_appendable
from tpwallet.gateways.journals.trimming import Progress, check_trim
from tpwallet.kernel.commit import GENESIS, Commit
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable, TpwalletError
from tpwallet.kernel.journal import Outcome

_Connection = psycopg.Connection[TupleRow]

# The transaction was refused before it wrote, for a reason that leaves no doubt.
_NOTHING_WRITTEN = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.ReadOnlySqlTransaction,
)
_DAMAGE = (
    errors.DataCorrupted,
    errors.IndexCorrupted,
    errors.InternalError_,
    errors.UndefinedTable,
    errors.UndefinedColumn,
)
# Given to libpq unless the address says otherwise: a dead line is noticed within `SILENCE_MS_MAX`.
_LINE: dict[str, str | int | None] = {
    "application_name": "tpwallet journal",
    "connect_timeout": limits.CONNECT_SECONDS_MAX,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": limits.SILENCE_MS_MAX,
}
# A plan made while the table was short must not read it from end to end when it is long.
_SETTINGS = f"""
SET enable_seqscan = off;
SET default_transaction_isolation = 'read committed';
SET lock_timeout = {limits.LOCK_MS_MAX};
SET statement_timeout = {limits.STATEMENT_MS_MAX};
"""
# What a server must be set to for its "committed" to mean durable.
_DURABLE = ("fsync", "full_page_writes")


class PostgresJournal(RowReader):
    """One pool's journal in a PostgreSQL database (port: `tpwallet.kernel.journal.Journal`)."""

    def __init__(
        self,
        address: str,
        *,
        pool_id: bytes,
        schema: str = "public",
        prefix: str = "tpwallet_journal",
        synchronous_commit: Literal["on", "remote_apply"] = "on",
        read_only: bool = False,
    ) -> None:
        """Open the journal of a pool at a libpq address, making what is missing unless `read_only`.

        `pool_id` is 16 bytes; the tables are `<prefix>` and `<prefix>_commits` in `schema`, which
        exists.

        **Rejects** with `JournalUnavailable` a server that does not answer, that is set not to
        sync what it commits, or whose tables are missing or another release's.
        """
        super().__init__(pool_id)
        self._address = conninfo.make_conninfo("", **(_LINE | conninfo.conninfo_to_dict(address)))
        self._tables = Tables(schema, prefix)
        self._synchronous_commit = synchronous_commit
        self._read_only = read_only
        self._appending = threading.Lock()
        self._warning = ""
        self._in_doubt = False
        self._closed = False
        self.last_error = ""
        self.is_full = False  # whether the last append found no room (port)
        self._readers = Readers(self._connect)
        if read_only:
            with self._reading(1) as connection:
                self._tables.check(connection, pool_id)
        else:
            self._connection = self._open_writer()

    def append(self, commit: Commit) -> Outcome:
        """Make a commit durable if it follows the head and its epoch is not below the head's.

        Waits for the standbys that the server is set to wait for, for ever if none answers.
        `UNKNOWN` when the server or the line failed: close this journal and open it again.

        **Rejects** with `JournalUnavailable` when certainly nothing was written: the journal is
        closed, read-only or in doubt since an earlier `UNKNOWN`, or the server refused in time.
        """
        header = check_appendable(commit, self._pool_id)
        values = {
            "pool_id": self._pool_id,
            "first": header.first_position,
            "last": header.last_position,
            "epoch": header.epoch,
            "hash": commit.hash,
            "previous": header.previous,
            "genesis": GENESIS,
            "header": commit.header_bytes,
            "body": commit.body,
        }
        with self._appending:
            self._check_may_append()
            self._warning = ""
            try:
                cursor = self._connection.execute(self._tables.append, values, prepare=True)
                appended = cursor.fetchone() == (1,)
            except _NOTHING_WRITTEN as error:
                raise JournalUnavailable(f"the database refused: {error}") from error
            except (psycopg.Error, MemoryError) as error:
                self.is_full = isinstance(error, psycopg.errors.DiskFull)
                return self._doubt(f"append: {type(error).__name__}: {error}")
            if self._warning:
                return self._doubt(f"append: {self._warning}")
            return Outcome.DURABLE if appended else Outcome.FENCED

    def trimmed(self) -> int:
        """The last position that was trimmed; 0: everything is here (port)."""
        with self._reading(1) as connection:
            row = connection.execute(self._tables.trimmed, (self._pool_id,)).fetchone()
        return int(row[0]) if row else 0

    def trim(self, through: int, progress: Progress = None) -> None:
        """Forget the commits before the one that ends at `through`, in steps (port).

        **Rejects** with `InvariantBroken` as `check_trim` does, and with `JournalUnavailable` a
        role that may not delete commits and a server that does not answer: trim again.
        """
        if not check_trim(self, through):
            return
        values = {
            "pool_id": self._pool_id,
            "through": through,
            "commits_max": limits.TRIM_COMMITS_MAX,
        }
        while (row := self._trim_step(values)) is not None:
            if progress is not None:
                progress(int(row[0]))

    def _trim_step(self, values: Mapping[str, object]) -> TupleRow | None:
        with self._appending:
            self._check_may_append()
            try:
                return self._connection.execute(self._tables.trim, values).fetchone()
            except psycopg.Error as error:
                raise JournalUnavailable(f"the journal was not trimmed: {error}") from error

    def bytes_used(self) -> int:
        """Bytes of the commits' table and its index, of all pools that share it (port)."""
        with self._reading(1) as connection:
            row = connection.execute(self._tables.size).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Let go of the connections (port). What is committed stays; closing twice is allowed."""
        self._closed = True
        self._readers.close()
        if not self._read_only:
            with self._appending:
                self._connection.close()

    def _connect(self) -> _Connection:
        connection = psycopg.connect(self._address, autocommit=True)
        try:
            connection.execute(_SETTINGS)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_writer(self) -> _Connection:
        try:
            connection = self._connect()
            try:
                connection.execute(f"SET synchronous_commit = {self._synchronous_commit}")
                for setting in _DURABLE:
                    if connection.execute(f"SHOW {setting}").fetchone() != ("on",):
                        raise JournalUnavailable(f"the database is set to {setting} = off")
                self._tables.make(connection, self._pool_id)
                self._tables.check(connection, self._pool_id)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise _failure(error, 1) from error
        connection.add_notice_handler(self._notice)
        return connection

    def _notice(self, diagnostic: errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            self._warning = diagnostic.message_primary or "warning"

    def _doubt(self, reason: str) -> Outcome:
        self._in_doubt = True
        self.last_error = reason
        return Outcome.UNKNOWN

    def _check_may_append(self) -> None:
        if self._closed:
            raise JournalUnavailable("the journal is closed")
        if self._read_only:
            raise JournalUnavailable("the journal was opened for reading only")
        if self._in_doubt:
            raise JournalUnavailable("an append's outcome is unknown: open the journal again")

    @contextmanager
    def _reading(self, position: int) -> Iterator[_Connection]:
        try:
            with self._readers.borrowed() as connection:
                yield connection
        except psycopg.Error as error:
            raise _failure(error, position) from error

    def _last_rows(self) -> Sequence[Row]:
        with self._reading(1) as connection:
            query = connection.cursor(binary=True)
            return query.execute(self._tables.head, {"pool_id": self._pool_id}).fetchall()

    def _page(self, position: int, last: int, *, bodies: bool) -> Sequence[Row]:
        try:
            return self._query_page(position, last, bodies, limits.READ_COMMITS_MAX)
        except JournalCorrupt:
            return self._query_page(position, last, bodies, 1)  # up to the row that is damaged

    def _query_page(self, position: int, last: int, bodies: bool, count: int) -> Sequence[Row]:
        values = {
            "pool_id": self._pool_id,
            "position": position,
            "last": last,
            "commits_max": count,
        }
        with self._reading(position) as connection:
            query = connection.cursor(binary=True)
            statement = self._tables.commits if bodies else self._tables.headers
            return query.execute(statement, values).fetchall()


def _failure(error: psycopg.Error, position: int) -> TpwalletError:
    """What a database error means to a reader: damage at a position, or no answer now."""
    if isinstance(error, _DAMAGE):
        return JournalCorrupt(f"the journal's table is damaged: {error}", position=position)
    return JournalUnavailable(f"the journal's database does not answer: {error}")
