"""Checks of one account, in the field's order: the first that fails answers."""

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import AccountFlags
from tpwallet.domains.ledger.loops.books import account_at
from tpwallet.domains.ledger.loops.exists import differs, is_max, is_zero
from tpwallet.domains.ledger.loops.words import (
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBITS_PENDING,
    DEBITS_POSTED,
    ID,
    LAST_ACCOUNT_TIMESTAMP,
    LEDGER,
    MASK_16,
    MASK_32,
    TIMESTAMP,
    U0,
    U32,
    U48,
    USER_DATA_32,
    USER_DATA_64,
    USER_DATA_128,
)
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.words import get

_KNOWN_FLAGS = int(~AccountFlags.NONE)
_IMPORTED = int(AccountFlags.IMPORTED)
_EXCLUSIVE = int(
    AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS
)


@compiled
def _same_account(request, stored):
    if (get(request, LEDGER) >> U48) != (get(stored, LEDGER) >> U48):
        return Status.EXISTS_WITH_DIFFERENT_FLAGS
    if differs(request, stored, USER_DATA_128):
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_128
    if get(request, USER_DATA_64) != get(stored, USER_DATA_64):
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_64
    if (get(request, USER_DATA_32) ^ get(stored, USER_DATA_32)) & MASK_32:
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_32
    if (get(request, LEDGER) ^ get(stored, LEDGER)) & MASK_32:
        return Status.EXISTS_WITH_DIFFERENT_LEDGER
    if ((get(request, LEDGER) ^ get(stored, LEDGER)) >> U32) & MASK_16:
        return Status.EXISTS_WITH_DIFFERENT_CODE
    return Status.EXISTS


@compiled
def _check_new(books, record, flags):
    if (flags & _EXCLUSIVE) == _EXCLUSIVE:
        return Status.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    if not is_zero(record, DEBITS_PENDING):
        return Status.DEBITS_PENDING_MUST_BE_ZERO
    if not is_zero(record, DEBITS_POSTED):
        return Status.DEBITS_POSTED_MUST_BE_ZERO
    if not is_zero(record, CREDITS_PENDING):
        return Status.CREDITS_PENDING_MUST_BE_ZERO
    if not is_zero(record, CREDITS_POSTED):
        return Status.CREDITS_POSTED_MUST_BE_ZERO
    if get(record, LEDGER) & MASK_32 == U0:
        return Status.LEDGER_MUST_NOT_BE_ZERO
    if (get(record, LEDGER) >> U32) & MASK_16 == U0:
        return Status.CODE_MUST_NOT_BE_ZERO
    if flags & _IMPORTED and get(record, TIMESTAMP) <= get(books, LAST_ACCOUNT_TIMESTAMP):
        return Status.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
    return Status.CREATED


@compiled
def check_account(books, record, barred):
    """Check one account whose envelope is in order; `barred` is the status of one that the pool's
    rules bar, `created` for others.
    """
    flags = get(record, LEDGER) >> U48
    if get(record, USER_DATA_32) >> U32:
        return Status.RESERVED_FIELD
    if flags & ~_KNOWN_FLAGS:
        return Status.RESERVED_FLAG
    if is_zero(record, ID):
        return Status.ID_MUST_NOT_BE_ZERO
    if is_max(record, ID):
        return Status.ID_MUST_NOT_BE_INT_MAX
    existing = account_at(books, get(record, ID), get(record, ID + 1))
    if existing != 0:
        return _same_account(record, existing)
    if barred != Status.CREATED:
        return barred
    return _check_new(books, record, flags)
