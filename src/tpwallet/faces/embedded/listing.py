"""Whole lists, page after page: what `Pool` answers a page at a time, a line at a time.

A list that grows while it is read goes on to its newest line; `events` and `feed` say where a
later look goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.embedded.reads import Moment, PoolReads
from tpwallet.proofs.evidence import ItemProof

_PAGE = 1_000  # lines asked for at a time


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


class PoolListing(PoolReads):
    """Lists to their end, and the proof of one line of a batch."""

    def each_account(
        self, *, prefix: str | None = None, asset: str | None = None, kind: str | None = None
    ) -> Iterator[reading_shapes.Account]:
        """Every account, page after page. **Rejects** as `accounts` does."""
        return _lines(
            lambda cursor: self.accounts(
                prefix=prefix, asset=asset, kind=kind, limit=_PAGE, cursor=cursor
            ),
            lambda page: page.accounts,
        )

    def each_transaction(
        self,
        *,
        account: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
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
                since=since,
                until=until,
                limit=_PAGE,
                is_reversed=is_reversed,
                cursor=cursor,
            ),
            lambda page: page.transfers,
        )

    def each_event(
        self, *, after: int = 0, is_expanded: bool = False
    ) -> Iterator[reading_shapes.Event]:
        """Every event after a position, up to the newest."""
        while True:
            page = self.events(after=after, limit=_PAGE, is_expanded=is_expanded)
            yield from page.events
            after = page.next_after
            if after >= page.position:
                return

    def each_change(self, *, after: str = "0") -> Iterator[reading_shapes.Change]:
        """Every movement of money after a place, up to the newest."""
        while True:
            page = self.feed(after=after, limit=_PAGE)
            yield from page.changes
            after = page.next_after
            end, _, index = after.partition(".")
            if not index and int(end) >= page.position:
                return

    def proof_of_item(self, position: int, index: int) -> ItemProof:
        """Prove one record, or one refusal after them, of the batch event at a position.
        **Rejects** `event_not_found`.
        """
        return self._reader().proof_of_item(position, index, at_least=self.position)
