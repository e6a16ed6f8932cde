"""Keyed digests differ in key, domain and parts, and stay what they were."""

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.keys.digests import keyed_digest, same

KEY = bytes(range(32))
PARTS = st.lists(st.binary(max_size=30), min_size=1, max_size=4)


def test_golden_digest() -> None:
    assert (
        keyed_digest(KEY, "command body", b"abc", b"").hex() == "cf8a4d0f395aba76c487f4f0b98585d8"
    )


@given(PARTS, PARTS)
def test_digests_are_equal_only_for_the_same_parts(one: list[bytes], other: list[bytes]) -> None:
    equal = keyed_digest(KEY, "name", *one) == keyed_digest(KEY, "name", *other)
    assert equal == (one == other)


@given(st.binary(max_size=200))
def test_a_digest_is_keyed_blake2b_with_the_domain_as_person(part: bytes) -> None:
    expected = blake2b(
        len(part).to_bytes(8, "little") + part,
        key=KEY,
        digest_size=16,
        person=b"command body\0\0\0\0",
    ).digest()
    assert keyed_digest(KEY, "command body", part) == expected


def test_keys_and_domains_do_not_share_digests() -> None:
    digests = {
        keyed_digest(key, domain, b"abc")
        for key in (KEY, KEY[:31], bytes(32))
        for domain in ("name", "names", "command body")
    }
    assert len(digests) == 9


@pytest.mark.parametrize("length", [16, 64])
def test_the_shortest_and_longest_key_are_taken(length: int) -> None:
    assert len(keyed_digest(bytes(length), "name", b"abc")) == 16


@pytest.mark.parametrize("length", [0, 15, 65])
def test_keys_past_the_limits_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 to 64 bytes"):
        keyed_digest(bytes(length), "name", b"abc")


@pytest.mark.parametrize("domain", ["", "Name", "name\0", "naïve", " name", "a" * 17])
def test_other_texts_are_not_domains(domain: str) -> None:
    with pytest.raises(ValueError, match="not a digest domain"):
        keyed_digest(KEY, domain, b"abc")


def test_the_longest_domain_is_taken() -> None:
    assert len(keyed_digest(KEY, "a" * 16, b"abc")) == 16


def test_a_digest_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        keyed_digest(KEY, "name")


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_same_is_equality(one: bytes, other: bytes) -> None:
    assert same(one, other) == (one == other)
    assert same(one, bytes(one))
