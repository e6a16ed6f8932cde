"""Checkpoints of a SQLite journal: moving the write-ahead log into the database, beside appends.

Left to itself SQLite does this inside some unlucky commit, whose caller then waits for tens of
megabytes. Here a thread does it in two steps. The first runs beside the appends, on a connection of
its own, and moves nearly everything. The second runs on the appending connection, so nothing is
appended meanwhile, and moves the little that has come since: then the whole log is free, and the
next append starts again at its beginning instead of making it longer.

A checkpoint that fails, or that a long read keeps from finishing, costs nothing but room: the log
keeps what was not moved.
"""

import threading
from pathlib import Path

import apsw

from tpwallet.gateways.journals.limits import CLOSING_MS_MAX
from tpwallet.gateways.journals.sqlite_file import open_plain


def empty_log(connection: apsw.Connection) -> None:
    """Move the whole log into the database and cut it to nothing, so that the database's file alone
    is the journal. Who reads is waited for, `CLOSING_MS_MAX` at the most.

    Raises `apsw.Error` when somebody reads on, or the disk does not take it; the log then stays.
    """
    connection.set_busy_timeout(CLOSING_MS_MAX)
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


class FairLock:
    """A lock that whoever waits for it gets next, even if its holder wants it again at once.

    A plain lock goes to the thread that is running, so that a busy appender would keep the
    checkpointer out for as long as it likes.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()  # held by the one who is next
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._turn:
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Checkpointer:
    """Empties the log whenever it is half full."""

    def __init__(
        self, path: Path, connection: apsw.Connection, appending: FairLock, wal_bytes: int
    ) -> None:
        """`appending` is held by whoever uses `connection`; the log should stay in `wal_bytes`."""
        self._beside = open_plain(path)
        self._connection = connection
        self._appending = appending
        self._pages_max = max(wal_bytes // connection.pragma("page_size") // 2, 16)
        self._due_pages = self._pages_max
        self._wake = threading.Event()
        self._closing = False
        self.last_error = ""
        connection.pragma("journal_size_limit", wal_bytes)
        connection.set_wal_hook(self._after_commit)
        self._threads: list[threading.Thread] = []
        self._start_thread()

    def close(self) -> None:
        """Finish the checkpoint that is running, if one is, and stop."""
        self._closing = True
        self._wake.set()
        for thread in self._threads:
            thread.join()
        self._beside.close()

    def run_due(self) -> None:
        """Do the checkpoint that is due, if one is."""
        if not self._wake.is_set():
            return
        self._wake.clear()
        try:
            self._checkpoint()
        except apsw.Error as error:
            self.last_error = f"checkpoint: {error}"

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._run, daemon=True, name="journal-checkpoints")
        self._threads.append(thread)
        thread.start()

    def _after_commit(self, connection: apsw.Connection, database: str, log_pages: int) -> int:
        if log_pages >= self._due_pages:
            self._wake.set()
        return apsw.SQLITE_OK

    def _run(self) -> None:
        while self._wake.wait() and not self._closing:
            self.run_due()

    def _checkpoint(self) -> None:
        self._beside.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        with self._appending:
            in_log, moved = self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        self._due_pages = self._pages_max + (in_log if moved < in_log else 0)
