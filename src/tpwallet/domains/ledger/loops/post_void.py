"""Checks of a transfer that posts or voids a reservation."""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.loops import wide
from tpwallet.domains.ledger.loops.access import check_access
from tpwallet.domains.ledger.loops.books import POST, VOID, account_at, slot_at, transfer_reference
from tpwallet.domains.ledger.loops.exists import differs, is_max, is_zero
from tpwallet.domains.ledger.loops.recall import recalled
from tpwallet.domains.ledger.loops.words import (
    AMOUNT,
    CREDIT_ACCOUNT,
    DEBIT_ACCOUNT,
    EXPIRED,
    ID,
    KIND_SHIFT,
    LAST_TRANSFER_TIMESTAMP,
    LEDGER,
    MASK_16,
    MASK_32,
    PENDING_ID,
    POSTED,
    SLOT_EXPIRES_AT,
    STORED,
    TIMESTAMP,
    U0,
    U32,
    U48,
    USER_DATA_32,
    USER_DATA_64,
    USER_DATA_128,
    VALUE_MASK,
    VOIDED,
)
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.words import get, put

_EXCLUDED = int(
    TransferFlags.PENDING
    | TransferFlags.BALANCING_DEBIT
    | TransferFlags.BALANCING_CREDIT
    | TransferFlags.CLOSING_DEBIT
    | TransferFlags.CLOSING_CREDIT
)
_IMPORTED = int(TransferFlags.IMPORTED)
_CLOSED = int(AccountFlags.CLOSED)


@compiled
def _check_request(record, flags):
    """What can be refused by looking at the request alone."""
    if (flags & POST and flags & VOID) or flags & _EXCLUDED:
        return Status.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    if is_zero(record, PENDING_ID):
        return Status.PENDING_ID_MUST_NOT_BE_ZERO
    if is_max(record, PENDING_ID):
        return Status.PENDING_ID_MUST_NOT_BE_INT_MAX
    if get(record, PENDING_ID) == get(record, ID) and get(record, PENDING_ID + 1) == get(
        record, ID + 1
    ):
        return Status.PENDING_ID_MUST_BE_DIFFERENT
    if get(record, USER_DATA_32) >> U32:
        return Status.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
    return Status.CREATED


@compiled
def _check_match(record, reserved):
    """What the request names must be what the reservation names."""
    if not is_zero(record, DEBIT_ACCOUNT) and differs(record, reserved, DEBIT_ACCOUNT):
        return Status.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
    if not is_zero(record, CREDIT_ACCOUNT) and differs(record, reserved, CREDIT_ACCOUNT):
        return Status.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
    ledger = get(record, LEDGER) & MASK_32
    if ledger != U0 and ledger != (get(reserved, LEDGER) & MASK_32):
        return Status.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER
    code = (get(record, LEDGER) >> U32) & MASK_16
    if code != U0 and code != ((get(reserved, LEDGER) >> U32) & MASK_16):
        return Status.PENDING_TRANSFER_HAS_DIFFERENT_CODE
    return Status.CREATED


@compiled
def _check_amount(record, reserved, flags):
    """More than was reserved is refused; a void takes all of it. Sets the amount that will be
    stored.
    """
    whole = is_max(record, AMOUNT) if flags & POST else is_zero(record, AMOUNT)
    if whole:
        put(record, AMOUNT, get(reserved, AMOUNT))
        put(record, AMOUNT + 1, get(reserved, AMOUNT + 1))
    if wide.less(
        get(reserved, AMOUNT),
        get(reserved, AMOUNT + 1),
        get(record, AMOUNT),
        get(record, AMOUNT + 1),
    ):
        return Status.EXCEEDS_PENDING_TRANSFER_AMOUNT
    if flags & VOID and differs(record, reserved, AMOUNT):
        return Status.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
    return Status.CREATED


@compiled
def _check_end(books, reference, moment):
    """A reservation ends once."""
    kind = reference >> KIND_SHIFT
    if kind == POSTED:
        return Status.PENDING_TRANSFER_ALREADY_POSTED
    if kind == VOIDED:
        return Status.PENDING_TRANSFER_ALREADY_VOIDED
    if kind == EXPIRED:
        return Status.PENDING_TRANSFER_EXPIRED
    expires_at = get(slot_at(books, np.int64(reference & VALUE_MASK)), SLOT_EXPIRES_AT)
    if expires_at != U0 and expires_at <= moment:
        return Status.PENDING_TRANSFER_EXPIRED
    return Status.CREATED


@compiled
def _check_open_accounts(books, reserved):
    account = account_at(books, get(reserved, DEBIT_ACCOUNT), get(reserved, DEBIT_ACCOUNT + 1))
    if (get(account, LEDGER) >> U48) & _CLOSED:
        return Status.DEBIT_ACCOUNT_ALREADY_CLOSED
    account = account_at(books, get(reserved, CREDIT_ACCOUNT), get(reserved, CREDIT_ACCOUNT + 1))
    if (get(account, LEDGER) >> U48) & _CLOSED:
        return Status.CREDIT_ACCOUNT_ALREADY_CLOSED
    return Status.CREATED


@compiled
def _inherit(record, reserved):
    """What the request left out is stored as the reservation has it."""
    for field in range(DEBIT_ACCOUNT, AMOUNT):
        put(record, field, get(reserved, field))
    if is_zero(record, USER_DATA_128):
        put(record, USER_DATA_128, get(reserved, USER_DATA_128))
        put(record, USER_DATA_128 + 1, get(reserved, USER_DATA_128 + 1))
    if get(record, USER_DATA_64) == U0:
        put(record, USER_DATA_64, get(reserved, USER_DATA_64))
    if get(record, USER_DATA_32) == U0:
        put(record, USER_DATA_32, get(reserved, USER_DATA_32) & MASK_32)
    flags = get(record, LEDGER) >> U48
    put(record, LEDGER, (get(reserved, LEDGER) & ((MASK_16 << U32) | MASK_32)) | (flags << U48))


@compiled
def check_post_or_void(books, recall, position, record, moment, actor):
    """Check one post or void; fills in what it inherits when it is to be created."""
    flags = get(record, LEDGER) >> U48
    status = _check_request(record, flags)
    if status != Status.CREATED:
        return status
    reference = transfer_reference(books, get(record, PENDING_ID), get(record, PENDING_ID + 1))
    kind = reference >> KIND_SHIFT
    if kind < STORED or kind > EXPIRED:
        return Status.PENDING_TRANSFER_NOT_FOUND
    if kind == STORED:
        return Status.PENDING_TRANSFER_NOT_PENDING
    reserved = recalled(books, recall, position, reference)
    status = _check_match(record, reserved)
    if status == Status.CREATED:
        status = check_access(
            books,
            account_at(books, get(reserved, DEBIT_ACCOUNT), get(reserved, DEBIT_ACCOUNT + 1)),
            account_at(books, get(reserved, CREDIT_ACCOUNT), get(reserved, CREDIT_ACCOUNT + 1)),
            actor,
        )
    if status == Status.CREATED:
        status = _check_amount(record, reserved, flags)
    if status == Status.CREATED:
        status = _check_end(books, reference, moment)
    if status == Status.CREATED and flags & _IMPORTED:
        if get(record, TIMESTAMP) <= get(books, LAST_TRANSFER_TIMESTAMP):
            return Status.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
    if status == Status.CREATED and not flags & VOID:
        status = _check_open_accounts(books, reserved)
    if status == Status.CREATED:
        _inherit(record, reserved)
    return status
