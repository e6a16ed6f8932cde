"""Records of the past a batch must be compared with, read from the journal before it is decided.

A repeated id is answered by comparing the request with the stored transfer, and a post of an
ended reservation by its record. Memory keeps only where such a record lies; `survey` finds,
before a batch is decided, which of them it can need, and the batch's accounts on the way.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.books import (
    POST,
    VOID,
    ended_reservation,
    reservation_at,
    transfer_reference,
)
from tpwallet.domains.ledger.loops.looking_up import found_at, look_up
from tpwallet.domains.ledger.loops.words import (
    BURNT,
    FOUND_SLOT,
    INDEX_MASK,
    KIND_SHIFT,
    LEDGER,
    OPEN,
    PENDING_ID,
    POSITION_SHIFT,
    RECORD_BYTES,
    STORED_AT,
    U0,
    U48,
    VALUE_MASK,
    WANTED_AT,
)
from tpwallet.kernel.words import get, put


class Recall(NamedTuple):
    """Records read back: how many, and the addresses of their references, ascending, and of the
    records themselves. Numbers only: an array here would be counted in and out at every call.
    """

    size: int
    references: int
    records: int


NOTHING = Recall(0, 0, 0)


@compiled
def _lies_in_journal(reference):
    kind = reference >> KIND_SHIFT
    return reference != U0 and kind != OPEN and kind != BURNT


@compiled
def _want(books, count, reference):
    """Note a reference to recall; returns how many there are."""
    if not _lies_in_journal(reference):
        return count
    put(np.int64(get(books, WANTED_AT)), count, reference & VALUE_MASK)
    return count + 1


@compiled
def survey(books, batch, n):
    """Look up what `n` records at `batch` refer to, as `look_up` does, and note which records are
    to be recalled; returns how many.
    """
    look_up(books, batch, n)
    count = 0
    for i in range(n):
        slot = np.int64(get(found_at(books, i), FOUND_SLOT))
        count = _want(books, count, get(slot, 2))
        record = batch + i * RECORD_BYTES
        if (get(record, LEDGER) >> U48) & (POST | VOID):
            pending = transfer_reference(
                books, get(record, PENDING_ID), get(record, PENDING_ID + 1)
            )
            count = _want(books, count, pending)
    return count


@compiled
def _search(recall, value):
    """Which of the references is the first that is not below `value`."""
    low, high = np.int64(0), np.int64(recall.size)
    while low < high:
        middle = (low + high) >> 1
        if get(recall.references, middle) < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def recalled(books, recall, position, reference):
    """Address of the record behind a reference: of this very batch, an open reservation, read back
    from the journal, or a reservation that was open when the batch began and has ended in it.
    """
    value = reference & VALUE_MASK
    if (reference >> KIND_SHIFT) == OPEN:
        return reservation_at(books, np.int64(value))
    if (value >> POSITION_SHIFT) == position:
        return np.int64(get(books, STORED_AT)) + np.int64(value & INDEX_MASK) * RECORD_BYTES
    at = _search(recall, value)
    if at < recall.size and get(recall.references, at) == value:
        return recall.records + at * RECORD_BYTES
    ended = ended_reservation(books, value)
    if ended == 0:
        raise RuntimeError("ledger: a record to compare with was not recalled")
    return ended
