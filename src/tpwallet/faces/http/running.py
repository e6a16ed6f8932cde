"""Running a command for a route: headers in, receipt out.

Every write has the same shape, so it is here once: the caller's key and deadline, personal texts
sealed before the command that refers to them, a rehearsal instead of the act when asked for, and a
receipt with the position in a header. A route whose answer is no receipt says how it is shown.
Once a command is durable, what fails is told as an outcome that is unknown, never as an error that
reads as if nothing had been done.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Annotated, Any, Protocol, TypeVar

from litestar.params import HeaderParameter, QueryParameter

from tpwallet.faces import present, shapes
from tpwallet.faces.bodies import Personal
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.desk import Desk
from tpwallet.faces.http.headers import IDEMPOTENCY_KEY
from tpwallet.faces.http.request import ApiRequest, Caller
from tpwallet.faces.naming import account_in, accounts_in, creation_times, name_account_in
from tpwallet.flows.receipts import Receipt
from tpwallet.hub import ROUTES
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.access import authorize
from tpwallet.kernel.command import Command, Rehearsal, Request
from tpwallet.kernel.errors import (
    NOT_DONE,
    DeadlineExceeded,
    Halted,
    OutcomeUnknown,
    Rejected,
    TpwalletError,
)
from tpwallet.kernel.limits import COMMAND_ID_LENGTH_MAX

Shown = TypeVar("Shown")

_UNSHOWN = "this was done, and its answer cannot be shown now; ask again with the same key"
_TEXT = "Makes the command repeatable: the same key and body give the first outcome again."

_KEY = HeaderParameter(
    name=IDEMPOTENCY_KEY,
    min_length=1,
    max_length=COMMAND_ID_LENGTH_MAX,
    pattern=r"^[\x21-\x7e]+$",
    description=_TEXT,
)
RequiredKey = Annotated[str, _KEY]
OptionalKey = Annotated[str | None, _KEY]
DryRun = Annotated[
    bool,
    QueryParameter(description="Say what would be answered, and change nothing."),
]


class Asked(Protocol):
    """What is needed of a request: who asks, and until when they wait."""

    @property
    def caller(self) -> Caller:
        """Who asks."""
        ...

    @property
    def deadline(self) -> int:
        """When they stop waiting, in nanoseconds of `hub.elapsed`."""
        ...


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
    left = max(request.deadline - elapsed_ns(), 0) / 1_000_000_000
    try:
        async with asyncio.timeout(left + limits.DEADLINE_GRACE_MS / 1000):
            return await sealing
    except TimeoutError:
        raise DeadlineExceeded("personal texts were not sealed in time; not begun") from None


async def run(
    request: Asked,
    command: Command,
    *,
    command_id: str | None,
    is_rehearsal: bool = False,
    names: Sequence[str] = (),
) -> Answer[shapes.Receipt]:
    """Run a command and answer with its receipt; `names` are what the caller calls accounts."""
    desk, deadline = request.caller.pool.desk, request.deadline
    if desk.known_catalogue(set()) is None:
        await _prepare(desk, deadline)

    async def show(found: Receipt) -> Answer[shapes.Receipt]:
        ledgers = {booked.transfer.ledger for booked in found.transfers}
        catalogue = desk.known_catalogue(ledgers)
        if catalogue is None:
            catalogue = await desk.catalogue(deadline)
        others = None if names else await _addresses_of(accounts_in(found), request)
        naming = present.naming_of(names, others)
        receipt = present.receipt(found, catalogue=catalogue, naming=naming)
        return Answer(receipt, position=receipt.position)

    asked = asked_by(request, command, command_id)
    try:
        return await told(request, asked, show, is_rehearsal=is_rehearsal)
    except Rejected as refusal:
        if not names:
            name_account_in(refusal, await _addresses_of(account_in(refusal), request))
        raise


async def _addresses_of(accounts: set[int], request: Asked) -> dict[int, str]:
    """The addresses of accounts that the caller did not name."""
    pool = request.caller.pool
    unknown = pool.addresses.unknown(accounts)
    if unknown:
        with suppress(TpwalletError):  # it is done, and they can be called by their ids
            created = await pool.desk.read(
                lambda state: creation_times(state, unknown), request.deadline
            )
            await asyncio.to_thread(pool.addresses.learn, pool.writer.journal, created)
    return pool.addresses.known(accounts)


def asked_by(request: Asked, command: Command, command_id: str | None) -> Request:
    """A command of the caller's, under their command id or one of its own."""
    caller = request.caller
    return caller.pool.writer.request(
        command, actor=caller.actor, command_id=command_id, deadline=request.deadline
    )


async def told(
    request: Asked,
    asked: Request,
    show: Callable[[Any], Awaitable[Shown]],
    *,
    is_rehearsal: bool = False,
) -> Shown:
    """Run a prepared command, or rehearse it, and `show` what it was answered.

    **Rejects** with what it was refused for, and with `OutcomeUnknown` when its deadline passed
    while it was under way, or when it was done and cannot be shown.
    """
    desk, deadline = request.caller.pool.desk, request.deadline
    if is_rehearsal:
        return await show(await desk.ask(Rehearsal(asked), deadline))
    found = await desk.ask(asked, deadline)
    try:
        return await show(found)
    except TpwalletError as error:
        raise OutcomeUnknown(_UNSHOWN, command_id=asked.command_id) from error


async def _prepare(desk: Desk, deadline: int) -> None:
    """Have at hand what showing a receipt needs before there is one; of a command that was not
    begun nothing is in doubt.
    """
    try:
        await desk.catalogue(deadline)
    except OutcomeUnknown as error:
        raise Halted(f"the pool does not answer; {NOT_DONE}") from error
