"""Server-sent events: pages of a list, pushed as they come about, resumable by position.

A stream holds no queue: it reads the next page when its reader has taken the last, so a slow
reader costs nothing but time. One that takes nothing for long is ended, with a last event that
says so and where it stood; whoever was cut off goes on from `Last-Event-ID`.

Source: WHATWG HTML, "Server-sent events".
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import msgspec
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send
from msgspec.structs import replace

from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.errors import ServerClosing, SlowReader, TooManyStreams
from tpwallet.faces.http.media_types import EVENTS
from tpwallet.faces.http.movement import Movement
from tpwallet.faces.http.pages import Pages, Place
from tpwallet.faces.http.places import Places
from tpwallet.faces.http.problems import problem_of
from tpwallet.kernel.errors import TpwalletError, Unauthorized

STREAMS = "streams"  # in the application's state
_HEADERS = [
    (b"content-type", EVENTS.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
]
_OPENING = b"retry: 1000\n\n"
_HEARTBEAT = b": still here\n\n"
_encode = msgspec.json.Encoder().encode


class Streams:
    """Every open stream of this process: that it is time to end."""

    def __init__(self) -> None:
        self.is_closing = False

    def close(self) -> None:
        """End every stream soon."""
        self.is_closing = True


class EventStream(Answer[Any]):
    """A response that pushes pages for as long as its reader takes them."""

    def __init__(
        self,
        pages: Pages,
        place: Place,
        *,
        movement: Movement,
        streams: Streams,
        places: Places,
        is_allowed: Callable[[], bool],
    ) -> None:
        """`pages` has what comes after `place`; `movement` is of the journal's end; `places`
        are those of the pool's streams; `is_allowed` is asked every second or so.

        **Rejects** with `TooManyStreams` one past the limit.
        """
        if places.are_taken:
            raise TooManyStreams
        super().__init__(b"", media_type=EVENTS)
        self._run = _Run(pages, place, movement, streams, places, is_allowed)

    def to_asgi_response(self, app: Any, request: Any, **_layers: Any) -> ASGIResponse:
        """The response as it is sent."""
        return self._run


class _Run(ASGIResponse):
    def __init__(
        self,
        pages: Pages,
        place: Place,
        movement: Movement,
        streams: Streams,
        places: Places,
        is_allowed: Callable[[], bool],
    ) -> None:
        self._pages = pages
        self._place = place
        self._movement = movement
        self._streams = streams
        self._places = places
        self._is_allowed = is_allowed
        self._beat_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_until_gone(receive))
        try:
            with self._places.one():
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await self._push(send, gone)
        finally:
            gone.cancel()

    async def _push(self, send: Send, gone: asyncio.Task[None]) -> None:
        try:
            await self._write(send, _OPENING)
            at_least = 0
            while not gone.done():
                self._check_going_on()
                page = await self._pages.after(self._place, at_least)
                if page.frames:
                    await self._write(send, page.frames)
                self._place = replace(self._place, after=page.after)
                if page.is_last:
                    await self._wait(send, gone, page.position)
                    at_least = page.position + 1
        except TpwalletError as error:
            await self._end(send, error)
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _wait(self, send: Send, gone: asyncio.Task[None], position: int) -> None:
        """Wait for the journal to go past a position, showing that the stream lives."""
        while not await self._movement.past(position, limits.STREAM_WAIT_SECONDS):
            if gone.done():
                return
            self._check_going_on()
            await self._beat(send)

    async def _beat(self, send: Send) -> None:
        now = time.monotonic()
        if now - self._beat_at >= limits.HEARTBEAT_SECONDS:
            self._beat_at = now
            await self._write(send, _HEARTBEAT)

    def _check_going_on(self) -> None:
        if self._streams.is_closing:
            raise ServerClosing("the server is stopping; connect again")
        if not self._is_allowed():
            raise Unauthorized("this API key opens nothing here any more")

    async def _write(self, send: Send, data: bytes) -> None:
        try:
            async with asyncio.timeout(limits.STREAM_BLOCKED_SECONDS_MAX):
                await send({"type": "http.response.body", "body": data, "more_body": True})
        except TimeoutError:
            raise SlowReader("the reader took nothing for too long") from None

    async def _end(self, send: Send, error: TpwalletError) -> None:
        """A last event, for a reader that may still come to it."""
        problem = problem_of(error)
        last = b"event: closed\ndata: " + _encode(problem) + b"\n\n"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.STREAM_END_SECONDS_MAX):
                await send({"type": "http.response.body", "body": last, "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
