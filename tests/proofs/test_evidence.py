"""Proof files: what is built verifies, what is changed does not, and the refusal says why."""

import json
from base64 import b64decode, b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs.signers import ORIGIN, signer
from tpwallet.keys.signing import verify
from tpwallet.proofs.batch import BatchTree
from tpwallet.proofs.blinding import batch_key
from tpwallet.proofs.checkpoint import Checkpoint, signed_checkpoint
from tpwallet.proofs.evidence import (
    ConsistencyProof,
    EventProof,
    ItemProof,
    parse_consistency_proof,
    parse_proof,
    proof_json,
    stated_vkeys,
    verify_consistency_proof,
    verify_proof,
)
from tpwallet.proofs.hash_store import MemoryHashStore
from tpwallet.proofs.leaf import event_leaf
from tpwallet.proofs.limits import ITEMS_MAX, PROOF_BYTES_MAX
from tpwallet.proofs.log import Log
from tpwallet.proofs.prove import PublishedLog, consistency_proof, event_proof, item_proof
from tpwallet.proofs.rejection import ProofRejected

KEY = bytes(range(32))
ONE, OTHER = signer(1), signer(2)
NAME = "ledger.batch_applied@1"
BATCH_POSITION = 5
BATCH = BatchTree(
    batch_key(KEY, BATCH_POSITION),
    records=bytes(range(128)) + bytes(128 * 9),
    refusals=bytes(range(24)) + bytes(24),
)


def envelope(position: int) -> bytes:
    """An entry's envelope, as a journal would hold it."""
    return msgspec.msgpack.encode((f"command/{position}", "ann", None, bytes(16), 10 * position))


def content(position: int) -> bytes:
    """An event's content, as a journal would hold it."""
    if position == BATCH_POSITION:
        return BATCH.content(NAME)
    return msgspec.msgpack.encode(("payments.initiated@1", (position, "x" * position)))


def build_log(size: int) -> Log:
    """A log of so many events."""
    log = Log(MemoryHashStore())
    log.append(
        b"".join(
            event_leaf(KEY, position, envelope(position), content(position))
            for position in range(1, size + 1)
        )
    )
    return log


LOG = build_log(40)


def note(position: int, log: Log = LOG, **changes: bytes) -> str:
    """A signed checkpoint of the log at a position."""
    stated = {"root": log.root(position), "commit": bytes([position]) * 32, **changes}
    checkpoint = Checkpoint(origin=ORIGIN, position=position, time_ns=10 * position, **stated)
    return signed_checkpoint(checkpoint, [ONE])


def published(position: int) -> PublishedLog:
    """The log under its checkpoint at a position."""
    return PublishedLog(log=LOG, checkpoint=note(position), vkeys=(ONE.vkey,), blinding_key=KEY)


def event_at(position: int, published_at: int = 40) -> EventProof:
    """The proof of one event."""
    return event_proof(
        published(published_at),
        position=position,
        envelope=envelope(position),
        content=content(position),
    )


def item_at(index: int) -> ItemProof:
    """The proof of one item of the batch."""
    return item_proof(
        published(40),
        position=BATCH_POSITION,
        envelope=envelope(BATCH_POSITION),
        name=NAME,
        batch=BATCH,
        index=index,
    )


def consistency(old: int, new: int) -> ConsistencyProof:
    """The proof that one checkpoint begins another."""
    return consistency_proof(LOG, old=note(old), new=note(new), vkeys=[ONE.vkey])


@given(st.data(), st.integers(1, 40))
def test_every_event_is_proved_under_every_later_checkpoint(
    data: st.DataObject, published_at: int
) -> None:
    position = data.draw(st.integers(1, published_at))
    proof = parse_proof(proof_json(event_at(position, published_at)))
    checkpoint = verify_proof(proof, trusted=[ONE.vkey], verify=verify)
    assert (checkpoint.position, checkpoint.root) == (published_at, LOG.root(published_at))


def test_every_item_of_a_batch_is_proved() -> None:
    for index in range(BATCH.item_count):
        proof = parse_proof(proof_json(item_at(index)))
        assert isinstance(proof, ItemProof)
        assert proof.item == BATCH.item(index)
        assert verify_proof(proof, trusted=[ONE.vkey], verify=verify).position == 40


