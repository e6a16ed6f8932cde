"""Building proof files from a log, a checkpoint and the event itself.

The builder is given the event as the journal holds it and the pool's blinding key; the log gives
the path. What it builds it does not sign: the checkpoint was signed when it was published. Before a
proof leaves, its leaf is compared with the log's own, so that a wrong envelope, key or
position is our error here and not a customer's failed proof.

Source: docs/reference/journal-format.md, "Proof".
"""

from collections.abc import Sequence

import msgspec

from tpwallet.proofs.batch import BatchTree
from tpwallet.proofs.blinding import blind
from tpwallet.proofs.checkpoint import unverified_checkpoint
from tpwallet.proofs.evidence import (
    CONSISTENCY_FORMAT,
    PROOF_FORMAT,
    ConsistencyProof,
    EventProof,
    ItemProof,
)
from tpwallet.proofs.leaf import blinded_event_leaf
from tpwallet.proofs.log import Log
from tpwallet.proofs.vkey import Vkey


class PublishedLog(msgspec.Struct, frozen=True, kw_only=True):
    """A log under one of its published checkpoints: what every proof starts from.

    `checkpoint` is the note, `vkeys` the keys it was signed with, `blinding_key` the pool's K.
    """

    log: Log
    checkpoint: str
    vkeys: tuple[Vkey, ...]
    blinding_key: bytes


def event_proof(
    published: PublishedLog, *, position: int, envelope: bytes, content: bytes
) -> EventProof:
    """Prove the event at `position` (from 1), not a batch event's items but the event as a whole.

    `envelope` and `content` are the journal's bytes; a batch event's content is
    `BatchTree.content`.

    **Rejects** (ValueError) an event that is not the one the log has at that position, and a
    position beyond the checkpoint.
    """
    return EventProof(
        format=PROOF_FORMAT,
        vkeys=_texts(published.vkeys),
        checkpoint=published.checkpoint,
        position=position,
        blind=_checked_blind(published, position, envelope, content),
        envelope=envelope,
        path=_path(published, position),
        content=content,
    )


def item_proof(
    published: PublishedLog,
    *,
    position: int,
    envelope: bytes,
    name: str,
    batch: BatchTree,
    index: int,
) -> ItemProof:
    """Prove item `index` (records, then refusals) of the batch event `name` at `position`.

    **Rejects** (ValueError) a batch that is not the one the log has at that position and a position
    beyond the checkpoint, and (IndexError) an index outside the batch.
    """
    return ItemProof(
        format=PROOF_FORMAT,
        vkeys=_texts(published.vkeys),
        checkpoint=published.checkpoint,
        position=position,
        blind=_checked_blind(published, position, envelope, batch.content(name)),
        envelope=envelope,
        path=_path(published, position),
        name=name,
        item_count=batch.item_count,
        index=index,
        item=batch.item(index),
        item_blind=batch.item_blind(index),
        item_path=batch.path(index),
    )


def consistency_proof(log: Log, *, old: str, new: str, vkeys: Sequence[Vkey]) -> ConsistencyProof:
    """Prove that the log of checkpoint note `old` is how that of `new` begins.

    **Rejects** (ValueError) an old checkpoint beyond the new one, or a new one beyond the log.
    """
    old_size = unverified_checkpoint(old).position
    new_size = unverified_checkpoint(new).position
    return ConsistencyProof(
        format=CONSISTENCY_FORMAT,
        vkeys=_texts(vkeys),
        old=old,
        new=new,
        path=log.consistency_path(old_size, new_size),
    )


def _texts(vkeys: Sequence[Vkey]) -> tuple[str, ...]:
    return tuple(str(vkey) for vkey in vkeys)


def _path(published: PublishedLog, position: int) -> tuple[bytes, ...]:
    size = unverified_checkpoint(published.checkpoint).position
    return published.log.inclusion_path(position - 1, size)


def _checked_blind(
    published: PublishedLog, position: int, envelope: bytes, content: bytes
) -> bytes:
    leaf_blind = blind(published.blinding_key, position)
    leaf = blinded_event_leaf(leaf_blind, position, envelope, content)
    if leaf != published.log.leaf(position - 1):
        raise ValueError(f"the log has another leaf at position {position}")
    return leaf_blind
