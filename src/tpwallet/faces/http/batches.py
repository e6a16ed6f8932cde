"""Routes for bulk: raw batches of accounts and transfers, whose statuses are the answer.

A batch is 128-byte records (`application/octet-stream`), Arrow columns or JSON rows. The answer is
JSON, or 16 bytes for each request: its timestamp (u64), its status (u32) and zero (u32). A batch
is not refused for what is in its records, so 200 says only that every request was decided.
"""

import asyncio
from typing import Any

import numpy as np
from litestar import post

from tpwallet.domains.ledger.records import ACCOUNT, TRANSFER
from tpwallet.faces import bodies, present, shapes
from tpwallet.faces.batch_rows import ROW_FIELDS
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.errors import AnswerRefused, BodyTooLarge, MediaTypeRefused
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.media_types import ARROW, BINARY, JSON
from tpwallet.faces.http.records import records_of_arrow, records_of_rows
from tpwallet.faces.http.request import ApiRequest, decode
from tpwallet.faces.http.running import OptionalKey, RequiredKey
from tpwallet.flows import bulk
from tpwallet.flows.bulk import BatchReply
from tpwallet.kernel.access import LEDGER_BULK

RESULT = np.dtype(ROW_FIELDS)
_ANY = "*/*"


@post(
    "/batches/accounts",
    operation_id="create_accounts",
    summary="Create a batch of accounts",
    status_code=200,
    request_max_body_size=limits.BATCH_BYTES_MAX,
)
async def create_accounts(
    request: ApiRequest, idempotency_key: OptionalKey = None
) -> Answer[shapes.BatchReceipt | bytes]:
    """Create up to 8,190 accounts from raw records."""
    request.require(LEDGER_BULK)
    records = await _records(request, bodies.RawAccounts, ACCOUNT)
    return await _run(request, bulk.CreateAccounts(records), idempotency_key)


@post(
    "/batches/transfers",
    operation_id="create_transfers",
    summary="Create a batch of transfers",
    status_code=200,
    request_max_body_size=limits.BATCH_BYTES_MAX,
)
async def create_transfers(
    request: ApiRequest, idempotency_key: RequiredKey
) -> Answer[shapes.BatchReceipt | bytes]:
    """Create up to 8,190 transfers from raw records."""
    request.require(LEDGER_BULK)
    records = await _records(request, bodies.RawTransfers, TRANSFER)
    return await _run(request, bulk.CreateTransfers(records), idempotency_key)


BATCHES = group("bulk", create_accounts, create_transfers)


async def _records(request: ApiRequest, rows: Any, kind: np.dtype) -> bytes:
    """The body's records, whichever form they came in."""
    media_type = request.media_type
    if media_type not in (BINARY, ARROW, JSON):
        raise MediaTypeRefused(f"{BINARY}, {ARROW} or {JSON}")
    body = await request.body()
    if media_type == BINARY:
        return body
    if media_type == ARROW:
        return await asyncio.to_thread(records_of_arrow, body, kind)
    if len(body) > limits.JSON_BYTES_MAX:
        raise BodyTooLarge(limits.JSON_BYTES_MAX)
    return await asyncio.to_thread(lambda: records_of_rows(decode(body, rows)))


async def _run(
    request: ApiRequest,
    command: bulk.CreateAccounts | bulk.CreateTransfers,
    command_id: str | None,
) -> Answer[shapes.BatchReceipt | bytes]:
    is_binary = _wants_binary(request)
    caller, deadline = request.caller, request.deadline
    prepared = await asyncio.to_thread(
        caller.pool.writer.request,
        command,
        actor=caller.actor,
        command_id=command_id,
        deadline=deadline,
    )
    reply: BatchReply = await caller.pool.desk.ask(prepared, deadline)
    if is_binary:
        return Answer(_rows(reply), position=reply.position, media_type=BINARY)
    return Answer(present.batch_receipt(reply), position=reply.position)


def _wants_binary(request: ApiRequest) -> bool:
    """Whether to answer with rows of bytes: when asked to, or when asked in bytes."""
    accept = request.headers.get("accept", _ANY)
    accepted = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    if BINARY in accepted:
        return True
    if accepted & {JSON, "application/*"}:
        return False
    if _ANY in accepted:
        return request.media_type == BINARY
    raise AnswerRefused(f"{JSON} or {BINARY}")


def _rows(reply: BatchReply) -> bytes:
    rows = np.zeros(len(reply.statuses), RESULT)
    rows["timestamp"] = reply.timestamps
    rows["status"] = reply.statuses
    return rows.tobytes()
