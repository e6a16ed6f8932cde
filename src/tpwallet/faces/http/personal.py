"""Routes of personal texts: open one, erase a person.

The journal holds references only; here a text is opened for whoever may, after it was written down
who did. Erasing destroys the person's key and texts in the living vault; a backup from before keeps
them until it is deleted (operating: backup). The books stay whole. Neither is a command of the
journal.
"""

import asyncio
from typing import Annotated

from litestar import get, post
from litestar.datastructures import State
from litestar.params import JSONBody, PathParameter

from tpwallet.faces import bodies, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.errors import AuditUnavailable
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.logs import LOG, Log
from tpwallet.faces.http.pools import ServedPool
from tpwallet.faces.http.request import ApiRequest
from tpwallet.kernel.access import ADMIN, PERSONAL_READ
from tpwallet.kernel.sealed import SealedReference, SubjectId

_Reference = Annotated[
    str,
    PathParameter(pattern="^[0-9a-f]{32}$", description="As an event or a transfer shows it."),
]


@get(
    "/personal-texts/{reference:str}",
    operation_id="read_personal_text",
    summary="Open a personal text",
)
async def read_personal_text(
    request: ApiRequest, reference: _Reference
) -> Answer[shapes.PersonalText]:
    """Open a personal text. That it is opened, and by which key, is written down first."""
    pool = request.require(PERSONAL_READ)
    text = await asyncio.to_thread(_opened, pool, reference, request.caller.actor.name)
    return Answer(shapes.PersonalText(reference=reference, text=text))


def _opened(pool: ServedPool, reference: str, reader: str) -> str | None:
    try:
        pool.personal_reads.note(reader, reference)
    except OSError as error:
        raise AuditUnavailable from error
    return pool.writer.vault.open(SealedReference(bytes.fromhex(reference)))


@post(
    "/personal-texts/erase",
    operation_id="erase_person",
    summary="Erase a person's texts",
    status_code=200,
)
async def erase_person(
    request: ApiRequest, state: State, data: JSONBody[bodies.Erasure]
) -> Answer[shapes.Erased]:
    """Make every text of a person unreadable for ever. The books stay whole."""
    pool = request.require(ADMIN)
    texts = await asyncio.to_thread(pool.writer.vault.erase, SubjectId(data.subject))
    log: Log = state[LOG]
    log.info("person_erased", pool=pool.name, actor=request.caller.actor.name, texts=texts)
    return Answer(shapes.Erased(texts=texts))


PERSONAL = group("personal", read_personal_text, erase_person)
