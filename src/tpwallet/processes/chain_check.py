"""Checking, beside the daily work, the commits that a start from a snapshot did not read.

Each must follow the one before it and hold its body, and the last must be the one the snapshot was
made of. That is the chain only: what the events say is judged by `verification`, from nothing.
"""

import threading

from tpwallet.kernel.commit import check_link
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable, SegmentNotAtHand
from tpwallet.kernel.journal import Head, Journal
from tpwallet.processes import limits

_PAUSE_SECONDS = 0.002  # between two commits: whoever pays must not wait for whoever checks


class ChainCheck:
    """The check of a journal's beginning, up to a head."""

    def __init__(self, journal: Journal, *, pool_id: bytes, until: Head) -> None:
        self._journal = journal
        self._pool_id = pool_id
        self._until = until
        self._reached = Head()
        self._passed_over = 0
        self.failure: JournalCorrupt | None = None

    @property
    def position(self) -> int:
        """The last position that was checked."""
        return self._reached.position

    @property
    def left(self) -> int:
        """How many positions are not checked: still to come, or passed over."""
        return max(self._until.position - self.position, 0) + self._passed_over

    @property
    def is_over(self) -> bool:
        """Whether everything was checked, or something does not hold."""
        return self.failure is not None or self.position >= self._until.position

    def run(self, stop: threading.Event) -> None:
        """Check commit after commit until it is over or stopped; what does not hold is kept in
        `failure`. Archived commits whose file is not at hand are passed over, and a journal that
        does not answer is asked again.
        """
        while not (self.is_over or stop.is_set()):
            try:
                self._go_on(stop)
            except JournalCorrupt as damage:
                self.failure = damage
            except JournalUnavailable:
                stop.wait(limits.SLEEP_MS_AFTER_FAILURE / 1000)

    def _go_on(self, stop: threading.Event) -> None:
        try:
            self._check_on(stop)
        except SegmentNotAtHand:
            self._pass_over_archived()
            self._check_on(stop)

    def _check_on(self, stop: threading.Event) -> None:
        for commit in self._journal.read(self.position):
            if self.is_over or stop.wait(_PAUSE_SECONDS):
                return
            before = self._reached
            check_link(
                commit,
                pool_id=self._pool_id,
                previous=before.hash,
                after=before.position,
                epoch=before.epoch,
            )
            header = commit.header
            self._reached = Head(header.last_position, commit.hash, header.epoch, header.time)
            self._check_end()

    def _pass_over_archived(self) -> None:
        """Go on where the database begins; what that hangs on cannot be read."""
        trimmed = self._journal.trimmed()
        self._passed_over += min(trimmed, self._until.position) - self.position
        if trimmed >= self._until.position:
            self._reached = self._until
            return
        header = self._journal.commit_at(trimmed + 1).header
        self._reached = Head(trimmed, header.previous, header.epoch, header.time)

    def _check_end(self) -> None:
        reached = self._reached
        if reached.position >= self._until.position and reached != self._until:
            raise JournalCorrupt(
                "the journal's beginning does not lead to the commit a snapshot was made of",
                position=reached.position,
            )
