"""Routes for API keys: make one, list them, close one for good."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec.structs import replace

from tpwallet.faces import present, shapes
from tpwallet.faces.http import bodies, governing
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.issuing import fresh_key
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, OptionalKey, run
from tpwallet.faces.times import parse_time
from tpwallet.flows.administration import IssueKey, RevokeKey
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.access import ADMIN, AccessState, ApiKey
from tpwallet.kernel.state import PoolState

_KeyId = Annotated[
    str, PathParameter(pattern=bodies.WORD_PATTERN, max_length=bodies.WORD_LENGTH_MAX)
]
_BLANK = b""


@post("/keys", operation_id="issue_key", summary="Make an API key")
async def issue_key(
    request: ApiRequest, data: JSONBody[bodies.NewKey], idempotency_key: OptionalKey = None
) -> Answer[shapes.IssuedKey]:
    """Make an API key of this pool. Its secret is in this answer and is never shown again."""
    expires_at = data.expires_at
    token, kept = fresh_key(
        data.key_id,
        data.scopes,
        expires_at=None if expires_at is None else parse_time(expires_at, parameter="expires_at"),
    )
    caller, deadline = request.caller, request.deadline
    # The secret is ours, not the caller's: a repeated request means the same without it.
    asked = caller.pool.writer.request(
        IssueKey(key=replace(kept, token_hash=_BLANK)),
        actor=caller.actor,
        command_id=idempotency_key,
        deadline=deadline,
    )
    command = IssueKey(key=kept)
    desk = caller.pool.desk
    found: Receipt = await desk.ask(replace(asked, command=command), deadline)
    is_ours = await desk.read(lambda state: _is_kept(state, kept), deadline)
    answer = shapes.IssuedKey(
        key_id=kept.key_id,
        scopes=data.scopes,
        position=found.position,
        token=token if is_ours else None,
        expires_at=None if kept.expires_at is None else present.time_text(kept.expires_at),
    )
    return Answer(answer, position=found.position)


def _is_kept(state: PoolState, key: ApiKey) -> bool:
    found = state.part(AccessState).keys.get(key.key_id)
    return found is not None and found.token_hash == key.token_hash


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
