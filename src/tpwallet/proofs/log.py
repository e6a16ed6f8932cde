"""The transparency log: an append-only tree that can prove any of its pasts.

A log turns a run of leaf hashes into roots and paths for the tree *as it was* at any size. It keeps
only complete subtrees, which never change, in a hash store; the root of an unfinished tree is put
together from at most one subtree of each level. Root, inclusion path and consistency path each read
O(log n) hashes.

The log knows hashes, not events: `leaf` makes them, `checkpoint` publishes the roots. Leaves are
numbered from 0, so the event at position p is leaf p - 1.

Source: RFC 6962 section 2.1.
"""

from tpwallet.proofs.frontier import Frontier, grow
from tpwallet.proofs.hash_store import HashStore, stored_number, whole_leaves
from tpwallet.proofs.merkle import root_of_subtrees
from tpwallet.proofs.spans import (
    Span,
    complete_subtrees,
    consistency_spans,
    inclusion_spans,
)


class Log:
    """A Merkle log over a hash store, opened where the store ends.

    Opening **rejects** (ValueError) a store that ends amid an append: cut it to
    `stored_count(whole_leaves(count)[0])` hashes first.

    >>> from tpwallet.proofs.hash_store import MemoryHashStore
    >>> from tpwallet.proofs.merkle import leaf_hash, verify_inclusion
    >>> log = Log(MemoryHashStore())
    >>> log.append(b"".join(leaf_hash(bytes([n])) for n in range(5)))
    >>> verify_inclusion(leaf=leaf_hash(bytes([3])), index=3, size=5, root=log.root(5),
    ...                  path=log.inclusion_path(3, 5))
    """

    def __init__(self, store: HashStore) -> None:
        self._store = store
        size, spare = whole_leaves(store.count())
        if spare:
            raise ValueError(f"{spare} hashes follow the last whole leaf, number {size - 1}")
        self._frontier = Frontier(size, self._subtree_roots((0, size)))

    @property
    def size(self) -> int:
        """How many leaves the log has."""
        return self._frontier.size

    def append(self, leaves: bytes) -> None:
        """Add a run of 32-byte leaf hashes; any number, many at once being the cheapest.

        **Rejects** (ValueError) a run that is not whole hashes.
        """
        growth = grow(self._frontier, leaves)
        self._store.append(growth.hashes)
        self._frontier = growth.frontier

    def leaf(self, index: int) -> bytes:
        """The hash of leaf `index`. **Rejects** (ValueError) an index outside the log."""
        if not 0 <= index < self.size:
            raise ValueError(f"leaf {index} of a log of {self.size} leaves")
        return self._store.read(stored_number(0, index))

    def frontier(self, size: int) -> Frontier:
        """The peaks of the tree as it was with `size` leaves. **Rejects** sizes not reached."""
        self._require_reached(size)
        return Frontier(size, self._subtree_roots((0, size)))

    def root(self, size: int) -> bytes:
        """The root of the tree as it was with `size` leaves. **Rejects** sizes not reached."""
        return self._frontier.root() if size == self.size else self.frontier(size).root()

    def inclusion_path(self, index: int, size: int) -> tuple[bytes, ...]:
        """The path of leaf `index` in the tree as it was with `size` leaves.

        **Rejects** (ValueError) an index outside that tree and a size not reached.
        """
        self._require_reached(size)
        return tuple(self._root_of(span) for span in inclusion_spans(index, size))

    def consistency_path(self, old_size: int, new_size: int) -> tuple[bytes, ...]:
        """The path that proves the tree of `old_size` leaves to begin the one of `new_size`.

        **Rejects** (ValueError) an old size beyond the new one and a size not reached.
        """
        self._require_reached(new_size)
        return tuple(self._root_of(span) for span in consistency_spans(old_size, new_size))

    def _require_reached(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise ValueError(f"size {size} of a log of {self.size} leaves")

    def _root_of(self, span: Span) -> bytes:
        return root_of_subtrees(self._subtree_roots(span))

    def _subtree_roots(self, span: Span) -> tuple[bytes, ...]:
        return tuple(
            self._store.read(stored_number(level, index))
            for level, index in complete_subtrees(span)
        )
