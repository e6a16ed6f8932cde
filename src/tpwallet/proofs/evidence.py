"""Proof files: what a customer or auditor is given, and how it is checked.

A proof file is one JSON object with everything needed to check one claim against one signed
checkpoint (or two), and nothing about anybody else's money:

- an *event* proof: this event stood at this position of the pool's journal;
- an *item* proof: this record or refusal was the n-th item of the batch event at this position;
- a *consistency* proof: the log of the older checkpoint is how the log of the newer one begins.

The file carries the vkeys its notes were signed with for convenience only. Whoever checks says
which keys they trust; a file cannot vouch for itself. Binary values are base 64 in JSON.

Building proofs is in `prove`; this module needs no log and no compiled code.

Source: docs/reference/journal-format.md, "Proof".
"""

from collections.abc import Collection
from typing import Final, Literal, TypeAlias, TypeVar

import msgspec

from tpwallet.proofs.blinding import BLIND_BYTES
from tpwallet.proofs.checkpoint import Checkpoint, verified_checkpoint
from tpwallet.proofs.leaf import (
    BATCH_EVENTS,
    RECORD_BYTES,
    REFUSAL_BYTES,
    batch_content,
    blinded_event_leaf,
    item_leaf,
)
from tpwallet.proofs.limits import ITEMS_MAX, PROOF_BYTES_MAX
from tpwallet.proofs.merkle import root_of_path, verify_consistency, verify_inclusion
from tpwallet.proofs.note import Verify
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, parse_vkey

PROOF_FORMAT: Final = "tpwallet-proof-1"
CONSISTENCY_FORMAT: Final = "tpwallet-consistency-1"


class _Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["tpwallet-proof-1"]
    vkeys: tuple[str, ...]
    checkpoint: str
    position: int
    blind: bytes
    envelope: bytes
    path: tuple[bytes, ...]


class EventProof(_Proof, frozen=True, kw_only=True, tag_field="kind", tag="event"):
    """That an event with this envelope and content stands at `position`."""

    content: bytes


class ItemProof(_Proof, frozen=True, kw_only=True, tag_field="kind", tag="item"):
    """That `item` is item `index` (records, then refusals) of the batch event at `position`."""

    name: str
    item_count: int
    index: int
    item: bytes
    item_blind: bytes
    item_path: tuple[bytes, ...]


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the log of checkpoint `old` is how the log of checkpoint `new` begins."""

    format: Literal["tpwallet-consistency-1"]
    vkeys: tuple[str, ...]
    old: str
    new: str
    path: tuple[bytes, ...]


Proof: TypeAlias = EventProof | ItemProof
_Read = TypeVar("_Read")


def proof_json(proof: Proof | ConsistencyProof) -> bytes:
    """The proof file of a proof, as UTF-8 JSON."""
    return msgspec.json.encode(proof)


def parse_proof(text: bytes) -> Proof:
    """Read a proof file of kind `event` or `item`; nothing is verified.

    **Rejects** (ProofRejected) `too_long` past `PROOF_BYTES_MAX`, and `malformed` for another
    format, an unknown or missing field and a value of another type.
    """
    decoder: msgspec.json.Decoder[Proof] = msgspec.json.Decoder(EventProof | ItemProof)
    return _parsed(text, decoder)


def parse_consistency_proof(text: bytes) -> ConsistencyProof:
    """Read a consistency proof file; nothing is verified. **Rejects** as `parse_proof` does."""
    return _parsed(text, msgspec.json.Decoder(ConsistencyProof))


def stated_vkeys(proof: Proof | ConsistencyProof) -> tuple[Vkey, ...]:
    """The keys a file states its notes to be signed with: to compare, not to trust.

    **Rejects** (ProofRejected) what `parse_vkey` does.
    """
    return tuple(parse_vkey(text) for text in proof.vkeys)


def verify_proof(proof: Proof, *, trusted: Collection[Vkey], verify: Verify) -> Checkpoint:
    """The verified checkpoint under which the proof's claim holds.

    **Rejects** (ProofRejected) a note that `verified_checkpoint` rejects, a leaf outside the log or
    item outside the batch (`position_out_of_range`), values of the wrong size (`malformed`,
    `path_length`), and any claim that leads to another root (`root_mismatch`).
    """
    checkpoint = verified_checkpoint(proof.checkpoint, trusted, verify)
    if not 1 <= proof.position <= checkpoint.position:
        raise ProofRejected(
            "position_out_of_range", position=proof.position, log_ends_at=checkpoint.position
        )
    _require_bytes("blind", proof.blind, BLIND_BYTES)
    verify_inclusion(
        leaf=blinded_event_leaf(proof.blind, proof.position, proof.envelope, _content(proof)),
        index=proof.position - 1,
        size=checkpoint.position,
        root=checkpoint.root,
        path=proof.path,
    )
    return checkpoint


def verify_consistency_proof(
    proof: ConsistencyProof, *, trusted: Collection[Vkey], verify: Verify
) -> tuple[Checkpoint, Checkpoint]:
    """The verified older and newer checkpoint, once the one is found to begin the other.

    **Rejects** (ProofRejected) notes that `verified_checkpoint` rejects, checkpoints of two logs
    (`origin_mismatch`), two checkpoints of one position that say different things
    (`checkpoints_differ`) and what `verify_consistency` rejects.
    """
    old = verified_checkpoint(proof.old, trusted, verify)
    new = verified_checkpoint(proof.new, trusted, verify)
    if old.origin != new.origin:
        raise ProofRejected("origin_mismatch", old=old.origin, new=new.origin)
    verify_consistency(
        old_size=old.position,
        old_root=old.root,
        new_size=new.position,
        new_root=new.root,
        path=proof.path,
    )
    if old.position == new.position and old != new:
        raise ProofRejected("checkpoints_differ", old_commit=old.commit, new_commit=new.commit)
    return old, new


def _content(proof: Proof) -> bytes:
    match proof:
        case EventProof():
            return proof.content
        case ItemProof():
            return _content_of_item(proof)


def _content_of_item(proof: ItemProof) -> bytes:
    if proof.name not in BATCH_EVENTS:
        raise ProofRejected("malformed", what="name of a batch event", found=proof.name)
    if not 0 <= proof.index < proof.item_count <= ITEMS_MAX:
        raise ProofRejected("position_out_of_range", item=proof.index, items=proof.item_count)
    _require_bytes("item_blind", proof.item_blind, BLIND_BYTES)
    _require_bytes("item", proof.item, RECORD_BYTES, REFUSAL_BYTES)
    leaf = item_leaf(proof.item_blind, proof.item)
    root = root_of_path(leaf, proof.index, proof.item_count, proof.item_path)
    return batch_content(proof.name, proof.item_count, root)


def _parsed(text: bytes, decoder: msgspec.json.Decoder[_Read]) -> _Read:
    if len(text) > PROOF_BYTES_MAX:
        raise ProofRejected("too_long", what="proof", found=len(text), limit=PROOF_BYTES_MAX)
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise ProofRejected("malformed", what="proof", found=str(error)) from error


def _require_bytes(what: str, value: bytes, *lengths: int) -> None:
    if len(value) not in lengths:
        expected = " or ".join(map(str, lengths))
        raise ProofRejected("malformed", what=what, expected=expected, found=len(value))
