"""Routes that move money: transfers, postings of many legs, holds."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody, PathParameter

from tpwallet.domains.ledger.posting import Leg, Note
from tpwallet.faces import shapes
from tpwallet.faces.http import bodies
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.faces.http.running import DryRun, RequiredKey, run, seal
from tpwallet.flows import transfers
from tpwallet.kernel.command import Command

_HoldId = Annotated[
    str, PathParameter(pattern=bodies.ID_PATTERN, description="The reservation's transfer id.")
]


def _leg(body: bodies.NewLeg) -> Leg:
    return Leg(
        debit=body.debit, credit=body.credit, amount=body.amount, asset=body.asset, code=body.code
    )


async def _note(
    request: ApiRequest,
    body: bodies.NewTransfer | bodies.NewPosting,
    command: type[Command],
    *,
    command_id: str,
    is_rehearsal: bool,
) -> Note:
    return Note(
        effective_date=body.effective_date,
        metadata=body.metadata,
        sealed=await seal(
            request, body.personal, command, command_id=command_id, is_rehearsal=is_rehearsal
        ),
    )


def plain_transfer(body: bodies.NewTransfer, note: Note | None = None) -> transfers.Post:
    """The command of a transfer; `note` is given where it has sealed texts."""
    note = note or Note(effective_date=body.effective_date, metadata=body.metadata)
    return transfers.Post(legs=(_leg(body),), transfer_id=body.transfer_id, note=note)


@post("/transfers", operation_id="create_transfer", summary="Move an amount")
async def create_transfer(
    request: ApiRequest,
    data: JSONBody[bodies.NewTransfer],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Move an amount from one account to another, in one asset."""
    note = await _note(
        request, data, transfers.Post, command_id=idempotency_key, is_rehearsal=dry_run
    )
    command = plain_transfer(data, note)
    return await run(
        request,
        command,
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
    note = await _note(
        request, data, transfers.Post, command_id=idempotency_key, is_rehearsal=dry_run
    )
    command = transfers.Post(
        legs=tuple(map(_leg, data.legs)),
        transfer_id=data.transfer_id,
        note=note,
    )
    return await run(
        request,
        command,
        command_id=idempotency_key,
        is_rehearsal=dry_run,
        names=[name for leg in data.legs for name in (leg.debit, leg.credit)],
    )


@post("/holds", operation_id="create_hold", summary="Reserve an amount")
async def create_hold(
    request: ApiRequest,
    data: JSONBody[bodies.NewHold],
    idempotency_key: RequiredKey,
    dry_run: DryRun = False,
) -> Answer[shapes.Receipt]:
    """Reserve an amount: it is posted in full or in part, voided, or expires."""
    note = await _note(
        request, data, transfers.Hold, command_id=idempotency_key, is_rehearsal=dry_run
    )
    command = transfers.Hold(
        leg=_leg(data),
        timeout_seconds=data.timeout_seconds,
        transfer_id=data.transfer_id,
        note=note,
    )
    return await run(
        request,
        command,
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
    command = transfers.PostHold(
        pending_id=pending_id,
        amount=data.amount,
        asset=data.asset,
        transfer_id=data.transfer_id,
        note=Note(effective_date=data.effective_date, metadata=data.metadata),
    )
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
    command = transfers.VoidHold(
        pending_id=pending_id,
        transfer_id=data.transfer_id,
        note=Note(effective_date=data.effective_date, metadata=data.metadata),
    )
    return await run(request, command, command_id=idempotency_key, is_rehearsal=dry_run)


MONEY = group("money", create_transfer, create_posting, create_hold, post_hold, void_hold)
