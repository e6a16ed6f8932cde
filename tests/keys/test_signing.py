"""Ed25519 by the vectors of RFC 8032, and what is not a signature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.keys.signing import KeyPair, verify

# RFC 8032 section 7.1: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
            "6bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
            "8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6"
            "594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
PAIR = KeyPair(bytes(range(32)))
SIGNATURE = PAIR.sign(b"message")


@pytest.mark.parametrize(("seed", "public_key", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(seed: str, public_key: str, message: str, signature: str) -> None:
    pair = KeyPair(bytes.fromhex(seed))
    assert pair.public_key.hex() == public_key
    assert pair.sign(bytes.fromhex(message)).hex() == signature
    assert verify(pair.public_key, bytes.fromhex(signature), bytes.fromhex(message))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_what_a_key_signs_verifies_under_its_public_key(seed: bytes, message: bytes) -> None:
    pair = KeyPair(seed)
    assert verify(pair.public_key, pair.sign(message), message)


@given(st.integers(0, 511))
def test_no_flipped_bit_of_a_signature_verifies(bit: int) -> None:
    flipped = (int.from_bytes(SIGNATURE, "big") ^ 1 << bit).to_bytes(64, "big")
    assert not verify(PAIR.public_key, flipped, b"message")


@given(st.binary(max_size=100).filter(lambda message: message != b"message"))
def test_a_signature_is_that_of_one_message(message: bytes) -> None:
    assert not verify(PAIR.public_key, SIGNATURE, message)


def test_a_signature_is_that_of_one_key() -> None:
    assert not verify(KeyPair(bytes(32)).public_key, SIGNATURE, b"message")


@pytest.mark.parametrize("signature", [b"", SIGNATURE[:-1], SIGNATURE + b"\0"])
def test_bytes_of_another_length_are_no_signature(signature: bytes) -> None:
    assert not verify(PAIR.public_key, signature, b"message")


def test_bytes_that_are_no_point_verify_nothing() -> None:
    assert not verify(b"\xff" * 32, SIGNATURE, b"message")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_seeds_and_public_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="a seed is 32 bytes"):
        KeyPair(bytes(length))
    with pytest.raises(ValueError, match="a public key is 32 bytes"):
        verify(bytes(length), SIGNATURE, b"message")


def test_a_key_pair_does_not_show_its_seed() -> None:
    assert bytes(range(32)).hex() not in repr(PAIR)
    assert PAIR.public_key.hex() in str(PAIR)
