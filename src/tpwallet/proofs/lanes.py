"""SHA-256 of many messages of one length, sixteen at a time.

A batch of 8,190 transfers needs some 16,000 hashes of 161 and 65 bytes. One call of `hashlib` for
each spends more time in Python than in hashing. Here sixteen messages go through the rounds
together, one in each *lane*: every step of FIPS 180-4 section 6.2 is written once, for one lane,
and the loop over lanes is the innermost loop, so the compiler turns it into vector instructions
(AVX-512, AVX2, SSE2, NEON: whatever the machine has).

It is not a general hash: all messages have one length, known before. It decides nothing about what
is hashed; `batch` and `frontier` do that. It must equal `hashlib.sha256` bit for bit, and the tests
hold it to that.

The compiled code is built by the first call (some four seconds) and kept on disk for the next
process; importing this module compiles nothing. All arithmetic is modulo 2**32 by the explicit
`uint32` conversions: the compiler would otherwise widen sums and shifts to 64 bits.

Source: FIPS 180-4 (Secure Hash Standard), sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2.2.
"""

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tpwallet.compiled import compiled, inlined
from tpwallet.proofs.limits import MESSAGE_BYTES_MAX

LANES = 16
"""How many messages go through the rounds together."""

DIGEST_BYTES = 32

Bytes: TypeAlias = npt.NDArray[np.uint8]
_Words: TypeAlias = tuple[np.uint32, ...]

_BLOCK_BYTES = 64
_BLOCK_WORDS = 16
_STATE_AT = _BLOCK_WORDS * LANES
_DECK_WORDS = 24 * LANES

_u32 = np.uint32


def _words_of(digits: str) -> _Words:
    return tuple(_u32(word) for word in np.frombuffer(bytes.fromhex(digits), ">u4"))


_INITIAL = _words_of("6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19")

_ROUND = _words_of("""
    428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5
    d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174
    e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da
    983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967
    27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85
    a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070
    19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3
    748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2
""")
_FIRST, _SECOND, _THIRD, _FOURTH = _ROUND[:16], _ROUND[16:32], _ROUND[32:48], _ROUND[48:]


def sha256_many(prefix: bytes, messages: Bytes) -> Bytes:
    """Hash every row of `messages`, each behind the same `prefix`: SHA-256(prefix || row).

    `messages` is a C-contiguous array of n rows of m bytes; the answer has n rows of 32 bytes.

    **Rejects** (ValueError) an array that is not two-dimensional bytes, and a prefix and row that
    are longer than `MESSAGE_BYTES_MAX` together.

    >>> rows = np.frombuffer(b"abcabd", np.uint8).reshape(2, 3)
    >>> sha256_many(b"", rows)[0].tobytes().hex()[:16]
    'ba7816bf8f01cfea'
    """
    if messages.ndim != 2 or messages.dtype != np.uint8:
        raise ValueError(f"messages are {messages.dtype} of {messages.ndim} dimensions, not bytes")
    count, length = messages.shape
    if len(prefix) + length > MESSAGE_BYTES_MAX:
        raise ValueError(f"{len(prefix) + length} bytes to hash, limit {MESSAGE_BYTES_MAX}")
    digests = np.empty((count, DIGEST_BYTES), np.uint8)
    padded = np.frombuffer(bytearray(_padded(prefix, length) * LANES), np.uint8)
    _hash_rows(padded, len(prefix), np.ascontiguousarray(messages), digests)
    return digests


@lru_cache(maxsize=64)
def _padded(prefix: bytes, length: int) -> bytes:
    bits = 8 * (len(prefix) + length)
    zeros = -(len(prefix) + length + 9) % _BLOCK_BYTES
    return prefix + bytes(length) + b"\x80" + bytes(zeros) + bits.to_bytes(8, "big")


