"""Booking what the journal says, without checking it again; and releasing what has expired."""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops import queue
from tpwallet.domains.ledger.loops.books import (
    add_id,
    enter,
    enter_account,
    free_ended,
    is_open,
    release,
    reservation_at,
    slot_at,
    transfer_reference,
)
from tpwallet.domains.ledger.loops.looking_up import fetch_ahead, found_at, look_up
from tpwallet.domains.ledger.loops.words import (
    BURNT,
    EXPIRED,
    FOUND_CREDIT,
    FOUND_DEBIT,
    ID,
    KIND_SHIFT,
    OPEN,
    POSITION_SHIFT,
    QUEUE,
    QUEUE_AT,
    RECORD_BYTES,
    SLOT_REFERENCE,
    TRANSFER_IDS_AT,
    U0,
    VALUE_MASK,
)
from tpwallet.kernel.id_index import ENTRY_BYTES, entries_end, first_entry, mix_entry
from tpwallet.kernel.words import get


@compiled
def apply_accounts(books, records, n, access):
    """Book `n` stored accounts, each with this access word."""
    for i in range(n):
        enter_account(books, records + i * RECORD_BYTES, access)


@compiled
def apply_transfers(books, records, n, position):
    """Book the `n` stored transfers of the event at `position`."""
    look_up(books, records, n)
    for i in range(n):
        fetch_ahead(books, i, n)
        found = found_at(books, i)
        debit, credit = np.int64(get(found, FOUND_DEBIT)), np.int64(get(found, FOUND_CREDIT))
        reference = (np.uint64(position) << POSITION_SHIFT) | np.uint64(i)
        enter(books, records + i * RECORD_BYTES, reference, debit, credit)
    free_ended(books)


@compiled
def apply_burnt(books, ids):
    """Burn the ids (u64[n, 2]) of transient failures."""
    for i in range(ids.shape[0]):
        add_id(books, ids[i, 0], ids[i, 1], BURNT << KIND_SHIFT)


@compiled
def next_expiry(books):
    """When the first reservation of the queue expires, in nanoseconds; 0: none will."""
    if get(books, QUEUE) == U0:
        return U0
    return get(np.int64(get(books, QUEUE_AT)), 0)


@compiled
def expire(books, now, ids):
    """Release reservations that have expired by `now`, the earliest first, at most as many as `ids`
    (u64[n, 2]) has room for; fills in their ids and returns how many.
    """
    count = 0
    while count < ids.shape[0]:
        first = next_expiry(books)
        if first == U0 or first > np.uint64(now):
            break
        expires_at, timestamp, slot = queue.pop(books)
        if is_open(books, slot, expires_at, timestamp):
            record = reservation_at(books, slot)
            ids[count, 0] = get(record, ID)
            ids[count, 1] = get(record, ID + 1)
            release(books, slot, EXPIRED)
            count += 1
    free_ended(books)
    return count


@compiled
def apply_expired(books, ids):
    """Release the reservations that the journal says have expired."""
    for i in range(ids.shape[0]):
        reference = transfer_reference(books, ids[i, 0], ids[i, 1])
        release(books, np.int64(reference & VALUE_MASK), EXPIRED)
    free_ended(books)


@compiled
def digest_ids(books, total):
    """Add to `total` (u64[3]) a sum over transfer ids and how each ended. An open reservation
    counts by where its record lies, not by its slot, which is layout.
    """
    index = np.int64(get(books, TRANSFER_IDS_AT))
    slot = first_entry(index)
    end = entries_end(index)
    while slot < end:
        reference = get(slot, 2)
        if reference != U0:
            if (reference >> KIND_SHIFT) == OPEN:
                state = slot_at(books, np.int64(reference & VALUE_MASK))
                reference = (OPEN << KIND_SHIFT) | get(state, SLOT_REFERENCE)
            mix_entry(total, get(slot, 0), get(slot, 1), reference)
        slot += ENTRY_BYTES
