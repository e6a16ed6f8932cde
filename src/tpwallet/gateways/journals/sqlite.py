"""A journal in a SQLite file: the embedded default, one file for one pool.

An append is one statement, which inserts the commit only if it follows the head (its position and
its hash) and its epoch is not below the head's; the database's own write lock makes the check and
the write one. That statement is also the fence: an owner that was overtaken finds another head.

An error while writing is never read as "not written". SQLite may report a failed sync after the
whole commit reached the log, and recovery then finds it there. So such an append is `UNKNOWN`, and
this object appends no more: close it and make another one, as the owner does when it rebuilds. The
head found then is final once the owner's next append is durable, because that one takes the
doubtful commit's place in the log, on disk too.

Before SQLite may look at its log we do (`sqlite_log`): one that was damaged after it was synced is
not opened for writing, and what is opened for reading has no head and can only be salvaged. A
journal that is closed leaves its log empty, unless somebody is in the middle of reading it.

What is not checked here: the hash chain and the bodies' hashes (`check_link`, the readers' matter).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from tpwallet.gateways.journals.limits import TRIM_COMMITS_MAX, WAL_BYTES, WAL_BYTES_MAX
from tpwallet.gateways.journals.readers import Readers
from tpwallet.gateways.journals.row_reader import RowReader, take_page
from tpwallet.gateways.journals.rows import Row, check_appendable
from tpwallet.gateways.journals.sqlite_backup import copy_database
from tpwallet.gateways.journals.sqlite_checkpoints import Checkpointer, FairLock, empty_log
from tpwallet.gateways.journals.sqlite_file import (
    failure,
    grow_wal,
    open_reader,
    open_writer,
    told,
)
from tpwallet.gateways.journals.sqlite_log import BrokenFrame, broken_frame, log_of, sync_log
from tpwallet.gateways.journals.trimming import Progress, check_trim
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt, JournalUnavailable
from tpwallet.kernel.journal import Head, Outcome

_APPEND = """
INSERT INTO commits (first_position, last_position, epoch, hash, header, body)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
FROM (SELECT 1) LEFT JOIN (
    SELECT last_position, epoch, hash FROM commits ORDER BY first_position DESC LIMIT 1
) AS head
WHERE coalesce(head.last_position, 0) = ?1 - 1
AND coalesce(head.epoch, 0) <= ?3 AND coalesce(head.hash, zeroblob(32)) = ?7
"""
_HEAD = """
SELECT first_position, last_position, epoch, hash, header FROM commits
ORDER BY first_position DESC LIMIT 2
"""
# From the commit that holds position ?1, to the last that begins at ?2 or before.
_COMMITS = """
SELECT first_position, last_position, epoch, hash, header, body FROM commits
WHERE first_position >= (SELECT max(first_position) FROM commits WHERE first_position <= ?1)
AND first_position <= ?2 ORDER BY first_position
"""
_HEADERS = _COMMITS.replace(", body", "")
# The end of the last commit, of the next ?2 before the one that ends at ?1.
_STEP = """
SELECT max(last_position) FROM (
    SELECT last_position FROM commits WHERE last_position < ?1 ORDER BY first_position LIMIT ?2
)
"""
_DROP = """
DELETE FROM commits WHERE first_position <= :reached;
CREATE TABLE IF NOT EXISTS trimmed (position INTEGER NOT NULL) STRICT;
DELETE FROM trimmed;
INSERT INTO trimmed VALUES (:reached);
"""
_IS_TRIMMED = "SELECT count(*) FROM sqlite_schema WHERE name = 'trimmed'"


class SqliteJournal(RowReader):
    """One pool's journal in one SQLite file (port: `tpwallet.kernel.journal.Journal`)."""

    checkpoints: type[Checkpointer] = Checkpointer  # a simulation has them step by step

    def __init__(
        self,
        path: Path | str,
        *,
        pool_id: bytes,
        wal_bytes: int = WAL_BYTES,
        read_only: bool = False,
    ) -> None:
        """Open the journal at `path`, making it if there is none and it is not `read_only`.

        `pool_id` is 16 bytes; `wal_bytes` is the length of the write-ahead log, 0 to
        `WAL_BYTES_MAX`.

        **Rejects** with `JournalUnavailable` a file that cannot be opened, and with
        `JournalCorrupt` one that is no journal or another pool's, or whose log is damaged; one that
        is `read_only` tells of its log when it is asked for its head.
        """
        if not 0 <= wal_bytes <= WAL_BYTES_MAX:
            raise InvariantBroken("wal_bytes is out of range", limit=WAL_BYTES_MAX)
        self._path = Path(path)
        super().__init__(pool_id)
        self._read_only = read_only
        self._appending = FairLock()
        self._last_error = ""
        self._in_doubt = False
        self._is_full = False
        self._closed = False
        self._readers = Readers(lambda: open_reader(self._path, pool_id))
        self._broken = _examine_log(self._path)
        if read_only:
            with self._readers.borrowed():
                return
        if self._broken is not None:
            self._refuse(self._broken)
        self._connection = self._open_writer()
        self._grow(wal_bytes)
        try:
            self._checkpointer = self.checkpoints(
                self._path, self._connection, self._appending, wal_bytes
            )
        except apsw.Error as error:
            self._connection.close()
            raise failure(error, 1) from error

    def _refuse(self, broken: BrokenFrame) -> None:
        """Raise what a log that was damaged comes to, once it is known what was lost."""
        try:
            position = self._first_lost()
        finally:
            self._readers.close()
        raise _damage(self._path, broken, position)

    def _open_writer(self) -> apsw.Connection:
        with _told_by_system():
            sync_log(log_of(self._path))
        return open_writer(self._path, self._pool_id)

    @property
    def last_error(self) -> str:
        """The last error of the storage, for an operator; empty if there was none."""
        if self._last_error or self._read_only:
            return self._last_error
        return self._checkpointer.last_error

    @property
    def is_full(self) -> bool:
        """Whether the last append found no room (port)."""
        return self._is_full

    def append(self, commit: Commit) -> Outcome:
        """Make a commit durable if it follows the head and its epoch is not below the head's.

        `UNKNOWN` when the storage reported an error: close this journal and open it again.

        **Rejects** with `JournalUnavailable` when certainly nothing was written: the journal is
        closed, read-only or in doubt since an earlier `UNKNOWN`, or another process holds the file.
        """
        header = check_appendable(commit, self._pool_id)
        row = (
            header.first_position,
            header.last_position,
            header.epoch,
            commit.hash,
            commit.header_bytes,
            commit.body,
            header.previous,
        )
        with self._appending:
            self._check_may_append()
            try:
                self._connection.execute(_APPEND, row)
                return Outcome.DURABLE if self._connection.changes() else Outcome.FENCED
            except apsw.BusyError as error:  # only ever before the statement begins to write
                raise JournalUnavailable(f"the journal's file is locked: {error}") from error
            except (apsw.Error, MemoryError) as error:
                self._in_doubt = True
                self._is_full = isinstance(error, apsw.FullError)
                self._last_error = f"append: {type(error).__name__}: {error}"
                return Outcome.UNKNOWN

    def head(self) -> Head:
        """The end of what is durable (port).

        **Rejects** with `JournalCorrupt` a journal whose log was found damaged when it was opened.
        """
        if self._broken is not None:
            raise _damage(self._path, self._broken, self._first_lost())
        return super().head()

    def salvage(self) -> Iterator[Commit]:
        """The commits up to where nothing more can be read; ends by raising `JournalCorrupt`."""
        try:
            yield from super().salvage()
        except JournalCorrupt as damage:
            if self._broken is None:
                raise
            raise _damage(self._path, self._broken, damage.position) from damage

    def _first_lost(self) -> int:
        """The first position that cannot be read."""
        try:
            self._find_damage()
        except JournalCorrupt as damage:
            return damage.position
        raise InvariantBroken("a journal was read beyond its last position")

    def trimmed(self) -> int:
        """The last position that was trimmed; 0: everything is here (port)."""
        with self._reading(1) as connection:
            if not connection.execute(_IS_TRIMMED).get:
                return 0
            position = connection.execute("SELECT position FROM trimmed").get
        if not isinstance(position, int):
            raise JournalCorrupt("the journal does not say how far it was trimmed", position=1)
        return position

    def trim(self, through: int, progress: Progress = None) -> None:
        """Forget the commits before the one that ends at `through`, in steps (port).

        The file does not get shorter: the next commits are written where the old ones were.

        **Rejects** with `InvariantBroken` as `check_trim` does, and with `JournalUnavailable` when
        the storage reported an error: close this journal, open it again and trim again.
        """
        if not check_trim(self, through):
            return
        while (reached := self._trim_step(through)) is not None:
            if progress is not None:
                progress(reached)

    def _trim_step(self, through: int) -> int | None:
        """Drop some commits; returns the last position that was, None: there are no more."""
        with self._appending:
            self._check_may_append()
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                reached = self._connection.execute(_STEP, (through, TRIM_COMMITS_MAX)).get
                if reached is not None:
                    self._connection.execute(_DROP, {"reached": reached})
                self._connection.execute("COMMIT")
            except apsw.BusyError as error:
                raise JournalUnavailable(f"the journal's file is locked: {error}") from error
            except (apsw.Error, MemoryError) as error:
                self._in_doubt = True
                self._last_error = f"trim: {type(error).__name__}: {error}"
                raise JournalUnavailable(f"the journal was not trimmed: {error}") from error
        return None if reached is None else int(reached)

    def bytes_used(self) -> int:
        """Bytes of the file and its write-ahead log (port)."""
        files = (self._path, log_of(self._path))
        return sum(file.stat().st_size for file in files if file.exists())

    def backup_to(
        self, path: Path | str, *, progress: Callable[[int, int], None] | None = None
    ) -> Head:
        """Copy the journal as it is now into a new file, while it goes on; returns the copy's head.

        `progress` is told the pages copied and the pages there are. Until the copy is complete and
        durable its name ends in `.part`.

        **Rejects** with `JournalUnavailable` a path that exists or cannot be written, and with
        `JournalCorrupt` a journal without a head.
        """
        self.head()
        target = Path(path)
        with self._reading(1) as connection:
            copy_database(connection, target, progress)
        copy = SqliteJournal(target, pool_id=self._pool_id, read_only=True)
        try:
            return copy.head()
        finally:
            copy.close()

    def close(self) -> None:
        """Let go of the file (port). What is committed stays; closing twice is allowed."""
        if self._closed:
            return
        self._closed = True
        self._readers.close()
        if not self._read_only:
            self._close(self._checkpointer.close)
            with self._appending:
                if not self._in_doubt:
                    self._close(lambda: empty_log(self._connection))
                self._close(self._connection.close)

    def _close(self, step: Callable[[], None]) -> None:
        try:
            step()
        except apsw.Error as error:  # of a last checkpoint: the log keeps what it did not move
            self._last_error = f"closing: {error}"

    def _check_may_append(self) -> None:
        if self._closed:
            raise JournalUnavailable("the journal is closed")
        if self._read_only:
            raise JournalUnavailable("the journal was opened for reading only")
        if self._in_doubt:
            raise JournalUnavailable("an append's outcome is unknown: open the journal again")

    def _grow(self, wal_bytes: int) -> None:
        try:
            grow_wal(self._path, wal_bytes)
        except (apsw.Error, OSError) as error:  # no room: appends will find out, reads go on
            self._last_error = f"growing the log: {error}"

    @contextmanager
    def _reading(self, position: int) -> Iterator[apsw.Connection]:
        with told(position), self._readers.borrowed() as connection:
            yield connection

    def _last_rows(self) -> Sequence[Row]:
        with self._reading(1) as connection:
            return connection.execute(_HEAD).fetchall()

    def _page(self, position: int, last: int, *, bodies: bool) -> Sequence[Row]:
        rows: list[Row] = []
        with self._reading(position) as connection:
            cursor = connection.execute(_COMMITS if bodies else _HEADERS, (position, last))
            try:
                take_page(cursor, rows)
            except (apsw.Error, UnicodeDecodeError):
                if not rows:
                    raise  # otherwise the next page begins there and fails there
            finally:
                cursor.close()
        return rows


def _examine_log(path: Path) -> BrokenFrame | None:
    with _told_by_system():
        return broken_frame(log_of(path))


@contextmanager
def _told_by_system() -> Iterator[None]:
    """**Rejects** with `JournalUnavailable` a log that the operating system does not read."""
    try:
        yield
    except OSError as error:
        raise JournalUnavailable(f"the journal's log cannot be read: {error}") from error


def _damage(path: Path, broken: BrokenFrame, position: int) -> JournalCorrupt:
    """What is told of a log that was damaged after it had been synced."""
    log = log_of(path)
    place = f"frame {broken.frame}" if broken.frame else "the header"
    return JournalCorrupt(
        f"{log.name} was damaged: {place} (byte {broken.byte}) is not what was synced, and commits "
        "that were acknowledged lie behind it",
        position=position,
        file=str(log),
        frame=broken.frame,
        byte=broken.byte,
    )