@compiled
def _hash_rows(padded: Bytes, start: int, messages: Bytes, digests: Bytes) -> None:
    count, length = messages.shape
    width = padded.size // LANES
    words = padded.view(np.uint32)
    answers = digests.view(np.uint32)
    # The deck holds 16 rows of message words, then 8 rows of state; a row is one word of each lane.
    # One flat array with constant row offsets: that lets the compiler prove that no write of a lane
    # meets a read of another, without which it will not vectorise.
    deck = np.empty(_DECK_WORDS, np.uint32)
    for first in range(0, count, LANES):
        lanes = min(LANES, count - first)
        for lane in range(lanes):
            at = lane * width + start
            padded[at : at + length] = messages[first + lane]
        for row in range(8):
            deck[_STATE_AT + row * LANES : _STATE_AT + (row + 1) * LANES] = _INITIAL[row]
        for block in range(width // _BLOCK_BYTES):
            _deal(deck, words, width // 4, block * _BLOCK_WORDS)
            _compress(deck)
        for lane in range(lanes):
            for row in range(8):
                answers[first + lane, row] = _swapped(deck[_STATE_AT + row * LANES + lane])


@compiled
def _deal(deck: npt.NDArray[np.uint32], words: npt.NDArray[np.uint32], width: int, at: int) -> None:
    for row in range(_BLOCK_WORDS):
        for lane in range(LANES):
            deck[row * LANES + lane] = _swapped(words[lane * width + at + row])


@compiled
def _compress(deck: npt.NDArray[np.uint32]) -> None:
    for lane in range(LANES):
        w = _dealt(deck, lane)
        old = _eight(deck, lane + _STATE_AT)
        new = _sixteen_rounds(old, w, _FIRST)
        w = _next_words(w)
        new = _sixteen_rounds(new, w, _SECOND)
        w = _next_words(w)
        new = _sixteen_rounds(new, w, _THIRD)
        w = _next_words(w)
        new = _sixteen_rounds(new, w, _FOURTH)
        at = lane + _STATE_AT
        deck[at] = _u32(old[0] + new[0])
        deck[at + LANES] = _u32(old[1] + new[1])
        deck[at + 2 * LANES] = _u32(old[2] + new[2])
        deck[at + 3 * LANES] = _u32(old[3] + new[3])
        deck[at + 4 * LANES] = _u32(old[4] + new[4])
        deck[at + 5 * LANES] = _u32(old[5] + new[5])
        deck[at + 6 * LANES] = _u32(old[6] + new[6])
        deck[at + 7 * LANES] = _u32(old[7] + new[7])


@inlined
def _dealt(deck: npt.NDArray[np.uint32], at: int) -> _Words:
    return _eight(deck, at) + _eight(deck, at + 8 * LANES)


@inlined
def _eight(deck: npt.NDArray[np.uint32], at: int) -> _Words:
    a, b, c, d = deck[at], deck[at + LANES], deck[at + 2 * LANES], deck[at + 3 * LANES]
    at += 4 * LANES
    e, f, g, h = deck[at], deck[at + LANES], deck[at + 2 * LANES], deck[at + 3 * LANES]
    return (a, b, c, d, e, f, g, h)


@inlined
def _sixteen_rounds(state: _Words, w: _Words, k: _Words) -> _Words:
    state = _one_round(state, _u32(k[0] + w[0]))
    state = _one_round(state, _u32(k[1] + w[1]))
    state = _one_round(state, _u32(k[2] + w[2]))
    state = _one_round(state, _u32(k[3] + w[3]))
    state = _one_round(state, _u32(k[4] + w[4]))
    state = _one_round(state, _u32(k[5] + w[5]))
    state = _one_round(state, _u32(k[6] + w[6]))
    state = _one_round(state, _u32(k[7] + w[7]))
    state = _one_round(state, _u32(k[8] + w[8]))
    state = _one_round(state, _u32(k[9] + w[9]))
    state = _one_round(state, _u32(k[10] + w[10]))
    state = _one_round(state, _u32(k[11] + w[11]))
    state = _one_round(state, _u32(k[12] + w[12]))
    state = _one_round(state, _u32(k[13] + w[13]))
    state = _one_round(state, _u32(k[14] + w[14]))
    return _one_round(state, _u32(k[15] + w[15]))


@inlined
def _one_round(state: _Words, constant_and_word: np.uint32) -> _Words:
    a, b, c, d, e, f, g, h = state
    choice = g ^ (e & (f ^ g))
    majority = (a & b) | (c & (a | b))
    rotated_e = _rotated(e, _u32(6)) ^ _rotated(e, _u32(11)) ^ _rotated(e, _u32(25))
    rotated_a = _rotated(a, _u32(2)) ^ _rotated(a, _u32(13)) ^ _rotated(a, _u32(22))
    t1 = _u32(h + rotated_e + choice + constant_and_word)
    t2 = _u32(rotated_a + majority)
    return (_u32(t1 + t2), a, b, c, _u32(d + t1), e, f, g)


@inlined
def _next_words(w: _Words) -> _Words:
    w16 = _next_word(w[0], w[1], w[9], w[14])
    w17 = _next_word(w[1], w[2], w[10], w[15])
    w18 = _next_word(w[2], w[3], w[11], w16)
    w19 = _next_word(w[3], w[4], w[12], w17)
    w20 = _next_word(w[4], w[5], w[13], w18)
    w21 = _next_word(w[5], w[6], w[14], w19)
    w22 = _next_word(w[6], w[7], w[15], w20)
    w23 = _next_word(w[7], w[8], w16, w21)
    w24 = _next_word(w[8], w[9], w17, w22)
    w25 = _next_word(w[9], w[10], w18, w23)
    w26 = _next_word(w[10], w[11], w19, w24)
    w27 = _next_word(w[11], w[12], w20, w25)
    w28 = _next_word(w[12], w[13], w21, w26)
    w29 = _next_word(w[13], w[14], w22, w27)
    w30 = _next_word(w[14], w[15], w23, w28)
    w31 = _next_word(w[15], w16, w24, w29)
    return (w16, w17, w18, w19, w20, w21, w22, w23, w24, w25, w26, w27, w28, w29, w30, w31)


@inlined
def _next_word(w0: np.uint32, w1: np.uint32, w9: np.uint32, w14: np.uint32) -> np.uint32:
    near = _rotated(w1, _u32(7)) ^ _rotated(w1, _u32(18)) ^ (w1 >> _u32(3))
    far = _rotated(w14, _u32(17)) ^ _rotated(w14, _u32(19)) ^ (w14 >> _u32(10))
    return _u32(w0 + near + w9 + far)


@inlined
def _rotated(word: np.uint32, bits: np.uint32) -> np.uint32:
    return _u32((word >> bits) | (word << _u32(_u32(32) - bits)))


@inlined
def _swapped(word: np.uint32) -> np.uint32:
    low = _u32((word & _u32(0xFF)) << _u32(24)) | _u32((word & _u32(0xFF00)) << _u32(8))
    high = ((word >> _u32(8)) & _u32(0xFF00)) | (word >> _u32(24))
    return _u32(low | high)
