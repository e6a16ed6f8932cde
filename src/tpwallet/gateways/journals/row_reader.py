"""Reading a journal that is kept as rows: what SQLite and PostgreSQL have in common.

A driver brings two queries: the last two rows, and a page of rows from a position on. From these
come the head, the stream of commits, the stream of headers and the commit at a position. A stream
takes page after page, each in a transaction of its own, so that a slow reader neither holds memory
nor keeps the database from cleaning up. Rows are never changed, so the pages fit together; what is
trimmed while it is read is told as such, and never looks like a gap.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from tpwallet.gateways.journals.limits import POSITION_MAX, READ_BYTES_MAX, READ_COMMITS_MAX
from tpwallet.gateways.journals.rows import (
    Row,
    check_body,
    end_of,
    follow,
    head_of,
    stored_commit,
    stored_header,
)
from tpwallet.kernel.commit import Commit, Header
from tpwallet.kernel.errors import JournalCorrupt, SegmentNotAtHand
from tpwallet.kernel.journal import Head


class RowReader(ABC):
    """The reading half of the port, over a driver's two queries."""

    def __init__(self, pool_id: bytes) -> None:
        self._pool_id = pool_id

    @abstractmethod
    def _last_rows(self) -> Sequence[Row]:
        """The last two rows without their bodies, the last one first."""

    @abstractmethod
    def _page(self, position: int, last: int, *, bodies: bool) -> Sequence[Row]:
        """Rows in order, from the one that holds `position` to one that begins at `last` or before;
        at least one if there is one, and then as many as `take_page` would take.
        """

    @abstractmethod
    def trimmed(self) -> int:
        """The last position that was trimmed; 0: everything is here (port)."""

    def head(self) -> Head:
        """The end of what is durable (port).

        **Rejects** with `JournalUnavailable` storage that does not answer, and with
        `JournalCorrupt` a last commit that makes no sense or does not follow the one before it. The
        position is the first that cannot be trusted, for which all headers are then read.
        """
        try:
            return head_of(self._last_rows(), pool_id=self._pool_id)
        except JournalCorrupt as damage:
            self._find_damage()
            raise damage from damage.__cause__

    def read(self, after: int = 0) -> Iterator[Commit]:
        """Commits with positions after `after`, in order, to the head as of the first read (port).

        The first may begin at `after` or before, if it also holds a position beyond. Memory is
        bounded by `READ_BYTES_MAX` and one commit.

        **Rejects** with `JournalCorrupt`, naming the first position that cannot be read, and with
        `SegmentNotAtHand` what was trimmed.
        """
        for header, row in self._walk(after, self.head().position, bodies=True):
            yield stored_commit(row, header)

    def salvage(self) -> Iterator[Commit]:
        """The commits of a journal whose end cannot be read, from what was trimmed up to where
        nothing more can.

        It always ends by raising `JournalCorrupt`, at the first position that cannot be read.
        """
        for header, row in self._walk(self.trimmed(), POSITION_MAX, bodies=True):
            yield stored_commit(row, header)

    def headers(self, after: int = 0) -> Iterator[bytes]:
        """The headers of what `read` gives, 128 bytes each, without touching a body."""
        for header, _ in self._walk(after, self.head().position, bodies=False):
            yield header.pack()

    def commit_at(self, position: int) -> Commit:
        """The commit that holds a position, its body checked against its header (port).

        **Rejects** with `LookupError` a position that is not between 1 and the head's.
        """
        header, row = self._holding(position, bodies=True)
        return check_body(stored_commit(row, header))

    def header_at(self, position: int) -> Header:
        """The header of the commit that holds a position (port). **Rejects** as `commit_at`."""
        header, _ = self._holding(position, bodies=False)
        return header

    def _holding(self, position: int, *, bodies: bool) -> tuple[Header, Row]:
        if not 1 <= position <= self.head().position:
            raise LookupError(f"no commit holds position {position}")
        return next(self._walk(position - 1, position, bodies=bodies))

    def _find_damage(self) -> None:
        """Follow the headers from the first to where that ends, and raise there."""
        trimmed = self.trimmed()
        head = Head() if trimmed == 0 else None  # what the first one hangs on may be elsewhere
        for header, _ in self._walk(trimmed, POSITION_MAX, bodies=False):
            head = end_of(header) if head is None else follow(head, header)

    def _walk(self, after: int, last: int, *, bodies: bool) -> Iterator[tuple[Header, Row]]:
        """Rows with their headers; only the first may begin before `after + 1`."""
        is_first = True
        while after < last:
            rows = self._page(after + 1, last, bodies=bodies)
            if not rows:
                raise self._missing(after + 1)
            for row in rows:
                header = stored_header(row, pool_id=self._pool_id, position=after + 1)
                begins = header.first_position
                holds = begins <= after + 1 <= header.last_position
                if not holds or not (is_first or begins == after + 1):
                    raise JournalCorrupt("a stored commit is missing", position=after + 1)
                yield header, row
                is_first = False
                after = header.last_position

    def _missing(self, position: int) -> JournalCorrupt | SegmentNotAtHand:
        """Why no row holds a position."""
        trimmed = self.trimmed()
        if position > trimmed:
            return JournalCorrupt("a stored commit is missing", position=position)
        return SegmentNotAtHand(
            f"positions up to {trimmed} were archived in segment files", position=position
        )


def take_page(source: Iterable[Row], rows: list[Row]) -> None:
    """Take rows until there are `READ_COMMITS_MAX` or their bodies exceed `READ_BYTES_MAX`.

    Rows taken before `source` fails stay in `rows`.

    >>> rows = []
    >>> take_page([(1, bytes(5 << 20)), (2, b"short")], rows)
    >>> len(rows)
    1
    """
    room = READ_BYTES_MAX
    for row in source:
        rows.append(row)
        last_column = row[-1]
        room -= len(last_column) if isinstance(last_column, bytes) else 0
        if room <= 0 or len(rows) == READ_COMMITS_MAX:
            return
