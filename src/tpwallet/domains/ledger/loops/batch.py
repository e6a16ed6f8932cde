"""Deciding a batch: one request after another, chains of linked requests all or nothing.

The outcome is what the journal keeps: the records stored, and the status of each request. A
transient failure burns its id even inside a chain that is rolled back; inside a unit nothing is
burnt, because the unit's refusal takes everything back. Accounts and transfers share this frame
and differ in their checks.

The first question asked of an id that is new is whether the pool's rules bar its record, which is
known before the batch begins (see `refusing`). That comes after the envelope, the id itself and
`exists`, so that a retry is answered as before the rule; and before whatever looks at accounts, so
that what is barred burns nothing.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.limits import TIMESTAMP_MAX
from tpwallet.domains.ledger.loops.accounts import check_account
from tpwallet.domains.ledger.loops.books import (
    add_id,
    copy_record,
    enter,
    enter_account,
    free_ended,
)
from tpwallet.domains.ledger.loops.looking_up import fetch_ahead, found_at
from tpwallet.domains.ledger.loops.recall import NOTHING, survey
from tpwallet.domains.ledger.loops.transfers import check_transfer
from tpwallet.domains.ledger.loops.units import mark, roll_back, settle
from tpwallet.domains.ledger.loops.words import (
    BURNT,
    FOUND_CREDIT,
    FOUND_DEBIT,
    ID,
    KIND_SHIFT,
    LEDGER,
    POSITION_SHIFT,
    RECORD_BYTES,
    REFUSAL_BYTES,
    REFUSED_AT,
    STATUSES_AT,
    STORED_AT,
    TIMESTAMP,
    U0,
    U32,
    U48,
)
from tpwallet.domains.ledger.status import BURNING, BURNT_BIT, Status
from tpwallet.kernel.words import get, put


class Context(NamedTuple):
    """What a batch is decided in. Numbers only, as in `Recall`."""

    kind: int  # what its records are
    now: int  # its timestamp in nanoseconds: request i of n gets it less n - i - 1
    position: int  # of the event it becomes
    access: np.uint64  # the caller's access word; for accounts, the word that new ones get
    barred: int  # address of a word each: the statuses of requests that the pool's rules bar


NONE_BARRED = 0  # instead of the address: the rules bar no request
OF_ACCOUNTS = 0
OF_TRANSFERS = 1  # whose refusals burn ids
OF_UNIT = 2  # transfers whose refusal is taken back by their unit, and burns nothing

_LINKED = int(TransferFlags.LINKED)  # the same bit for accounts
_IMPORTED_ACCOUNT = int(AccountFlags.IMPORTED)
_IMPORTED_TRANSFER = int(TransferFlags.IMPORTED)
_TIMESTAMP_MAX = np.uint64(TIMESTAMP_MAX)
_BURNING = np.array([status in BURNING for status in Status], np.bool_)
_CREATED = np.uint64(Status.CREATED)
_NOT_BARRED = np.int64(Status.CREATED)
_FAILED = np.uint64(Status.LINKED_EVENT_FAILED)
_BURNT_BIT = np.uint64(BURNT_BIT)


@compiled
def _flags(record):
    return get(record, LEDGER) >> U48


@compiled
def _imported_flag(context):
    return _IMPORTED_ACCOUNT if context.kind == OF_ACCOUNTS else _IMPORTED_TRANSFER


@compiled
def _check_envelope(record, importing, context):
    """What every request must satisfy before its kind is looked at."""
    imported = (_flags(record) & _imported_flag(context)) != 0
    if importing and not imported:
        return Status.IMPORTED_EVENT_EXPECTED
    if imported and not importing:
        return Status.IMPORTED_EVENT_NOT_EXPECTED
    timestamp = get(record, TIMESTAMP)
    if imported:
        if timestamp == U0 or timestamp > _TIMESTAMP_MAX:
            return Status.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
        if timestamp >= np.uint64(context.now):
            return Status.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
    elif timestamp != U0:
        return Status.TIMESTAMP_MUST_BE_ZERO
    return Status.CREATED


@compiled
def _barred(i, context):
    """Why the pool's rules bar request `i`; `created`: they let it pass."""
    if context.barred == NONE_BARRED:
        return _NOT_BARRED
    return np.int64(get(context.barred, i))


