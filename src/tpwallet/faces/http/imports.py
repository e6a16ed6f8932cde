"""The route for a file of transfers: all of it is imported, or nothing.

An import is refused with the first line that is at fault; `dry_run` names them all. Reading a file
takes the interpreter for seconds, so one of a pool is read at a time.
"""

import asyncio
import hashlib
from functools import partial

from litestar import post

from tpwallet.faces import shapes
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.errors import MediaTypeRefused
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.media_types import CSV, NDJSON, PARQUET
from tpwallet.faces.http.pools import ServedPool
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, RequiredKey, asked_by, told
from tpwallet.faces.importing import (
    Prepared,
    bad_lines,
    imported_file,
    prepare,
    refuse_first,
    refused_line,
)
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.flows.receipts import Receipt
from tpwallet.formats.transfer_file import UnreadableFile, read_transfers
from tpwallet.kernel.access import LEDGER_BULK
from tpwallet.kernel.errors import Malformed, Overloaded, Rejected
from tpwallet.money import Catalogue

_ENDINGS = {CSV: "csv", NDJSON: "ndjson", PARQUET: "parquet"}


@post(
    "/imports",
    operation_id="import_transfers",
    summary="Import a file of transfers",
    status_code=200,
    request_max_body_size=limits.IMPORT_BYTES_MAX,
)
async def import_transfers(
    request: ApiRequest, idempotency_key: RequiredKey, dry_run: DryRun = False
) -> Answer[shapes.ImportedFile]:
    """Import a file of transfers (CSV, NDJSON or Parquet), all of it or nothing."""
    pool, deadline = request.require(LEDGER_BULK), request.deadline
    if request.media_type not in _ENDINGS:
        raise MediaTypeRefused(", ".join(_ENDINGS))
    content = await request.body()
    digest = hashlib.sha256(content)
    catalogue = await pool.desk.catalogue(deadline)
    prepared = await _read(pool, content, digest.digest(), request.media_type, catalogue)
    problems = bad_lines(prepared)
    position = pool.writer.position
    if not dry_run:
        refuse_first(problems, parameter="body")
    about = partial(imported_file, digest.hexdigest(), prepared, dry_run=dry_run)

    async def show(found: Receipt) -> Answer[shapes.ImportedFile]:
        reached = position if dry_run else found.position
        return Answer(about(position=reached), position=reached)

    if problems:
        return Answer(about(position=position, problems=problems), position=position)
    asked = asked_by(request, ImportTransfers(prepared.records), idempotency_key)
    try:
        return await told(request, asked, show, is_rehearsal=dry_run)
    except ImportRefused as refused:  # only a rehearsal names every line
        problems = [refused_line(prepared.lines[at], why) for at, why in refused.refused]
        return Answer(about(position=position, problems=problems), position=position)
    except Rejected as refused:
        raise _naming_the_line(refused, prepared) from None


def _naming_the_line(refused: Rejected, prepared: Prepared) -> Rejected:
    """A recorded refusal, which knows the first record at fault, with the line it stands in."""
    index = refused.facts.get("first_index")
    if not isinstance(index, int):
        return refused
    line = prepared.lines[index]
    status = str(refused.facts.get("first_status", "")).replace("_", " ")
    return Rejected(
        refused.code, f"line {line}: {status}; {refused}", **{**refused.facts, "line": line}
    )


async def _read(
    pool: ServedPool, content: bytes, digest: bytes, media_type: str, catalogue: Catalogue
) -> Prepared:
    if pool.imports.are_taken:
        raise Overloaded("another file is being read", limit=limits.IMPORTS_READ_MAX)

    def read() -> Prepared:
        rows = read_transfers(f"body.{_ENDINGS[media_type]}", content)
        return prepare(rows, catalogue, name=digest)

    with pool.imports.one():
        try:
            return await asyncio.to_thread(read)
        except UnreadableFile as error:
            raise Malformed(str(error), parameter="body") from None


IMPORTS = group("bulk", import_transfers)
