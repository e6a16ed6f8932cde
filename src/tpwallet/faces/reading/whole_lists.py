"""Whole lists, page after page: what is answered a page at a time, a line at a time.

A list that grows while it is read goes on to its newest line; `events` and `feed` say where a
later look goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from tpwallet.domains.ledger.forms import AccountName, AssetCode
from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.bodies import Word
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.balances import Moment
from tpwallet.faces.reading.events import EventReading
from tpwallet.faces.reading.governed import GovernedReading


class _Paged(Protocol):
    @property
    def next_cursor(self) -> str | None: ...


Page = TypeVar("Page", bound=_Paged)
Line = TypeVar("Line")


def _lines(
    ask: Callable[[str | None], Page], lines_of: Callable[[Page], Sequence[Line]]
) -> Iterator[Line]:
    cursor: str | None = None
    while True:
        page = ask(cursor)
        yield from lines_of(page)
        cursor = page.next_cursor
        if cursor is None:
            return


class WholeLists(EventReading, GovernedReading):
    """Lists to their end."""

    def history(
        self,
        account: AccountName,
        *,
        code: int | None = None,
        user_data_128: str | None = None,
        user_data_64: str | None = None,
        user_data_32: int | None = None,
        side: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        is_reversed: bool | None = None,
    ) -> Iterator[shapes.Posting]:
        """All postings of a statement, page after page. **Rejects** as `statement` does."""
        return _lines(
            lambda cursor: self.statement(
                account,
                code=code,
                user_data_128=user_data_128,
                user_data_64=user_data_64,
                user_data_32=user_data_32,
                side=side,
                since=since,
                until=until,
                limit=limits.PAGE_MAX,
                is_reversed=is_reversed,
                cursor=cursor,
            ),
            lambda page: page.postings,
        )

    def each_account(
        self,
        *,
        prefix: str | None = None,
        asset: AssetCode | None = None,
        kind: str | None = None,
        code: int | None = None,
        user_data_128: str | None = None,
        user_data_64: str | None = None,
        user_data_32: int | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Iterator[reading_shapes.Account]:
        """Every account, page after page. **Rejects** as `accounts` does."""
        return _lines(
            lambda cursor: self.accounts(
                prefix=prefix,
                asset=asset,
                kind=kind,
                code=code,
                user_data_128=user_data_128,
                user_data_64=user_data_64,
                user_data_32=user_data_32,
                since=since,
                until=until,
                limit=limits.PAGE_MAX,
                cursor=cursor,
            ),
            lambda page: page.accounts,
        )

    def each_transaction(
        self,
        *,
        account: AccountName | None = None,
        asset: AssetCode | None = None,
        kind: str | None = None,
        code: int | None = None,
        user_data_128: str | None = None,
        user_data_64: str | None = None,
        user_data_32: int | None = None,
        side: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        is_reversed: bool | None = None,
    ) -> Iterator[shapes.Transfer]:
        """Every transfer and expiry, page after page. **Rejects** as `transactions` does."""
        return _lines(
            lambda cursor: self.transactions(
                account=account,
                asset=asset,
                kind=kind,
                code=code,
                user_data_128=user_data_128,
                user_data_64=user_data_64,
                user_data_32=user_data_32,
                side=side,
                since=since,
                until=until,
                limit=limits.PAGE_MAX,
                is_reversed=is_reversed,
                cursor=cursor,
            ),
            lambda page: page.transfers,
        )

    def each_document_in_force(self, kind: Word) -> Iterator[shapes.Document]:
        """Every document of a kind that is in force now, by name."""
        return _lines(
            lambda cursor: self.documents_in_force(
                kind, limit=limits.DOCUMENTS_PAGE_MAX, cursor=cursor
            ),
            lambda page: page.documents,
        )

    def each_version(self, kind: Word, name: Word) -> Iterator[shapes.Document]:
        """Every version of a document, oldest first."""
        return _lines(
            lambda cursor: self.document_history(
                kind, name, limit=limits.DOCUMENTS_PAGE_MAX, cursor=cursor
            ),
            lambda page: page.documents,
        )

    def each_event(
        self, *, after: int = 0, is_expanded: bool = False
    ) -> Iterator[reading_shapes.Event]:
        """Every event after a position, up to the newest."""
        while True:
            page = self.events(after=after, limit=limits.PAGE_MAX, is_expanded=is_expanded)
            yield from page.events
            after = page.next_after
            if after >= page.position:
                return

    def each_change(self, *, after: str = "0") -> Iterator[reading_shapes.Change]:
        """Every movement of money after a place, up to the newest."""
        while True:
            page = self.feed(after=after, limit=limits.PAGE_MAX)
            yield from page.changes
            after = page.next_after
            end, _, index = after.partition(".")
            if not index and int(end) >= page.position:
                return
