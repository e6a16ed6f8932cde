"""Deciding a batch: one request after another, chains of linked requests all or nothing.

The outcome is what the journal keeps: the records stored, and the status of each request. A
transient failure burns its id even inside a chain that is rolled back; inside a unit nothing is
burnt, because the unit's refusal takes everything back. Accounts and transfers share this frame
and differ in their checks.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.limits import TIMESTAMP_MAX
from tpwallet.domains.ledger.loops.accounts import check_account
from tpwallet.domains.ledger.loops.books import (
    add_id,
    copy_record,
    enter,
    enter_account,
    free_ended,
)
from tpwallet.domains.ledger.loops.transfers import check_transfer
from tpwallet.domains.ledger.loops.units import mark, roll_back, settle
from tpwallet.domains.ledger.loops.words import (
    BURNT,
    ID,
    KIND_SHIFT,
    LEDGER,
    POSITION_SHIFT,
    RECORD_BYTES,
    TIMESTAMP,
    U0,
    U48,
)
from tpwallet.domains.ledger.status import BURNING, BURNT_BIT, Status
from tpwallet.kernel.words import get, put

# Words of the context a batch is decided in.
NOW, POSITION, ACCESS, BURNS = 0, 1, 2, 3

_NO_PAIR = (np.int64(-1), np.int64(-1))  # instead of a transfer's accounts: this is an account
_LINKED = int(TransferFlags.LINKED)  # the same bit for accounts
_TIMESTAMP_MAX = np.uint64(TIMESTAMP_MAX)
_BURNING = np.array([status in BURNING for status in Status], np.bool_)
_BURNT_BIT = np.uint32(BURNT_BIT)


@compiled
def _check_envelope(record, importing, imported_flag, now):
    """What every request must satisfy before its kind is looked at; `now` is the batch's
    timestamp.
    """
    imported = ((get(record, LEDGER) >> U48) & imported_flag) != 0
    if importing and not imported:
        return Status.IMPORTED_EVENT_EXPECTED
    if imported and not importing:
        return Status.IMPORTED_EVENT_NOT_EXPECTED
    timestamp = get(record, TIMESTAMP)
    if imported:
        if timestamp == U0 or timestamp > _TIMESTAMP_MAX:
            return Status.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
        if timestamp >= now:
            return Status.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
    elif timestamp != U0:
        return Status.TIMESTAMP_MUST_BE_ZERO
    return Status.CREATED


@compiled
def _break_chain(statuses, timestamps, chain, i, now):
    """The requests of a chain before the one that broke it failed with it."""
    n = statuses.shape[0]
    for earlier in range(chain, i):
        statuses[earlier] = np.uint32(Status.LINKED_EVENT_FAILED)
        timestamps[earlier] = now - np.uint64(n - earlier - 1)


@compiled
def _book(books, record, pair, context, count):
    """Book a checked record as number `count` of its event."""
    if pair[0] < 0:
        enter_account(books, record, context[ACCESS])
    else:
        reference = (context[POSITION] << POSITION_SHIFT) | np.uint64(count)
        enter(books, record, reference, pair[0], pair[1])


@compiled
def _check(books, recall, request, record, stored, accounts, moment, context, importing, flag):
    """Check one request against the books; `record` becomes what is to be stored.

    Returns its status and its timestamp: the record's own when created, the original's when it
    exists, else the `moment` it would have got.
    """
    status = _check_envelope(request, importing, flag, context[NOW])
    if status != Status.CREATED:
        return status, moment
    copy_record(record, request)
    if not importing:
        put(record, TIMESTAMP, moment)
    if accounts[0] < 0:
        status, original = check_account(books, record)
    else:
        position, access = context[POSITION], context[ACCESS]
        status, original = check_transfer(
            books, recall, stored, position, record, moment, accounts[0], accounts[1], access
        )
    if status == Status.CREATED:
        return status, get(record, TIMESTAMP)
    return status, (original if original != U0 else moment)


@compiled
def decide_batch(books, recall, batch, accounts, context, flag, stored, statuses, timestamps):
    """Decide and book a batch; returns how many of its requests were stored.

    `batch` is the address of its n records, `stored` of room for as many; `accounts` (i64[n, 2])
    comes from `survey` for transfers and is empty for accounts; `flag` is the kind's imported
    flag. `context` (u64[4]): the batch's timestamp in nanoseconds (request i of n gets it less n
    - i - 1), the position of the event this becomes, the caller's access word (for accounts: the
    word new ones get), and whether refusals burn ids. `statuses` (u32[n]; bit 31: burnt) and
    `timestamps` (u64[n]) are filled.
    """
    n = statuses.shape[0]
    of_transfers = accounts.shape[0] == n
    importing = n > 0 and ((get(batch, LEDGER) >> U48) & flag) != 0
    count = 0
    chain, chain_mark, chain_count, broken = -1, np.int64(0), 0, False
    for i in range(n):
        request = batch + i * RECORD_BYTES
        record = stored + count * RECORD_BYTES
        pair = (accounts[i, 0], accounts[i, 1]) if of_transfers else _NO_PAIR
        moment = context[NOW] - np.uint64(n - i - 1)
        linked = ((get(request, LEDGER) >> U48) & _LINKED) != 0
        if linked and chain < 0:
            chain, broken = i, False
            chain_mark, chain_count = mark(books), count
        if linked and i == n - 1:
            status, timestamps[i] = Status.LINKED_EVENT_CHAIN_OPEN, moment
        elif broken:
            status, timestamps[i] = Status.LINKED_EVENT_FAILED, moment
        else:
            status, timestamps[i] = _check(
                books, recall, request, record, stored, pair, moment, context, importing, flag
            )
        statuses[i] = np.uint32(status)
        if status == Status.CREATED:
            _book(books, record, pair, context, count)
            count += 1
        else:
            if chain >= 0 and not broken:
                broken = True
                roll_back(books, chain_mark)
                count = chain_count
                _break_chain(statuses, timestamps, chain, i, context[NOW])
            if of_transfers and context[BURNS] != U0 and _BURNING[np.int64(statuses[i])]:
                statuses[i] |= _BURNT_BIT
                add_id(books, get(request, ID), get(request, ID + 1), BURNT << KIND_SHIFT)
        if chain >= 0 and (not linked or status == Status.LINKED_EVENT_CHAIN_OPEN):
            if not broken:
                settle(books, chain_mark)
            chain, broken = -1, False
    free_ended(books)
    return count
