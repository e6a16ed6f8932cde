"""A journal in memory, with the faults that real storage has: for simulations and tests.

The storage outlives the journals opened on it, as a disk outlives its owners: two journals on one
storage are two owners, of whom one may be a zombie. Faults are a script, one entry for each append,
so a run repeats exactly.

Two kinds of storage. One refuses a stale owner's append, as SQLite and PostgreSQL do. The other
takes whatever is sent, as Kafka does, and every reader leaves out what is void.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from enum import Enum

from tpwallet.gateways.journals.rows import check_appendable, check_body, end_of
from tpwallet.gateways.journals.trimming import Progress, check_trim
from tpwallet.gateways.journals.voiding import stands
from tpwallet.kernel.commit import Commit, Header
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable, SegmentNotAtHand
from tpwallet.kernel.journal import Head, Outcome


class Fault(Enum):
    """What an append meets."""

    KEPT = "kept"  # unknown, and the commit is there
    LOST = "lost"  # unknown, and it is not
    LATE = "late"  # unknown; it comes to be there just before whatever is appended next
    FENCED = "fenced"  # fenced, and nothing was written
    UNAVAILABLE = "unavailable"  # refused, and nothing was written


class MemoryStorage:
    """What a disk would hold of one pool's journal."""

    def __init__(self, pool_id: bytes, *, refuses_stale: bool = True) -> None:
        """`refuses_stale` is false for a log that takes what a stale owner sends."""
        self.pool_id = pool_id
        self.refuses_stale = refuses_stale
        self.is_available = True  # set to false: nobody gets an answer
        self.log: list[Commit] = []  # all that was written, void commits too
        self.commits: list[Commit] = []  # those that stand
        self.trimmed = 0
        self._in_flight: list[Commit] = []
        self._writing = threading.Lock()

    def head(self) -> Head:
        """The head of what stands."""
        return end_of(self.commits[-1].header) if self.commits else Head()

    def write(self, commit: Commit) -> bool:
        """Write a commit after what is still in flight; returns whether it stands."""
        with self._writing:
            arriving, self._in_flight = [*self._in_flight, commit], []
            return [self._land(one) for one in arriving][-1]

    def trim(self, through: int) -> None:
        """Drop what stands before the commit that ends at a position."""
        with self._writing:
            kept = [one for one in self.commits if one.header.last_position >= through]
            self.trimmed = kept[0].header.first_position - 1
            self.commits = kept

    def delay(self, commit: Commit) -> None:
        """Keep a commit back until the next one is written."""
        with self._writing:
            self._in_flight.append(commit)

    def _land(self, commit: Commit) -> bool:
        head = self.head()
        is_void = not stands(commit, head)
        header = commit.header
        place = (header.first_position, header.previous)
        is_next = not is_void and place == (head.position + 1, head.hash)
        if is_next or (is_void and not self.refuses_stale):
            self.log.append(commit)
        if is_next:
            self.commits.append(commit)
        return is_next


class MemoryJournal:
    """One owner's journal on a storage (port: `tpwallet.kernel.journal.Journal`).

    >>> journal = MemoryJournal(MemoryStorage(bytes(16)))
    >>> journal.head().position, list(journal.read())
    (0, [])
    """

    def __init__(self, storage: MemoryStorage, *, faults: Iterable[Fault | None] = ()) -> None:
        """`faults` is what the appends meet, in order; after its end they meet nothing."""
        self._storage = storage
        self._faults = iter(faults)
        self._in_doubt = False
        self._closed = False

    def append(self, commit: Commit) -> Outcome:
        """Keep a commit if it follows the head and its epoch is not below the head's.

        After `UNKNOWN` this journal appends no more; open another one on the same storage.

        **Rejects** with `JournalUnavailable` when certainly nothing was written.
        """
        check_appendable(commit, self._storage.pool_id)
        self._check_open()
        if self._in_doubt:
            raise JournalUnavailable("an append's outcome is unknown: open the journal again")
        match next(self._faults, None):
            case None:
                return Outcome.DURABLE if self._storage.write(commit) else Outcome.FENCED
            case Fault.KEPT:
                self._storage.write(commit)
            case Fault.LOST:
                pass
            case Fault.LATE:
                self._storage.delay(commit)
            case Fault.FENCED:
                return Outcome.FENCED
            case Fault.UNAVAILABLE:
                raise JournalUnavailable("the storage refused, as the script says")
        self._in_doubt = True
        return Outcome.UNKNOWN

    @property
    def is_full(self) -> bool:
        """Whether the last append found no room: memory has it always (port)."""
        return False

    def head(self) -> Head:
        """The end of what is kept and stands (port)."""
        self._check_open()
        return self._storage.head()

    def read(self, after: int = 0) -> Iterator[Commit]:
        """Commits with positions after `after`, in order, to the head as of the first read (port).

        **Rejects** with `JournalCorrupt` where a commit is missing.
        """
        last = self.head().position
        while after < last:
            self._check_open()
            commit = self._holding(after + 1)
            yield commit
            after = commit.header.last_position

    def headers(self, after: int = 0) -> Iterator[bytes]:
        """The headers of what `read` gives."""
        return (commit.header_bytes for commit in self.read(after))

    def commit_at(self, position: int) -> Commit:
        """The commit that holds a position (port).

        **Rejects** with `LookupError` a position that is not between 1 and the head's.
        """
        if not 1 <= position <= self.head().position:
            raise LookupError(f"no commit holds position {position}")
        return check_body(self._holding(position))

    def header_at(self, position: int) -> Header:
        """The header of the commit that holds a position (port). **Rejects** as `commit_at`."""
        return self.commit_at(position).header

    def trimmed(self) -> int:
        """The last position that was trimmed; 0: everything is here (port)."""
        self._check_open()
        return self._storage.trimmed

    def trim(self, through: int, progress: Progress = None) -> None:
        """Forget the commits before the one that ends at `through` (port).

        **Rejects** with `InvariantBroken` as `check_trim` does.
        """
        if check_trim(self, through):
            self._storage.trim(through)
            if progress is not None:
                progress(self._storage.trimmed)

    def bytes_used(self) -> int:
        """Bytes of all headers and bodies that were written (port)."""
        return sum(len(commit.header_bytes) + len(commit.body) for commit in self._storage.log)

    def close(self) -> None:
        """Let go of the storage (port)."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise JournalUnavailable("the journal is closed")
        if not self._storage.is_available:
            raise JournalUnavailable("the storage does not answer, as the script says")

    def _holding(self, position: int) -> Commit:
        commits = self._storage.commits
        place = bisect_left(commits, position, key=lambda one: one.header.last_position)
        if position <= self._storage.trimmed:
            raise SegmentNotAtHand("this was archived in a segment file", position=position)
        if place == len(commits) or commits[place].header.first_position > position:
            raise JournalCorrupt("a stored commit is missing", position=position)
        return commits[place]
