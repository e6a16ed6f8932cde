"""A replica: one pool's whole state, as read from its journal.

The writer starts as one; a follower stays one. Every commit is checked against the one before it,
so a replica that has read to a position has also verified the chain to there.
"""

from dataclasses import dataclass, field

from tpwallet.kernel.commit import Commit, Entry, check_link
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.journal import Head, Journal
from tpwallet.kernel.reading_ahead import read_ahead
from tpwallet.kernel.state import PoolState


@dataclass
class Replica:
    """State, command keys, and the head they reflect."""

    pool_id: bytes
    state: PoolState
    idempotency: IdempotencyState
    head: Head = field(default_factory=Head)

    def catch_up(self, journal: Journal, *, until: int | None = None) -> int:
        """Replay what the journal has beyond this replica, up to the commit that holds `until`;
        returns the position reached.

        **Rejects** with `JournalCorrupt` a commit that does not follow.
        """
        for commit in read_ahead(journal.read(self.head.position)):
            if until is not None and self.head.position >= until:
                break
            self.replay(commit)
        return self.head.position

    def replay(self, commit: Commit) -> list[Entry]:
        """Replay the next commit; returns its entries."""
        check_link(
            commit,
            pool_id=self.pool_id,
            previous=self.head.hash,
            after=self.head.position,
            epoch=self.head.epoch,
        )
        entries = commit.entries()
        for entry in entries:
            envelope = entry.envelope
            key = self.idempotency.key_of(envelope.actor, envelope.command_id)
            self.idempotency.remember(key, entry.first_position)
            for offset, event in enumerate(entry.events):
                self.state.replay(event, entry.first_position + offset)
        self.state.settle()
        header = commit.header
        self.head = Head(header.last_position, commit.hash, header.epoch, header.time)
        return entries
