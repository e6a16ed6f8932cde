"""The follower: it reads the journal as it grows and keeps a replica and the views beside it.

Everything that is read, except a balance of this very moment, is read from what a follower keeps,
so that no question ever waits for the writer nor the writer for a question. It takes whole commits
in runs, applies each run to the replica and to every view, and lets readers in between two runs:
in `reading` they all stand at one position.

It may be run by a thread of its own (`run`), or by whoever needs a position (`catch_up`). It sees
only what is durable, verifies the chain as it reads, and stops at the first commit that does not
follow. It keeps snapshots, because it may pause while it makes one and the writer may not.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable
from tpwallet.kernel.journal import Head, Journal
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.kernel.state import PoolState
from tpwallet.ports.snapshots import SnapshotStore
from tpwallet.ports.view import View, ViewDamaged
from tpwallet.processes import limits
from tpwallet.processes.errors import FollowerUnavailable, PositionNotReached
from tpwallet.processes.restoring import keep_last, work_in

_MS = 1_000_000


class Lag(NamedTuple):
    """How far behind the journal's end the views are; `ns` is the time between the two commits."""

    positions: int
    ns: int


class Follower:
    """One pool's follower. Any thread may call."""

    def __init__(
        self,
        *,
        replica: Replica,
        journal: Journal,
        views: Sequence[View],
        publish: Callable[[Head], None],
        snapshots: SnapshotStore,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """`replica` is empty or at a snapshot; `publish` is called after each catch-up that moved.

        **Rejects** with `JournalCorrupt` a journal that ends before a view does.
        """
        self._replica = replica
        self._journal = journal
        self._views = tuple(views)
        self._publish = publish
        self._snapshots = snapshots
        self._monotonic = monotonic
        self._following = threading.Lock()  # held by whoever reads the journal
        self._state = threading.Lock()  # held while a run is applied, and by readers
        self._moved = threading.Condition()
        self._failure: BaseException | None = None
        self._closed = False
        self._flushed_at = monotonic()
        self._bytes_since_flush = 0
        self._bytes_since_snapshot = 0
        self._snapshot_position = replica.head.position
        self._snapshot_tried = replica.head.position
        self._work_at_snapshot = work_in(replica)
        self.last_error = ""
        self._position = self._lowest()
        self._check_reaches_views()

    def _lowest(self) -> int:
        return min(self._replica.head.position, *(view.position for view in self._views))

    def _highest(self) -> int:
        return max(self._replica.head.position, *(view.position for view in self._views))

    def _check_reaches_views(self) -> None:
        end, reached = self._journal.head().position, self._highest()
        if end < reached:
            raise JournalCorrupt(
                f"the journal ends at {end}, but a view had read it to {reached}: it was cut off",
                position=end + 1,
            )

    # Where it stands

    @property
    def position(self) -> int:
        """The last position that the replica and every view reflect."""
        return self._position

    @property
    def snapshot_position(self) -> int:
        """The position of the newest snapshot it knows of; 0: there is none."""
        return self._snapshot_position

    @property
    def failure(self) -> BaseException | None:
        """Why it has stopped for good, or None; damage that a reader met in a view stops it too."""
        if self._failure is None:
            damaged = (view.damage for view in self._views)
            self._failure = next((damage for damage in damaged if damage is not None), None)
        return self._failure

    def lag(self) -> Lag:
        """How far behind the journal's end it is now."""
        end, reached = self._journal.head(), self._replica.head
        return Lag(max(end.position - self._position, 0), max(end.time - reached.time, 0))

    @contextmanager
    def reading(self) -> Iterator[PoolState]:
        """The state, with the replica and all views at one position, which stands meanwhile."""
        while True:
            with self._state:
                self._check_usable()
                if self._position == self._highest():
                    yield self._replica.state
                    return
            self.catch_up(self._highest())  # after a crash they begin at different positions

    # Following

    def catch_up(self, at_least: int | None = None, *, wait_ns: int | None = None) -> int:
        """Follow the journal to `at_least`, or to its present end; returns the position reached.

        It waits for a position that is not in the journal yet, at most `wait_ns` in all.

        **Rejects** with `PositionNotReached` when that time is over, with `FollowerUnavailable` or
        `JournalCorrupt` once it has stopped, and with `JournalUnavailable`.
        """
        wanted = self._journal.head().position if at_least is None else at_least
        deadline = None if wait_ns is None else self._monotonic() + wait_ns
        sleep_ms = limits.SLEEP_MS_MIN
        self._check_usable()
        while self._position < wanted:
            if self._following.acquire(blocking=False):
                try:
                    moved = self._follow(wanted, deadline)
                finally:
                    self._following.release()
                sleep_ms = limits.SLEEP_MS_MIN if moved else min(2 * sleep_ms, limits.SLEEP_MS_MAX)
            if self._position < wanted:
                self._check_time(deadline, wanted)
                with self._moved:
                    self._moved.wait(sleep_ms / 1000)
        return self._position

    def _check_time(self, deadline: int | None, wanted: int) -> None:
        if deadline is not None and self._monotonic() >= deadline:
            raise PositionNotReached(
                f"position {wanted} is not reached yet", at_least=wanted, position=self._position
            )

    def _check_usable(self) -> None:
        failure = self.failure
        if isinstance(failure, JournalCorrupt):
            raise failure
        if isinstance(failure, ViewDamaged):
            raise FollowerUnavailable(str(failure)) from failure
        if failure is not None:
            raise FollowerUnavailable("the follower has stopped; open it again") from failure

    def _follow(self, wanted: int | None, deadline: int | None) -> bool:
        """Apply what the journal has beyond the views, to its end or until there is a reason to
        stop; returns whether there was anything.
        """
        self._check_usable()
        before = self._position
        for run in _runs(self._journal.read(before)):
            self._apply(run)
            if wanted is not None and self._position >= wanted:
                break
            if deadline is not None and self._monotonic() >= deadline:
                break
        if self._position == before:
            return False
        self._publish_if_level()
        return True

    def _publish_if_level(self) -> None:
        if self._position == self._highest():
            self._publish(self._replica.head)

    def _apply(self, run: Sequence[Commit]) -> None:
        """Apply a run to the replica and the views; whatever goes wrong in it is final."""
        try:
            with self._state:
                entries = []
                for commit in run:
                    if commit.header.last_position > self._replica.head.position:
                        entries += self._replica.replay(commit)
                        self._bytes_since_snapshot += len(commit.body)
                    else:
                        entries += commit.entries()
                    self._bytes_since_flush += len(commit.body)
                for view in self._views:
                    at = view.position
                    view.apply([entry for entry in entries if entry.first_position > at])
                self._position = self._lowest()
        except BaseException as error:
            self._failure = error
            raise
        with self._moved:
            self._moved.notify_all()

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop, or until something is wrong that will not pass.

        While the journal does not answer it asks again every second.
        """
        sleep_ms = limits.SLEEP_MS_MIN
        while not stop.wait(sleep_ms / 1000):
            try:
                with self._following:
                    moved = self._follow(None, None)
                self._keep()
            except JournalUnavailable as error:
                self.last_error = str(error)
                sleep_ms = limits.SLEEP_MS_AFTER_FAILURE
            except Exception as error:  # noqa: BLE001 - it ends the following; readers are told
                self._failure = self.failure or error
                self.last_error = str(error)
                return
            else:
                sleep_ms = limits.SLEEP_MS_MIN if moved else min(2 * sleep_ms, limits.SLEEP_MS_MAX)

    # Keeping

    def _keep(self) -> None:
        """Make views durable and a snapshot, if enough has come since."""
        old = self._monotonic() - self._flushed_at >= limits.FLUSH_NS
        if self._bytes_since_flush >= limits.FLUSH_BYTES or (old and self._bytes_since_flush):
            self.flush()
        if self._is_snapshot_due():
            try:
                self.make_snapshot()
            except OSError as error:  # no room: nothing depends on it, and the next will be tried
                self.last_error = f"snapshot: {error}"

    def flush(self) -> None:
        """Make every view durable up to its position."""
        with self._following:
            self._check_usable()
            for view in self._views:
                view.flush()
            self._bytes_since_flush = 0
            self._flushed_at = self._monotonic()

    def _is_snapshot_due(self) -> bool:
        positions = self._replica.head.position - self._snapshot_tried
        is_far = self._bytes_since_snapshot >= limits.SNAPSHOT_BYTES
        return is_far or positions >= limits.SNAPSHOT_POSITIONS

    def publish(self) -> None:
        """Publish the present position, if whoever reached it has not done so yet."""
        with self._following:
            self._check_usable()
            self._publish_if_level()

    def make_snapshot(self) -> int:
        """Keep a snapshot of the present state and thin out old ones; returns its position.

        **Rejects** with `OSError` a full disk.
        """
        with self._following:
            with self._state:
                self._check_usable()
                snapshot = take_snapshot(self._replica)
            self._snapshot_tried = snapshot.position
            self._bytes_since_snapshot = 0
            self._snapshots.save(snapshot.position, snapshot.chunks())
            self._snapshots.prune(limits.SNAPSHOTS_KEPT)
            self._snapshot_position = snapshot.position
            self._work_at_snapshot = work_in(self._replica)
        return snapshot.position

    def close(self) -> None:
        """Make the views durable, keep a last snapshot if one is worth it, and let go of the views.

        After a failure nothing is made durable: what is on disk is replayed from. Closing twice is
        allowed.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if self.failure is None:
                self.flush()
                with suppress(OSError):  # without room the next start replays
                    keep_last(self._snapshots, self._replica, since=self._work_at_snapshot)
        finally:
            self._failure = self._failure or FollowerUnavailable("the follower is closed")
            for view in self._views:
                view.close()


def _runs(commits: Iterator[Commit]) -> Iterator[list[Commit]]:
    """Commits in runs of a bounded size."""
    run: list[Commit] = []
    room = limits.RUN_BYTES_MAX
    for commit in commits:
        run.append(commit)
        room -= len(commit.body)
        if room <= 0 or len(run) == limits.RUN_COMMITS_MAX:
            yield run
            run, room = [], limits.RUN_BYTES_MAX
    if run:
        yield run