@given(st.integers(1, 40), st.integers(1, 40))
def test_every_checkpoint_begins_every_later_one(one: int, other: int) -> None:
    old, new = sorted((one, other))
    proof = parse_consistency_proof(proof_json(consistency(old, new)))
    verified = verify_consistency_proof(proof, trusted=[ONE.vkey], verify=verify)
    assert [checkpoint.position for checkpoint in verified] == [old, new]


def test_a_proof_file_has_the_documented_fields() -> None:
    event = json.loads(proof_json(event_at(3)))
    common = {"format", "kind", "vkeys", "checkpoint", "position", "blind", "envelope", "path"}
    assert event.keys() == common | {"content"}
    assert (event["format"], event["kind"]) == ("tpwallet-proof-1", "event")
    assert event["vkeys"] == [str(ONE.vkey)]
    assert b64decode(event["envelope"]) == envelope(3)
    item = json.loads(proof_json(item_at(3)))
    inner = {"name", "item_count", "index", "item", "item_blind", "item_path"}
    assert item.keys() == common | inner
    assert item["kind"] == "item"
    both = json.loads(proof_json(consistency(3, 7)))
    assert both.keys() == {"format", "vkeys", "old", "new", "path"}
    assert both["format"] == "tpwallet-consistency-1"


def test_a_proof_of_one_item_shows_nothing_of_its_neighbours() -> None:
    text = json.loads(proof_json(item_at(1)))
    shown = b"".join(b64decode(step) for step in [*text["item_path"], text["item_blind"]])
    for neighbour in (BATCH.item(0), BATCH.item(10), BATCH.item_blind(0)):
        assert neighbour[:16] not in shown


def changed(value: object) -> object:
    """Another value of the same kind: a number, a text of bytes or a list of them."""
    match value:
        case int():
            return value + 1
        case str():
            raw = bytearray(b64decode(value))
            raw[len(raw) // 2] ^= 4
            return b64encode(bytes(raw)).decode()
        case [first, *rest]:
            return [changed(first), *rest]
        case _:
            raise TypeError(value)


@pytest.mark.parametrize("name", ["position", "blind", "envelope", "content", "path"])
def test_a_changed_event_proof_is_rejected(name: str) -> None:
    text = json.loads(proof_json(event_at(9)))
    text[name] = changed(text[name])
    with pytest.raises(ProofRejected):
        verify_proof(parse_proof(json.dumps(text).encode()), trusted=[ONE.vkey], verify=verify)


@pytest.mark.parametrize(
    "name",
    [
        "position",
        "blind",
        "envelope",
        "path",
        "item_count",
        "index",
        "item",
        "item_blind",
        "item_path",
    ],
)
def test_a_changed_item_proof_is_rejected(name: str) -> None:
    text = json.loads(proof_json(item_at(3)))
    text[name] = changed(text[name])
    with pytest.raises(ProofRejected):
        verify_proof(parse_proof(json.dumps(text).encode()), trusted=[ONE.vkey], verify=verify)


def refusal(proof: EventProof | ItemProof, **changes: object) -> ProofRejected:
    """How a proof with these fields replaced is refused."""
    with pytest.raises(ProofRejected) as refused:
        verify_proof(msgspec.structs.replace(proof, **changes), trusted=[ONE.vkey], verify=verify)
    return refused.value


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"position": 41}, "position_out_of_range"),
        ({"position": 0}, "position_out_of_range"),
        ({"position": 2**70}, "position_out_of_range"),
        ({"blind": bytes(31)}, "malformed"),
        ({"path": ()}, "path_length"),
        ({"path": (b"",) * 6}, "malformed"),
        ({"content": b""}, "root_mismatch"),
        ({"checkpoint": "text\n"}, "malformed"),
    ],
)
def test_an_event_proof_is_refused_by_what_does_not_hold(
    changes: dict[str, object], code: str
) -> None:
    assert refusal(event_at(9), **changes).code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "payments.initiated@1"}, "malformed"),
        ({"name": "ledger.accounts_created@1"}, "root_mismatch"),
        ({"index": 12}, "position_out_of_range"),
        ({"index": -1}, "position_out_of_range"),
        ({"item_count": ITEMS_MAX}, "path_length"),
        ({"item_count": ITEMS_MAX + 1}, "position_out_of_range"),
        ({"item": bytes(25)}, "malformed"),
        ({"item": bytes(24)}, "root_mismatch"),
        ({"item_blind": bytes(33)}, "malformed"),
        ({"item_path": ()}, "path_length"),
    ],
)
def test_an_item_proof_is_refused_by_what_does_not_hold(
    changes: dict[str, object], code: str
) -> None:
    assert refusal(item_at(3), **changes).code == code


