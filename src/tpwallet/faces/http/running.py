"""Running a command for a route: headers in, receipt out.

Every write has the same shape, so it is here once: the caller's key and deadline, personal texts
sealed before the command that refers to them, a rehearsal instead of the act when asked for, and a
receipt with the position in a header.
"""

import asyncio
import secrets
import time
from collections.abc import Iterable
from typing import Annotated, Any

from litestar.params import HeaderParameter, QueryParameter

from tpwallet.faces import present, shapes
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.bodies import Personal
from tpwallet.faces.http.desk import Desk
from tpwallet.faces.http.headers import IDEMPOTENCY_KEY
from tpwallet.faces.http.request import ApiRequest, Caller
from tpwallet.flows.receipts import Receipt
from tpwallet.hub import ROUTES
from tpwallet.kernel.access import authorize
from tpwallet.kernel.command import Command
from tpwallet.kernel.errors import (
    NOT_DONE,
    DeadlineExceeded,
    Halted,
    OutcomeUnknown,
    TpwalletError,
)
from tpwallet.kernel.limits import COMMAND_ID_LENGTH_MAX

_UNSHOWN = "this was done, and its receipt cannot be shown now; ask again with the same key"
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


async def seal(
    request: ApiRequest,
    personal: Personal | None,
    command: type[Command],
    *,
    command_id: str,
    is_rehearsal: bool,
) -> dict[str, bytes]:
    """References to a command's personal texts, which are durable in the vault when this returns;
    for a rehearsal nothing is kept.

    **Rejects** with `Forbidden` who may not send the command, so that they leave nothing there.
    """
    if personal is None:
        return {}
    caller, route = request.caller, ROUTES[command]
    authorize(caller.actor, route.name, route.scope)
    sealing = asyncio.to_thread(
        caller.pool.writer.seal,
        personal.subject,
        personal.texts,
        actor=caller.actor,
        command_id=command_id,
        is_rehearsal=is_rehearsal,
    )
    left = max(request.deadline - time.monotonic_ns(), 0) / 1_000_000_000
    try:
        async with asyncio.timeout(left + limits.DEADLINE_GRACE_MS / 1000):
            return await sealing
    except TimeoutError:
        raise DeadlineExceeded("personal texts were not sealed in time; not begun") from None


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
    await _prepare(desk, deadline)
    found: Receipt = await desk.run(
        command,
        actor=caller.actor,
        command_id=command_id,
        deadline=deadline,
        is_rehearsal=is_rehearsal,
    )
    ledgers = {booked.transfer.ledger for booked in found.transfers}
    try:
        catalogue = await desk.catalogue(deadline, ledgers)
    except TpwalletError as error:
        if is_rehearsal:
            raise
        raise OutcomeUnknown(_UNSHOWN, command_id=found.command_id) from error
    receipt = present.receipt(found, catalogue=catalogue, naming=present.naming_of(names))
    return Answer(receipt, position=receipt.position)


async def _prepare(desk: Desk, deadline: int) -> None:
    """Have at hand what showing a receipt needs before there is one; of a command that was not
    begun nothing is in doubt.
    """
    try:
        await desk.catalogue(deadline, set())
    except OutcomeUnknown as error:
        raise Halted(f"the pool does not answer; {NOT_DONE}") from error
