"""Finding what a batch refers to before it is decided or booked.

A batch touches memory all over the books: two accounts and one or two ids for each of thousands of
records. Taken one after another, each would be waited for. So whatever a record will need is asked
of the memory some records ahead, and has come into the cache when its turn comes; nothing but time
depends on it.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.books import POST, VOID, account_at
from tpwallet.domains.ledger.loops.words import (
    ACCOUNT_IDS_AT,
    CREDIT_ACCOUNT,
    DEBIT_ACCOUNT,
    FOUND_AT,
    FOUND_BYTES,
    FOUND_CREDIT,
    FOUND_DEBIT,
    FOUND_SLOT,
    ID,
    LEDGER,
    PENDING_ID,
    RECORD_BYTES,
    TRANSFER_IDS_AT,
    U48,
)
from tpwallet.kernel.id_index import fetch_id, find
from tpwallet.kernel.words import fetch, get, put

_AHEAD = 8  # records, while ids are looked up
_NEAR = 4  # records, while they are booked
_LINE = 64  # bytes of memory that come together; a record is two of them


@compiled
def _fetch_ids(books, record):
    accounts, transfers = (
        np.int64(get(books, ACCOUNT_IDS_AT)),
        np.int64(get(books, TRANSFER_IDS_AT)),
    )
    fetch_id(accounts, get(record, DEBIT_ACCOUNT), get(record, DEBIT_ACCOUNT + 1))
    fetch_id(accounts, get(record, CREDIT_ACCOUNT), get(record, CREDIT_ACCOUNT + 1))
    fetch_id(transfers, get(record, ID), get(record, ID + 1))
    if (get(record, LEDGER) >> U48) & (POST | VOID):
        fetch_id(transfers, get(record, PENDING_ID), get(record, PENDING_ID + 1))


@compiled
def found_at(books, i):
    """Address of what was found for request `i`."""
    return np.int64(get(books, FOUND_AT)) + i * FOUND_BYTES


@compiled
def look_up(books, batch, n):
    """Look up the accounts and the ids of `n` records at `batch`."""
    transfers = np.int64(get(books, TRANSFER_IDS_AT))
    for i in range(min(_AHEAD, n)):
        _fetch_ids(books, batch + i * RECORD_BYTES)
    for i in range(n):
        if i + _AHEAD < n:
            _fetch_ids(books, batch + (i + _AHEAD) * RECORD_BYTES)
        record, found = batch + i * RECORD_BYTES, found_at(books, i)
        debit = account_at(books, get(record, DEBIT_ACCOUNT), get(record, DEBIT_ACCOUNT + 1))
        credit = account_at(books, get(record, CREDIT_ACCOUNT), get(record, CREDIT_ACCOUNT + 1))
        slot = find(transfers, get(record, ID), get(record, ID + 1))
        put(found, FOUND_DEBIT, np.uint64(debit))
        put(found, FOUND_CREDIT, np.uint64(credit))
        put(found, FOUND_SLOT, np.uint64(slot))


@compiled
def fetch_ahead(books, i, n):
    """While record `i` of `n` is booked, have brought what the records after it will touch."""
    if i + _NEAR < n:
        ahead = found_at(books, i + _NEAR)
        debit, credit = np.int64(get(ahead, FOUND_DEBIT)), np.int64(get(ahead, FOUND_CREDIT))
        fetch(debit)
        fetch(debit + _LINE)
        fetch(credit)
        fetch(credit + _LINE)
        fetch(np.int64(get(ahead, FOUND_SLOT)))