@compiled
def _check(books, recall, request, record, i, moment, importing, context):
    """Check request `i` against the books; `record` becomes what is to be stored."""
    status = _check_envelope(request, importing, context)
    if status != Status.CREATED:
        return status
    copy_record(record, request)
    if not importing:
        put(record, TIMESTAMP, moment)
    if context.kind == OF_ACCOUNTS:
        return check_account(books, record, _barred(i, context))
    found = found_at(books, i)
    debit, credit = np.int64(get(found, FOUND_DEBIT)), np.int64(get(found, FOUND_CREDIT))
    return check_transfer(
        books,
        recall,
        np.uint64(context.position),
        record,
        moment,
        debit,
        credit,
        context.access,
        _barred(i, context),
    )


@compiled
def _book(books, record, i, count, context):
    """Book a checked record as number `count` of its event."""
    if context.kind == OF_ACCOUNTS:
        enter_account(books, record, context.access)
    else:
        found = found_at(books, i)
        debit, credit = np.int64(get(found, FOUND_DEBIT)), np.int64(get(found, FOUND_CREDIT))
        reference = (np.uint64(context.position) << POSITION_SHIFT) | np.uint64(count)
        enter(books, record, reference, debit, credit)


@compiled
def _note_refusals(books, batch, n):
    """Write down what was refused, as the event keeps it."""
    statuses, row = np.int64(get(books, STATUSES_AT)), np.int64(get(books, REFUSED_AT))
    for i in range(n):
        status = get(statuses, i)
        if status != _CREATED:
            request = batch + i * RECORD_BYTES
            put(row, 0, np.uint64(i) | (status << U32))
            put(row, 1, get(request, ID))
            put(row, 2, get(request, ID + 1))
            row += REFUSAL_BYTES


@compiled
def decide_batch(books, recall, batch, n, context):
    """Decide and book a batch of `n` requests, of which `survey` has looked up what transfers refer
    to; returns how many were stored. Their records are in the books' room for them then, and
    the refusals of the others, if there are any, in theirs.
    """
    statuses, stored = np.int64(get(books, STATUSES_AT)), np.int64(get(books, STORED_AT))
    of_accounts = context.kind == OF_ACCOUNTS
    importing = n > 0 and (_flags(batch) & _imported_flag(context)) != 0
    count = 0
    chain, chain_mark, chain_count, broken = -1, np.int64(0), 0, False
    for i in range(n):
        if not of_accounts:
            fetch_ahead(books, i, n)
        request = batch + i * RECORD_BYTES
        record = stored + count * RECORD_BYTES
        moment = np.uint64(context.now - (n - i - 1))
        linked = (_flags(request) & _LINKED) != 0
        if linked and chain < 0:
            chain, broken = i, False
            chain_mark, chain_count = mark(books), count
        if linked and i == n - 1:
            status = np.uint64(Status.LINKED_EVENT_CHAIN_OPEN)
        elif broken:
            status = _FAILED
        else:
            status = np.uint64(
                _check(books, recall, request, record, i, moment, importing, context)
            )
        ends_chain = chain >= 0 and (not linked or i == n - 1)
        if status == _CREATED:
            _book(books, record, i, count, context)
            count += 1
        else:
            if chain >= 0 and not broken:
                broken = True
                roll_back(books, chain_mark)
                count = chain_count
                for earlier in range(chain, i):
                    put(statuses, earlier, _FAILED)
            if context.kind == OF_TRANSFERS and _BURNING[np.int64(status)]:
                status |= _BURNT_BIT
                add_id(books, get(request, ID), get(request, ID + 1), BURNT << KIND_SHIFT)
        put(statuses, i, status)
        if ends_chain:
            if not broken:
                settle(books, chain_mark)
            chain, broken = -1, False
    free_ended(books)
    if count < n:
        _note_refusals(books, batch, n)
    return count


@compiled
def decide_transfers(books, batch, n, context):
    """Look up what `n` requests of transfers refer to, and decide them if nothing needs to be read
    back; returns how many were stored, or -1 less how many references are to be recalled.
    """
    wanted = survey(books, batch, n)
    if wanted:
        return -1 - wanted
    return decide_batch(books, NOTHING, batch, n, context)
