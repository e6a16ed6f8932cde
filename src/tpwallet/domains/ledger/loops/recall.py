"""Records of the past a batch must be compared with, read from the journal before it is decided.

A repeated id is answered by comparing the request with the stored transfer, and a post of an
ended reservation by its record. Memory keeps only where such a record lies; `survey` finds,
before a batch is decided, which of them it can need, and the batch's accounts on the way.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.books import (
    POST,
    VOID,
    account_at,
    ended_reservation,
    reservation_at,
    transfer_reference,
)
from tpwallet.domains.ledger.loops.words import (
    BURNT,
    CREDIT_ACCOUNT,
    DEBIT_ACCOUNT,
    ID,
    INDEX_MASK,
    KIND_SHIFT,
    LEDGER,
    OPEN,
    PENDING_ID,
    POSITION_SHIFT,
    RECORD_BYTES,
    U0,
    U48,
    VALUE_MASK,
    WORDS,
)
from tpwallet.kernel.words import address_of, get


class Recall(NamedTuple):
    """Records read back: `references` ascending, `records` the address of their records."""

    references: np.ndarray  # u64[k]
    records: int


_NO_RECORDS = np.zeros((1, WORDS), np.uint64)
NOTHING = Recall(np.zeros(0, np.uint64), address_of(_NO_RECORDS))


@compiled
def _lies_in_journal(reference):
    kind = reference >> KIND_SHIFT
    return reference != U0 and kind != OPEN and kind != BURNT


@compiled
def survey(books, batch, n, accounts, wanted):
    """Look up what a batch of `n` records at `batch` refers to: fills `accounts` (i64[n, 2]:
    addresses of debit and credit account) and `wanted` (u64[2 n]: references to recall), and
    returns how many are wanted. Independent look-ups in one pass overlap their memory waits.
    """
    count = 0
    for i in range(n):
        record = batch + i * RECORD_BYTES
        accounts[i, 0] = account_at(
            books, get(record, DEBIT_ACCOUNT), get(record, DEBIT_ACCOUNT + 1)
        )
        accounts[i, 1] = account_at(
            books, get(record, CREDIT_ACCOUNT), get(record, CREDIT_ACCOUNT + 1)
        )
        reference = transfer_reference(books, get(record, ID), get(record, ID + 1))
        if _lies_in_journal(reference):
            wanted[count] = reference & VALUE_MASK
            count += 1
        if (get(record, LEDGER) >> U48) & (POST | VOID):
            reference = transfer_reference(
                books, get(record, PENDING_ID), get(record, PENDING_ID + 1)
            )
            if _lies_in_journal(reference):
                wanted[count] = reference & VALUE_MASK
                count += 1
    return count


@compiled
def recalled(books, recall, stored, position, reference):
    """Address of the record behind a reference: of this very batch, an open reservation, read back
    from the journal, or a reservation that was open when the batch began and has ended in it.
    """
    value = reference & VALUE_MASK
    if (reference >> KIND_SHIFT) == OPEN:
        return reservation_at(books, np.int64(value))
    if (value >> POSITION_SHIFT) == position:
        return stored + np.int64(value & INDEX_MASK) * RECORD_BYTES
    at = np.searchsorted(recall.references, value)
    if at < recall.references.shape[0] and recall.references[at] == value:
        return recall.records + np.int64(at) * RECORD_BYTES
    ended = ended_reservation(books, value)
    if ended == 0:
        raise RuntimeError("ledger: a record to compare with was not recalled")
    return ended
