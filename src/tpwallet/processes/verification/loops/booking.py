"""Booking stored records a second time, each checked first against the rules of double entry.

These loops share nothing with those of the ledger but the layout of records and the arithmetic of
128 bits: what the ledger decided is judged here by other code. What a record names is looked up
before anything is written, so a forged journal cannot lead a loop outside its arrays. After the
first fault the book is of no further use.

A *book* is the tuple `(accounts, holds, free, counters, account_ids, transfer_ids)`: account and
open reservation records (u64[n, 16]), free rows of reservations, `counters` (u64[8]) and the
addresses of two id indexes. In the index of transfers an open reservation has its row, everything
else that used up its id has `SPENT`.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.loops import wide
from tpwallet.domains.ledger.loops.words import (
    AMOUNT,
    CREDIT_ACCOUNT,
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBIT_ACCOUNT,
    DEBITS_PENDING,
    DEBITS_POSTED,
    ID,
    LEDGER,
    MASK_16,
    MASK_32,
    MAX_64,
    PENDING_ID,
    TIMESTAMP,
    U0,
    U1,
    U32,
    U48,
    USER_DATA_32,
    WORDS,
)
from tpwallet.kernel.id_index import find, insert
from tpwallet.kernel.words import get, put
from tpwallet.processes.verification.faults import Fault

# Counters of a book.
ACCOUNTS, HOLDS_USED, HOLDS_FREE, TRANSFERS, HOLDS_OPEN = range(5)
LAST_ACCOUNT_TIME, LAST_TRANSFER_TIME = 5, 6
COUNTERS = 8

SPENT = np.uint64(1 << 63)

_PENDING = int(TransferFlags.PENDING)
_POST = int(TransferFlags.POST_PENDING_TRANSFER)
_VOID = int(TransferFlags.VOID_PENDING_TRANSFER)
_CLOSING_DEBIT = int(TransferFlags.CLOSING_DEBIT)
_CLOSING_CREDIT = int(TransferFlags.CLOSING_CREDIT)
_IMPORTED = int(TransferFlags.IMPORTED)
_KNOWN = 511
_ACCOUNT_IMPORTED = int(AccountFlags.IMPORTED)
_ACCOUNT_KNOWN = 63
_DEBITS_BOUND = int(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
_CREDITS_BOUND = int(AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)
_CLOSED = int(AccountFlags.CLOSED)
_CLOSED_WORD = np.uint64(_CLOSED << 48)
_SECOND = np.uint64(1_000_000_000)


@compiled
def check_accounts(book, records):
    """Open accounts; returns (how many were opened, the fault of the next)."""
    accounts, _, _, counters, account_ids, _ = book
    for i in range(records.shape[0]):
        record = records[i]
        fault = _fault_of_account(book, record)
        if fault != Fault.NONE:
            return i, fault
        row = counters[ACCOUNTS]
        accounts[row] = record
        counters[ACCOUNTS] += U1
        insert(account_ids, record[ID], record[ID + 1], row + U1)
    return records.shape[0], Fault.NONE


@compiled
def check_transfers(book, records):
    """Book stored transfers; returns (how many were booked, the fault of the next)."""
    for i in range(records.shape[0]):
        fault = _book(book, records[i])
        if fault != Fault.NONE:
            return i, fault
    return records.shape[0], Fault.NONE


@compiled
def check_burnt(book, ids):
    """Use up the ids (u64[n, 2]) of refused transfers; returns (how many, the next's fault)."""
    transfer_ids = book[5]
    for i in range(ids.shape[0]):
        at = find(transfer_ids, ids[i, 0], ids[i, 1])
        if get(at, 2) != U0:
            return i, Fault.ID_USED
        insert(transfer_ids, ids[i, 0], ids[i, 1], SPENT)
    return ids.shape[0], Fault.NONE


@compiled
def check_expired(book, ids, time):
    """Release reservations that ran out by `time`; returns (how many, the fault of the next)."""
    holds = book[1]
    for i in range(ids.shape[0]):
        hold = _open_hold(book, ids[i, 0], ids[i, 1])
        if hold < 0:
            return i, Fault.RESERVATION_NOT_OPEN
        expires_at = _expires_at(holds[hold])
        if expires_at == U0 or expires_at > np.uint64(time):
            return i, Fault.RESERVATION_NOT_DUE
        _reopen(book, holds[hold])
        _release(book, hold)
    return ids.shape[0], Fault.NONE


@compiled
def _flags(record):
    return record[LEDGER] >> U48


@compiled
def _is_reserved(low, high):
    return (low == U0 and high == U0) or (low == MAX_64 and high == MAX_64)


@compiled
def _fault_of_account(book, record):
    _, _, _, counters, account_ids, _ = book
    flags = _flags(record)
    if _is_reserved(record[ID], record[ID + 1]):
        return Fault.ID_RESERVED
    if get(find(account_ids, record[ID], record[ID + 1]), 2) != U0:
        return Fault.ID_USED
    for word in range(DEBITS_PENDING, CREDITS_POSTED + 2):
        if record[word] != U0:
            return Fault.BALANCE_AT_CREATION
    if record[LEDGER] & MASK_32 == U0 or (record[LEDGER] >> U32) & MASK_16 == U0:
        return Fault.LEDGER_OR_CODE_MISSING
    both = flags & _DEBITS_BOUND and flags & _CREDITS_BOUND
    if flags > _ACCOUNT_KNOWN or record[USER_DATA_32] >> U32 or both:
        return Fault.FLAGS_IMPOSSIBLE
    return _advance(counters, LAST_ACCOUNT_TIME, record, flags & _ACCOUNT_IMPORTED)


@compiled
def _advance(counters, last, record, imported):
    """Times go forward, except those that were brought along from elsewhere."""
    if imported:
        return Fault.NONE
    if record[TIMESTAMP] <= counters[last]:
        return Fault.TIME_NOT_AFTER
    counters[last] = record[TIMESTAMP]
    return Fault.NONE


@compiled
def _row_of(account_ids, record, field):
    """The row of one of a transfer's accounts, or -1."""
    return np.int64(get(find(account_ids, record[field], record[field + 1]), 2)) - 1


@compiled
def _book(book, record):
    accounts, holds, _, counters, account_ids, transfer_ids = book
    flags = _flags(record)
    debit = _row_of(account_ids, record, DEBIT_ACCOUNT)
    credit = _row_of(account_ids, record, CREDIT_ACCOUNT)
    fault = _fault_of_request(book, record, flags, debit, credit)
    if fault != Fault.NONE:
        return fault
    hold = np.int64(-1)
    if flags & (_POST | _VOID):
        hold = _open_hold(book, record[PENDING_ID], record[PENDING_ID + 1])
        fault = _fault_of_end(holds, hold, record, flags)
        if fault != Fault.NONE:
            return fault
    if not flags & _VOID and (_flags(accounts[debit]) | _flags(accounts[credit])) & _CLOSED:
        return Fault.ACCOUNT_CLOSED
    if hold < 0 and _would_overflow(accounts, debit, credit, record):
        return Fault.OVERFLOW
    fault = _advance(counters, LAST_TRANSFER_TIME, record, flags & _IMPORTED)
    if fault != Fault.NONE:
        return fault
    _move(book, record, flags, debit, credit, hold)
    if not flags & _PENDING:
        insert(transfer_ids, record[ID], record[ID + 1], SPENT)
    counters[TRANSFERS] += U1
    return _fault_of_limits(accounts, debit, credit)


@compiled
def _fault_of_request(book, record, flags, debit, credit):
    accounts, _, _, _, _, transfer_ids = book
    if _is_reserved(record[ID], record[ID + 1]):
        return Fault.ID_RESERVED
    if get(find(transfer_ids, record[ID], record[ID + 1]), 2) != U0:
        return Fault.ID_USED
    phase = flags & (_PENDING | _POST | _VOID)
    if flags > _KNOWN or phase & (phase - U1):
        return Fault.FLAGS_IMPOSSIBLE
    if flags & (_CLOSING_DEBIT | _CLOSING_CREDIT) and phase != _PENDING:
        return Fault.FLAGS_IMPOSSIBLE
    if (record[LEDGER] >> U32) & MASK_16 == U0:
        return Fault.LEDGER_OR_CODE_MISSING
    if debit < 0:
        return Fault.DEBIT_ACCOUNT_MISSING
    if credit < 0:
        return Fault.CREDIT_ACCOUNT_MISSING
    if debit == credit:
        return Fault.ACCOUNTS_THE_SAME
    ledger = record[LEDGER] & MASK_32
    if (accounts[debit, LEDGER] & MASK_32) != ledger or (
        accounts[credit, LEDGER] & MASK_32
    ) != ledger:
        return Fault.LEDGERS_DIFFER
    return Fault.NONE


@compiled
def _open_hold(book, low, high):
    """The row of an open reservation, or -1."""
    reference = get(find(book[5], low, high), 2)
    if reference == U0 or reference == SPENT:
        return np.int64(-1)
    return np.int64(reference) - 1


@compiled
def _expires_at(hold):
    timeout = hold[USER_DATA_32] >> U32
    return U0 if timeout == U0 else hold[TIMESTAMP] + timeout * _SECOND


@compiled
def _fault_of_end(holds, hold, record, flags):
    """Whether a post or a void fits the reservation it names."""
    if hold < 0:
        return Fault.RESERVATION_NOT_OPEN
    held = holds[hold]
    for word in range(DEBIT_ACCOUNT, CREDIT_ACCOUNT + 2):
        if held[word] != record[word]:
            return Fault.RESERVATION_OF_OTHER_ACCOUNTS
    low, high = record[AMOUNT], record[AMOUNT + 1]
    if wide.less(held[AMOUNT], held[AMOUNT + 1], low, high):
        return Fault.RESERVATION_EXCEEDED
    if flags & _VOID and (held[AMOUNT] != low or held[AMOUNT + 1] != high):
        return Fault.RESERVATION_EXCEEDED
    expires_at = _expires_at(held)
    if expires_at != U0 and not flags & _IMPORTED and record[TIMESTAMP] >= expires_at:
        return Fault.RESERVATION_EXPIRED
    return Fault.NONE


@compiled
def _add(accounts, row, field, record):
    accounts[row, field], accounts[row, field + 1] = wide.add(
        accounts[row, field], accounts[row, field + 1], record[AMOUNT], record[AMOUNT + 1]
    )


@compiled
def _subtract(accounts, row, field, record):
    accounts[row, field], accounts[row, field + 1] = wide.subtract(
        accounts[row, field], accounts[row, field + 1], record[AMOUNT], record[AMOUNT + 1]
    )


@compiled
def _side(accounts, row, pending, posted):
    """A side's whole: pending and posted together."""
    return wide.add(
        accounts[row, pending],
        accounts[row, pending + 1],
        accounts[row, posted],
        accounts[row, posted + 1],
    )


@compiled
def _would_overflow(accounts, debit, credit, record):
    low, high = _side(accounts, debit, DEBITS_PENDING, DEBITS_POSTED)
    if wide.overflows(low, high, record[AMOUNT], record[AMOUNT + 1]):
        return True
    low, high = _side(accounts, credit, CREDITS_PENDING, CREDITS_POSTED)
    return wide.overflows(low, high, record[AMOUNT], record[AMOUNT + 1])


@compiled
def _move(book, record, flags, debit, credit, hold):
    accounts = book[0]
    if flags & _PENDING:
        _add(accounts, debit, DEBITS_PENDING, record)
        _add(accounts, credit, CREDITS_PENDING, record)
        _hold(book, record)
        if flags & _CLOSING_DEBIT:
            accounts[debit, LEDGER] |= _CLOSED_WORD
        if flags & _CLOSING_CREDIT:
            accounts[credit, LEDGER] |= _CLOSED_WORD
        return
    if flags & _VOID:
        _reopen(book, book[1][hold])
    if hold >= 0:
        _release(book, hold)
    if not flags & _VOID:
        _add(accounts, debit, DEBITS_POSTED, record)
        _add(accounts, credit, CREDITS_POSTED, record)


@compiled
def _hold(book, record):
    """Keep an open reservation."""
    _, holds, free, counters, _, transfer_ids = book
    if counters[HOLDS_FREE] > U0:
        counters[HOLDS_FREE] -= U1
        row = free[counters[HOLDS_FREE]]
    else:
        row = counters[HOLDS_USED]
        counters[HOLDS_USED] += U1
    for word in range(WORDS):
        holds[row, word] = record[word]
    counters[HOLDS_OPEN] += U1
    insert(transfer_ids, record[ID], record[ID + 1], row + U1)


@compiled
def _release(book, hold):
    """Give back what a reservation holds; its id stays used up."""
    accounts, holds, free, counters, account_ids, transfer_ids = book
    record = holds[hold]
    _subtract(accounts, _row_of(account_ids, record, DEBIT_ACCOUNT), DEBITS_PENDING, record)
    _subtract(accounts, _row_of(account_ids, record, CREDIT_ACCOUNT), CREDITS_PENDING, record)
    put(find(transfer_ids, record[ID], record[ID + 1]), 2, SPENT)
    free[counters[HOLDS_FREE]] = np.uint64(hold)
    counters[HOLDS_FREE] += U1
    counters[HOLDS_OPEN] -= U1


@compiled
def _reopen(book, record):
    """Let the accounts move again that a reservation had closed."""
    accounts, _, _, _, account_ids, _ = book
    flags = _flags(record)
    if flags & _CLOSING_DEBIT:
        accounts[_row_of(account_ids, record, DEBIT_ACCOUNT), LEDGER] &= ~_CLOSED_WORD
    if flags & _CLOSING_CREDIT:
        accounts[_row_of(account_ids, record, CREDIT_ACCOUNT), LEDGER] &= ~_CLOSED_WORD


@compiled
def _fault_of_limits(accounts, debit, credit):
    """A flag of the debited account bounds its debits, one of the credited its credits."""
    if _flags(accounts[debit]) & _DEBITS_BOUND:
        low, high = _side(accounts, debit, DEBITS_PENDING, DEBITS_POSTED)
        posted = accounts[debit, CREDITS_POSTED], accounts[debit, CREDITS_POSTED + 1]
        if wide.less(posted[0], posted[1], low, high):
            return Fault.DEBITS_EXCEED_CREDITS
    if _flags(accounts[credit]) & _CREDITS_BOUND:
        low, high = _side(accounts, credit, CREDITS_PENDING, CREDITS_POSTED)
        posted = accounts[credit, DEBITS_POSTED], accounts[credit, DEBITS_POSTED + 1]
        if wide.less(posted[0], posted[1], low, high):
            return Fault.CREDITS_EXCEED_DEBITS
    return Fault.NONE
