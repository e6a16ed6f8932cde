"""A proof holds exactly as it was made, under a key that the auditor or the file names."""

import io
import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify_tpwallet as verifier
from tests.verifier.export_writer import (
    ACCOUNTS,
    TRANSFERS,
    Journal,
    Signer,
    b64,
    batch,
    consistency_path,
    pack,
    refusal,
    sha,
)
from tests.verifier.samples import small_journal
from verify_tpwallet import Unusable, VerificationFailed

JOURNAL = small_journal()
EVENT = JOURNAL.event_proof(3)
TRANSFER = JOURNAL.item_proof(2, 1, TRANSFERS)
ACCOUNT = JOURNAL.item_proof(1, 2, ACCOUNTS)
REFUSAL = JOURNAL.item_proof(1, 3, ACCOUNTS)
OTHER = Signer(seed=bytes(32))


def consistency(old: int = 2) -> dict[str, object]:
    """A consistency proof from a journal's past to its present."""
    journal, past = Journal(), ""
    for count in range(1, 8):
        journal.commit([(count, [("rooms.swept@1", [])])])
        if count == old:
            past = journal.checkpoint()
    return {
        "format": "tpwallet-consistency-1",
        "vkeys": [journal.signer.vkey],
        "old": past,
        "new": journal.checkpoint(),
        "path": [b64(h) for h in consistency_path(old, journal.leaves)],
    }


def check(proof: dict[str, object], *keys: str) -> verifier.Report:
    pinned = [verifier.parse_vkey(key) for key in keys]
    return verifier.verify_document(json.dumps(proof).encode(), pinned)


@pytest.mark.parametrize("position", range(1, 7))
def test_the_proof_of_every_event_holds(position: int) -> None:
    report = check(JOURNAL.event_proof(position), JOURNAL.signer.vkey)
    assert report.facts["position"] == position
    assert report.facts["keys_pinned"]


def test_the_proof_of_a_transfer_shows_what_moved() -> None:
    lines = check(TRANSFER).lines
    assert check(TRANSFER).summary.startswith("proof: transfer 0x2 stands at position 2")
    assert "item 1 of 2 of ledger.batch_applied@1" in lines
    assert (
        "amount 70 minor units on ledger 1, from debit account 0x1 to credit account 0x3" in lines
    )
    assert "flags 2, stamped 1970-01-01T00:00:00.000000011Z" in lines
    settled = check(JOURNAL.item_proof(4, 0, TRANSFERS)).lines
    assert any("flags 4, settles 0x2" in line for line in settled)


def test_the_proofs_of_an_account_and_a_refusal_show_them() -> None:
    assert "account 0x3" in check(ACCOUNT).summary
    assert any("ledger 1, code 10, flags 2" in line for line in check(ACCOUNT).lines)
    assert "the refusal of 0x9" in check(REFUSAL).summary
    assert "request 3 was refused with status 5" in check(REFUSAL).lines


def test_a_burnt_id_is_told_in_the_proof_of_its_refusal() -> None:
    journal = Journal()
    journal.commit([(1, [batch(TRANSFERS, [], [refusal(0, 1 << 31 | 9, 4)])])])
    lines = check(journal.item_proof(1, 0, TRANSFERS)).lines
    assert "request 0 was refused with status 9, and burnt the id" in lines


@pytest.mark.parametrize("old", range(1, 8))
def test_a_consistency_proof_holds(old: int) -> None:
    assert f"only adds to the one at position {old}" in check(consistency(old)).summary


@pytest.mark.parametrize("proof", [EVENT, TRANSFER, consistency()])
def test_another_key_than_the_pinned_is_refused(proof: dict[str, object]) -> None:
    with pytest.raises(VerificationFailed, match="signed by none of the pinned keys"):
        check(proof, OTHER.vkey)


def one_more(value: object) -> object:
    """Change a member as little as its type allows."""
    match value:
        case int():
            return value + 1
        case str() if value.startswith("pool.example"):
            return value.replace("\ntime ", "\ntime 1")
        case str():
            raw = bytearray(verifier.decode_base64(value) or b"\0")
            raw[-1] ^= 1
            return b64(bytes(raw))
        case list():
            return value[:-1]
        case _:
            raise TypeError(type(value))


NOT_BOUND = {"format", "kind", "vkeys", "name"}


@pytest.mark.parametrize(
    ("proof", "member"),
    [
        (proof, member)
        for proof in (EVENT, TRANSFER, ACCOUNT, REFUSAL, consistency())
        for member in proof
        if member not in NOT_BOUND
    ],
)
def test_a_proof_with_any_member_changed_is_refused(proof: dict[str, object], member: str) -> None:
    with pytest.raises(VerificationFailed):
        check({**proof, member: one_more(proof[member])})


@pytest.mark.parametrize(
    ("proof", "member"),
    [(proof, member) for proof in (EVENT, TRANSFER, consistency()) for member in proof],
)
@pytest.mark.parametrize("value", [None, 1.5, True, -1, "\ud800", {}, [[]], "A", [1]])
def test_a_member_of_another_type_is_refused(
    proof: dict[str, object], member: str, value: object
) -> None:
    with pytest.raises((VerificationFailed, Unusable)):
        check({**proof, member: value})
    with pytest.raises((VerificationFailed, Unusable)):
        check({name: kept for name, kept in proof.items() if name != member})


