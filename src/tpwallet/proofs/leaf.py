"""The leaf of an event, and of an item within a batch event.

A leaf commits to everything about an event: where it stands, under which envelope (who asked, when,
for what cause) and what it says. For a batch event "what it says" is its name, how many items it
has and the root over them, so that one item can be shown without its neighbours.

Envelope and content enter as the very bytes of the journal; nothing here decodes or encodes them.

Source: docs/reference/journal-format.md, "Transparency log".
"""

from typing import Final

import msgspec

from tpwallet.proofs.blinding import BLIND_BYTES, blind
from tpwallet.proofs.merkle import HASH_BYTES, leaf_hash

BATCH_EVENTS: Final = frozenset({"ledger.accounts_created@1", "ledger.batch_applied@1"})
"""The events whose content is an inner root rather than their own bytes."""

RECORD_BYTES: Final = 128
"""An item that was stored: an account or a transfer."""

REFUSAL_BYTES: Final = 24
"""An item that was refused."""


def event_leaf(key: bytes, position: int, envelope: bytes, content: bytes) -> bytes:
    """The leaf hash of the event at `position` (from 1), blinded under pool key `key`.

    **Rejects** (ValueError) a key that is not 32 bytes and a position below 1 or beyond 64 bits.
    """
    return blinded_event_leaf(blind(key, position), position, envelope, content)


def blinded_event_leaf(blind: bytes, position: int, envelope: bytes, content: bytes) -> bytes:
    """The same from a disclosed blind, for who verifies without the key.

    **Rejects** (ValueError) a blind that is not 32 bytes and a position below 1 or beyond 64 bits.
    """
    _require_length("blind", blind, BLIND_BYTES)
    if not 1 <= position < 2**64:
        raise ValueError(f"position {position} is not that of an event")
    placed = position.to_bytes(8, "little") + len(envelope).to_bytes(4, "little")
    return leaf_hash(blind + placed + envelope + content)


def batch_content(name: str, item_count: int, inner_root: bytes) -> bytes:
    """The content of a batch event: msgpack `[name, item_count, inner_root]`, shortest forms.

    **Rejects** (ValueError) a name that is not a batch event's and a root that is not 32 bytes.

    >>> batch_content("ledger.batch_applied@1", 2, bytes(32)).hex()[:6]
    '93b66c'
    """
    if name not in BATCH_EVENTS:
        raise ValueError(f"{name!r} is not a batch event")
    _require_length("inner root", inner_root, HASH_BYTES)
    return msgspec.msgpack.encode((name, item_count, inner_root))


def item_leaf(blind: bytes, item: bytes) -> bytes:
    """The inner leaf hash of one item, a record of 128 bytes or a refusal of 24.

    **Rejects** (ValueError) a blind that is not 32 bytes and an item of any other length.
    """
    _require_length("blind", blind, BLIND_BYTES)
    if len(item) not in (RECORD_BYTES, REFUSAL_BYTES):
        raise ValueError(f"an item is {RECORD_BYTES} or {REFUSAL_BYTES} bytes, not {len(item)}")
    return leaf_hash(blind + item)


def _require_length(what: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise ValueError(f"{what} is {length} bytes, not {len(value)}")
