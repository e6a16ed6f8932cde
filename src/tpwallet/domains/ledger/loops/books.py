"""The books in memory, and the only code that writes to them.

`enter` books one stored transfer: it is all that replay does, and what deciding does after its
checks. While `UNDOABLE` is set, every change leaves a row in the undo log, so that a broken chain
or a refused unit is taken back exactly. The expiry queue needs no undo: an entry whose
reservation is no longer open, or whose slot serves another, is dead. It is passed over when it
comes up, and dropped from the queue's head at the end of each batch and unit; when the dead
outnumber the open reservations, which is looked at there too, all of them are dropped at once.

Loops take the books as the address of their block of words (see `kernel.words`), an account or a
record as the address of its 16 words; address 0 means there is none.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.limits import QUEUE_DEAD_MAX
from tpwallet.domains.ledger.loops import queue, wide
from tpwallet.domains.ledger.loops.undo import (
    remember_account,
    remember_id,
    remember_new_account,
    remember_slot_closed,
    remember_slot_taken,
)
from tpwallet.domains.ledger.loops.words import (
    ACCESS_AT,
    ACCOUNT_IDS_AT,
    ACCOUNTS,
    ACCOUNTS_AT,
    ACCOUNTS_MAX,
    AMOUNT,
    CREDIT_ACCOUNT,
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBIT_ACCOUNT,
    DEBITS_PENDING,
    DEBITS_POSTED,
    ENDED,
    ENDED_AT,
    FREE_SLOT,
    ID,
    KIND_SHIFT,
    LAST_ACCOUNT_TIMESTAMP,
    LAST_TRANSFER_TIMESTAMP,
    LEDGER,
    OPEN,
    OPEN_RESERVATIONS,
    PENDING_ID,
    POSTED,
    QUEUE,
    RECORD_BYTES,
    RESERVATIONS_AT,
    SLOT_BYTES,
    SLOT_EXPIRES_AT,
    SLOT_NEXT_FREE,
    SLOT_OPEN,
    SLOT_REFERENCE,
    SLOTS_AT,
    SLOTS_MAX,
    SLOTS_USED,
    STORED,
    TIMESTAMP,
    TRANSFER_IDS_AT,
    TRANSFERS,
    U0,
    U1,
    U32,
    U48,
    UNDOABLE,
    USER_DATA_32,
    VALUE_MASK,
    VOIDED,
    WORDS,
)
from tpwallet.kernel.id_index import find, insert
from tpwallet.kernel.words import get, put

PENDING = int(TransferFlags.PENDING)
POST = int(TransferFlags.POST_PENDING_TRANSFER)
VOID = int(TransferFlags.VOID_PENDING_TRANSFER)
CLOSING_DEBIT = int(TransferFlags.CLOSING_DEBIT)
CLOSING_CREDIT = int(TransferFlags.CLOSING_CREDIT)
_CLOSED = np.uint64(int(AccountFlags.CLOSED) << 48)
_SECOND = np.uint64(1_000_000_000)
_DEAD_MAX = np.uint64(QUEUE_DEAD_MAX)
_TWO = np.uint64(2)


@compiled
def account_at(books, low, high):
    """Address of an account, or 0."""
    reference = get(find(np.int64(get(books, ACCOUNT_IDS_AT)), low, high), 2)
    if reference == U0:
        return np.int64(0)
    return np.int64(get(books, ACCOUNTS_AT)) + np.int64(reference & VALUE_MASK) * RECORD_BYTES


@compiled
def transfer_reference(books, low, high):
    """Reference of a transfer id, or 0."""
    return get(find(np.int64(get(books, TRANSFER_IDS_AT)), low, high), 2)


@compiled
def reservation_at(books, slot):
    """Address of the record of an open reservation."""
    return np.int64(get(books, RESERVATIONS_AT)) + slot * RECORD_BYTES


@compiled
def slot_at(books, slot):
    """Address of the state of a reservation."""
    return np.int64(get(books, SLOTS_AT)) + slot * SLOT_BYTES


@compiled
def _count(books, counter, change):
    put(books, counter, np.uint64(np.int64(get(books, counter)) + change))


@compiled
def _add(account, field, record):
    low, high = wide.add(
        get(account, field),
        get(account, field + 1),
        get(record, AMOUNT),
        get(record, AMOUNT + 1),
    )
    put(account, field, low)
    put(account, field + 1, high)


@compiled
def _subtract(account, field, record):
    low, high = wide.subtract(
        get(account, field),
        get(account, field + 1),
        get(record, AMOUNT),
        get(record, AMOUNT + 1),
    )
    put(account, field, low)
    put(account, field + 1, high)


@compiled
def copy_record(to, source):
    """Copy the 16 words of a record."""
    for word in range(WORDS):
        put(to, word, get(source, word))


@compiled
def add_id(books, low, high, reference):
    """Give a new transfer id its reference."""
    if get(books, UNDOABLE) != U0:
        remember_id(books, low, high, U0)
    insert(np.int64(get(books, TRANSFER_IDS_AT)), low, high, reference)


@compiled
def _change_id(books, low, high, reference):
    at = find(np.int64(get(books, TRANSFER_IDS_AT)), low, high)
    if get(books, UNDOABLE) != U0:
        remember_id(books, low, high, get(at, 2))
    put(at, 2, reference)


@compiled
def _next_slot(books):
    free = get(books, FREE_SLOT)
    if free != U0:
        slot = np.int64(free) - 1
        put(books, FREE_SLOT, get(slot_at(books, slot), SLOT_NEXT_FREE))
        return slot
    slot = np.int64(get(books, SLOTS_USED))
    if slot >= np.int64(get(books, SLOTS_MAX)):
        raise MemoryError("ledger: open reservations exhausted")
    _count(books, SLOTS_USED, 1)
    return slot


@compiled
def _take_slot(books, record, reference):
    slot = _next_slot(books)
    copy_record(reservation_at(books, slot), record)
    timeout = get(record, USER_DATA_32) >> U32
    expires_at = U0 if timeout == U0 else get(record, TIMESTAMP) + timeout * _SECOND
    state = slot_at(books, slot)
    put(state, SLOT_REFERENCE, reference)
    put(state, SLOT_EXPIRES_AT, expires_at)
    put(state, SLOT_OPEN, U1)
    _count(books, OPEN_RESERVATIONS, 1)
    if get(books, UNDOABLE) != U0:
        remember_slot_taken(books, slot)
    if expires_at != U0:
        queue.push(books, expires_at, get(record, TIMESTAMP), np.uint64(slot))
    return slot


@compiled
def free_slot(books, slot):
    """Let a slot be used again."""
    put(slot_at(books, slot), SLOT_NEXT_FREE, get(books, FREE_SLOT))
    put(books, FREE_SLOT, np.uint64(slot + 1))


@compiled
def is_open(books, slot, expires_at, timestamp):
    """Whether an entry of the queue still speaks of an open reservation, and of the same one."""
    state = slot_at(books, slot)
    return (
        get(state, SLOT_OPEN) != U0
        and get(state, SLOT_EXPIRES_AT) == expires_at
        and get(reservation_at(books, slot), TIMESTAMP) == timestamp
    )


@compiled
def _drop_dead(books):
    """Drop every dead entry of the queue; each is paid for by the batch that left it behind."""
    kept = 0
    for at in range(np.int64(get(books, QUEUE))):
        expires_at, timestamp, slot = queue.entry_of(books, at)
        if is_open(books, slot, expires_at, timestamp):
            queue.keep(books, kept, at)
            kept += 1
    queue.order(books, kept)


@compiled
def free_ended(books):
    """At the end of a batch or a unit: let the slots of what ended in it be used again, and drop
    dead entries of the queue, those at its head always.
    """
    if get(books, UNDOABLE) != U0:
        return
    ended = np.int64(get(books, ENDED_AT))
    for at in range(np.int64(get(books, ENDED))):
        free_slot(books, np.int64(get(ended, at)))
    put(books, ENDED, U0)
    if get(books, QUEUE) > _TWO * get(books, OPEN_RESERVATIONS) + _DEAD_MAX:
        _drop_dead(books)
    while get(books, QUEUE) != U0:
        expires_at, timestamp, slot = queue.first(books)
        if is_open(books, slot, expires_at, timestamp):
            break
        queue.pop(books)


@compiled
def ended_reservation(books, value):
    """Address of the record of a reservation that ended in this batch or unit, by where it lies in
    the journal; 0: it is none of those.
    """
    ended = np.int64(get(books, ENDED_AT))
    for at in range(np.int64(get(books, ENDED)) - 1, -1, -1):
        slot = np.int64(get(ended, at))
        if get(slot_at(books, slot), SLOT_REFERENCE) == value:
            return reservation_at(books, slot)
    return np.int64(0)


@compiled
def _close_slot(books, slot, kind):
    """End a reservation; its slot is kept to the end of the batch or unit, which may ask for it."""
    record, state = reservation_at(books, slot), slot_at(books, slot)
    reference = (kind << KIND_SHIFT) | get(state, SLOT_REFERENCE)
    _change_id(books, get(record, ID), get(record, ID + 1), reference)
    put(state, SLOT_OPEN, U0)
    _count(books, OPEN_RESERVATIONS, -1)
    put(np.int64(get(books, ENDED_AT)), np.int64(get(books, ENDED)), np.uint64(slot))
    _count(books, ENDED, 1)
    if get(books, UNDOABLE) != U0:
        remember_slot_closed(books, slot)


@compiled
def release(books, slot, kind):
    """Give back what a reservation holds; `kind` says how it ended. Posting leaves closed what it
    closed; voiding and expiring reopen it. Returns the addresses of both accounts.
    """
    record = reservation_at(books, slot)
    debit = account_at(books, get(record, DEBIT_ACCOUNT), get(record, DEBIT_ACCOUNT + 1))
    credit = account_at(books, get(record, CREDIT_ACCOUNT), get(record, CREDIT_ACCOUNT + 1))
    if get(books, UNDOABLE) != U0:
        remember_account(books, debit)
        remember_account(books, credit)
    _subtract(debit, DEBITS_PENDING, record)
    _subtract(credit, CREDITS_PENDING, record)
    flags = get(record, LEDGER) >> U48
    if kind != POSTED and flags & CLOSING_DEBIT:
        put(debit, LEDGER, get(debit, LEDGER) & ~_CLOSED)
    if kind != POSTED and flags & CLOSING_CREDIT:
        put(credit, LEDGER, get(credit, LEDGER) & ~_CLOSED)
    _close_slot(books, slot, kind)
    return debit, credit


@compiled
def _enter_pending(books, record, reference, debit, credit, flags):
    _add(debit, DEBITS_PENDING, record)
    _add(credit, CREDITS_PENDING, record)
    if flags & CLOSING_DEBIT:
        put(debit, LEDGER, get(debit, LEDGER) | _CLOSED)
    if flags & CLOSING_CREDIT:
        put(credit, LEDGER, get(credit, LEDGER) | _CLOSED)
    slot = _take_slot(books, record, reference)
    return (OPEN << KIND_SHIFT) | np.uint64(slot)


@compiled
def _enter_post_or_void(books, record, flags):
    reference = transfer_reference(books, get(record, PENDING_ID), get(record, PENDING_ID + 1))
    slot = np.int64(reference & VALUE_MASK)
    if flags & VOID:
        release(books, slot, VOIDED)
    else:
        debit, credit = release(books, slot, POSTED)
        _add(debit, DEBITS_POSTED, record)
        _add(credit, CREDITS_POSTED, record)


@compiled
def enter(books, record, reference, debit, credit):
    """Book one stored transfer. `reference` is its `position << 13 | index`; `debit` and `credit`
    are its accounts (not read for a post or a void, whose reservation names them).
    """
    flags = get(record, LEDGER) >> U48
    kept = (STORED << KIND_SHIFT) | reference
    if flags & (POST | VOID):
        _enter_post_or_void(books, record, flags)
    else:
        if get(books, UNDOABLE) != U0:
            remember_account(books, debit)
            remember_account(books, credit)
        if flags & PENDING:
            kept = _enter_pending(books, record, reference, debit, credit, flags)
        else:
            _add(debit, DEBITS_POSTED, record)
            _add(credit, CREDITS_POSTED, record)
    add_id(books, get(record, ID), get(record, ID + 1), kept)
    _count(books, TRANSFERS, 1)
    put(books, LAST_TRANSFER_TIMESTAMP, get(record, TIMESTAMP))


@compiled
def enter_account(books, record, access):
    """Book one stored account as the next row, with its access word."""
    row = np.int64(get(books, ACCOUNTS))
    if row >= np.int64(get(books, ACCOUNTS_MAX)):
        raise MemoryError("ledger: accounts exhausted")
    _count(books, ACCOUNTS, 1)
    copy_record(np.int64(get(books, ACCOUNTS_AT)) + row * RECORD_BYTES, record)
    put(np.int64(get(books, ACCESS_AT)), row, access)
    kept = (STORED << KIND_SHIFT) | np.uint64(row)
    insert(np.int64(get(books, ACCOUNT_IDS_AT)), get(record, ID), get(record, ID + 1), kept)
    if get(books, UNDOABLE) != U0:
        remember_new_account(books, row)
    put(books, LAST_ACCOUNT_TIMESTAMP, get(record, TIMESTAMP))
