"""The expiry queue: a binary heap of (expires_at, timestamp, slot), the earliest first.

How its entries lie is nobody's business: they come off in one order however they were put in.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.words import QUEUE, QUEUE_AT, QUEUE_MAX, QUEUE_ROW_BYTES
from tpwallet.kernel.words import get, put


@compiled
def _entry(books, at):
    return np.int64(get(books, QUEUE_AT)) + at * QUEUE_ROW_BYTES


@compiled
def _write(entry, expires_at, timestamp, slot):
    put(entry, 0, expires_at)
    put(entry, 1, timestamp)
    put(entry, 2, slot)


@compiled
def _is_before(entry, expires_at, timestamp):
    return get(entry, 0) < expires_at or (get(entry, 0) == expires_at and get(entry, 1) < timestamp)


@compiled
def push(books, expires_at, timestamp, slot):
    """Add an entry."""
    at = np.int64(get(books, QUEUE))
    if at >= np.int64(get(books, QUEUE_MAX)):
        raise MemoryError("ledger: expiry queue exhausted")
    put(books, QUEUE, np.uint64(at + 1))
    while at > 0:
        parent = _entry(books, (at - 1) >> 1)
        if _is_before(parent, expires_at, timestamp):
            break
        _write(_entry(books, at), get(parent, 0), get(parent, 1), get(parent, 2))
        at = (at - 1) >> 1
    _write(_entry(books, at), expires_at, timestamp, slot)


@compiled
def first(books):
    """The first entry of a queue that is not empty: (expires_at, timestamp, slot)."""
    return entry_of(books, 0)


@compiled
def pop(books):
    """Take off the first entry of a queue that is not empty: (expires_at, timestamp, slot)."""
    top = first(books)
    length = np.int64(get(books, QUEUE)) - 1
    put(books, QUEUE, np.uint64(length))
    last = _entry(books, length)
    _sink(books, np.int64(0), length, get(last, 0), get(last, 1), get(last, 2))
    return top


@compiled
def _sink(books, at, length, expires_at, timestamp, slot):
    """Put an entry where one is missing, and below it what comes later."""
    while 2 * at + 1 < length:
        child = 2 * at + 1
        entry = _entry(books, child)
        if child + 1 < length:
            right = _entry(books, child + 1)
            if _is_before(right, get(entry, 0), get(entry, 1)):
                child, entry = child + 1, right
        if not _is_before(entry, expires_at, timestamp):
            break
        _write(_entry(books, at), get(entry, 0), get(entry, 1), get(entry, 2))
        at = child
    _write(_entry(books, at), expires_at, timestamp, slot)


@compiled
def entry_of(books, at):
    """The entry that lies at a place: (expires_at, timestamp, slot)."""
    entry = _entry(books, at)
    return get(entry, 0), get(entry, 1), np.int64(get(entry, 2))


@compiled
def keep(books, to, at):
    """Move the entry at a place to an earlier one."""
    entry = _entry(books, at)
    _write(_entry(books, to), get(entry, 0), get(entry, 1), get(entry, 2))


@compiled
def order(books, length):
    """Make a queue of the first entries, which lie as they come (Floyd's heap construction)."""
    put(books, QUEUE, np.uint64(length))
    for at in range((length >> 1) - 1, -1, -1):
        entry = _entry(books, at)
        _sink(books, np.int64(at), length, get(entry, 0), get(entry, 1), get(entry, 2))
