"""Building: what each event of the journal adds to the history.

Nothing is checked that deciding has checked; but a journal that does not fit what came before is
noticed, and the loop says how far it came.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops import wide
from tpwallet.domains.ledger.loops.books import PENDING as PENDING_FLAG
from tpwallet.domains.ledger.loops.books import POST, VOID
from tpwallet.domains.ledger.loops.words import (
    AMOUNT,
    CREDIT_ACCOUNT,
    DEBIT_ACCOUNT,
    ID,
    LEDGER,
    PENDING_ID,
    RECORD_BYTES,
    TIMESTAMP,
    U48,
)
from tpwallet.kernel.id_index import find, insert
from tpwallet.kernel.words import get, put
from tpwallet.views.history.limits import ACCOUNTS_MAX
from tpwallet.views.history.loops.chains import extend
from tpwallet.views.history.loops.nodes import write_highs, write_node
from tpwallet.views.history.loops.reservations import free, open_slot, slot_at, take
from tpwallet.views.history.loops.times import add_batch, add_expiry
from tpwallet.views.history.loops.words import (
    ACCOUNT_BYTES,
    ACCOUNT_ID,
    ACCOUNT_IDS_AT,
    ACCOUNTS,
    ACCOUNTS_AT,
    CHAIN_BYTES,
    CREATED_AT,
    CREATED_POSITION,
    CREDIT,
    DEBIT,
    LATEST,
    MOVEMENTS,
    PENDING,
    POSTED,
    RESERVED_AMOUNT,
    RESERVED_CREDIT,
    RESERVED_DEBIT,
    U0,
    U1,
)


@compiled
def row_of(history, low, high):
    """Row of an account, or -1."""
    return np.int64(get(find(np.int64(get(history, ACCOUNT_IDS_AT)), low, high), 2)) - 1


@compiled
def account_at(history, row):
    """Address of the account in a row."""
    return np.int64(get(history, ACCOUNTS_AT)) + row * ACCOUNT_BYTES


@compiled
def _add(chain, field, amount):
    low, high = wide.add(get(chain, field), get(chain, field + 1), get(amount, 0), get(amount, 1))
    put(chain, field, low)
    put(chain, field + 1, high)


@compiled
def _subtract(chain, field, amount):
    low, high = wide.subtract(
        get(chain, field), get(chain, field + 1), get(amount, 0), get(amount, 1)
    )
    put(chain, field, low)
    put(chain, field + 1, high)


@compiled
def _add_movement(history, debits, credits):
    """Write the next movement: the nodes of two chains whose values it has changed."""
    movement = get(history, MOVEMENTS)
    pointer = np.int64(movement) + 1
    links = extend(history, DEBIT, debits, pointer)
    debit_highs = write_node(history, DEBIT, pointer, links, debits)
    links = extend(history, CREDIT, credits, pointer)
    credit_highs = write_node(history, CREDIT, pointer, links, credits)
    write_highs(history, pointer, debit_highs, credit_highs)
    put(history, MOVEMENTS, movement + U1)


@compiled
def _release(history, slot, debits, credits):
    """Give back what a reservation holds."""
    amount = slot_at(history, slot) + RESERVED_AMOUNT * 8
    _subtract(debits, PENDING, amount)
    _subtract(credits, PENDING, amount)
    free(history, slot)


@compiled
def _book(history, record, debit, credit):
    """Book one stored transfer between two rows; returns whether it fits."""
    debits = account_at(history, debit)
    credits = account_at(history, credit) + CHAIN_BYTES
    amount = record + AMOUNT * 8
    flags = get(record, LEDGER) >> U48
    field = PENDING if flags & PENDING_FLAG else POSTED
    if flags & (POST | VOID):
        slot = open_slot(history, get(record, PENDING_ID), get(record, PENDING_ID + 1))
        if slot < 0:
            return False
        _release(history, slot, debits, credits)
    elif flags & PENDING_FLAG:
        take(history, record, debit, credit)
    if not flags & VOID:
        _add(debits, field, amount)
        _add(credits, field, amount)
    _add_movement(history, debits, credits)
    return True


@compiled
def book_transfers(history, records, rows, position):
    """Book the stored transfers of the event at `position`; `rows` (i64[n, 2], n > 0) is scratch.

    Returns how many of them fit what came before: n, unless the journal is not this history's. The
    first pass looks everything up, so that memory waits overlap.
    """
    count = rows.shape[0]
    latest = U0
    for i in range(count):
        record = records + i * RECORD_BYTES
        rows[i, 0] = row_of(history, get(record, DEBIT_ACCOUNT), get(record, DEBIT_ACCOUNT + 1))
        rows[i, 1] = row_of(history, get(record, CREDIT_ACCOUNT), get(record, CREDIT_ACCOUNT + 1))
        if rows[i, 0] < 0 or rows[i, 1] < 0 or get(record, TIMESTAMP) <= latest:
            return i
        latest = get(record, TIMESTAMP)
    add_batch(history, position, records, count)
    for i in range(count):
        if not _book(history, records + i * RECORD_BYTES, rows[i, 0], rows[i, 1]):
            return i
    return count


@compiled
def book_expired(history, ids, position, time):
    """Book the expiry of reservations (u64[n, 2], n > 0); returns how many were open."""
    count = ids.shape[0]
    if np.uint64(time) < get(history, LATEST):
        return 0
    add_expiry(history, position, time, count)
    for i in range(count):
        slot = open_slot(history, ids[i, 0], ids[i, 1])
        if slot < 0:
            return i
        at = slot_at(history, slot)
        debits = account_at(history, np.int64(get(at, RESERVED_DEBIT)))
        credits = account_at(history, np.int64(get(at, RESERVED_CREDIT))) + CHAIN_BYTES
        _release(history, slot, debits, credits)
        _add_movement(history, debits, credits)
    return count


@compiled
def enter_account(history, row):
    """Make a row be found by the id in it."""
    account = account_at(history, row)
    low, high = get(account, ACCOUNT_ID), get(account, ACCOUNT_ID + 1)
    index = np.int64(get(history, ACCOUNT_IDS_AT))
    insert(index, low, high, np.uint64(row + 1))


@compiled
def add_accounts(history, records, count, position):
    """Add the stored accounts of the event at `position`; returns how many are new."""
    for i in range(count):
        record = records + i * RECORD_BYTES
        row = np.int64(get(history, ACCOUNTS))
        if row_of(history, get(record, ID), get(record, ID + 1)) >= 0:
            return i
        if row >= ACCOUNTS_MAX:
            raise MemoryError("history: accounts exhausted")
        account = account_at(history, row)
        put(account, ACCOUNT_ID, get(record, ID))
        put(account, ACCOUNT_ID + 1, get(record, ID + 1))
        put(account, CREATED_AT, get(record, TIMESTAMP))
        put(account, CREATED_POSITION, np.uint64(position))
        put(history, ACCOUNTS, np.uint64(row + 1))
        enter_account(history, row)
    return count
