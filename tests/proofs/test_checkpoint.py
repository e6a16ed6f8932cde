"""Checkpoints have one text each, and count only when the log itself signed them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs.signers import ORIGIN, signer
from tpwallet.keys.signing import verify
from tpwallet.proofs.checkpoint import (
    Checkpoint,
    checkpoint_body,
    parse_checkpoint,
    signed_checkpoint,
    unverified_checkpoint,
    verified_checkpoint,
)
from tpwallet.proofs.note import signed_note
from tpwallet.proofs.rejection import ProofRejected

HASH = st.binary(min_size=32, max_size=32)
CHECKPOINT = Checkpoint(
    origin=ORIGIN, position=7, root=b"\x01" * 32, commit=b"\x02" * 32, time_ns=1_700_000_000
)
ONE, NEXT, WITNESS = signer(1), signer(2), signer(3, "witness.example")
BODY = checkpoint_body(CHECKPOINT)
GOLDEN = (
    "example.com/pool\n"
    "7\n"
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    "commit AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n"
    "time 1700000000\n"
    "\n"
    "— example.com/pool HPHna4K3/0c94+0czZRGI8gcGSw8rcsJT1iDhNOVOAuVscxdHJqSeqPCqq/d"
    "nYXiDBGOy1RxG0EQyRboo9XnMXE2NAI=\n"
)


def test_golden_note() -> None:
    assert signed_checkpoint(CHECKPOINT, [ONE]) == GOLDEN
    assert verified_checkpoint(GOLDEN, [ONE.vkey], verify) == CHECKPOINT


@given(
    position=st.integers(1, 2**63 - 1), root=HASH, commit=HASH, time_ns=st.integers(0, 2**64 - 1)
)
def test_a_checkpoint_reads_back(position: int, root: bytes, commit: bytes, time_ns: int) -> None:
    checkpoint = Checkpoint(
        origin=ORIGIN, position=position, root=root, commit=commit, time_ns=time_ns
    )
    assert parse_checkpoint(checkpoint_body(checkpoint)) == checkpoint


@given(st.data())
def test_a_changed_text_is_rejected_or_says_something_else(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(BODY)))
    inserted = data.draw(st.sampled_from(("", "0", "A", "=", " ", "\n", "+", "\t", "é")))
    changed = BODY[:at] + inserted + BODY[at + data.draw(st.integers(0, 2)) :]
    try:
        read = parse_checkpoint(changed)
    except ProofRejected:
        return
    assert checkpoint_body(read) == changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n0\n"),
        ("\n7\n", "\n-7\n"),
        ("\n7\n", "\n٧\n"),
        ("\n7\n", f"\n{2**63}\n"),
        ("time 17", "time 017"),
        ("time 1700000000", f"time {2**64}"),
        ("time ", "Time "),
        ("commit ", "commit"),
        ("commit AgIC", "commit AgI"),
        ("AQE=\n", "AQF=\n"),
        ("example.com/pool", "example.com/ pool"),
        ("example.com/pool", ""),
        ("time 1700000000\n", "time 1700000000\nmore\n"),
        ("time 1700000000\n", "time 1700000000"),
        ("time 1700000000\n", ""),
    ],
)
def test_other_texts_are_not_checkpoints(old: str, new: str) -> None:
    assert old in BODY
    with pytest.raises(ProofRejected, match="malformed"):
        parse_checkpoint(BODY.replace(old, new, 1))


def test_a_rotated_log_is_known_by_either_key() -> None:
    note = signed_checkpoint(CHECKPOINT, [ONE, NEXT])
    for known in (ONE, NEXT):
        assert verified_checkpoint(note, [known.vkey], verify) == CHECKPOINT


def test_a_witness_does_not_stand_in_for_the_log() -> None:
    note = signed_checkpoint(CHECKPOINT, [ONE, WITNESS])
    assert verified_checkpoint(note, [ONE.vkey, WITNESS.vkey], verify) == CHECKPOINT
    with pytest.raises(ProofRejected, match=r"signature_missing: origin='example\.com/pool'"):
        verified_checkpoint(note, [WITNESS.vkey], verify)


def test_a_signed_text_that_is_no_checkpoint_is_rejected() -> None:
    with pytest.raises(ProofRejected, match="malformed"):
        verified_checkpoint(signed_note("text\n", [ONE]), [ONE.vkey], verify)


def test_our_own_notes_are_read_without_keys() -> None:
    assert unverified_checkpoint(GOLDEN) == CHECKPOINT


@pytest.mark.parametrize("wrong", [{"position": 0}, {"root": b""}, {"origin": "a b"}])
def test_values_that_could_not_be_read_back_are_not_written(wrong: dict[str, object]) -> None:
    values = {name: getattr(CHECKPOINT, name) for name in Checkpoint.__struct_fields__}
    with pytest.raises(ProofRejected, match="malformed"):
        checkpoint_body(Checkpoint(**{**values, **wrong}))
