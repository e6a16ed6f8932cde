"""Statements: an account's postings between two moments, and the balances after each.

The history index says which movements there were and what the balances came to; what each was
called and with whom is read from the journal.
"""

from typing import TYPE_CHECKING, NamedTuple

from tpwallet.domains.ledger.events import Expired
from tpwallet.domains.ledger.marks import Marks
from tpwallet.domains.ledger.records import Account, Transfer
from tpwallet.faces.present import kind_of
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.effort import Effort
from tpwallet.faces.reading.finding import Finding
from tpwallet.faces.reading.listing import EXPIRED, Item
from tpwallet.faces.reading.records import Records, expired_id
from tpwallet.kernel.errors import InvariantBroken, Rejected
from tpwallet.views.history.moments import AtPosition, Balances, Cause, Posting, Side

if TYPE_CHECKING:
    from tpwallet.hub.reading import ReadSide


class Line(NamedTuple):
    """A posting, and the transfer that it is of."""

    posting: Posting
    transfer: Transfer

    @property
    def kind(self) -> str:
        """What it does: posted, pending, post, void or expired."""
        return EXPIRED if self.posting.cause is Cause.EXPIRY else kind_of(self.transfer)

    @property
    def item(self) -> Item:
        """The same as an item of a list of transfers."""
        posting = self.posting
        expired_at = posting.time if posting.cause is Cause.EXPIRY else None
        return Item(posting.position, posting.index, self.transfer, expired_at)


class Lined(NamedTuple):
    """Which postings: None and no marks mean any."""

    kind: str | None = None
    side: Side | None = None
    ledger: int | None = None
    marks: Marks = Marks()

    def may_be(self, posting: Posting) -> bool:
        """What a posting tells by itself; false means no, without a look into the journal."""
        if self.kind is not None and (self.kind == EXPIRED) != (posting.cause is Cause.EXPIRY):
            return False
        return self.side in (None, posting.side)

    def fits(self, line: Line) -> bool:
        """Whether a line that may be is one."""
        return (
            self.kind in (None, line.kind)
            and self.ledger in (None, line.transfer.ledger)
            and self.marks.fit(line.transfer)
        )


_ANY = Lined()


class Lines(NamedTuple):
    """A page of lines; `cursor` asks for the next one, None when this is the last."""

    lines: list[Line]
    cursor: int | None


class Statements:
    """Postings of one pool's accounts."""

    def __init__(self, side: "ReadSide", records: Records, finding: Finding) -> None:
        self._side = side
        self._records = records
        self._finding = finding

    def lines(
        self,
        account_id: int,
        wanted: Lined,
        *,
        since: int,
        until: int,
        limit: int,
        is_reversed: bool,
        cursor: int | None,
    ) -> Lines:
        """A page of those of an account's postings after position `since` and up to `until` that
        are wanted. It looks through a bounded part of them and of the journal.

        **Rejects** `account_not_found`.
        """
        lines: list[Line] = []
        effort = Effort()
        while True:
            page = self._side.history.statement(
                account_id,
                since=AtPosition(min(since, until)),
                until=AtPosition(until),
                limit=limit if wanted == _ANY else limits.PAGE_MAX,
                reverse=is_reversed,
                cursor=cursor,
            )
            if page is None:
                raise Rejected("account_not_found", account=f"#{account_id}")
            for posting in page.postings:
                line = self._line(posting, effort) if wanted.may_be(posting) else None
                if line is not None and wanted.fits(line):
                    lines.append(line)
                else:
                    effort.postings -= 1
                if len(lines) == limit or effort.is_spent:
                    is_last = page.cursor is None and posting is page.postings[-1]
                    return Lines(lines, None if is_last else posting.movement)
            cursor = page.cursor
            if cursor is None:
                return Lines(lines, None)

    def balance(self, account: Account, position: int) -> Balances:
        """An account's balances after a position; nothing before it was opened."""
        return self._side.history.balance(account.id, at_position=position) or Balances()

    def _line(self, posting: Posting, effort: Effort) -> Line:
        effort.look_at(self._records.commit(posting.position).commit)
        if posting.cause is Cause.TRANSFER:
            return Line(posting, self._records.transfer(posting.position, posting.index))
        event = self._records.event(posting.position)
        if not isinstance(event, Expired):
            raise InvariantBroken("an expiry of the history is another event in the journal")
        place = self._finding.place(expired_id(event, posting.index))
        effort.look_at(self._records.commit(place[0]).commit)
        return Line(posting, self._records.transfer(*place))
