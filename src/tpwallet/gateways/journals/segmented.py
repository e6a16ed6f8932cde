"""A journal whose beginning was archived: database and segment files, read as one.

The database is asked first; what it says was trimmed is read from the segment files, and the
reading goes on in the database where they end. Whoever reads notices nothing: positions, hashes and
the chain run across the seam. When a file that is wanted is not there, the answer is
`segment_not_at_hand` with its name, and everything else goes on.

Nothing is trimmed that is not held by segment files which were read back, from end to end, and lead
to the very commit the database holds at the seam.

Here too is the one place where a pool's journal is held against the witnesses of its end, whatever
database it is in: a journal that does not reach them has no head, and what is left of it can only
be salvaged.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tpwallet.gateways.journal_end import JournalEnd
from tpwallet.gateways.journals.row_reader import RowReader
from tpwallet.gateways.journals.segment_file import (
    SegmentIndex,
    read_commit,
    read_commits,
    read_headers,
)
from tpwallet.gateways.journals.segment_folder import SegmentFolder, gone
from tpwallet.gateways.journals.trimming import Progress, check_trim
from tpwallet.gateways.kept_ends import KeptEnd
from tpwallet.kernel.commit import GENESIS, Commit, Header
from tpwallet.kernel.errors import JournalCorrupt, SegmentNotAtHand
from tpwallet.kernel.journal import Head, Journal, Outcome

T = TypeVar("T")


class Segmented:
    """A journal and its segment files (port: `tpwallet.kernel.journal.Journal`)."""

    def __init__(
        self,
        journal: Journal,
        segments: SegmentFolder,
        *,
        reaches: KeptEnd | None = None,
        end: JournalEnd | None = None,
    ) -> None:
        """`journal` is closed with this one. It should reach what it `reaches`; where its appends
        end, `end` is told.
        """
        self.database = journal
        self._segments = segments
        self._reaches = reaches or KeptEnd("it began at", 0)
        self._end = end

    def append(self, commit: Commit) -> Outcome:
        """Make a commit durable in the database (port)."""
        outcome = self.database.append(commit)
        if outcome is Outcome.DURABLE and self._end is not None:
            self._end.note(commit)
        return outcome

    @property
    def is_full(self) -> bool:
        """Whether the last append found no room (port)."""
        return self.database.is_full

    def head(self) -> Head:
        """The end of what is durable (port).

        **Rejects** with `JournalCorrupt` a journal that ends before what was made of it.
        """
        head = self.database.head()
        if head.position < self._reaches.position:
            raise self._reaches.cut_off(head.position)
        return head

    def read(self, after: int = 0) -> Iterator[Commit]:
        """Commits with positions after `after`, in order, to the head as of the first read (port).

        **Rejects** with `SegmentNotAtHand` where a segment file is wanted and not there.
        """

        def archived(position: int) -> Iterator[Commit]:
            path, index = self._segment(position + 1)
            return read_commits(path, index, position)

        return self._walk(after, archived, self.database.read, lambda commit: commit.header)

    def headers(self, after: int = 0) -> Iterator[bytes]:
        """The headers of what `read` gives (port)."""

        def archived(position: int) -> Iterator[bytes]:
            path, index = self._segment(position + 1)
            return read_headers(path, index, position)

        return self._walk(after, archived, self.database.headers, Header.unpack)

    def salvage(self) -> Iterator[Commit]:
        """The commits of a journal whose end cannot be read or is gone, up to where nothing more
        can.

        It always ends by raising `JournalCorrupt`, at the first position that cannot be read.
        """
        position, trimmed = 0, self.trimmed()
        while position < trimmed:
            path, index = self._segment(position + 1)
            for commit in read_commits(path, index, position):
                if position < trimmed:
                    yield commit
                    position = commit.header.last_position
        try:
            end = self.database.head().position
        except JournalCorrupt:
            if isinstance(self.database, RowReader):
                yield from self.database.salvage()
            raise
        yield from self.database.read(trimmed)
        raise self._reaches.cut_off(end)

    def commit_at(self, position: int) -> Commit:
        """The commit that holds a position, its body checked (port).

        **Rejects** with `LookupError` a position that is not between 1 and the head's, and with
        `SegmentNotAtHand`.
        """
        try:
            return self.database.commit_at(position)
        except SegmentNotAtHand:
            path, index = self._segment(position)
            try:
                return read_commit(path, index, position)
            except FileNotFoundError:
                raise gone(path) from None

    def header_at(self, position: int) -> Header:
        """The header of the commit that holds a position (port). **Rejects** as `commit_at`."""
        try:
            return self.database.header_at(position)
        except SegmentNotAtHand:
            path, index = self._segment(position)
            try:
                return Header.unpack(next(read_headers(path, index, position - 1)))
            except FileNotFoundError:
                raise gone(path) from None

    def trimmed(self) -> int:
        """The last position that is in segment files alone; 0: everything is here (port)."""
        return self.database.trimmed()

    def trim(self, through: int, progress: Progress = None) -> None:
        """Forget the commits before the one that ends at `through`, in steps (port).

        **Rejects** with `SegmentNotAtHand` what no segment file holds that ends there, with
        `JournalCorrupt` a file that is not what it should be, and as `check_trim` does.
        """
        if check_trim(self.database, through):
            self._require_held(through)
            self.database.trim(through, progress)

    def bytes_used(self) -> int:
        """Bytes of storage the database takes (port)."""
        return self.database.bytes_used()

    def close(self) -> None:
        """Let go of the storage (port)."""
        try:
            if self._end is not None:
                self._end.close()
        finally:
            self.database.close()

    def _segment(self, position: int) -> tuple[Path, SegmentIndex]:
        path = self._segments.find(position)
        return path, self._segments.index_of(path)

    def _walk(
        self,
        after: int,
        archived: Callable[[int], Iterator[T]],
        present: Callable[[int], Iterator[T]],
        header_of: Callable[[T], Header],
    ) -> Iterator[T]:
        """What segments and database give, one after the other, to the head as of now."""
        last = self.head().position
        while after < last:
            is_archived = after < self.trimmed()
            part = archived(after) if is_archived else present(after)
            try:
                for item in part:
                    header = header_of(item)
                    if header.first_position > last:
                        return
                    yield item
                    after = header.last_position
            except SegmentNotAtHand:
                if is_archived or self.trimmed() <= after:
                    raise  # otherwise it was trimmed while it was read, and is in a segment now
            except FileNotFoundError as error:
                raise gone(Path(str(error.filename))) from None

    def _require_held(self, through: int) -> None:
        """Check that segment files hold what the database would drop.

        The first commit it holds may end an earlier segment, which was verified in its time: the
        next must hang on it. Or it lies within one, where a crash stopped an earlier trim. Either
        way a chain of whole files must lead to the very commit that ends at `through`.
        """
        trimmed = self.trimmed()
        reached, hash_there, within = 0, GENESIS, 0
        if trimmed:
            first = self.database.commit_at(trimmed + 1)
            reached, hash_there = first.header.last_position, first.hash
            within = first.header.first_position
        while reached < through:
            path = self._segments.find(reached + 1)
            verified = self._segments.verify(path)
            head = verified.head
            follows = (head.first_position, head.previous) == (reached + 1, hash_there)
            if not follows and not head.first_position <= within:
                raise JournalCorrupt(
                    f"segment {path.name} does not follow what is before it", position=reached + 1
                )
            reached, hash_there, within = head.last_position, verified.commit_hash, 0
        if reached != through or hash_there != self.database.commit_at(through).hash:
            raise JournalCorrupt(
                "the segment files do not lead to the journal's commit", position=through
            )
