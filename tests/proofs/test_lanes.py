"""The lanes give what hashlib gives, at every length and number of messages."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tpwallet.proofs.lanes import _INITIAL, _ROUND, LANES, sha256_many
from tpwallet.proofs.limits import MESSAGE_BYTES_MAX

PRIMES = [number for number in range(2, 312) if all(number % less for less in range(2, number))]


def rows(content: bytes, count: int, length: int) -> np.ndarray:
    """Messages cut from endlessly repeated content."""
    return np.resize(np.frombuffer(content, np.uint8), (count, length))


@given(
    prefix=st.binary(max_size=130),
    content=st.binary(min_size=1, max_size=400),
    count=st.integers(0, 3 * LANES + 1),
    length=st.integers(0, 200),
)
@example(prefix=b"\x00", content=b"\xff\x00\x01", count=LANES, length=160)
@example(prefix=b"", content=b"\xff", count=1, length=55)
@example(prefix=b"", content=b"\xff", count=1, length=56)
@example(prefix=b"", content=b"\xff", count=1, length=63)
@example(prefix=b"", content=b"\xff", count=1, length=64)
def test_every_row_has_the_hash_that_hashlib_gives(
    prefix: bytes, content: bytes, count: int, length: int
) -> None:
    messages = rows(content, count, length)
    digests = sha256_many(prefix, messages)
    assert digests.shape == (count, 32)
    for message, digest in zip(messages, digests, strict=True):
        assert digest.tobytes() == sha256(prefix + message.tobytes()).digest()


@pytest.mark.parametrize("length", range(130))
def test_every_length_of_padding_is_right(length: int) -> None:
    messages = rows(bytes(range(256)) + b"\x80", LANES + 1, length)
    digests = sha256_many(b"\x01", messages)
    expected = [sha256(b"\x01" + message.tobytes()).digest() for message in messages]
    assert [digest.tobytes() for digest in digests] == expected


def test_rows_that_do_not_lie_side_by_side_are_hashed_as_they_read() -> None:
    messages = rows(bytes(range(251)), 20, 80)[::2, ::2]
    digests = sha256_many(b"", messages)
    assert [digest.tobytes() for digest in digests] == [
        sha256(message.tobytes()).digest() for message in messages
    ]


def test_messages_are_left_as_they_were() -> None:
    messages = rows(b"abc", 5, 7)
    before = messages.copy()
    sha256_many(b"\x00", messages)
    assert (messages == before).all()


def test_the_longest_message_is_taken_and_one_byte_more_is_not() -> None:
    longest = rows(b"xyz", 2, MESSAGE_BYTES_MAX - 1)
    expected = sha256(b"\x00" + longest[1].tobytes()).digest()
    assert sha256_many(b"\x00", longest)[1].tobytes() == expected
    with pytest.raises(ValueError, match="limit 4096"):
        sha256_many(b"\x00\x00", longest)


@pytest.mark.parametrize("messages", [np.zeros(4, np.uint8), np.zeros((1, 4), np.uint32)])
def test_other_arrays_are_refused(messages: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not bytes"):
        sha256_many(b"", messages)


def fraction_of_root(prime: int, power: int) -> int:
    """The first 32 bits behind the point of a prime's root, by whole numbers only."""
    scaled = prime << 32 * power
    low, high = 0, scaled
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**power <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


def test_constants_are_the_roots_of_the_first_primes() -> None:
    assert [int(word) for word in _INITIAL] == [fraction_of_root(p, 2) for p in PRIMES[:8]]
    assert [int(word) for word in _ROUND] == [fraction_of_root(p, 3) for p in PRIMES[:64]]
