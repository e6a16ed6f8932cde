"""Routes for those who check: checkpoints and proofs, as files of the formats' reference.

What is answered is what the stand-alone verifier reads. A proof shows nothing of anybody else's
money; a checkpoint is meant to be published.
"""

from typing import Annotated

from litestar import get
from litestar.params import PathParameter, QueryParameter

from tpwallet.faces import reading_shapes
from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.asking import AtLeast, Id, Position, answered, no_position
from tpwallet.faces.http.grouping import group
from tpwallet.faces.http.request import ApiRequest
from tpwallet.kernel.access import PROOFS_READ
from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof
from tpwallet.proofs.limits import ITEMS_MAX

_Checkpoint = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=limits.NOTE_LENGTH_MAX,
        description="A position, or the note of a checkpoint.",
    ),
]
_Newest = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=limits.NOTE_LENGTH_MAX,
        description="A position, or the note of a checkpoint; the newest if absent.",
    ),
]
_AtPosition = Annotated[
    int | None,
    QueryParameter(ge=1, le=(1 << 63) - 1, description="Of the commit that holds this position."),
]
_Index = Annotated[int, PathParameter(ge=0, lt=ITEMS_MAX, description="Records, then refusals.")]


@get("/checkpoint", operation_id="read_checkpoint", summary="A signed checkpoint")
async def read_checkpoint(
    request: ApiRequest, position: _AtPosition = None, at_least: AtLeast = None
) -> Answer[reading_shapes.Checkpoint]:
    """The newest signed checkpoint of the log, or that of the commit that holds a position."""
    return await answered(
        request, lambda reader: reader.checkpoint(position), at_least, scope=PROOFS_READ
    )


@get(
    "/proofs/transfers/{transfer_id:str}",
    operation_id="prove_transfer",
    summary="Prove a transfer",
)
async def prove_transfer(
    request: ApiRequest, transfer_id: Id, at_least: AtLeast = None
) -> Answer[ItemProof]:
    """Prove that a transfer stands in the journal, and show nothing of its neighbours."""
    return await answered(
        request,
        lambda reader: reader.proof_of_transfer(transfer_id),
        at_least,
        scope=PROOFS_READ,
        position_of=no_position,
    )


@get("/proofs/events/{position:int}", operation_id="prove_event", summary="Prove an event")
async def prove_event(
    request: ApiRequest, position: Position, at_least: AtLeast = None
) -> Answer[EventProof]:
    """Prove that an event stands at a position."""
    return await answered(
        request,
        lambda reader: reader.proof_of_event(position),
        at_least,
        scope=PROOFS_READ,
        position_of=no_position,
    )


@get(
    "/proofs/events/{position:int}/items/{index:int}",
    operation_id="prove_item",
    summary="Prove one record of a batch",
)
async def prove_item(
    request: ApiRequest, position: Position, index: _Index, at_least: AtLeast = None
) -> Answer[ItemProof]:
    """Prove one record, or one refusal after them, of the batch event at a position."""
    return await answered(
        request,
        lambda reader: reader.proof_of_item(position, index),
        at_least,
        scope=PROOFS_READ,
        position_of=no_position,
    )


@get("/proofs/consistency", operation_id="prove_consistency", summary="Prove that a log grew")
async def prove_consistency(
    request: ApiRequest, old: _Checkpoint, new: _Newest = None, at_least: AtLeast = None
) -> Answer[ConsistencyProof]:
    """Prove that the log of an older checkpoint is how that of a newer one begins."""
    return await answered(
        request,
        lambda reader: reader.consistency(_named(old), None if new is None else _named(new)),
        at_least,
        scope=PROOFS_READ,
        position_of=no_position,
    )


def _named(checkpoint: str) -> int | str:
    """A checkpoint's position where it is named by that, else its note."""
    is_position = checkpoint.isascii() and checkpoint.isdigit() and len(checkpoint) < 19
    return int(checkpoint) if is_position else checkpoint


PROOFS = group(
    "proofs", read_checkpoint, prove_transfer, prove_event, prove_item, prove_consistency
)
