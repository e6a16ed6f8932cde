"""The entrance: how many requests are answered at once, before anything is looked at.

Each takes memory (a body, an answer) and a place in a queue. Past the limit a request is told to
come again, which costs nothing; waiting would cost the others their time.
"""

from typing import cast

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from tpwallet.faces.http import limits
from tpwallet.faces.http.refusals import Refusals
from tpwallet.kernel.errors import Overloaded

_HEAD, _STREAM = "HEAD", "/stream"


class Entrance:
    """Lets requests in, one past the limit not."""

    def __init__(self, inside: ASGIApp, refusals: Refusals) -> None:
        self._inside = inside
        self._refusals = refusals
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._count >= limits.REQUESTS_MAX:
            refusal = Overloaded("too many requests at once", limit=limits.REQUESTS_MAX)
            answer = self._refusals.answer(refusal, caller=None, route="", client=scope["client"])
            for message in answer.messages(0):
                await send(message)
            return
        self._count += 1
        try:
            await self._inside(_as_get(scope), receive, send)
        finally:
            self._count -= 1


def _as_get(scope: Scope) -> Scope:
    """HEAD is answered as GET is (RFC 9110, 9.3.2), and the server below leaves the body out. A
    stream, whose body would not end, is asked for with GET alone.
    """
    is_head = scope["type"] == ScopeType.HTTP and scope["method"] == _HEAD
    if not is_head or scope["path"].endswith(_STREAM):
        return scope
    return cast(HTTPScope, {**scope, "method": HttpMethod.GET})
