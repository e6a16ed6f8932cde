"""Which parts of the tree a proof names: the arithmetic of RFC 6962 without any hash.

A *span* is a half-open range of leaf numbers, `(start, end)`, whose root is one hash of a proof.
RFC 6962 defines paths by recursion over lists of leaves; here the same recursion walks over spans,
so that a tree in memory and a log on disk share it, each with its own way to find a span's root.

A span of the RFC's splits starts on a multiple of the largest power of two within it, so it is a
short row of *complete* subtrees; subtree `(level, index)` covers the leaves from `index << level`
up to, but not including, `(index + 1) << level`. Complete subtrees never change as a log grows,
which is why they alone are stored.

Source: RFC 6962 sections 2.1, 2.1.1 and 2.1.2.
"""

from typing import TypeAlias

from tpwallet.proofs.limits import SIZE_MAX

Span: TypeAlias = tuple[int, int]
Subtree: TypeAlias = tuple[int, int]


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """The spans whose roots prove leaf `index` of a tree of `size` leaves, from the leaf upwards.

    **Rejects** (ValueError) an index outside the tree.

    >>> inclusion_spans(2, 5)
    ((3, 4), (0, 2), (4, 5))
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise ValueError(f"leaf {index} of a tree of {size} leaves")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(old_size: int, new_size: int) -> tuple[Span, ...]:
    """The spans whose roots prove that the tree of `old_size` leaves is how the new one begins.

    Empty when the sizes are equal, and for the empty tree, which begins every tree.

    **Rejects** (ValueError) an old size beyond the new one.

    >>> consistency_spans(3, 7)
    ((2, 3), (3, 4), (0, 2), (4, 7))
    """
    if not 0 <= old_size <= new_size <= SIZE_MAX:
        raise ValueError(f"old size {old_size} and new size {new_size}")
    if old_size == 0:
        return ()
    spans: list[Span] = []
    start, end = 0, new_size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # The verifier knows the root of the old tree itself, but not of a part of it.
    if start > 0:
        spans.append((start, end))
    return tuple(reversed(spans))


def complete_subtrees(span: Span) -> tuple[Subtree, ...]:
    """The complete subtrees that make up a span, as `(level, index)`, from left to right.

    **Rejects** (ValueError) a span that no split of RFC 6962 yields.

    >>> complete_subtrees((0, 7))
    ((2, 0), (1, 2), (0, 6))
    """
    start, end = span
    subtrees: list[Subtree] = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start % (1 << level):
            raise ValueError(f"leaves {span} are not a span of the tree")
        subtrees.append((level, start >> level))
        start += 1 << level
    return tuple(subtrees)


def _split(count: int) -> int:
    """The largest power of two below `count`: k of RFC 6962 section 2.1."""
    return 1 << ((count - 1).bit_length() - 1)
