"""The client for programs with an event loop; what it answers and raises is what `Client` does.

    async with AsyncClient("https://hub.example", key="tpk_…") as hub:
        await hub.transfer(debit="bank/main/EUR", credit="customer/42/available/EUR",
                           amount="12.50", asset="EUR")
        async for change in hub.follow_changes(after=place):
            ...

A task that is cancelled while a command is under way does not know its outcome: give commands a
`command_id` that is kept elsewhere, and put them again with it.
"""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self, TypeVar

import httpx

from tpwallet.faces.client import limits
from tpwallet.faces.client.api import Methods
from tpwallet.faces.client.attempts import Pause
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.connection import Connected, reply_of, request_of, stream_of, was_sent
from tpwallet.faces.client.following import Following
from tpwallet.faces.client.methods import Awaited, Feed, Listing, Page

T = TypeVar("T")


class AsyncClient(Connected, Methods, Awaited):
    """A hub, for one key and so for one pool, on one event loop; close it at the end, or use it in
    an `async with` block.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        deadline_ms: int = limits.DEADLINE_MS_DEFAULT,
        unreached_ms: int | None = None,
    ) -> None:
        """`key` is an API key (`tpk_…`); `deadline_ms` is how long a call and its repetitions may
        take, and `unreached_ms` how long while nobody has ever answered (None: as long).
        **Rejects** with `Malformed` what is no address or deadline.
        """
        super().__init__(url, key, deadline_ms=deadline_ms, unreached_ms=unreached_ms)
        self._http = httpx.AsyncClient(**self._settings())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections. What is asked after that **rejects** with `ClientClosed`."""
        self._memory.is_closed = True
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Send a call, as often as it takes, and give its answer."""
        call, attempts = self._begin(call)
        while True:
            try:
                response = await self._http.request(**request_of(call, attempts.left_ms))
            except httpx.RequestError as error:
                pause = attempts.lost(error, was_sent=was_sent(error))
            else:
                reply = self._heard(response)
                outcome = attempts.answered(reply)
                if not isinstance(outcome, Pause):
                    self._told(call, reply)
                    return outcome.answer
                pause = outcome
            await asyncio.sleep(pause.seconds)

    async def read_through(self, listing: Listing[Page, T]) -> AsyncGenerator[T, None]:
        """Give every line of a list, page after page."""
        call: Call[Page] | None = listing.first
        while call is not None:
            page = await self.send(call)
            for line in listing.lines(page):
                yield line
            call = listing.following(page)

    async def follow(self, feed: Feed[T]) -> AsyncGenerator[T, None]:
        """Give everything that comes on a stream, over as many connections as it takes."""
        following = Following(feed)
        while True:
            self._check_open()
            asked = stream_of(feed.call, following.headers())
            try:
                async with self._http.stream(**asked) as response:
                    if following.is_open(response.status_code, response.headers):
                        async for piece in response.aiter_bytes():
                            for found in following.take(piece):
                                yield found
                        pause = following.ended()
                    else:
                        await response.aread()
                        pause = following.turned_away(reply_of(response))
            except httpx.RequestError as error:
                pause = following.lost(error)
            await asyncio.sleep(pause.seconds)
