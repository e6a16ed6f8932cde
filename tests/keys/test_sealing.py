"""Sealed is readable with the right key at the right place, and only then."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.keys.limits import BINDING_BYTES_MAX, SEALED_PLAINTEXT_BYTES_MAX
from tpwallet.keys.sealing import SealBroken, seal, unseal, unwrap_key, wrap_key

KEYS = st.binary(min_size=32, max_size=32)
NONCES = st.binary(min_size=12, max_size=12)
BINDINGS = st.lists(st.binary(max_size=20), min_size=1, max_size=4)
KEY, NONCE, PLACE = bytes(32), bytes(12), (b"person/42", b"name")
SEALED = seal(KEY, nonce=NONCE, plaintext=b"Ada", binding=PLACE)


@given(KEYS, NONCES, st.binary(max_size=300), BINDINGS)
def test_what_is_sealed_opens_at_its_place(
    key: bytes, nonce: bytes, plaintext: bytes, binding: list[bytes]
) -> None:
    sealed = seal(key, nonce=nonce, plaintext=plaintext, binding=binding)
    assert unseal(key, sealed=sealed, binding=binding) == plaintext
    assert len(sealed) == 1 + 12 + len(plaintext) + 16


@given(KEYS, KEYS, NONCES, BINDINGS)
def test_a_wrapped_key_unwraps_for_whom_it_was_wrapped(
    master_key: bytes, key: bytes, nonce: bytes, binding: list[bytes]
) -> None:
    wrapped = wrap_key(master_key, nonce=nonce, key=key, binding=binding)
    assert unwrap_key(master_key, wrapped=wrapped, binding=binding) == key


def test_golden_sealed_field() -> None:
    # The first byte and the nonce, then AES-256-GCM-SIV: computed apart, from RFC 8452 alone.
    assert SEALED.hex() == "010000000000000000000000009c58b41b46f1a4f148cc37522e3930869d709e"


@given(st.integers(0, 8 * len(SEALED) - 1))
def test_no_flipped_bit_opens(bit: int) -> None:
    flipped = (int.from_bytes(SEALED, "big") ^ 1 << bit).to_bytes(len(SEALED), "big")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed=flipped, binding=PLACE)


@given(st.integers(0, len(SEALED) - 1))
def test_no_cut_text_opens(length: int) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, sealed=SEALED[:length], binding=PLACE)


@given(BINDINGS.filter(lambda binding: tuple(binding) != PLACE))
def test_no_other_place_opens(binding: list[bytes]) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, sealed=SEALED, binding=binding)


def test_parts_of_a_place_do_not_run_together() -> None:
    sealed = seal(KEY, nonce=NONCE, plaintext=b"", binding=(b"ab", b"c"))
    with pytest.raises(SealBroken):
        unseal(KEY, sealed=sealed, binding=(b"a", b"bc"))


@given(KEYS.filter(lambda key: key != KEY))
def test_no_other_key_opens(key: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(key, sealed=SEALED, binding=PLACE)


def test_fields_and_wrapped_keys_do_not_open_as_one_another() -> None:
    wrapped = wrap_key(KEY, nonce=NONCE, key=KEY, binding=PLACE)
    with pytest.raises(SealBroken):
        unseal(KEY, sealed=wrapped, binding=PLACE)
    field = seal(KEY, nonce=NONCE, plaintext=KEY, binding=PLACE)
    with pytest.raises(SealBroken):
        unwrap_key(KEY, wrapped=field, binding=PLACE)


def test_the_longest_text_and_place_are_taken_and_one_byte_more_is_not() -> None:
    longest = bytes(SEALED_PLAINTEXT_BYTES_MAX)
    seal(KEY, nonce=NONCE, plaintext=longest, binding=PLACE)
    with pytest.raises(ValueError, match="limit 65536"):
        seal(KEY, nonce=NONCE, plaintext=longest + b"x", binding=PLACE)
    widest = bytes(BINDING_BYTES_MAX - len(b"tpwallet field") - 8)
    seal(KEY, nonce=NONCE, plaintext=b"", binding=(widest,))
    with pytest.raises(ValueError, match="4097 bytes"):
        seal(KEY, nonce=NONCE, plaintext=b"", binding=(widest + b"x",))


def test_nothing_is_sealed_to_no_place() -> None:
    with pytest.raises(ValueError, match="0 parts"):
        seal(KEY, nonce=NONCE, plaintext=b"", binding=())


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_keys_and_nonces_of_another_length_are_refused(length: int) -> None:
    wrong = bytes(length)
    cases: tuple[Callable[[], object], ...] = (
        lambda: seal(wrong, nonce=NONCE, plaintext=b"", binding=PLACE),
        lambda: seal(KEY, nonce=wrong, plaintext=b"", binding=PLACE),
        lambda: unseal(wrong, sealed=SEALED, binding=PLACE),
        lambda: wrap_key(KEY, nonce=NONCE, key=wrong, binding=PLACE),
        lambda: wrap_key(wrong, nonce=NONCE, key=KEY, binding=PLACE),
        lambda: unwrap_key(wrong, wrapped=SEALED, binding=PLACE),
    )
    for refused in cases:
        with pytest.raises(ValueError, match=f"bytes, not {length}"):
            refused()
