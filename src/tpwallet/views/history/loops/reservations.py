"""Open reservations: what a post, a void or an expiry gives back, and to whom.

Only the open ones are kept; the one that ends makes room for the next.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.words import AMOUNT, ID
from tpwallet.kernel.id_index import find, insert, remove
from tpwallet.kernel.words import get, put
from tpwallet.views.history.limits import OPEN_RESERVATIONS_MAX
from tpwallet.views.history.loops.words import (
    FREE_SLOT,
    NEXT_FREE,
    RESERVATION_BYTES,
    RESERVATION_IDS_AT,
    RESERVATIONS_AT,
    RESERVED_AMOUNT,
    RESERVED_CREDIT,
    RESERVED_DEBIT,
    RESERVED_ID,
    SLOTS_USED,
    U0,
    U1,
)


@compiled
def slot_at(history, slot):
    """Address of a slot."""
    return np.int64(get(history, RESERVATIONS_AT)) + slot * RESERVATION_BYTES


@compiled
def open_slot(history, low, high):
    """The slot of an open reservation, or -1."""
    index = np.int64(get(history, RESERVATION_IDS_AT))
    return np.int64(get(find(index, low, high), 2)) - 1


@compiled
def _next_slot(history):
    free = get(history, FREE_SLOT)
    if free != U0:
        slot = np.int64(free) - 1
        put(history, FREE_SLOT, get(slot_at(history, slot), NEXT_FREE))
        return slot
    slot = np.int64(get(history, SLOTS_USED))
    if slot >= OPEN_RESERVATIONS_MAX:
        raise MemoryError("history: open reservations exhausted")
    put(history, SLOTS_USED, np.uint64(slot + 1))
    return slot


@compiled
def enter_id(history, slot):
    """Make a slot be found by the id in it."""
    at = slot_at(history, slot)
    index = np.int64(get(history, RESERVATION_IDS_AT))
    insert(index, get(at, RESERVED_ID), get(at, RESERVED_ID + 1), np.uint64(slot + 1))


@compiled
def take(history, record, debit, credit):
    """Keep a pending transfer's reservation; `debit` and `credit` are rows of accounts."""
    slot = _next_slot(history)
    at = slot_at(history, slot)
    for word in range(2):
        put(at, RESERVED_ID + word, get(record, ID + word))
        put(at, RESERVED_AMOUNT + word, get(record, AMOUNT + word))
    put(at, RESERVED_DEBIT, np.uint64(debit))
    put(at, RESERVED_CREDIT, np.uint64(credit))
    enter_id(history, slot)


@compiled
def free(history, slot):
    """Forget a reservation that ended."""
    at = slot_at(history, slot)
    index = np.int64(get(history, RESERVATION_IDS_AT))
    remove(index, get(at, RESERVED_ID), get(at, RESERVED_ID + 1))
    put(at, NEXT_FREE, get(history, FREE_SLOT))
    put(history, FREE_SLOT, np.uint64(slot + 1))


@compiled
def mark_free(history, used):
    """Set `used` (b1, a slot each) to whether a slot is in use."""
    used[:] = True
    slot = get(history, FREE_SLOT)
    while slot != U0:
        used[np.int64(slot - U1)] = False
        slot = get(slot_at(history, np.int64(slot - U1)), NEXT_FREE)
