"""Which accounts the open reservations stand between."""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.books import account_at, reservation_at, slot_at
from tpwallet.domains.ledger.loops.words import (
    ACCOUNTS_AT,
    CREDIT_ACCOUNT,
    DEBIT_ACCOUNT,
    RECORD_BYTES,
    SLOT_OPEN,
    U0,
)
from tpwallet.kernel.words import get


@compiled
def open_sides(books, sides):
    """Fill `sides` (i64[n, 3]) with the slot, the debit account's row and the credit account's of
    every open reservation among the first n slots; returns how many there are.
    """
    count = 0
    accounts = np.int64(get(books, ACCOUNTS_AT))
    for slot in range(sides.shape[0]):
        if get(slot_at(books, slot), SLOT_OPEN) != U0:
            record = reservation_at(books, slot)
            debit = account_at(books, get(record, DEBIT_ACCOUNT), get(record, DEBIT_ACCOUNT + 1))
            credit = account_at(books, get(record, CREDIT_ACCOUNT), get(record, CREDIT_ACCOUNT + 1))
            sides[count, 0] = slot
            sides[count, 1] = (debit - accounts) // RECORD_BYTES
            sides[count, 2] = (credit - accounts) // RECORD_BYTES
            count += 1
    return count
