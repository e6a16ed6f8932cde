"""Routes of the journal as it happened: events, changes of balances, and both as streams."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.datastructures import State
from litestar.params import HeaderParameter, QueryParameter

from tpwallet.faces import reading_shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.asking import (
    AfterPosition,
    AtLeast,
    Limit,
    Position,
    answered,
    no_position,
)
from tpwallet.faces.http.event_stream import STREAMS, EventStream
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.headers import LAST_EVENT_ID
from tpwallet.faces.http.pages import Place
from tpwallet.faces.http.request import ApiRequest
from tpwallet.kernel.access import LEDGER_READ
from tpwallet.processes.errors import PositionBeyondEnd

_PLACE_PATTERN = r"^[0-9]{1,18}(\.[0-9]{1,5})?$"
_AfterPlace = Annotated[
    str,
    QueryParameter(pattern=_PLACE_PATTERN, description="Go on after this place or position."),
]
_IsExpanded = Annotated[
    bool, QueryParameter(description="Show each record of a batch instead of their number.")
]
_LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name=LAST_EVENT_ID,
        pattern=_PLACE_PATTERN,
        description="Where the stream was left; it goes before `after`.",
    ),
]


@get("/events", operation_id="list_events", summary="Events of the journal")
async def list_events(
    request: ApiRequest,
    after: AfterPosition = 0,
    limit: Limit = None,
    is_expanded: _IsExpanded = False,
    at_least: AtLeast = None,
) -> Answer[reading_shapes.EventPage]:
    """Events after a position, in order; refusals are events, too."""
    return await answered(
        request,
        lambda reader: reader.events(after=after, limit=limit, is_expanded=is_expanded),
        at_least,
    )


@get("/entries/{position:int}", operation_id="read_entry", summary="What one command led to")
async def read_entry(
    request: ApiRequest, position: Position, at_least: AtLeast = None
) -> Answer[reading_shapes.Entry]:
    """What one command led to, by the position of any of its events, and its commit."""
    return await answered(
        request, lambda reader: reader.entry(position), at_least, position_of=no_position
    )


@get("/changes", operation_id="list_changes", summary="Movements and the balances they left")
async def list_changes(
    request: ApiRequest,
    after: _AfterPlace = "0",
    limit: Limit = None,
    at_least: AtLeast = None,
) -> Answer[reading_shapes.ChangePage]:
    """Movements of money after a place, each with both accounts' balances after it."""
    return await answered(request, lambda reader: reader.feed(after=after, limit=limit), at_least)


@get("/progress", operation_id="read_progress", summary="How far reading has come")
async def read_progress(request: ApiRequest) -> Answer[reading_shapes.Progress]:
    """How far reading has come, and how far behind the journal it is."""
    return await answered(request, lambda reader: reader.reading_position(), None)


@get("/events/stream", operation_id="stream_events", summary="Events as they happen")
async def stream_events(
    request: ApiRequest,
    state: State,
    after: AfterPosition = 0,
    last_event_id: _LastEventId = None,
    is_expanded: _IsExpanded = False,
) -> Response[Any]:
    """Events after a position, and every later one as it becomes durable (server-sent events)."""
    place = Place("events", last_event_id or str(after), is_expanded)
    return _stream(request, state, place)


@get("/changes/stream", operation_id="stream_changes", summary="Movements as they happen")
async def stream_changes(
    request: ApiRequest,
    state: State,
    after: _AfterPlace = "0",
    last_event_id: _LastEventId = None,
) -> Response[Any]:
    """Movements of money after a place, and every later one (server-sent events)."""
    return _stream(request, state, Place("changes", last_event_id or after))


def _stream(request: ApiRequest, state: State, place: Place) -> Response[Any]:
    pool = request.require(LEDGER_READ)
    end = pool.writer.position
    if int(place.after.partition(".")[0]) > end:
        raise PositionBeyondEnd(end)
    return EventStream(
        pool.pages,
        place,
        movement=pool.movement,
        streams=state[STREAMS],
        places=pool.streams,
        is_allowed=request.caller.is_allowed,
    )


EVENTS = group(
    "journal", list_events, stream_events, list_changes, stream_changes, read_entry, read_progress
)
