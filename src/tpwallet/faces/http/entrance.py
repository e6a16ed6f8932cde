"""The entrance: how many requests are answered at once, before anything is looked at.

Each takes memory (a body, an answer) and a place in a queue. Past the limit a request is told to
come again, which costs nothing; waiting would cost the others their time.
"""

from litestar.types import ASGIApp, Receive, Scope, Send

from tpwallet.faces.http import limits
from tpwallet.faces.http.refusals import Refusals
from tpwallet.kernel.errors import Overloaded


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
            await self._inside(scope, receive, send)
        finally:
            self._count -= 1
