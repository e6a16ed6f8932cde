"""Signed notes and vkeys: vectors of the C2SP ecosystem, strictness, and who counts as signer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs.signers import ORIGIN, signer
from tpwallet.keys.signing import verify
from tpwallet.proofs.limits import NOTE_BYTES_MAX, SIGNATURES_MAX
from tpwallet.proofs.note import Signature, Signer, parse_note, signed_note, verified_signers
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, parse_vkey

# The example of Go's golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
    "6KE6RyyBwJnAM=\n"
)
ONE, TWO, WITNESS = signer(1), signer(2), signer(3, "witness.example")
BODY = "text\n"
NOTE = signed_note(BODY, [ONE])


def test_a_note_signed_elsewhere_verifies() -> None:
    vkey = parse_vkey(GO_VKEY)
    assert str(vkey) == GO_VKEY
    note = parse_note(GO_NOTE)
    assert str(note) == GO_NOTE
    assert verified_signers(note, [vkey], verify) == (vkey,)


def test_a_checkpoint_from_the_specification_is_read() -> None:
    text = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
        "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    note = parse_note(text)
    assert str(note) == text
    assert note.signatures[0].key_hash.hex() == "033de0ae"


def test_every_signer_stands_in_the_note_in_order() -> None:
    note = parse_note(signed_note(BODY, [TWO, ONE, WITNESS]))
    trusted = [ONE.vkey, WITNESS.vkey, TWO.vkey]
    assert verified_signers(note, trusted, verify) == (TWO.vkey, ONE.vkey, WITNESS.vkey)


def test_signatures_of_unknown_keys_are_ignored() -> None:
    unknown_kind = Signature("witness.example", b"\x00\x00\x00\x01", bytes(72))
    note = parse_note(NOTE + str(unknown_kind))
    assert verified_signers(note, [ONE.vkey], verify) == (ONE.vkey,)


def test_a_note_without_a_trusted_signature_is_rejected() -> None:
    with pytest.raises(ProofRejected, match="signature_missing: trusted=1, signed_by='example"):
        verified_signers(parse_note(NOTE), [TWO.vkey], verify)


def test_a_key_under_another_name_is_another_key() -> None:
    renamed = Vkey("example.com/other", ONE.vkey.public_key)
    with pytest.raises(ProofRejected, match="signature_missing"):
        verified_signers(parse_note(NOTE), [renamed], verify)


def test_a_signature_that_shares_only_name_or_key_hash_is_ignored() -> None:
    for stranger in (
        Signature("example.com/other", ONE.vkey.key_hash, bytes(64)),
        Signature(ORIGIN, b"\0\0\0\1", bytes(64)),
    ):
        note = parse_note(NOTE + str(stranger))
        assert verified_signers(note, [ONE.vkey], verify) == (ONE.vkey,)


@given(st.integers(0, 63), st.integers(0, 7))
def test_one_wrong_bit_of_a_trusted_signature_rejects_the_whole_note(byte: int, bit: int) -> None:
    note = parse_note(signed_note(BODY, [ONE, TWO]))
    wrong = bytearray(note.signatures[0].value)
    wrong[byte] ^= 1 << bit
    forged = Signature(ORIGIN, ONE.vkey.key_hash, bytes(wrong))
    text = f"{BODY}\n{forged}{note.signatures[1]}"
    with pytest.raises(ProofRejected, match="signature_bad"):
        verified_signers(parse_note(text), [ONE.vkey, TWO.vkey], verify)


def test_a_trusted_signature_of_another_length_is_bad() -> None:
    short = Signature(ORIGIN, ONE.vkey.key_hash, bytes(63))
    with pytest.raises(ProofRejected, match="signature_bad"):
        verified_signers(parse_note(f"{BODY}\n{short}"), [ONE.vkey], lambda *asked: True)


@given(st.sampled_from(("text", "Text\n", "text\n\nmore\n")))
def test_a_signature_covers_the_text_and_only_that_text(other: str) -> None:
    line = NOTE.removeprefix(f"{BODY}\n")
    with pytest.raises(ProofRejected, match=r"signature_bad|malformed"):
        verified_signers(parse_note(f"{other}\n{line}"), [ONE.vkey], verify)


@given(st.text(max_size=300))
def test_any_text_is_a_note_or_is_rejected_and_reads_back_as_it_was(text: str) -> None:
    try:
        note = parse_note(text)
    except ProofRejected:
        return
    assert str(note) == text


LINE = NOTE.removeprefix(f"{BODY}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        f"{BODY}\n",
        f"{BODY}\n{LINE}".removesuffix("\n"),
        f"\n\n{LINE}",
        f"{BODY}{LINE}",
        f"{BODY}\n{LINE}\n",
        f"{BODY}\n{LINE}trailing\n",
        f"te\rxt\n\n{LINE}",
        f"te\txt\n\n{LINE}",
        f"te\0xt\n\n{LINE}",
        f"\ud800\n\n{LINE}",
        f"{BODY}\n-{LINE[1:]}",
        f"{BODY}\n{LINE.replace(' ', '  ', 1)}",
        f"{BODY}\n— a+b AAAAAAAA\n",
        f"{BODY}\n— a\u00a0b AAAAAAAA\n",
        f"{BODY}\n— a AAAAAA==\n",
        f"{BODY}\n— a AAAAAAA\n",
        f"{BODY}\n— a AAAAAAB=\n",
        f"{BODY}\n— a AAAA-_AA\n",
    ],
)
def test_other_texts_are_not_notes(text: str) -> None:
    with pytest.raises(ProofRejected, match="malformed"):
        parse_note(text)


def test_the_most_signatures_are_taken_and_one_more_is_not() -> None:
    assert len(parse_note(f"{BODY}\n{LINE * SIGNATURES_MAX}").signatures) == SIGNATURES_MAX
    with pytest.raises(ProofRejected, match="too_long: what='signatures', found=65, limit=64"):
        parse_note(f"{BODY}\n{LINE * (SIGNATURES_MAX + 1)}")


def test_the_longest_note_is_taken_and_one_byte_more_is_not() -> None:
    body = "x" * (NOTE_BYTES_MAX - len(f"\n\n{LINE}".encode()))
    assert parse_note(f"{body}\n\n{LINE}").body == f"{body}\n"
    with pytest.raises(ProofRejected, match="too_long: what='note bytes', found=65537"):
        parse_note(f"x{body}\n\n{LINE}")


@pytest.mark.parametrize("body", ["", "no newline", "two\r\n"])
def test_a_text_that_could_not_be_read_back_is_not_signed(body: str) -> None:
    with pytest.raises(ProofRejected, match="malformed"):
        signed_note(body, [ONE])


def test_a_signer_that_gives_no_signature_is_refused() -> None:
    with pytest.raises(ProofRejected, match="what='signature', found=3"):
        signed_note(BODY, [Signer(ONE.vkey, lambda message: b"abc")])


@given(st.binary(min_size=32, max_size=32))
def test_a_vkey_reads_back(public_key: bytes) -> None:
    vkey = Vkey(ORIGIN, public_key)
    assert parse_vkey(str(vkey)) == vkey


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"),
        ("PeterNeumann", "malformed"),
        (GO_VKEY.replace("c74f20a3", "C74F20A3"), "malformed"),
        (GO_VKEY.replace("c74f20a3", "c74f20a4"), "key_mismatch"),
        (GO_VKEY.replace("Peter", "Anna"), "key_mismatch"),
        (GO_VKEY.replace("+ARpc", "+AhpC"), "malformed"),
        (GO_VKEY[:-4], "malformed"),
        (GO_VKEY + "\n", "malformed"),
        (GO_VKEY.replace("PeterNeumann", ""), "malformed"),
        (GO_VKEY.replace("PeterNeumann", "Peter Neumann"), "malformed"),
        (GO_VKEY.replace("PeterNeumann", "Peter\x7fNeumann\ud800"), "malformed"),
    ],
)
def test_other_texts_are_not_vkeys(text: str, code: str) -> None:
    with pytest.raises(ProofRejected) as refused:
        parse_vkey(text)
    assert refused.value.code == code
