"""The undo log: what each row of the books was before an undoable change.

A row is 12 words: kind, what, and what it takes to go back. Rows are taken back last first, so each
finds the books exactly as they were just after the change it undoes.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.words import (
    CREDITS_POSTED,
    DEBITS_PENDING,
    LAST_ACCOUNT_TIMESTAMP,
    LAST_TRANSFER_TIMESTAMP,
    LEDGER,
    TRANSFERS,
    UNDO,
    UNDO_ACCOUNT,
    UNDO_AT,
    UNDO_CLOCK,
    UNDO_ID,
    UNDO_MAX,
    UNDO_NEW_ACCOUNT,
    UNDO_ROW_BYTES,
    UNDO_SLOT_CLOSED,
    UNDO_SLOT_TAKEN,
)
from tpwallet.kernel.words import get, put

BALANCE_WORDS = CREDITS_POSTED + 2 - DEBITS_PENDING


@compiled
def undo_at(books, row):
    """Address of a row of the log."""
    return np.int64(get(books, UNDO_AT)) + row * UNDO_ROW_BYTES


@compiled
def _log(books, kind, what):
    row = np.int64(get(books, UNDO))
    if row >= np.int64(get(books, UNDO_MAX)):
        raise MemoryError("ledger: undo log exhausted")
    put(books, UNDO, np.uint64(row + 1))
    at = undo_at(books, row)
    put(at, 0, np.uint64(kind))
    put(at, 1, np.uint64(what))
    return at


@compiled
def remember_account(books, account):
    """An account's balances and flags are about to change."""
    at = _log(books, UNDO_ACCOUNT, account)
    for word in range(BALANCE_WORDS):
        put(at, 2 + word, get(account, DEBITS_PENDING + word))
    put(at, 2 + BALANCE_WORDS, get(account, LEDGER))


@compiled
def remember_new_account(books, row):
    """An account was added as the last row."""
    _log(books, UNDO_NEW_ACCOUNT, row)


@compiled
def remember_id(books, low, high, before):
    """A transfer id gets a reference; `before` is the one it had, or 0."""
    at = _log(books, UNDO_ID, before)
    put(at, 2, low)
    put(at, 3, high)


@compiled
def remember_slot_taken(books, slot):
    """A reservation was opened."""
    _log(books, UNDO_SLOT_TAKEN, slot)


@compiled
def remember_slot_closed(books, slot):
    """A reservation was ended."""
    _log(books, UNDO_SLOT_CLOSED, slot)


@compiled
def remember_clock(books):
    """Counters and last timestamps, at the start of an undoable change."""
    at = _log(books, UNDO_CLOCK, 0)
    put(at, 2, get(books, LAST_TRANSFER_TIMESTAMP))
    put(at, 3, get(books, TRANSFERS))
    put(at, 4, get(books, LAST_ACCOUNT_TIMESTAMP))


@compiled
def restore_account(at):
    """Take back `remember_account`."""
    account = np.int64(get(at, 1))
    for word in range(BALANCE_WORDS):
        put(account, DEBITS_PENDING + word, get(at, 2 + word))
    put(account, LEDGER, get(at, 2 + BALANCE_WORDS))


@compiled
def restore_clock(books, at):
    """Take back `remember_clock`."""
    put(books, LAST_TRANSFER_TIMESTAMP, get(at, 2))
    put(books, TRANSFERS, get(at, 3))
    put(books, LAST_ACCOUNT_TIMESTAMP, get(at, 4))
