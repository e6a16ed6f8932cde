"""The right edge of a growing tree: all that is needed to grow it, in O(log n) memory.

The *peaks* of a tree are the roots of its largest complete subtrees from left to right, one for
each bit set in its size. Whoever wants only the root of a log that grows (a replica that checks
checkpoints, an importer, a snapshot) keeps a `Frontier` and nothing else. Whoever wants proofs as
well keeps the hashes that each growth completes; `log` does.

A frontier is a value: growing one returns another.

Source: RFC 6962 section 2.1; the numbering of completed hashes is in `hash_store`.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from tpwallet.proofs.hash_store import stored_count
from tpwallet.proofs.lanes import Bytes, sha256_many
from tpwallet.proofs.limits import SIZE_MAX
from tpwallet.proofs.merkle import HASH_BYTES, NODE_PREFIX, node_hash, root_of_subtrees

_MANY = 96
"""From how many leaves on the compiled code is the faster, measured."""


class Frontier(msgspec.Struct, frozen=True):
    """A tree of `size` leaves, by its peaks, the largest first.

    >>> from tpwallet.proofs.merkle import leaf_hash, root_of_leaves
    >>> leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")]
    >>> grown = grow(Frontier(), b"".join(leaves)).frontier
    >>> grown.size, len(grown.peaks), grown.root() == root_of_leaves(leaves)
    (3, 2, True)
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= SIZE_MAX or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{len(self.peaks)} peaks for a tree of {self.size} leaves")
        if any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError(f"a peak is not {HASH_BYTES} bytes")

    def root(self) -> bytes:
        """The root of the whole tree."""
        return root_of_subtrees(self.peaks)


class Growth(msgspec.Struct, frozen=True):
    """The grown frontier, and the hashes completed on the way in the order a store keeps them."""

    frontier: Frontier
    hashes: bytes


def grow(frontier: Frontier, leaves: bytes) -> Growth:
    """Append a run of 32-byte leaf hashes.

    A few leaves are hashed one by one, many level by level in compiled code, to the same answer.

    **Rejects** (ValueError) a run that is not whole hashes, or that outgrows `SIZE_MAX`.
    """
    if len(leaves) % HASH_BYTES:
        raise ValueError(f"{len(leaves)} bytes are not whole hashes")
    if len(leaves) // HASH_BYTES < _MANY:
        return _grown_one_by_one(frontier, leaves)
    return _grown_by_levels(frontier, leaves)


def _grown_one_by_one(frontier: Frontier, leaves: bytes) -> Growth:
    size, peaks, hashes = frontier.size, list(frontier.peaks), bytearray()
    for start in range(0, len(leaves), HASH_BYTES):
        node = leaves[start : start + HASH_BYTES]
        hashes += node
        unpaired = size
        while unpaired & 1:
            node = node_hash(peaks.pop(), node)
            hashes += node
            unpaired >>= 1
        peaks.append(node)
        size += 1
    return Growth(Frontier(size, tuple(peaks)), bytes(hashes))


def _grown_by_levels(frontier: Frontier, leaves: bytes) -> Growth:
    old_size = frontier.size
    size = old_size + len(leaves) // HASH_BYTES
    waiting, peaks = list(frontier.peaks), list[bytes]()
    before = stored_count(old_size)
    hashes = np.empty((stored_count(size) - before, HASH_BYTES), np.uint8)
    nodes: Bytes = np.frombuffer(leaves, np.uint8).reshape(-1, HASH_BYTES)
    for level in range(size.bit_length()):
        first = old_size >> level
        hashes[_stored_numbers(level, first, len(nodes)) - before] = nodes
        if first & 1:
            left = np.frombuffer(waiting.pop(), np.uint8).reshape(1, HASH_BYTES)
            nodes = np.concatenate((left, nodes))
        if (size >> level) & 1:
            peaks.append(bytes(nodes[-1]))
            nodes = nodes[:-1]
        nodes = sha256_many(NODE_PREFIX, nodes.reshape(-1, 2 * HASH_BYTES))
    return Growth(Frontier(size, tuple(reversed(peaks))), hashes.tobytes())


def _stored_numbers(level: int, first: int, count: int) -> npt.NDArray[np.int64]:
    """`hash_store.stored_number` of `count` subtrees of one level."""
    indices = np.arange(first, first + count, dtype=np.int64)
    last_leaves = ((indices + 1) << level) - 1
    numbers: npt.NDArray[np.int64] = 2 * last_leaves - np.bitwise_count(last_leaves) + level
    return numbers
