"""The Merkle tree of RFC 6962: its hashes, roots and paths, and how to check a path.

A tree of n leaves has one root; an *inclusion path* shows that a leaf is in it, a *consistency
path* that an older tree is how a newer one begins. The functions that build take all leaf hashes
and cost O(n): they suit small trees and are the measure for the faster builders in `log` and
`batch`. The functions that verify cost O(log n) and need no tree.

A path does not bind the size it is checked against: whoever verifies takes size and root from one
signed checkpoint.

Source: RFC 6962 section 2.1 (hashes and paths), RFC 9162 sections 2.1.3.2 and 2.1.4.2 (checking).
"""

from collections.abc import Sequence
from hashlib import sha256

from tpwallet.proofs.limits import SIZE_MAX
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.spans import consistency_spans, inclusion_spans

HASH_BYTES = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf with this content: SHA-256(0x00 || content)."""
    return sha256(LEAF_PREFIX + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(NODE_PREFIX + left + right).digest()


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf *hashes*, in order.

    >>> root_of_leaves([leaf_hash(b"")]).hex()[:16]
    '6e340b9cffb37a98'
    """
    if not leaves:
        return EMPTY_ROOT
    row = list(leaves)
    while len(row) > 1:
        # An odd last node rises unhashed: the same tree as the RFC's split at a power of two.
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(*pair) for pair in zip(row[0::2], row[1::2], strict=False)] + odd
    return row[0]


def root_of_subtrees(roots: Sequence[bytes]) -> bytes:
    """The root over a row of complete subtrees that shrink from left to right."""
    if not roots:
        return EMPTY_ROOT
    joined = roots[-1]
    for root in reversed(roots[:-1]):
        joined = node_hash(root, joined)
    return joined


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The sibling hashes that prove leaf `index` (from 0), from the leaf upwards.

    **Rejects** (ValueError) an index outside the tree.
    """
    spans = inclusion_spans(index, len(leaves))
    return tuple(root_of_leaves(leaves[start:end]) for start, end in spans)


def consistency_path(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """The hashes that prove that the first `old_size` leaves were the whole tree once.

    **Rejects** (ValueError) an old size beyond the number of leaves.
    """
    spans = consistency_spans(old_size, len(leaves))
    return tuple(root_of_leaves(leaves[start:end]) for start, end in spans)


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that leaf hash `leaf`, as leaf `index` of `size`, and its path lead to.

    **Rejects** (ProofRejected) `position_out_of_range`, `path_length`, and `malformed` for anything
    that is not a hash of 32 bytes.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise ProofRejected("position_out_of_range", index=index, size=size)
    _require_length(len(inclusion_spans(index, size)), path)
    _require_hashes(leaf, *path)
    at, last = index, size - 1
    root = leaf
    for sibling in path:
        if at & 1 or at == last:
            root = node_hash(sibling, root)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        at, last = at >> 1, last >> 1
    return root


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    """Return if the path proves leaf hash `leaf` to be leaf `index` (from 0) under `root`.

    **Rejects** (ProofRejected) what `root_of_path` does, and `root_mismatch`.
    """
    computed = root_of_path(leaf, index, size, path)
    if computed != root:
        raise ProofRejected("root_mismatch", stated=root, computed=computed)


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Return if the path proves that the old tree is how the new one begins.

    **Rejects** (ProofRejected) `size_out_of_range`, `path_length`, `malformed`, `old_root_mismatch`
    and `root_mismatch`. The empty tree begins every tree: its path is empty.
    """
    if not 0 <= old_size <= new_size <= SIZE_MAX:
        raise ProofRejected("size_out_of_range", old_size=old_size, new_size=new_size)
    _require_length(len(consistency_spans(old_size, new_size)), path)
    _require_hashes(old_root, new_root, *path)
    old_computed, new_computed = _roots_of_consistency(old_size, old_root, new_size, new_root, path)
    if old_computed != old_root:
        raise ProofRejected("old_root_mismatch", stated=old_root, computed=old_computed)
    if new_computed != new_root:
        raise ProofRejected("root_mismatch", stated=new_root, computed=new_computed)


def _roots_of_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    if old_size == 0:
        return EMPTY_ROOT, new_root
    if old_size == new_size:
        return old_root, old_root
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # An old tree of a power of two is itself the first node; otherwise the path begins with it.
    old = new = old_root if at == 0 else path[0]
    for sibling in path if at == 0 else path[1:]:
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return old, new


def _require_length(expected: int, path: Sequence[bytes]) -> None:
    if len(path) != expected:
        raise ProofRejected("path_length", expected=expected, found=len(path))


def _require_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise ProofRejected("malformed", what="hash", expected=HASH_BYTES, found=len(value))