def test_a_file_cannot_vouch_for_itself() -> None:
    proof = event_at(9)
    assert stated_vkeys(proof) == (ONE.vkey,)
    with pytest.raises(ProofRejected, match="signature_missing"):
        verify_proof(proof, trusted=[OTHER.vkey], verify=verify)
    with pytest.raises(ProofRejected, match="signature_missing"):
        verify_proof(proof, trusted=[], verify=verify)


def test_a_rewritten_log_is_not_consistent() -> None:
    rewritten = Log(MemoryHashStore())
    rewritten.append(b"".join(LOG.leaf(index if index != 3 else 4) for index in range(40)))
    proof = consistency_proof(rewritten, old=note(20), new=note(40, rewritten), vkeys=[])
    with pytest.raises(ProofRejected, match="old_root_mismatch"):
        verify_consistency_proof(proof, trusted=[ONE.vkey], verify=verify)


def consistency_refusal(old: str, new: str, path: tuple[bytes, ...] = ()) -> str:
    """The code by which a consistency proof is refused."""
    proof = ConsistencyProof(format="tpwallet-consistency-1", vkeys=(), old=old, new=new, path=path)
    with pytest.raises(ProofRejected) as refused:
        verify_consistency_proof(
            proof, trusted=[ONE.vkey, signer(1, "example.com/b").vkey], verify=verify
        )
    return refused.value.code


def test_consistency_is_refused_by_what_does_not_hold() -> None:
    stranger = signed_checkpoint(
        Checkpoint(
            origin="example.com/b", position=7, root=LOG.root(7), commit=bytes(32), time_ns=0
        ),
        [signer(1, "example.com/b")],
    )
    assert consistency_refusal(note(7), stranger) == "origin_mismatch"
    assert consistency_refusal(note(8), note(7)) == "size_out_of_range"
    assert consistency_refusal(note(7), note(8)) == "path_length"
    assert consistency_refusal(note(7), note(7, root=bytes(32))) == "root_mismatch"
    assert consistency_refusal(note(7), note(7, commit=bytes(32))) == "checkpoints_differ"


def test_a_wrong_event_is_found_before_its_proof_leaves() -> None:
    with pytest.raises(ValueError, match="another leaf at position 9"):
        event_proof(published(40), position=9, envelope=envelope(8), content=content(9))
    with pytest.raises(ValueError, match="another leaf at position 6"):
        item_proof(published(40), position=6, envelope=envelope(6), name=NAME, batch=BATCH, index=0)


def test_an_event_after_the_checkpoint_is_not_proved_under_it() -> None:
    with pytest.raises(ValueError, match="leaf 8 of a tree of 8 leaves"):
        event_at(9, published_at=8)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b'{"kind": "event"}',
        proof_json(event_at(3)).replace(b"tpwallet-proof-1", b"tpwallet-proof-2"),
        proof_json(event_at(3)).replace(b'"event"', b'"sum"'),
        proof_json(event_at(3)).replace(b'{"kind"', b'{"more": 1, "kind"'),
        proof_json(event_at(3)).replace(b'"position":3', b'"position":3.5'),
        proof_json(event_at(3)).replace(b'"blind":"', b'"blind":"*'),
    ],
)
def test_other_texts_are_not_proofs(text: bytes) -> None:
    with pytest.raises(ProofRejected, match="malformed"):
        parse_proof(text)
    with pytest.raises(ProofRejected, match="malformed"):
        parse_consistency_proof(text)


def test_the_longest_proof_is_read_and_one_byte_more_is_not() -> None:
    text = proof_json(event_at(3)).ljust(PROOF_BYTES_MAX)
    assert parse_proof(text) == event_at(3)
    with pytest.raises(ProofRejected, match="too_long"):
        parse_proof(text + b" ")
