"""Answering a transfer id that is known: is this the same request again?"""

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops import wide
from tpwallet.domains.ledger.loops.books import POST, VOID
from tpwallet.domains.ledger.loops.words import (
    AMOUNT,
    CREDIT_ACCOUNT,
    DEBIT_ACCOUNT,
    LEDGER,
    MASK_16,
    MASK_32,
    MAX_64,
    PENDING_ID,
    U0,
    U32,
    U48,
    USER_DATA_32,
    USER_DATA_64,
    USER_DATA_128,
)
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.words import get

BALANCING = TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT
_BALANCING = int(BALANCING)


@compiled
def differs(a, b, field):
    """Whether a 128-bit field differs."""
    return get(a, field) != get(b, field) or get(a, field + 1) != get(b, field + 1)


@compiled
def is_zero(record, field):
    """Whether a 128-bit field is zero."""
    return get(record, field) == U0 and get(record, field + 1) == U0


@compiled
def is_max(record, field):
    """Whether a 128-bit field is 2^128 - 1."""
    return get(record, field) == MAX_64 and get(record, field + 1) == MAX_64


@compiled
def same_kind(request, stored):
    """Flags, pending id and timeout: what is compared first, of every kind of transfer."""
    if (get(request, LEDGER) >> U48) != (get(stored, LEDGER) >> U48):
        return Status.EXISTS_WITH_DIFFERENT_FLAGS
    if differs(request, stored, PENDING_ID):
        return Status.EXISTS_WITH_DIFFERENT_PENDING_ID
    if (get(request, USER_DATA_32) >> U32) != (get(stored, USER_DATA_32) >> U32):
        return Status.EXISTS_WITH_DIFFERENT_TIMEOUT
    return Status.EXISTS


@compiled
def _same_amount(request, stored):
    """A balancing transfer stored what it found: asking again for as much or more is the same."""
    if (get(request, LEDGER) >> U48) & _BALANCING:
        return not wide.less(
            get(request, AMOUNT),
            get(request, AMOUNT + 1),
            get(stored, AMOUNT),
            get(stored, AMOUNT + 1),
        )
    return not differs(request, stored, AMOUNT)


@compiled
def same_transfer(request, stored):
    """Compare a request that is no post or void with what its id stored."""
    status = same_kind(request, stored)
    if status != Status.EXISTS:
        return status
    if differs(request, stored, DEBIT_ACCOUNT):
        return Status.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
    if differs(request, stored, CREDIT_ACCOUNT):
        return Status.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
    if not _same_amount(request, stored):
        return Status.EXISTS_WITH_DIFFERENT_AMOUNT
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
def _inherited_differs(request, stored, reserved, field):
    """Whether a field that zero inherits from the reservation differs from what was stored."""
    if is_zero(request, field):
        return differs(stored, reserved, field)
    return differs(request, stored, field)


@compiled
def _ended_amount_differs(request, stored, reserved):
    flags = get(request, LEDGER) >> U48
    whole = (flags & POST and is_max(request, AMOUNT)) or (
        flags & VOID and is_zero(request, AMOUNT)
    )
    if whole:
        return differs(stored, reserved, AMOUNT)
    return differs(request, stored, AMOUNT)


@compiled
def same_post_or_void(request, stored, reserved):
    """Compare a post or void with what its id stored; what it left out was inherited."""
    status = same_kind(request, stored)
    if status != Status.EXISTS:
        return status
    if _inherited_differs(request, stored, reserved, DEBIT_ACCOUNT):
        return Status.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
    if _inherited_differs(request, stored, reserved, CREDIT_ACCOUNT):
        return Status.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
    if _ended_amount_differs(request, stored, reserved):
        return Status.EXISTS_WITH_DIFFERENT_AMOUNT
    if _inherited_differs(request, stored, reserved, USER_DATA_128):
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_128
    data_64 = (
        get(request, USER_DATA_64) if get(request, USER_DATA_64) else get(reserved, USER_DATA_64)
    )
    if data_64 != get(stored, USER_DATA_64):
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_64
    data_32 = get(request, USER_DATA_32) & MASK_32
    if data_32 == U0:
        data_32 = get(reserved, USER_DATA_32) & MASK_32
    if data_32 != (get(stored, USER_DATA_32) & MASK_32):
        return Status.EXISTS_WITH_DIFFERENT_USER_DATA_32
    ledger = get(request, LEDGER) & MASK_32
    if ledger != U0 and ledger != (get(stored, LEDGER) & MASK_32):
        return Status.EXISTS_WITH_DIFFERENT_LEDGER
    code = (get(request, LEDGER) >> U32) & MASK_16
    if code != U0 and code != ((get(stored, LEDGER) >> U32) & MASK_16):
        return Status.EXISTS_WITH_DIFFERENT_CODE
    return Status.EXISTS
