"""The leaves of a commit: what its events put into the pool's transparency log.

Everybody who follows a journal, to publish its log or to check one, hashes it here, so that there
is one reading of "leaf" in the house. Names and envelopes enter as the journal's own bytes: an
event's name is the one it was written under, whatever newer version it is read as.

Source: docs/reference/journal-format.md, "Transparency log".
"""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.proofs.batch import BatchTree
from tpwallet.proofs.blinding import batch_key
from tpwallet.proofs.leaf import BATCH_EVENTS, event_leaf


class _Written(msgspec.Struct, frozen=True, array_like=True):
    name: str
    payload: msgspec.Raw


_Batch: TypeAlias = tuple[bytes, bytes]  # records, refusals
_decode_written = msgspec.msgpack.Decoder(_Written).decode
_decode_batch = msgspec.msgpack.Decoder(_Batch).decode


def leaves_of(entries: Iterable[Entry], blinding_key: bytes) -> bytes:
    """The leaf hashes of the entries' events, 32 bytes each, in order, under the pool's 32-byte
    key.

    **Rejects** with `JournalCorrupt` a batch event that cannot be read.
    """
    return b"".join(
        leaf_of(entry, offset, blinding_key)
        for entry in entries
        for offset in range(len(entry.event_bytes))
    )


def leaf_of(entry: Entry, offset: int, blinding_key: bytes) -> bytes:
    """The leaf hash of event number `offset` of an entry, counted from 0."""
    position = entry.first_position + offset
    content = entry.event_bytes[offset]
    batch = batch_tree(content, position, blinding_key)
    if batch is not None:
        content = batch[1].content(batch[0])
    return event_leaf(blinding_key, position, entry.envelope_bytes, content)


def batch_tree(
    event_bytes: bytes, position: int, blinding_key: bytes
) -> tuple[str, BatchTree] | None:
    """The name and the inner tree of a batch event; None for any other event.

    **Rejects** with `JournalCorrupt` a batch event that is not records and refusals.
    """
    try:
        written = _decode_written(event_bytes)
        if written.name not in BATCH_EVENTS:
            return None
        records, refusals = _decode_batch(written.payload)
        key = batch_key(blinding_key, position)
        return written.name, BatchTree(key, records=records, refusals=refusals)
    except (msgspec.MsgspecError, ValueError) as error:
        raise JournalCorrupt(f"batch event cannot be read: {error}", position=position) from error
