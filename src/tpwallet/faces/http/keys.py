"""Routes for API keys: make one, list them, close one for good."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec.structs import replace

from tpwallet.faces import bodies, governing, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, OptionalKey, asked_by, run, told
from tpwallet.faces.issuing import key_for
from tpwallet.flows.administration import RevokeKey
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.access import ADMIN
from tpwallet.kernel.forms import WORD_PATTERN
from tpwallet.kernel.limits import WORD_LENGTH_MAX

_KeyId = Annotated[str, PathParameter(pattern=WORD_PATTERN, max_length=WORD_LENGTH_MAX)]


@post("/keys", operation_id="issue_key", summary="Make an API key")
async def issue_key(
    request: ApiRequest, data: JSONBody[bodies.NewKey], idempotency_key: OptionalKey = None
) -> Answer[shapes.IssuedKey]:
    """Make an API key of this pool. Its secret is in this answer and is never shown again."""
    key = key_for(data)
    asked = asked_by(request, key.blank, idempotency_key)
    desk = request.caller.pool.desk

    async def show(found: Receipt) -> Answer[shapes.IssuedKey]:
        is_kept = await desk.read(key.is_kept, request.deadline)
        return Answer(key.told(found, is_kept=is_kept), position=found.position)

    return await told(request, replace(asked, command=key.command), show)


@get("/keys", operation_id="list_keys", summary="Every API key")
async def list_keys(request: ApiRequest) -> Answer[shapes.Keys]:
    """Every API key of this pool, without its secret."""
    found = await request.require(ADMIN).desk.read(governing.keys, request.deadline)
    return Answer(found, position=found.position)


@delete(
    "/keys/{key_id:str}", operation_id="revoke_key", summary="Close an API key", status_code=200
)
async def revoke_key(
    request: ApiRequest,
    key_id: _KeyId,
    idempotency_key: OptionalKey = None,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Close an API key for good."""
    command = RevokeKey(key_id=key_id)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


KEYS = group("keys", issue_key, list_keys, revoke_key)
