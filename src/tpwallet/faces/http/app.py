"""The application: routes, door, refusals and the tasks that keep pools running."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.types import ASGIApp, ControllerRouterHandler

from tpwallet.faces.http import limits
from tpwallet.faces.http.accounts import ACCOUNTS
from tpwallet.faces.http.administration import ADMINISTRATION
from tpwallet.faces.http.assets import ASSETS
from tpwallet.faces.http.batches import BATCHES
from tpwallet.faces.http.door import key_door
from tpwallet.faces.http.entrance import Entrance
from tpwallet.faces.http.event_stream import STREAMS, Streams
from tpwallet.faces.http.events import EVENTS
from tpwallet.faces.http.imports import IMPORTS
from tpwallet.faces.http.keys import KEYS
from tpwallet.faces.http.lane import TransferLane
from tpwallet.faces.http.logs import LOG, Log, SecurityLog, json_log
from tpwallet.faces.http.money import MONEY
from tpwallet.faces.http.openapi import document
from tpwallet.faces.http.operation import DOCUMENT, OPERATION, POOLS
from tpwallet.faces.http.personal import PERSONAL
from tpwallet.faces.http.pools import Pools, ServedPool
from tpwallet.faces.http.proofs import PROOFS
from tpwallet.faces.http.reads import READS
from tpwallet.faces.http.refusals import Refusals
from tpwallet.faces.http.relayed import page_after, relay_door
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.supervision import running

READINGS = (*READS, *EVENTS, *PROOFS)
LEDGER = Router(
    "/v1",
    route_handlers=[
        *ACCOUNTS,
        *MONEY,
        *BATCHES,
        *KEYS,
        *ADMINISTRATION,
        *ASSETS,
        *PERSONAL,
        *IMPORTS,
        *READINGS,
    ],
)
ROUTES = (LEDGER, Router("/", route_handlers=OPERATION))
_ASKED_BY_THE_WRITER = (Router("/v1", route_handlers=READINGS), page_after)


def create_app(
    pools: Sequence[ServedPool], *, log: Log | None = None, streams: Streams | None = None
) -> Litestar:
    """The application that serves some pools; it closes them when it ends.

    `streams` are the open event streams, for whoever has to end them before that.
    """
    log, served = log or json_log(), Pools(pools)
    refusals = Refusals(log, SecurityLog(log))
    state = {
        POOLS: served,
        LOG: log,
        STREAMS: streams or Streams(),
        DOCUMENT: msgspec.json.encode(document(ROUTES)),
    }
    app = _app(ROUTES, served, key_door(served), refusals, log, State(state))
    lane = TransferLane(app.asgi_handler, served, refusals)
    app.asgi_handler = Entrance(lane, refusals)
    return app


def create_follower_app(pools: Sequence[ServedPool], *, secret: str, log: Log) -> Litestar:
    """The application that answers questions about some pools to whoever knows the secret."""
    served, refusals = Pools(pools), Refusals(log, SecurityLog(log))
    return _app(_ASKED_BY_THE_WRITER, served, relay_door(served, secret), refusals, log, State())


def _app(
    routes: Sequence[ControllerRouterHandler],
    served: Pools,
    door: Callable[[ASGIApp], ASGIApp],
    refusals: Refusals,
    log: Log,
    state: State,
) -> Litestar:
    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with running(served, log):
            yield

    return Litestar(
        route_handlers=routes,
        lifespan=[lifespan],
        middleware=[door],
        exception_handlers=refusals.handlers(),
        request_class=ApiRequest,
        request_max_body_size=limits.JSON_BYTES_MAX,
        state=state,
        openapi_config=None,
        logging_config=None,
    )
