"""The follower's side of the relay: a door that opens to the writer's process alone, and the one
question that only it asks.

The writer's process has asked for the key and its scope before it passes a question on, so here
nobody is anybody: whoever knows the secret may read every pool.
"""

import functools
import hmac
from collections.abc import Callable

from litestar import get
from litestar.types import ASGIApp, Receive, Scope, Send

from tpwallet.faces.http import pages
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.door import header, let_in
from tpwallet.faces.http.headers import RELAY_SECRET, RELAYED_POOL
from tpwallet.faces.http.pages import Place, pack_page, read_page
from tpwallet.faces.http.pools import Pools
from tpwallet.faces.http.request import ApiRequest, Caller
from tpwallet.kernel.access import LEDGER_READ, PROOFS_READ, Actor
from tpwallet.kernel.errors import Unauthorized

_MEDIA_TYPE = "application/msgpack"
_SECRET, _POOL = RELAY_SECRET.lower().encode(), RELAYED_POOL.lower().encode()
_WRITER = Actor("relay", frozenset({LEDGER_READ, PROOFS_READ}))


def relay_door(pools: Pools, secret: str) -> Callable[[ASGIApp], ASGIApp]:
    """A door that opens to those who know the secret."""
    known = secret.encode()

    def door(app: ASGIApp) -> ASGIApp:
        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            if not hmac.compare_digest(header(scope, _SECRET) or b"", known):
                raise Unauthorized("only the writer's process asks here")
            pool = pools[int(header(scope, _POOL) or 0)]
            let_in(scope, Caller(pool, _WRITER, lambda: True))
            await app(scope, receive, send)

        return enter

    return door


@get(pages.PATH)
async def page_after(
    request: ApiRequest, of: str, after: str, is_expanded: bool, at_least: int
) -> Answer[bytes]:
    """A page of a stream."""
    place = Place(of, after, is_expanded)
    page = await request.caller.pool.questions.ask(
        functools.partial(read_page, place), at_least=at_least, deadline=request.deadline
    )
    return Answer(pack_page(page), media_type=_MEDIA_TYPE)
