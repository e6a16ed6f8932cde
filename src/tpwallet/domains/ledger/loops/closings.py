"""Which requests of a batch would void a reservation that keeps an account closed."""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.books import VOID, reservation_at, transfer_reference
from tpwallet.domains.ledger.loops.words import (
    KIND_SHIFT,
    LEDGER,
    OPEN,
    PENDING_ID,
    RECORD_BYTES,
    U48,
    VALUE_MASK,
)
from tpwallet.kernel.words import get

_CLOSING = int(TransferFlags.CLOSING_DEBIT | TransferFlags.CLOSING_CREDIT)


@compiled
def find_reopening(books, batch, n, found):
    """Fill `found` (i64[n]) with the indexes of such requests among the `n` records at `batch`, and
    return how many there are.
    """
    count = 0
    for i in range(n):
        record = batch + i * RECORD_BYTES
        if not (get(record, LEDGER) >> U48) & VOID:
            continue
        reference = transfer_reference(books, get(record, PENDING_ID), get(record, PENDING_ID + 1))
        if (reference >> KIND_SHIFT) != OPEN:
            continue
        reserved = reservation_at(books, np.int64(reference & VALUE_MASK))
        if (get(reserved, LEDGER) >> U48) & _CLOSING:
            found[count] = i
            count += 1
    return count