def test_the_name_of_a_batch_is_bound_by_the_leaf() -> None:
    with pytest.raises(VerificationFailed, match="does not lead to the checkpoint's root"):
        check({**TRANSFER, "name": ACCOUNTS})
    with pytest.raises(VerificationFailed, match="is not a batch event"):
        check({**TRANSFER, "name": "payments.settled@1"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"position": 0}, "position 0 is not among the 6"),
        ({"position": 7}, "position 7 is not among the 6"),
        ({"kind": "account"}, "neither event nor item"),
        ({"envelope": b64(pack([1]))}, "the envelope"),
        ({"content": b64(pack([TRANSFERS, [b"", b""]]))}, "the content"),
        ({"content": b64(pack(["x@1", 1, bytes(32)]))}, "the content"),
        ({"content": b64(pack(["x@1", []]) + b"\0")}, "the content"),
        ({"path": [b64(bytes(32))] * 65}, "'path'"),
        ({"path": [b64(bytes(31))]}, "'path'"),
    ],
)
def test_a_proof_of_another_shape_is_refused_by_name(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(VerificationFailed, match=message):
        check({**EVENT, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"index": 2}, "cannot be the path of item 2 among 2"),
        ({"item": b64(bytes(127))}, "neither 128 nor 24"),
        ({"item_blind": b64(bytes(31))}, "'item_blind'"),
    ],
)
def test_an_item_of_another_shape_is_refused_by_name(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(VerificationFailed, match=message):
        check({**TRANSFER, **change})


def test_checkpoints_in_the_wrong_order_or_of_two_logs_are_refused() -> None:
    proof = consistency()
    with pytest.raises(VerificationFailed, match="later than the new one"):
        check({**proof, "old": proof["new"], "new": proof["old"]})
    other = Signer(origin="pool.example/other")
    journal = Journal(signer=other)
    journal.commit([(1, [("rooms.swept@1", [])])])
    with pytest.raises(VerificationFailed, match="of two logs"):
        check({**proof, "old": journal.checkpoint(), "vkeys": [other.vkey, JOURNAL.signer.vkey]})


def test_a_rewritten_history_is_refused() -> None:
    journal = Journal()
    journal.commit([(1, [("rooms.painted@1", [])])])
    journal.commit([(2, [("rooms.swept@1", [])])])
    with pytest.raises(VerificationFailed, match="history was rewritten"):
        check({**consistency(), "old": journal.checkpoint()})


@pytest.mark.parametrize("format_name", ["tpwallet-proof-2", "", 7, None])
def test_an_unknown_format_is_unusable(format_name: object) -> None:
    with pytest.raises(Unusable, match="unknown format"):
        check({**EVENT, "format": format_name})


VKEY = JOURNAL.signer.vkey


@pytest.mark.parametrize(
    "change",
    [
        lambda key: "",
        lambda key: key.replace("+", " ", 1),
        lambda key: "x" + key,
        lambda key: key[:-2],
        lambda key: "pool example" + key[key.index("+") :],
        lambda key: "\ud800" + key,
        lambda key: key.replace(JOURNAL.signer.key_hash.hex(), "00000000"),
        lambda key: key.rpartition("+")[0] + "+" + b64(b"\x02" + JOURNAL.signer.public),
        lambda key: key.rpartition("+")[0] + "+" + b64(b"\x01" + JOURNAL.signer.public[:-1]),
    ],
)
def test_a_key_that_is_not_well_formed_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(VerificationFailed):
        verifier.parse_vkey(change(VKEY))


def test_a_key_that_is_no_point_is_refused() -> None:
    weak = bytes([1]) + (1).to_bytes(32, "little")
    key_hash = sha(b"name\n", weak).hex()[:8]
    with pytest.raises(VerificationFailed, match="no usable point"):
        verifier.parse_vkey(f"name+{key_hash}+{b64(weak)}")


@given(st.sampled_from([EVENT, TRANSFER, consistency()]), st.data())
def test_a_proof_with_one_bit_changed_never_proves_something_else(
    proof: dict[str, object], data: st.DataObject
) -> None:
    encoded = bytearray(json.dumps(proof).encode())
    offset = data.draw(st.integers(0, len(encoded) - 1))
    encoded[offset] ^= 1 << data.draw(st.integers(0, 7))
    try:
        report = verifier.verify_document(bytes(encoded))
    except (VerificationFailed, Unusable):
        return
    assert report.summary == check(proof).summary


# One bit: looked for in files, because it takes seconds.


def failure_of(file: bytes) -> VerificationFailed:
    with pytest.raises(VerificationFailed) as failed:
        verifier.verify_file(io.BytesIO(file), "proof.json")
    return failed.value


@pytest.mark.slow
@pytest.mark.parametrize("proof", [EVENT, TRANSFER, REFUSAL, consistency()])
@settings(max_examples=3)
@given(seed=st.integers(0, 2**64))
def test_one_changed_bit_of_a_proof_is_named(proof: dict[str, object], seed: int) -> None:
    chance = random.Random(seed)
    file = bytearray(json.dumps(proof).encode())
    offset, bit = chance.randrange(1, len(file)), chance.randrange(8)
    file[offset] ^= 1 << bit
    failure = failure_of(bytes(file))
    assert (failure.facts["first_bad_byte"], failure.facts["bits"]) == (offset, [bit])
    assert f"first bad byte: {offset} (0x{offset:x}), bit {bit}" in failure.details


def test_two_changed_bits_are_refused_and_none_is_named() -> None:
    file = bytearray(json.dumps(EVENT).encode())
    path = file.index(b'"path"') + 12
    file[path : path + 2] = b"AB" if file[path : path + 2] != b"AB" else b"BA"
    failure = failure_of(bytes(file))
    assert "first_bad_byte" not in failure.facts


def test_the_changed_bit_of_a_long_proof_is_not_looked_for() -> None:
    file = json.dumps(EVENT | {"position": 2}).encode() + b" " * verifier.TRIED_BYTES_MAX
    failure = failure_of(file)
    assert "does not lead to the checkpoint's root" in failure.message
    assert "first_bad_byte" not in failure.facts
