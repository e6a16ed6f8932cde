"""The short way of a plain transfer, which is most of what a busy pool is asked.

Routing, binding of parameters and the layers of a response cost as much as deciding the transfer
and making it durable. A request that is nothing but a transfer passes them by here. Whatever is
unusual about one (a query, a header too few or twice, personal texts, a body that cannot be read)
goes the long way, which says what is wrong with it; so the two ways cannot answer differently.
"""

import re

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send
from litestar.types.asgi_types import HTTPRequestEvent

from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.door import AUTHORIZATION, WAIT, caller_with
from tpwallet.faces.http.headers import IDEMPOTENCY_KEY
from tpwallet.faces.http.media_types import JSON
from tpwallet.faces.http.pools import Pools
from tpwallet.faces.http.refusals import Refusals, in_our_words
from tpwallet.faces.http.request import Caller, deadline_after, decode
from tpwallet.faces.http.running import run
from tpwallet.faces.shapes import Problem
from tpwallet.kernel.errors import Malformed, Unauthorized

_METHOD, _PATH, _ROUTE = "POST", "/v1/transfers", "POST /transfers"
_KEY = IDEMPOTENCY_KEY.lower().encode()
_IS_KEY = re.compile(rb"[\x21-\x7e]{1,255}").fullmatch
_JSON, _BOOKED = JSON.encode(), 201


class _Plain:
    """What is taken from the head of a plain transfer."""

    __slots__ = ("caller", "command_id", "deadline")

    def __init__(self, caller: Caller, command_id: str, deadline: int) -> None:
        self.caller = caller
        self.command_id = command_id
        self.deadline = deadline


class TransferLane:
    """Takes the plain transfers, and lets everything else go the long way."""

    def __init__(self, long_way: ASGIApp, pools: Pools, refusals: Refusals) -> None:
        self._long_way = long_way
        self._pools = pools
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        plain = self._plain(scope)
        if plain is None:
            await self._long_way(scope, receive, send)
            return
        message = await receive()
        transfer = _decoded(message) if message["type"] == "http.request" else None
        if transfer is None:
            await self._long_way(scope, _again(message, receive), send)
            return
        answer = await self._book(plain, transfer, scope)
        for sent in answer.messages(_BOOKED):
            await send(sent)

    def _plain(self, scope: Scope) -> _Plain | None:
        """The head of a plain transfer; None: it is something else, or unusual."""
        if scope["path"] != _PATH or scope["type"] != ScopeType.HTTP or scope["method"] != _METHOD:
            return None
        listed = list(scope["headers"])
        headers = dict(listed)
        key = headers.get(_KEY, b"")
        length = headers.get(b"content-length", b"")
        is_plain = (
            len(headers) == len(listed)
            and not scope["query_string"]
            and headers.get(b"content-type") == _JSON
            and _IS_KEY(key)
            and length.isdigit()
            and int(length) <= limits.LANE_BYTES_MAX
        )
        if not is_plain:
            return None
        try:
            caller = caller_with(self._pools, headers.get(AUTHORIZATION))
            deadline = deadline_after(headers.get(WAIT))
        except (Unauthorized, Malformed):
            return None
        return _Plain(caller, key.decode(), deadline)

    async def _book(
        self, plain: _Plain, transfer: bodies.NewTransfer, scope: Scope
    ) -> Answer[shapes.Receipt] | Answer[Problem]:
        try:
            return await run(
                plain,
                commands.transfer(transfer),
                command_id=plain.command_id,
                names=(transfer.debit, transfer.credit),
            )
        except Exception as error:  # noqa: BLE001 - told as what it is, or as a fault of ours
            return self._refusals.answer(
                in_our_words(error),
                caller=plain.caller,
                route=_ROUTE,
                client=scope["client"],
                cause=error,
            )


def _decoded(message: HTTPRequestEvent) -> bodies.NewTransfer | None:
    """The transfer, if all of it is there and it is a plain one."""
    if message["more_body"]:
        return None
    try:
        found: bodies.NewTransfer = decode(message["body"], bodies.NewTransfer)
    except Malformed:
        return None
    return found if found.personal is None else None


def _again(first: ReceiveMessage, receive: Receive) -> Receive:
    """What a request receives, from the beginning."""
    waiting: list[ReceiveMessage] = [first]

    async def next_message() -> ReceiveMessage:
        return waiting.pop() if waiting else await receive()

    return next_message
