"""Methods of the journal as it happened: events, changes of balances, and both as streams.

They need the scope `ledger:read`. A stream goes on for as long as it is read: when the connection
or the hub goes away it is asked for again from where it stood, so that nothing is missed and
nothing comes twice. Whoever stops and begins again later keeps the last event's `position`, or the
last change's `transfer.place`, and passes it as `after`.
"""

from collections.abc import Sequence
from dataclasses import replace

from tpwallet.faces import reading_shapes
from tpwallet.faces.client import limits, operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import Feed, Listing, asks, lists, streams
from tpwallet.faces.http.media_types import EVENTS


def _events(page: reading_shapes.EventPage) -> Sequence[reading_shapes.Event]:
    return page.events


def _after_events(page: reading_shapes.EventPage) -> str | None:
    return str(page.next_after) if page.next_after < page.position else None


def _changes(page: reading_shapes.ChangePage) -> Sequence[reading_shapes.Change]:
    return page.changes


def _after_changes(page: reading_shapes.ChangePage) -> str | None:
    end, _, index = page.next_after.partition(".")
    return page.next_after if index or int(end) < page.position else None


class JournalMethods:
    """What happened, and what happens."""

    @asks
    def events(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        is_expanded: bool = False,
        at_least: int | None = None,
    ) -> Call[reading_shapes.EventPage]:
        """A page of events after a position, in order; refusals are events, too. Batches are
        summed up, or shown record by record when `is_expanded`.
        """
        return operations.LIST_EVENTS.call(
            query={
                "after": after,
                "limit": limit,
                "is_expanded": is_expanded,
                "at_least": at_least,
            }
        )

    @lists
    def each_event(
        self, *, after: int = 0, is_expanded: bool = False, at_least: int | None = None
    ) -> Listing[reading_shapes.EventPage, reading_shapes.Event]:
        """Every event after a position, up to the newest; `follow_events` goes on from there."""
        first = operations.LIST_EVENTS.call(
            query={
                "after": after,
                "limit": limits.PAGE,
                "is_expanded": is_expanded,
                "at_least": at_least,
            }
        )
        return Listing(first, _events, _after_events, "after")

    @streams
    def follow_events(
        self,
        *,
        after: int = 0,
        is_expanded: bool = False,
        away_ms_max: int = limits.AWAY_MS_DEFAULT,
    ) -> Feed[reading_shapes.Event]:
        """Every event after a position, and every later one as it becomes durable.

        **Rejects** with `HubUnauthorized` once the key is revoked, and with `HubUnavailable` when
        the hub was away for more than `away_ms_max` milliseconds.
        """
        call = operations.STREAM_EVENTS.call(query={"after": after, "is_expanded": is_expanded})
        return Feed(replace(call, accept=EVENTS), reading_shapes.Event, away_ms_max)

    @asks
    def feed(
        self, *, after: str = "0", limit: int | None = None, at_least: int | None = None
    ) -> Call[reading_shapes.ChangePage]:
        """A page of movements of money after a place, each with the balances it left."""
        return operations.LIST_CHANGES.call(
            query={"after": after, "limit": limit, "at_least": at_least}
        )

    @lists
    def each_change(
        self, *, after: str = "0", at_least: int | None = None
    ) -> Listing[reading_shapes.ChangePage, reading_shapes.Change]:
        """Every movement after a place, up to the newest; `follow_changes` goes on from there."""
        first = operations.LIST_CHANGES.call(
            query={"after": after, "limit": limits.PAGE, "at_least": at_least}
        )
        return Listing(first, _changes, _after_changes, "after")

    @streams
    def follow_changes(
        self, *, after: str = "0", away_ms_max: int = limits.AWAY_MS_DEFAULT
    ) -> Feed[reading_shapes.Change]:
        """Every movement of money after a place, and every later one as it becomes durable.

        **Rejects** as `follow_events` does.
        """
        call = operations.STREAM_CHANGES.call(query={"after": after})
        return Feed(replace(call, accept=EVENTS), reading_shapes.Change, away_ms_max)

    @asks
    def entry(self, position: int, *, at_least: int | None = None) -> Call[reading_shapes.Entry]:
        """What one command led to, by the position of any of its events, and its commit.
        **Rejects** `event_not_found`.
        """
        return operations.READ_ENTRY.call(
            parts={"position": position}, query={"at_least": at_least}
        )

    @asks
    def reading_position(self) -> Call[reading_shapes.Progress]:
        """How far reading has come, and how far behind the journal it is."""
        return operations.READ_PROGRESS.call()
