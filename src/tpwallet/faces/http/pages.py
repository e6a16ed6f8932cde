"""Pages of event streams: what comes next after a place, ready to be sent.

A page is made by a thread where the views are, in the process that reads, and sent by the process
that has the connection. Streams that stand at the same place share one page, so a thousand
followers of the newest events cost one reading.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import urlencode

import msgspec

from tpwallet.faces.http import limits
from tpwallet.faces.http.questions import Questions
from tpwallet.faces.http.relay import Relay
from tpwallet.faces.reading.reader import Reader
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.processes.errors import FollowerUnavailable

PATH = "/pages"  # of the follower
_encode = msgspec.json.Encoder().encode


class Place(msgspec.Struct, frozen=True):
    """Where a stream stands."""

    of: str  # events or changes
    after: str  # a position, or the place of one record in it
    is_expanded: bool = False


class Page(msgspec.Struct, frozen=True, array_like=True):
    """What comes next in a stream."""

    frames: bytes  # server-sent events
    after: str  # where the next page begins
    position: int  # of the journal, that the page reflects
    is_last: bool  # there is no more until the journal moves


pack_page = msgspec.msgpack.Encoder().encode
_unpack_page = msgspec.msgpack.Decoder(Page).decode


def read_page(place: Place, reader: Reader) -> Page:
    """The page after a place."""
    match place.of:
        case "events":
            return _events(reader, place)
        case "changes":
            return _changes(reader, place)
        case _:
            raise InvariantBroken(f"there are no pages of {place.of}")


def _events(reader: Reader, place: Place) -> Page:
    found = reader.events(
        after=int(place.after.partition(".")[0]),
        limit=limits.STREAM_PAGE,
        is_expanded=place.is_expanded,
    )
    frames = b"".join(_frame(str(event.position), event) for event in found.events)
    is_last = found.next_after >= found.position
    return Page(frames, str(found.next_after), found.position, is_last)


def _changes(reader: Reader, place: Place) -> Page:
    found = reader.feed(after=place.after, limit=limits.STREAM_PAGE)
    frames = b"".join(_frame(change.transfer.place, change) for change in found.changes)
    end = found.next_after
    is_last = "." not in end and int(end) >= found.position
    return Page(frames, end, found.position, is_last)


def _frame(name: str, content: msgspec.Struct) -> bytes:
    return b"id: " + name.encode() + b"\ndata: " + _encode(content) + b"\n\n"


class Pages:
    """One pool's pages, wherever they are made."""

    def __init__(self, make: Callable[[Place, int, int], Awaitable[Page]]) -> None:
        """`make` gives the page after a place once it reflects a position, or by a deadline."""
        self._make = make
        self._under_way: dict[tuple[Place, int], asyncio.Task[Page]] = {}

    async def after(self, place: Place, at_least: int) -> Page:
        """The page after a place, once it reflects a position.

        **Rejects** with `PositionNotReached` when that takes too long.
        """
        key = (place, at_least)
        task = self._under_way.get(key)
        if task is None:
            deadline = elapsed_ns() + limits.DEADLINE_MS_DEFAULT * 1_000_000
            task = asyncio.ensure_future(self._make(place, at_least, deadline))
            task.add_done_callback(lambda done: self._forget(key, done))
            self._under_way[key] = task
        return await asyncio.shield(task)

    def _forget(self, key: tuple[Place, int], done: asyncio.Task[Page]) -> None:
        """A page was made, or not; whoever waited for it may be gone, and then nobody asks why."""
        del self._under_way[key]
        if not done.cancelled():
            done.exception()


def pages_here(questions: Questions) -> Pages:
    """Pages made in this process."""

    async def make(place: Place, at_least: int, deadline: int) -> Page:
        return await questions.ask(partial(read_page, place), at_least=at_least, deadline=deadline)

    return Pages(make)


def relayed_pages(relay: Relay) -> Pages:
    """Pages made in the process that reads."""

    async def make(place: Place, at_least: int, deadline: int) -> Page:
        query = urlencode({**msgspec.structs.asdict(place), "at_least": at_least})
        reply = await relay.ask(f"{PATH}?{query}", deadline=deadline)
        if reply.status != 200:
            raise FollowerUnavailable("reads are not answered at the moment")
        return _unpack_page(reply.body)

    return Pages(make)
