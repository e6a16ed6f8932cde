"""Routes that move money: transfers, postings of many legs, holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from litestar import post
from litestar.params import JSONBody, PathParameter

from tpwallet.domains.ledger.forms import ID_PATTERN
from tpwallet.faces import bodies, commands, shapes
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.problems import part_at_fault
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, RequiredKey, run, seal
from tpwallet.flows.transfers import Hold, Post
from tpwallet.kernel.errors import Malformed, Rejected

_HoldId = Annotated[
    str, PathParameter(pattern=ID_PATTERN, description="The reservation's transfer id.")
]


@post("/transfers", operation_id="create_transfer", summary="Move an amount")
async def create_transfer(
    request: ApiRequest,
    data: JSONBody[bodies.NewTransfer],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Move an amount from one account to another, in one asset."""
    sealed = await seal(
        request, data.personal, Post, command_id=idempotency_key, is_rehearsal=dry_run
    )
    return await run(
        request,
        commands.transfer(data, sealed),
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=(data.debit, data.credit),
    )


@post("/postings", operation_id="create_posting", summary="Book many movements at once")
async def create_posting(
    request: ApiRequest,
    data: JSONBody[bodies.NewPosting],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Book many legs, in one or many assets: all of them or none."""
    sealed = await seal(
        request, data.personal, Post, command_id=idempotency_key, is_rehearsal=dry_run
    )
    with naming_the_leg():
        return await run(
            request,
            commands.posting(data, sealed),
            command_id=idempotency_key,
            is_rehearsal=dry_run,
            names=[name for leg in data.legs for name in (leg.debit, leg.credit)],
        )


_PARTS_OF_A_LEG = {"debit", "credit", "amount", "asset", "code"}


@contextmanager
def naming_the_leg() -> Iterator[None]:
    """Have a refusal that is about a part of a leg name the leg, too: `legs[1].amount`."""
    try:
        yield
    except (Malformed, Rejected) as refusal:
        part = part_at_fault(refusal)
        if part in _PARTS_OF_A_LEG:
            leg = refusal.facts.get("leg") or 0
            refusal.facts = {**refusal.facts, "parameter": f"legs[{leg}].{part}"}
        raise


@post("/holds", operation_id="create_hold", summary="Reserve an amount")
async def create_hold(
    request: ApiRequest,
    data: JSONBody[bodies.NewHold],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Reserve an amount: it is posted in full or in part, voided, or expires."""
    sealed = await seal(
        request, data.personal, Hold, command_id=idempotency_key, is_rehearsal=dry_run
    )
    return await run(
        request,
        commands.hold(data, sealed),
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=(data.debit, data.credit),
    )


@post("/holds/{pending_id:str}/post", operation_id="post_hold", summary="Post a reservation")
async def post_hold(
    request: ApiRequest,
    pending_id: _HoldId,
    data: JSONBody[bodies.HoldPosting],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Post a reservation, whole or in part; the rest is released."""
    command = commands.post_hold(pending_id, data)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


@post("/holds/{pending_id:str}/void", operation_id="void_hold", summary="Release a reservation")
async def void_hold(
    request: ApiRequest,
    pending_id: _HoldId,
    data: JSONBody[bodies.HoldRelease],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Release a reservation."""
    command = commands.void_hold(pending_id, data)
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


MONEY = group("money", create_transfer, create_posting, create_hold, post_hold, void_hold)
