"""Chains of nodes that can be searched: skew-binary random access lists.

Myers, "An applicative random-access stack" (Information Processing Letters 17, 1983): write the
number n of a node, counted from 1, as a sum of terms 2^k - 1, taking the largest that fits each
time (only the smallest can occur twice). The node's *jump* leads back by its smallest term, to
node n minus that term; its other link to node n - 1. A node is added in constant time, and any
older one is found in at most 3 log2(n) steps, by number or by movement.

A node's number is not stored: a chain's length is kept with its head, and a walk counts down.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.kernel.words import get, put
from tpwallet.views.history.loops.nodes import jump_in, links_of, previous_in
from tpwallet.views.history.loops.words import HEAD, JUMPS, MASK_32, U32

_TERM_MAX = (1 << 32) - 1


@compiled
def smallest_terms(number):
    """The smallest term of a node's number and the next one; 0 where there is none."""
    term, smallest, following = _TERM_MAX, 0, 0
    while number > 0:
        while term > number:
            term >>= 1
        smallest, following = term, smallest
        number -= term
    return smallest, following


@compiled
def head_of(chain):
    """A chain's newest node, and its number."""
    head = get(chain, HEAD)
    return np.int64(head & MASK_32), np.int64(head >> U32)


@compiled
def extend(history, side, chain, pointer):
    """Make `pointer` the newest node of a chain; returns the node's links, to be written.

    The head's jump, and the jump from there, are kept with the head, so that every other node is
    added without reading an older one.
    """
    head, length = head_of(chain)
    jumps = get(chain, JUMPS)
    first, second = np.int64(jumps & MASK_32), np.int64(jumps >> U32)
    smallest, following = smallest_terms(length)
    if smallest != following:
        jump, beyond = head, first
    elif second == 0:
        jump, beyond = second, second
    else:
        jump, beyond = second, jump_in(links_of(history, side, second))
    put(chain, HEAD, np.uint64(pointer) | (np.uint64(length + 1) << U32))
    put(chain, JUMPS, np.uint64(jump) | (np.uint64(beyond) << U32))
    return np.uint64(head) | (np.uint64(jump) << U32)


@compiled
def older(links, bound):
    """Of a node newer than `bound`, the link that leads furthest back without passing it."""
    jump = jump_in(links)
    return jump if jump >= bound else previous_in(links)


@compiled
def latest(history, side, pointer, bound):
    """The newest node up to `bound`, at `pointer` or before it; 0: there is none."""
    while pointer > bound:
        pointer = older(links_of(history, side, pointer), bound)
    return pointer


@compiled
def latest_numbered(history, side, pointer, number, bound):
    """Like `latest`, from node `number` at `pointer`; returns the node and its number."""
    while pointer > bound:
        links = links_of(history, side, pointer)
        jump = jump_in(links)
        if jump >= bound:
            pointer, number = jump, number - smallest_terms(number)[0]
        else:
            pointer, number = previous_in(links), number - 1
    return pointer, number


@compiled
def numbered(history, side, pointer, number, wanted):
    """Node number `wanted`, from node `number` at `pointer`, which is not older."""
    while number > wanted:
        links = links_of(history, side, pointer)
        term = smallest_terms(number)[0]
        if number - term >= wanted:
            pointer, number = jump_in(links), number - term
        else:
            pointer, number = previous_in(links), number - 1
    return pointer
