"""Undoable changes: begin, take back, or keep. They nest: a unit around a chain."""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.books import free_slot, slot_at
from tpwallet.domains.ledger.loops.undo import (
    remember_clock,
    restore_account,
    restore_clock,
    undo_at,
)
from tpwallet.domains.ledger.loops.words import (
    ACCESS_AT,
    ACCOUNT_IDS_AT,
    ACCOUNTS,
    ACCOUNTS_AT,
    ENDED,
    ID,
    OPEN_RESERVATIONS,
    RECORD_BYTES,
    SLOT_OPEN,
    TRANSFER_IDS_AT,
    U0,
    U1,
    UNDO,
    UNDO_ACCOUNT,
    UNDO_ID,
    UNDO_NEW_ACCOUNT,
    UNDO_SLOT_CLOSED,
    UNDO_SLOT_TAKEN,
    UNDOABLE,
    WORDS,
)
from tpwallet.kernel.id_index import find, remove
from tpwallet.kernel.words import get, put


@compiled
def mark(books):
    """Begin an undoable change; returns the mark to roll back or settle to."""
    row = np.int64(get(books, UNDO))
    put(books, UNDOABLE, get(books, UNDOABLE) + U1)
    remember_clock(books)
    return row


@compiled
def _restore_id(books, at):
    index = np.int64(get(books, TRANSFER_IDS_AT))
    if get(at, 1) == U0:
        remove(index, get(at, 2), get(at, 3))
    else:
        put(find(index, get(at, 2), get(at, 3)), 2, get(at, 1))


@compiled
def _remove_account(books, row):
    account = np.int64(get(books, ACCOUNTS_AT)) + row * RECORD_BYTES
    remove(np.int64(get(books, ACCOUNT_IDS_AT)), get(account, ID), get(account, ID + 1))
    for word in range(WORDS):
        put(account, word, U0)
    put(np.int64(get(books, ACCESS_AT)), row, U0)
    put(books, ACCOUNTS, np.uint64(row))


@compiled
def _take_back(books, at):
    kind = np.int64(get(at, 0))
    if kind == UNDO_ACCOUNT:
        restore_account(at)
    elif kind == UNDO_ID:
        _restore_id(books, at)
    elif kind == UNDO_SLOT_TAKEN:
        put(slot_at(books, np.int64(get(at, 1))), SLOT_OPEN, U0)
        put(books, OPEN_RESERVATIONS, get(books, OPEN_RESERVATIONS) - U1)
        free_slot(books, np.int64(get(at, 1)))
    elif kind == UNDO_SLOT_CLOSED:
        put(slot_at(books, np.int64(get(at, 1))), SLOT_OPEN, U1)
        put(books, OPEN_RESERVATIONS, get(books, OPEN_RESERVATIONS) + U1)
        put(books, ENDED, get(books, ENDED) - U1)
    elif kind == UNDO_NEW_ACCOUNT:
        _remove_account(books, np.int64(get(at, 1)))
    else:
        restore_clock(books, at)


@compiled
def roll_back(books, to):
    """Take back every change since the mark, the last first, and end the undoable change."""
    for row in range(np.int64(get(books, UNDO)) - 1, to - 1, -1):
        _take_back(books, undo_at(books, row))
    put(books, UNDO, np.uint64(to))
    put(books, UNDOABLE, get(books, UNDOABLE) - U1)


@compiled
def settle(books, to):
    """End an undoable change and keep it; the outermost one frees the log."""
    put(books, UNDOABLE, get(books, UNDOABLE) - U1)
    if get(books, UNDOABLE) == U0:
        put(books, UNDO, np.uint64(to))
