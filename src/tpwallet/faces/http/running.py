"""Running a command for a route: headers in, receipt out.

Every write has the same shape, so it is here once: the caller's key and deadline, personal texts
sealed before the command that refers to them, a rehearsal instead of the act when asked for, and a
receipt with the position in a header.
"""

import asyncio
import secrets
from collections.abc import Iterable
from typing import Annotated, Any

from litestar.params import HeaderParameter, QueryParameter

from tpwallet.faces import present, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.bodies import Personal
from tpwallet.faces.http.headers import IDEMPOTENCY_KEY
from tpwallet.faces.http.request import ApiRequest, Caller
from tpwallet.flows.receipts import Receipt
from tpwallet.kernel.command import Command
from tpwallet.kernel.limits import COMMAND_ID_LENGTH_MAX

_TEXT = "Makes the command repeatable: the same key and body give the first outcome again."

RequiredKey = Annotated[
    str,
    HeaderParameter(
        name=IDEMPOTENCY_KEY,
        min_length=1,
        max_length=COMMAND_ID_LENGTH_MAX,
        pattern=r"^[\x21-\x7e]+$",
        description=_TEXT,
    ),
]
OptionalKey = Annotated[
    str | None,
    HeaderParameter(
        name=IDEMPOTENCY_KEY,
        min_length=1,
        max_length=COMMAND_ID_LENGTH_MAX,
        pattern=r"^[\x21-\x7e]+$",
        description=_TEXT,
    ),
]
DryRun = Annotated[
    bool,
    QueryParameter(description="Say what would be answered, and change nothing."),
]


def fresh_id() -> str:
    """A command id for a caller that brought none."""
    return secrets.token_hex(16)


async def seal(request: ApiRequest, personal: Personal | None, command_id: str) -> dict[str, bytes]:
    """References to personal texts, which are durable in the vault when this returns."""
    if personal is None:
        return {}
    caller = request.caller
    return await asyncio.to_thread(
        caller.pool.writer.seal,
        personal.subject,
        personal.texts,
        actor=caller.actor,
        command_id=command_id,
    )


async def run(
    request: ApiRequest,
    command: Command,
    *,
    command_id: str | None,
    is_rehearsal: bool = False,
    names: Iterable[str] = (),
) -> Answer[shapes.Receipt]:
    """Run a command and answer with its receipt; `names` are what the caller calls accounts."""
    return await booked(
        request.caller,
        command,
        command_id=command_id,
        deadline=request.deadline,
        is_rehearsal=is_rehearsal,
        names=names,
    )


async def command_of(
    request: ApiRequest, command: Command, *, command_id: str, is_rehearsal: bool
) -> Any:
    """What a command was answered, which is not a receipt."""
    caller = request.caller
    return await caller.pool.desk.run(
        command,
        actor=caller.actor,
        command_id=command_id,
        deadline=request.deadline,
        is_rehearsal=is_rehearsal,
    )


async def booked(
    caller: Caller,
    command: Command,
    *,
    command_id: str | None,
    deadline: int,
    is_rehearsal: bool = False,
    names: Iterable[str] = (),
) -> Answer[shapes.Receipt]:
    """The answer to a command of somebody's."""
    desk = caller.pool.desk
    found: Receipt = await desk.run(
        command,
        actor=caller.actor,
        command_id=command_id,
        deadline=deadline,
        is_rehearsal=is_rehearsal,
    )
    ledgers = {booked.transfer.ledger for booked in found.transfers}
    catalogue = await desk.catalogue(deadline, ledgers)
    receipt = present.receipt(found, catalogue=catalogue, naming=present.naming_of(names))
    return Answer(receipt, position=receipt.position)
