"""Time travel: the whole state of a pool as it was at a past position.

A past state is the nearest state before it (a snapshot, or one that is still in memory) with the
events between replayed. A few are kept in memory, so that playing the past forward costs only what
happened between two looks.

Balances of single accounts do not need this: the history index has them at any moment.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.reading_ahead import read_ahead
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.state import PoolState
from tpwallet.ports.snapshots import SnapshotStore
from tpwallet.processes import limits
from tpwallet.processes.restoring import restore

T = TypeVar("T")


class TimeTravel:
    """Past states of one pool. Any thread may ask; questions take turns."""

    def __init__(
        self, journal: Journal, snapshots: SnapshotStore, empty: Callable[[], Replica]
    ) -> None:
        """`empty` makes the state before the first event."""
        self._journal = journal
        self._snapshots = snapshots
        self._empty = empty
        self._kept: list[PoolState] = []  # the one asked for last comes last
        self._lock = threading.Lock()

    def at(self, position: int, read: Callable[[PoolState], T]) -> T:
        """What `read` finds in the state after the event at `position`; it must keep nothing of it.

        **Rejects** with `Malformed` a position that is not in the journal.
        """
        end = self._journal.head().position
        if not 0 <= position <= end:
            raise Malformed(f"the journal reaches from 0 to {end}", parameter="at", position=end)
        with self._lock:
            state = self._state_before(position)
            self._replay(state, position)
            self._kept = [*self._kept, state][-limits.PAST_STATES_KEPT :]
            return read(state)

    def _state_before(self, position: int) -> PoolState:
        """Take the nearest state at or before a position out of memory, or from a snapshot."""
        kept = [state for state in self._kept if state.position <= position]
        nearest = max(kept, key=lambda state: state.position, default=None)
        snapshots = [found for found in self._snapshots.positions() if found <= position]
        if nearest is None or (snapshots and snapshots[-1] > nearest.position):
            while len(self._kept) >= limits.PAST_STATES_KEPT:
                del self._kept[0]  # before another one takes its memory
            return restore(
                self._snapshots, self._journal, self._empty, at_most=position
            ).replica.state
        self._kept.remove(nearest)
        return nearest

    def _replay(self, state: PoolState, until: int) -> None:
        if state.position >= until:
            return
        for commit in read_ahead(self._journal.read(state.position)):
            _check_body(commit)
            for entry in commit.entries():
                for position, event in enumerate(entry.events, start=entry.first_position):
                    if state.position < position <= until:
                        state.replay(event, position)
            state.settle()
            if state.position >= until:
                return


def _check_body(commit: Commit) -> None:
    """The chain was checked by whoever followed it; that the disk still says the same is not."""
    if commit.body_hash != commit.header.body_hash:
        raise JournalCorrupt("body does not match its hash", position=commit.header.first_position)
