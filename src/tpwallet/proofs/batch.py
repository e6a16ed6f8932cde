"""The tree inside a batch event: one leaf for each record and each refusal.

A batch event holds up to thousands of transfers of different customers. Its items, the stored
records first and the refusals after them, are the leaves of a small RFC 6962 tree, each blinded on
its own. The root goes into the event's leaf; the path of one item proves it and shows nothing of
the others.

The tree is hashed in compiled code (`lanes`) because it stands in the way of every batch. It is not
kept: it is derived again from the event when somebody asks for a proof.

Source: docs/reference/journal-format.md, "Transparency log".
"""

from typing import TypeAlias

import numpy as np

from tpwallet.proofs.blinding import BLIND_BYTES, item_blinds
from tpwallet.proofs.lanes import Bytes, sha256_many
from tpwallet.proofs.leaf import RECORD_BYTES, REFUSAL_BYTES, batch_content
from tpwallet.proofs.limits import ITEMS_MAX
from tpwallet.proofs.merkle import EMPTY_ROOT, HASH_BYTES, LEAF_PREFIX, NODE_PREFIX

Run: TypeAlias = bytes | bytearray | memoryview | Bytes
"""Rows of one length, one after another."""


class BatchTree:
    """The inner tree of one batch event, under its batch key.

    Making one **rejects** (ValueError) a run that is not whole rows, more than `ITEMS_MAX` items
    and a key that is not 32 bytes.

    >>> tree = BatchTree(bytes(32), records=bytes(3 * 128), refusals=bytes(24))
    >>> tree.item_count, len(tree.path(3)), len(tree.item(3))
    (4, 2, 24)
    """

    def __init__(self, batch_key: bytes, *, records: Run, refusals: Run) -> None:
        self._records = _rows("records", records, RECORD_BYTES)
        self._refusals = _rows("refusals", refusals, REFUSAL_BYTES)
        self.item_count = len(self._records) + len(self._refusals)
        if self.item_count > ITEMS_MAX:
            raise ValueError(f"{self.item_count} items in a batch event, limit {ITEMS_MAX}")
        run = item_blinds(batch_key, self.item_count)
        self._blinds: Bytes = np.frombuffer(run, np.uint8).reshape(-1, BLIND_BYTES)
        self._levels = _levels(self._leaves())

    @property
    def root(self) -> bytes:
        """The inner root; SHA-256 of nothing for a batch without items."""
        return bytes(self._levels[-1][0]) if self.item_count else EMPTY_ROOT

    def content(self, name: str) -> bytes:
        """The content of the batch event's leaf. **Rejects** (ValueError) another event's name."""
        return batch_content(name, self.item_count, self.root)

    def item(self, index: int) -> bytes:
        """Item `index` (records, then refusals, from 0). **Rejects** (IndexError) others."""
        self._require_index(index)
        if index < len(self._records):
            return bytes(self._records[index])
        return bytes(self._refusals[index - len(self._records)])

    def item_blind(self, index: int) -> bytes:
        """The blind of item `index`. **Rejects** (IndexError) an index outside the batch."""
        self._require_index(index)
        return bytes(self._blinds[index])

    def path(self, index: int) -> tuple[bytes, ...]:
        """The inclusion path of item `index`. **Rejects** (IndexError) others."""
        self._require_index(index)
        path: list[bytes] = []
        for nodes in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(nodes):
                path.append(bytes(nodes[sibling]))
            index >>= 1
        return tuple(path)

    def _leaves(self) -> Bytes:
        stored = len(self._records)
        leaves = np.empty((self.item_count, HASH_BYTES), np.uint8)
        leaves[:stored] = _blinded(self._blinds[:stored], self._records)
        leaves[stored:] = _blinded(self._blinds[stored:], self._refusals)
        return leaves

    def _require_index(self, index: int) -> None:
        if not 0 <= index < self.item_count:
            raise IndexError(f"item {index} of {self.item_count}")


def _rows(what: str, run: Run, length: int) -> Bytes:
    flat = np.frombuffer(run, np.uint8)
    if flat.size % length:
        raise ValueError(f"{what}: {flat.size} bytes are not rows of {length}")
    return flat.reshape(-1, length)


def _blinded(blinds: Bytes, items: Bytes) -> Bytes:
    return sha256_many(LEAF_PREFIX, np.concatenate((blinds, items), axis=1))


def _levels(leaves: Bytes) -> list[Bytes]:
    levels = [leaves]
    while len(levels[-1]) > 1:
        nodes = levels[-1]
        paired = len(nodes) & ~1
        parents = sha256_many(NODE_PREFIX, nodes[:paired].reshape(-1, 2 * HASH_BYTES))
        levels.append(np.concatenate((parents, nodes[paired:])))
    return levels
