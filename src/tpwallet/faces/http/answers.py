"""Answers on the wire: a body that is encoded once, its headers, nothing else.

Litestar's response merges cookies, background tasks and header layers on every request; on the
path of every payment that is a third of what the door costs. An answer is still a `Response[T]`
to Litestar, so routes and the OpenAPI document know what they answer with.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Message, Receive, Scope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent, HTTPResponseStartEvent

from tpwallet.faces.http.headers import POSITION
from tpwallet.faces.http.media_types import JSON

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class _Ready(ASGIResponse):
    """A response whose bytes are all there."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for message in self._messages:
            await send(message)


class Answer(Response[T]):
    """What a route answers with: a shape, or bytes of another media type."""

    def __init__(
        self,
        content: T,
        *,
        position: int | None = None,
        media_type: str = JSON,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`position` is told in a header; `status` is the route's own unless given."""
        self.content = content
        self.media_type = media_type
        self.status_code = status
        self.headers = dict(headers or {})
        if position is not None:
            self.headers[POSITION] = str(position)

    def to_asgi_response(
        self, app: Any, request: Any, *, status_code: int | None = None, **_layers: Any
    ) -> ASGIResponse:
        """The response as it is sent."""
        return _Ready(self.messages(status_code or 200))

    def messages(self, status: int) -> tuple[HTTPResponseStartEvent, HTTPResponseBodyEvent]:
        """What is sent; `status` unless the answer has its own."""
        content = self.content
        body = content if isinstance(content, bytes) else _encode(content)
        headers = _header_list(self.headers.items(), str(self.media_type), len(body))
        return (
            {
                "type": "http.response.start",
                "status": self.status_code or status,
                "headers": headers,
            },
            {"type": "http.response.body", "body": body, "more_body": False},
        )


def _header_list(
    headers: Iterable[tuple[str, str]], media_type: str, length: int
) -> list[tuple[bytes, bytes]]:
    found = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    found.append((b"content-type", media_type.encode("latin-1")))
    found.append((b"content-length", str(length).encode("latin-1")))
    found.extend(_ALWAYS)
    return found
