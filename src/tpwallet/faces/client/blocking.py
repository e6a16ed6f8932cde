"""The client for programs without an event loop.

    with Client("https://hub.example", key="tpk_…") as hub:
        hub.transfer(debit="bank/main/EUR", credit="customer/42/available/EUR",
                     amount="12.50", asset="EUR")
        print(hub.balance("customer/42/available/EUR").available)

A call that returns was carried out and is durable. One that raises says what is known: a
`HubRejected` is the hub's answer, a `HubUnavailable` means that nothing was done, and a
`HubOutcomeUnknown` that the same call must be put again with its `command_id` to find out.
"""

import time
from collections.abc import Generator
from types import TracebackType
from typing import Self, TypeVar

import httpx

from tpwallet.faces.client import limits
from tpwallet.faces.client.api import Methods
from tpwallet.faces.client.attempts import Pause
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.connection import Connected, reply_of, request_of, stream_of, was_sent
from tpwallet.faces.client.following import Following
from tpwallet.faces.client.methods import Blocking, Feed, Listing, Page

T = TypeVar("T")


class Client(Connected, Methods, Blocking):
    """A hub, for one key and so for one pool. Any thread may call it; close it at the end, or use
    it in a `with` block.
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
        self._http = httpx.Client(**self._settings())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections. What is asked after that **rejects** with `ClientClosed`."""
        self._memory.is_closed = True
        self._http.close()

    def send(self, call: Call[T]) -> T:
        """Send a call, as often as it takes, and give its answer."""
        call, attempts = self._begin(call)
        while True:
            try:
                response = self._http.request(**request_of(call, attempts.left_ms))
            except httpx.RequestError as error:
                pause = attempts.lost(error, was_sent=was_sent(error))
            else:
                reply = self._heard(response)
                outcome = attempts.answered(reply)
                if not isinstance(outcome, Pause):
                    self._told(call, reply)
                    return outcome.answer
                pause = outcome
            time.sleep(pause.seconds)

    def read_through(self, listing: Listing[Page, T]) -> Generator[T, None, None]:
        """Give every line of a list, page after page."""
        call: Call[Page] | None = listing.first
        while call is not None:
            page = self.send(call)
            yield from listing.lines(page)
            call = listing.following(page)

    def follow(self, feed: Feed[T]) -> Generator[T, None, None]:
        """Give everything that comes on a stream, over as many connections as it takes."""
        following = Following(feed)
        while True:
            self._check_open()
            try:
                with self._http.stream(**stream_of(feed.call, following.headers())) as response:
                    if following.is_open(response.status_code, response.headers):
                        for piece in response.iter_bytes():
                            yield from following.take(piece)
                        pause = following.ended()
                    else:
                        response.read()
                        pause = following.turned_away(reply_of(response))
            except httpx.RequestError as error:
                pause = following.lost(error)
            time.sleep(pause.seconds)
