"""The blinds: what keeps a leaf from being guessed by who holds only its hash.

A payment has few unknowns: given the hash of "100.00 from 7 to 9", an outsider could try amounts
until one fits. So every leaf, and every item of a batch event, is hashed together with 32 bytes
that only the pool can derive, from its 32-byte blinding key K. A proof discloses the one blind it
needs, which says nothing of any other.

Blinding hides; it does not authenticate. Whoever holds K can recompute every blind of the pool.

Source: docs/reference/journal-format.md, "Transparency log"; HMAC is RFC 2104, SHAKE-256 FIPS 202.
"""

import hmac
from hashlib import shake_256

BLIND_BYTES = 32
KEY_BYTES = 32

_LEAF = b"tpwallet leaf"
_BATCH = b"tpwallet batch"


def blind(key: bytes, position: int) -> bytes:
    """The blind of the leaf of the event at `position` (from 1) under pool key `key`.

    **Rejects** (ValueError) a key that is not 32 bytes and a position below 1 or beyond 64 bits.

    >>> blind(bytes(32), 1).hex()[:16]
    '27597a2af1f350da'
    """
    return _derived(key, _LEAF, position)


def batch_key(key: bytes, position: int) -> bytes:
    """The key of the blinds within the batch event at `position`; **rejects** as `blind` does."""
    return _derived(key, _BATCH, position)


def item_blinds(batch_key: bytes, count: int) -> bytes:
    """The blinds of the first `count` items of a batch event, 32 bytes each, as one run.

    **Rejects** (ValueError) a batch key that is not 32 bytes.
    """
    _require_key(batch_key)
    return shake_256(batch_key).digest(BLIND_BYTES * count)


def _derived(key: bytes, purpose: bytes, position: int) -> bytes:
    _require_key(key)
    if not 1 <= position < 2**64:
        raise ValueError(f"position {position} is not that of an event")
    return hmac.digest(key, purpose + position.to_bytes(8, "little"), "sha256")


def _require_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a blinding key is {KEY_BYTES} bytes, not {len(key)}")
