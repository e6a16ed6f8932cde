"""Where a log keeps its hashes: the port, its numbering, and a store in memory.

A log of a hundred million events has two hundred million hashes, which are only ever appended. A
*hash store* is therefore one run of 32-byte hashes: append at the end, read by number. The
log appends a leaf and then, from low to high, every complete subtree that leaf closes. The place of
subtree `(level, index)` follows by arithmetic, so no index is kept, and any beginning of the
run that ends on a leaf boundary is itself a valid log: a file that lost its tail to a crash is
cut to `stored_count(leaf_count)` hashes and continued. In a file, hash number n is the 32 bytes at
32 n.

The store does not check what it is given; the log above it does.

The order is the one of the Go checksum database (R. Cox, Transparent Logs for Skeptical Clients).
"""

from typing import Protocol

from tpwallet.proofs.merkle import HASH_BYTES


class HashStore(Protocol):
    """An append-only run of 32-byte hashes."""

    def count(self) -> int:
        """How many hashes the store holds."""

    def append(self, hashes: bytes) -> None:
        """Add a run of 32-byte hashes at the end, all of them or none."""

    def read(self, number: int) -> bytes:
        """The hash with this number, counted from 0."""


class MemoryHashStore:
    """A hash store that lives and dies with its process.

    >>> store = MemoryHashStore()
    >>> store.append(bytes(64))
    >>> store.count(), store.read(1) == bytes(32)
    (2, True)
    """

    def __init__(self) -> None:
        self._hashes = bytearray()

    def count(self) -> int:
        """How many hashes the store holds."""
        return len(self._hashes) // HASH_BYTES

    def append(self, hashes: bytes) -> None:
        """Add a run of hashes. **Rejects** (ValueError) a run that is not whole hashes."""
        if len(hashes) % HASH_BYTES:
            raise ValueError(f"{len(hashes)} bytes are not whole hashes")
        self._hashes += hashes

    def read(self, number: int) -> bytes:
        """The hash with this number. **Rejects** (IndexError) one that is not there."""
        if not 0 <= number < self.count():
            raise IndexError(f"hash {number} of {self.count()}")
        return bytes(self._hashes[HASH_BYTES * number : HASH_BYTES * (number + 1)])


def stored_count(leaf_count: int) -> int:
    """How many hashes a store holds after this many leaves: the leaves and all complete subtrees.

    >>> [stored_count(leaves) for leaves in range(6)]
    [0, 1, 3, 4, 7, 8]
    """
    return 2 * leaf_count - leaf_count.bit_count()


def stored_number(level: int, index: int) -> int:
    """The number, in the store, of complete subtree `(level, index)`; leaves have level 0.

    >>> stored_number(0, 2), stored_number(1, 1), stored_number(2, 0)
    (3, 5, 6)
    """
    last_leaf = ((index + 1) << level) - 1
    return stored_count(last_leaf) + level


def whole_leaves(hash_count: int) -> tuple[int, int]:
    """How many leaves the first `hash_count` hashes hold whole, and how many hashes are spare.

    Spare hashes are the beginning of an append that did not finish.

    >>> whole_leaves(7), whole_leaves(6)
    ((4, 0), (3, 2))
    """
    leaf_count = hash_count // 2
    while stored_count(leaf_count + 1) <= hash_count:
        leaf_count += 1
    return leaf_count, hash_count - stored_count(leaf_count)
