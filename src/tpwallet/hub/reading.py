"""The reading half of a pool, put together: a follower, its views, its log and its past.

It is the counterpart of `hub.Writer` and never writes the journal; it may run in the writer's
process or in one of its own, one at a time for a pool's directory. What it keeps there:

    views/       the directory and the history; rebuilt when they are lost
    log/         the transparency log's hashes, and its checkpoints, which are evidence
    snapshots/   states at past positions

Another may read beside that one from views of its own (`apart`), built from the journal in a folder
that is thrown away. It signs nothing, because what it signed would be remembered by nobody: it
proves with the checkpoints that the pool's directory held when it began.
"""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tpwallet.gateways import journals
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.reading_apart import DirectoryApart, SnapshotsApart
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub.signing import check_signed
from tpwallet.hub.state import empty_replica
from tpwallet.hub.views import (
    close_accounts,
    close_history,
    open_accounts,
    open_history,
    open_log,
)
from tpwallet.kernel.journal import Head, Journal
from tpwallet.kernel.replica import Replica
from tpwallet.processes.chain_check import ChainCheck
from tpwallet.processes.follower import Follower
from tpwallet.processes.restoring import Restored, restore
from tpwallet.processes.time_travel import TimeTravel
from tpwallet.views.history.index import HistoryIndex

OpenJournal = Callable[[PoolDirectory], Journal]


def open_to_read(directory: PoolDirectory) -> Journal:
    """The journal a pool's settings name, for reading only."""
    return journals.open_journal(directory, read_only=True)


def _sign_nothing(_head: Head) -> None:
    """Publish no checkpoint."""


class ReadSide:
    """One pool's reading half."""

    def __init__(
        self,
        directory: PoolDirectory,
        *,
        open_journal: OpenJournal = open_to_read,
        apart: Path | None = None,
    ) -> None:
        """Open what the directory holds, and the pool's journal.

        `apart` is an empty folder for views of its own: then it does not matter who has the
        directory's open, and nothing in the directory is changed.

        **Rejects** with `Halted` a directory that another reading half has open, with
        `JournalUnavailable` a journal that cannot be read now, and with `JournalCorrupt` one that
        was cut off or rewritten since a view, a snapshot or a checkpoint was made of it.
        """
        snapshots = SnapshotDirectory(directory.snapshots_path)
        if apart is not None:
            snapshots = SnapshotsApart(directory.snapshots_path)
            directory = DirectoryApart(directory.path, apart)
        self.directory = directory
        with contextlib.ExitStack() as opened:
            self.journal = journal = open_journal(directory)
            opened.callback(journal.close)
            self.past = TimeTravel(journal, snapshots, self._empty)
            opened.enter_context(directory.following())
            directory.views_path.mkdir(exist_ok=True)
            self.log = open_log(directory)
            opened.callback(self.log.close)
            check_signed(directory, journal)
            self.accounts = open_accounts(directory)
            opened.callback(close_accounts, directory, self.accounts)
            self.history, (replica, self.passed_over) = self._open_big(snapshots)
            opened.callback(close_history, directory, self.history)
            self.chain_check = ChainCheck(journal, pool_id=directory.pool_id, until=replica.head)
            self.follower = Follower(
                replica=replica,
                journal=journal,
                views=(self.history, self.log, self.accounts),
                publish=self.log.publish if apart is None else _sign_nothing,
                snapshots=snapshots,
            )
            self._held = opened.pop_all()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def _empty(self) -> Replica:
        return empty_replica(self.directory.pool_id)

    def _open_big(self, snapshots: SnapshotDirectory) -> tuple[HistoryIndex, Restored]:
        """Open the history and the newest snapshot side by side: each takes a second or so for
        millions of transfers, most of it outside the interpreter.
        """
        with ThreadPoolExecutor(1, "opening") as beside:
            opening = beside.submit(open_history, self.directory)
            try:
                restored = restore(snapshots, self.journal, self._empty)
            except BaseException:
                opening.result().close()
                raise
            return opening.result(), restored

    def start(self) -> None:
        """Follow the journal in a thread, and check its unread beginning in another."""
        if self._threads:
            return
        work: list[tuple[str, Callable[[threading.Event], None]]] = [
            ("follower", self.follower.run)
        ]
        if not self.chain_check.is_over:
            work.append(("chain-check", self.chain_check.run))
        for name, target in work:
            thread = threading.Thread(target=target, args=(self._stop,), daemon=True, name=name)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Stop following, make the views durable and let go of all; closing twice is allowed."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        try:
            self.follower.close()
        finally:
            self._held.close()
