"""Statements: an account's postings between two moments, and the balances after each.

The history index says which movements there were and what the balances came to; what each was
called and with whom is read from the journal.
"""

from typing import NamedTuple

from tpwallet.domains.ledger.events import Expired
from tpwallet.domains.ledger.records import Account, Transfer
from tpwallet.faces.present import kind_of
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.finding import Finding
from tpwallet.faces.reading.listing import EXPIRED, Item
from tpwallet.faces.reading.records import Records, expired_id
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.errors import InvariantBroken, Rejected
from tpwallet.views.history.moments import AtPosition, Balances, Cause, Posting, Statement


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


class Lines(NamedTuple):
    """A page of lines; `cursor` asks for the next one, None when this is the last."""

    lines: list[Line]
    cursor: int | None


class Statements:
    """Postings of one pool's accounts."""

    def __init__(self, side: ReadSide, records: Records, finding: Finding) -> None:
        self._side = side
        self._records = records
        self._finding = finding

    def lines(
        self,
        account_id: int,
        *,
        since: int,
        until: int,
        limit: int,
        is_reversed: bool,
        cursor: int | None,
    ) -> Lines:
        """A page of an account's postings after position `since` and up to `until`.

        **Rejects** `account_not_found`.
        """
        page = self._page(
            account_id,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed,
            cursor=cursor,
        )
        return Lines([self._line(posting) for posting in page.postings], page.cursor)

    def _page(
        self,
        account_id: int,
        *,
        since: int,
        until: int,
        limit: int,
        is_reversed: bool,
        cursor: int | None,
    ) -> Statement:
        found = self._side.history.statement(
            account_id,
            since=AtPosition(min(since, until)),
            until=AtPosition(until),
            limit=limit,
            reverse=is_reversed,
            cursor=cursor,
        )
        if found is None:
            raise Rejected("account_not_found", account=f"#{account_id}")
        return found

    def lines_of_kind(
        self,
        account_id: int,
        kind: str | None,
        *,
        since: int,
        until: int,
        limit: int,
        is_reversed: bool,
        cursor: int | None,
    ) -> Lines:
        """The same with only one kind of lines; it looks through a bounded number of them."""
        lines: list[Line] = []
        looked_at = 0
        while True:
            page = self._page(
                account_id,
                since=since,
                until=until,
                limit=limit if kind is None else limits.PAGE_MAX,
                is_reversed=is_reversed,
                cursor=cursor,
            )
            for posting in page.postings:
                line = self._line(posting)
                if kind in (None, line.kind):
                    lines.append(line)
                if len(lines) == limit:
                    is_last = page.cursor is None and posting is page.postings[-1]
                    return Lines(lines, None if is_last else posting.movement)
            looked_at += len(page.postings)
            cursor = page.cursor
            if cursor is None or looked_at >= limits.SCAN_POSTINGS_MAX:
                return Lines(lines, cursor)

    def balance(self, account: Account, position: int) -> Balances:
        """An account's balances after a position; nothing before it was opened."""
        return self._side.history.balance(account.id, at_position=position) or Balances()

    def _line(self, posting: Posting) -> Line:
        return Line(posting, self._transfer_of(posting))

    def _transfer_of(self, posting: Posting) -> Transfer:
        if posting.cause is Cause.TRANSFER:
            return self._records.transfer(posting.position, posting.index)
        event = self._records.event(posting.position)
        if not isinstance(event, Expired):
            raise InvariantBroken("an expiry of the history is another event in the journal")
        return self._finding.transfer(expired_id(event, posting.index))
