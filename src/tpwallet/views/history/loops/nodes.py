"""What a node stores: its links, and the values its side of an account came to.

Whatever is read is checked before it is followed: a pointer leads to a movement there is, and links
lead back.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.kernel.words import get, put
from tpwallet.views.history.damage import StoredNonsense
from tpwallet.views.history.loops.words import (
    HIGHS,
    IS_WIDE,
    LINKS,
    MASK_32,
    MOVEMENT_BYTES,
    MOVEMENTS,
    MOVEMENTS_AT,
    NODE_BYTES,
    NODE_PENDING,
    NODE_POSTED,
    PENDING,
    PENDING_HIGH_BITS,
    POSTED,
    POSTED_HIGH_BITS,
    U0,
    U1,
    U32,
    WIDE_BYTES,
    WIDE_PENDING,
    WIDE_POSTED,
    WIDES,
    WIDES_AT,
)

_PENDING_BITS = np.uint64(PENDING_HIGH_BITS)
_POSTED_HIGH_END = np.uint64(1 << POSTED_HIGH_BITS)
_PENDING_HIGH_END = np.uint64(1 << PENDING_HIGH_BITS)


@compiled
def _movement_at(history, pointer):
    return np.int64(get(history, MOVEMENTS_AT)) + (pointer - 1) * MOVEMENT_BYTES


@compiled
def _stored_at(history, pointer):
    """Address of the movement a pointer (its number plus 1) leads to, if there is one."""
    if pointer < 1 or np.uint64(pointer) > get(history, MOVEMENTS):
        raise StoredNonsense("movements: a link leads to a movement there is not")
    return _movement_at(history, pointer)


@compiled
def links_of(history, side, pointer):
    """The links of a node. **Rejects** with `StoredNonsense` those that do not lead back."""
    links = get(_stored_at(history, pointer) + side * NODE_BYTES, LINKS)
    if previous_in(links) >= pointer or jump_in(links) > previous_in(links):
        raise StoredNonsense("movements: a link does not lead back")
    return links


@compiled
def previous_in(links):
    """The node before, or 0."""
    return np.int64(links & MASK_32)


@compiled
def jump_in(links):
    """The older node that the jump leads to, or 0."""
    return np.int64(links >> U32)


@compiled
def _widen(history, chain):
    """Put a chain's values in a new row of the wide file; returns the row's number."""
    number = get(history, WIDES)
    put(history, WIDES, number + U1)
    row = np.int64(get(history, WIDES_AT)) + np.int64(number) * WIDE_BYTES
    for word in range(2):
        put(row, WIDE_PENDING + word, get(chain, PENDING + word))
        put(row, WIDE_POSTED + word, get(chain, POSTED + word))
    return number


@compiled
def write_node(history, side, pointer, links, chain):
    """Write a node with a chain's present values; returns its highs, for `write_highs`."""
    node = _movement_at(history, pointer) + side * NODE_BYTES
    put(node, LINKS, links)
    posted_high, pending_high = get(chain, POSTED + 1), get(chain, PENDING + 1)
    if posted_high < _POSTED_HIGH_END and pending_high < _PENDING_HIGH_END:
        highs = (posted_high << _PENDING_BITS) | pending_high
        if highs != IS_WIDE:
            put(node, NODE_POSTED, get(chain, POSTED))
            put(node, NODE_PENDING, get(chain, PENDING))
            return highs
    put(node, NODE_POSTED, _widen(history, chain))
    put(node, NODE_PENDING, U0)
    return IS_WIDE


@compiled
def write_highs(history, pointer, debit, credit):
    """Write the highs of a movement's two nodes."""
    put(_movement_at(history, pointer), HIGHS, debit | (credit << U32))


@compiled
def read_node(history, side, pointer, values, at):
    """Read a node's values into `values[at : at + 4]` (u64): pending low, high, posted low, high.

    Pointer 0 is the beginning of a chain, where both are zero. **Rejects** with `StoredNonsense` a
    pointer to no movement, and a node that names no row of the wide file.
    """
    if pointer == 0:
        for word in range(4):
            values[at + word] = U0
        return
    movement = _stored_at(history, pointer)
    node = movement + side * NODE_BYTES
    highs = (get(movement, HIGHS) >> (U32 * np.uint64(side))) & MASK_32
    if highs == IS_WIDE:
        number = get(node, NODE_POSTED)
        if number >= get(history, WIDES):
            raise StoredNonsense("movements: a node names a wide row there is not")
        row = np.int64(get(history, WIDES_AT)) + np.int64(number) * WIDE_BYTES
        for word in range(4):
            values[at + word] = get(row, word)
        return
    values[at] = get(node, NODE_PENDING)
    values[at + 1] = highs & (_PENDING_HIGH_END - U1)
    values[at + 2] = get(node, NODE_POSTED)
    values[at + 3] = highs >> _PENDING_BITS
