"""Which accounts a caller may move.

The access word of an ordinary account has bit 63, bit 0 when it is open to every bulk caller, and
bit n (1 to 61) when bulk grant n covers it. That of a system account, which the hub opened for
itself, has bit 62 and no other. A bulk caller's word holds bit 0 and the bits of its grants; flows,
which carry their own limits and policies, pass bit 63, and those that own system accounts bit 62
besides. The two statuses are ours, not the field's.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.words import ACCESS_AT, ACCOUNTS_AT, RECORD_BYTES, U0
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.words import get


@compiled
def _access(books, account):
    row = (account - np.int64(get(books, ACCOUNTS_AT))) // RECORD_BYTES
    return get(np.int64(get(books, ACCESS_AT)), row)


@compiled
def check_access(books, debit, credit, actor):
    """Whether the caller may move both accounts."""
    if _access(books, debit) & actor == U0:
        return Status.DEBIT_ACCOUNT_NOT_GRANTED
    if _access(books, credit) & actor == U0:
        return Status.CREDIT_ACCOUNT_NOT_GRANTED
    return Status.CREATED
