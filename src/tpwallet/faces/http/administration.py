"""Routes that change what governs the pool: documents, periods, bulk grants, the clock."""

import time
from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter

from tpwallet.domains.ledger.limits import GRANTS_MAX
from tpwallet.faces import bodies, commands, governing, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, OptionalKey, run
from tpwallet.faces.reading import limits as reading
from tpwallet.flows import administration, clock
from tpwallet.kernel.access import LEDGER_READ
from tpwallet.kernel.forms import WORD_PATTERN
from tpwallet.kernel.limits import DOCUMENT_VERSIONS_MAX, WORD_LENGTH_MAX

_Word = Annotated[str, PathParameter(pattern=WORD_PATTERN, max_length=WORD_LENGTH_MAX)]
_Bit = Annotated[int, PathParameter(ge=1, le=GRANTS_MAX)]
_PAGE = reading.DOCUMENTS_PAGE
_Limit = Annotated[
    int, QueryParameter(ge=1, le=reading.DOCUMENTS_PAGE_MAX, description="Page size.")
]
_NameCursor = Annotated[str, QueryParameter(max_length=256, description="`next_cursor` of a page.")]
_VersionCursor = Annotated[
    int, QueryParameter(ge=0, le=DOCUMENT_VERSIONS_MAX, description="`next_cursor` of a page.")
]


@put(
    "/documents/{kind:str}/{name:str}",
    operation_id="put_document",
    summary="Put a version of a document",
)
async def put_document(
    request: ApiRequest,
    kind: _Word,
    name: _Word,
    data: JSONBody[bodies.NewDocument],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Add a version; it is in force from its time on."""
    command = commands.put_document(kind, name, data)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@post(
    "/documents/{kind:str}/{name:str}/rollback",
    operation_id="roll_back_document",
    summary="Bring back an earlier version",
)
async def roll_back_document(
    request: ApiRequest,
    kind: _Word,
    name: _Word,
    data: JSONBody[bodies.RollBack],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Bring back an earlier version's content, as a new version."""
    command = administration.RollBackDocument(kind=kind, name=name, version=data.version)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@get("/documents/{kind:str}", operation_id="documents_in_force", summary="Documents of a kind")
async def documents_in_force(
    request: ApiRequest, kind: _Word, cursor: _NameCursor = "", limit: _Limit = _PAGE
) -> Answer[shapes.Documents]:
    """Every document of a kind that is in force now, by name."""
    desk = request.require(LEDGER_READ).desk
    read = governing.in_force(kind, time.time_ns(), after=cursor, limit=limit)
    found = await desk.read(read, request.deadline)
    return Answer(found, position=found.position)


@get(
    "/documents/{kind:str}/{name:str}",
    operation_id="document_history",
    summary="Versions of a document",
)
async def document_history(
    request: ApiRequest, kind: _Word, name: _Word, cursor: _VersionCursor = 0, limit: _Limit = _PAGE
) -> Answer[shapes.Documents]:
    """All versions of a document, oldest first."""
    desk = request.require(LEDGER_READ).desk
    read = governing.history(kind, name, after=cursor, limit=limit)
    found = await desk.read(read, request.deadline)
    return Answer(found, position=found.position)


@post("/periods", operation_id="close_period", summary="Close a period")
async def close_period(
    request: ApiRequest,
    data: JSONBody[bodies.PeriodEnd],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Let nothing more be booked with an effective date up to a day."""
    command = administration.ClosePeriod(through=data.through)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@get("/periods", operation_id="closed_period", summary="Up to which day the books are closed")
async def closed_period(request: ApiRequest) -> Answer[shapes.Period]:
    """The last day of the last closed period."""
    desk = request.require(LEDGER_READ).desk
    found = await desk.read(governing.period, request.deadline)
    return Answer(found, position=found.position)


@post("/grants", operation_id="grant_bulk", summary="Grant bulk access")
async def grant_bulk(
    request: ApiRequest,
    data: JSONBody[bodies.NewGrant],
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Let an actor move guarded accounts of some subtrees by raw batches."""
    command = commands.grant_bulk(data)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@get("/grants", operation_id="list_grants", summary="Every bulk grant")
async def list_grants(request: ApiRequest) -> Answer[shapes.Grants]:
    """Every bulk grant in force."""
    desk = request.require(LEDGER_READ).desk
    found = await desk.read(governing.grants, request.deadline)
    return Answer(found, position=found.position)


@delete("/grants/{bit:int}", operation_id="end_grant", summary="End a bulk grant", status_code=200)
async def end_grant(
    request: ApiRequest, bit: _Bit, idempotency_key: OptionalKey = None, dry_run: DryRun = False
) -> Answer[shapes.Receipt]:
    """End a bulk grant."""
    command = administration.EndBulkGrant(bit=bit)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@post("/clock/override", operation_id="override_clock", summary="Vouch for the clock")
async def override_clock(
    request: ApiRequest, data: JSONBody[bodies.ClockOverride], idempotency_key: OptionalKey = None
) -> Answer[shapes.Receipt]:
    """Believe the wall clock again after it was refused (`clock_refused`)."""
    command = clock.OverrideClock(reason=data.reason)
    return await run(request, command, command_id=idempotency_key)


ADMINISTRATION = group(
    "administration",
    put_document,
    roll_back_document,
    documents_in_force,
    document_history,
    close_period,
    closed_period,
    grant_bulk,
    list_grants,
    end_grant,
    override_clock,
)
