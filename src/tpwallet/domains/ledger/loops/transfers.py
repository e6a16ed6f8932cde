"""Checks of one transfer, in the field's order: the first that fails answers."""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.limits import TIMESTAMP_MAX
from tpwallet.domains.ledger.loops import wide
from tpwallet.domains.ledger.loops.access import check_access
from tpwallet.domains.ledger.loops.books import PENDING, POST, VOID, transfer_reference
from tpwallet.domains.ledger.loops.exists import (
    is_max,
    is_zero,
    same_kind,
    same_post_or_void,
    same_transfer,
)
from tpwallet.domains.ledger.loops.post_void import check_post_or_void
from tpwallet.domains.ledger.loops.recall import recalled
from tpwallet.domains.ledger.loops.words import (
    AMOUNT,
    BURNT,
    CREDIT_ACCOUNT,
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBIT_ACCOUNT,
    DEBITS_PENDING,
    DEBITS_POSTED,
    ID,
    KIND_SHIFT,
    LAST_TRANSFER_TIMESTAMP,
    LEDGER,
    MASK_16,
    MASK_32,
    PENDING_ID,
    TIMESTAMP,
    U0,
    U32,
    U48,
    USER_DATA_32,
)
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.words import get, put

_KNOWN_FLAGS = int(~TransferFlags.NONE)
_CLOSING = int(TransferFlags.CLOSING_DEBIT | TransferFlags.CLOSING_CREDIT)
_BALANCING_DEBIT = int(TransferFlags.BALANCING_DEBIT)
_BALANCING_CREDIT = int(TransferFlags.BALANCING_CREDIT)
_IMPORTED = int(TransferFlags.IMPORTED)
_CLOSED = int(AccountFlags.CLOSED)
_DEBITS_LIMITED = int(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
_CREDITS_LIMITED = int(AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS)
_SECOND = np.uint64(1_000_000_000)
_TIMESTAMP_MAX = np.uint64(TIMESTAMP_MAX)


@compiled
def _check_request(record, flags):
    """What can be refused by looking at the request alone."""
    if is_zero(record, DEBIT_ACCOUNT):
        return Status.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
    if is_max(record, DEBIT_ACCOUNT):
        return Status.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
    if is_zero(record, CREDIT_ACCOUNT):
        return Status.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
    if is_max(record, CREDIT_ACCOUNT):
        return Status.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
    if get(record, DEBIT_ACCOUNT) == get(record, CREDIT_ACCOUNT) and get(
        record, DEBIT_ACCOUNT + 1
    ) == get(record, CREDIT_ACCOUNT + 1):
        return Status.ACCOUNTS_MUST_BE_DIFFERENT
    if not is_zero(record, PENDING_ID):
        return Status.PENDING_ID_MUST_BE_ZERO
    if not flags & PENDING:
        if get(record, USER_DATA_32) >> U32:
            return Status.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
        if flags & _CLOSING:
            return Status.CLOSING_TRANSFER_MUST_BE_PENDING
    if get(record, LEDGER) & MASK_32 == U0:
        return Status.LEDGER_MUST_NOT_BE_ZERO
    if (get(record, LEDGER) >> U32) & MASK_16 == U0:
        return Status.CODE_MUST_NOT_BE_ZERO
    return Status.CREATED


@compiled
def _check_accounts(books, record, flags, debit, credit, actor):
    """The accounts must exist, on this ledger, open, within the caller's reach, and in time."""
    if debit == 0:
        return Status.DEBIT_ACCOUNT_NOT_FOUND
    if credit == 0:
        return Status.CREDIT_ACCOUNT_NOT_FOUND
    if (get(debit, LEDGER) ^ get(credit, LEDGER)) & MASK_32:
        return Status.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
    if (get(debit, LEDGER) ^ get(record, LEDGER)) & MASK_32:
        return Status.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
    status = check_access(books, debit, credit, actor)
    if status != Status.CREATED:
        return status
    if flags & _IMPORTED:
        if get(record, TIMESTAMP) <= get(books, LAST_TRANSFER_TIMESTAMP):
            return Status.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
        if get(record, TIMESTAMP) <= get(debit, TIMESTAMP):
            return Status.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT
        if get(record, TIMESTAMP) <= get(credit, TIMESTAMP):
            return Status.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT
        if get(record, USER_DATA_32) >> U32:
            return Status.IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO
    if (get(debit, LEDGER) >> U48) & _CLOSED:
        return Status.DEBIT_ACCOUNT_ALREADY_CLOSED
    if (get(credit, LEDGER) >> U48) & _CLOSED:
        return Status.CREDIT_ACCOUNT_ALREADY_CLOSED
    return Status.CREATED


@compiled
def _clamp(record, flags, debit, credit):
    """A balancing transfer takes at most what there is on the side it names."""
    low, high = get(record, AMOUNT), get(record, AMOUNT + 1)
    if flags & _BALANCING_DEBIT:
        room_low, room_high = wide.floored_difference(
            get(debit, CREDITS_POSTED),
            get(debit, CREDITS_POSTED + 1),
            get(debit, DEBITS_POSTED),
            get(debit, DEBITS_POSTED + 1),
        )
        room_low, room_high = wide.floored_difference(
            room_low, room_high, get(debit, DEBITS_PENDING), get(debit, DEBITS_PENDING + 1)
        )
        low, high = wide.smaller(low, high, room_low, room_high)
    if flags & _BALANCING_CREDIT:
        room_low, room_high = wide.floored_difference(
            get(credit, DEBITS_POSTED),
            get(credit, DEBITS_POSTED + 1),
            get(credit, CREDITS_POSTED),
            get(credit, CREDITS_POSTED + 1),
        )
        room_low, room_high = wide.floored_difference(
            room_low, room_high, get(credit, CREDITS_PENDING), get(credit, CREDITS_PENDING + 1)
        )
        low, high = wide.smaller(low, high, room_low, room_high)
    put(record, AMOUNT, low)
    put(record, AMOUNT + 1, high)


@compiled
def _field_overflows(account, field, low, high):
    return wide.overflows(get(account, field), get(account, field + 1), low, high)


@compiled
def _sum_overflows(account, pending, posted, low, high):
    """Whether pending + posted + amount is 2^128 or more (pending + posted never is)."""
    sum_low, sum_high = wide.add(
        get(account, pending),
        get(account, pending + 1),
        get(account, posted),
        get(account, posted + 1),
    )
    return wide.overflows(sum_low, sum_high, low, high)


@compiled
def _check_overflow(record, flags, debit, credit):
    low, high = get(record, AMOUNT), get(record, AMOUNT + 1)
    if flags & PENDING:
        if _field_overflows(debit, DEBITS_PENDING, low, high):
            return Status.OVERFLOWS_DEBITS_PENDING
        if _field_overflows(credit, CREDITS_PENDING, low, high):
            return Status.OVERFLOWS_CREDITS_PENDING
    if _field_overflows(debit, DEBITS_POSTED, low, high):
        return Status.OVERFLOWS_DEBITS_POSTED
    if _field_overflows(credit, CREDITS_POSTED, low, high):
        return Status.OVERFLOWS_CREDITS_POSTED
    if _sum_overflows(debit, DEBITS_PENDING, DEBITS_POSTED, low, high):
        return Status.OVERFLOWS_DEBITS
    if _sum_overflows(credit, CREDITS_PENDING, CREDITS_POSTED, low, high):
        return Status.OVERFLOWS_CREDITS
    timeout = get(record, USER_DATA_32) >> U32
    if get(record, TIMESTAMP) + timeout * _SECOND > _TIMESTAMP_MAX:
        return Status.OVERFLOWS_TIMEOUT
    return Status.CREATED


@compiled
def _exceeds(account, pending, posted, against, low, high):
    """Whether pending + posted + amount would pass the posted balance of the other side."""
    low, high = wide.add(get(account, pending), get(account, pending + 1), low, high)
    low, high = wide.add(get(account, posted), get(account, posted + 1), low, high)
    return wide.less(get(account, against), get(account, against + 1), low, high)


@compiled
def _check_limits(record, debit, credit):
    low, high = get(record, AMOUNT), get(record, AMOUNT + 1)
    if (get(debit, LEDGER) >> U48) & _DEBITS_LIMITED and _exceeds(
        debit, DEBITS_PENDING, DEBITS_POSTED, CREDITS_POSTED, low, high
    ):
        return Status.EXCEEDS_CREDITS
    if (get(credit, LEDGER) >> U48) & _CREDITS_LIMITED and _exceeds(
        credit, CREDITS_PENDING, CREDITS_POSTED, DEBITS_POSTED, low, high
    ):
        return Status.EXCEEDS_DEBITS
    return Status.CREATED


@compiled
def _check_known(books, recall, position, record, reference):
    """Answer an id the ledger knows."""
    if (reference >> KIND_SHIFT) == BURNT:
        return Status.ID_ALREADY_FAILED
    existing = recalled(books, recall, position, reference)
    if not (get(record, LEDGER) >> U48) & (POST | VOID):
        return same_transfer(record, existing)
    status = same_kind(record, existing)
    if status != Status.EXISTS:
        return status
    ended = transfer_reference(books, get(record, PENDING_ID), get(record, PENDING_ID + 1))
    return same_post_or_void(record, existing, recalled(books, recall, position, ended))


@compiled
def check_transfer(books, recall, position, record, moment, debit, credit, actor, barred):
    """Check one transfer whose envelope is in order and whose timestamp is set.

    `moment` is when it is decided, which is not the own timestamp of an imported one; `barred` is
    the status of one that the pool's rules bar, `created` for others. `record` is a working copy:
    on `created` it holds what is to be stored (amount clamped, inherited fields filled).
    """
    flags = get(record, LEDGER) >> U48
    if flags & ~_KNOWN_FLAGS:
        return Status.RESERVED_FLAG
    if is_zero(record, ID):
        return Status.ID_MUST_NOT_BE_ZERO
    if is_max(record, ID):
        return Status.ID_MUST_NOT_BE_INT_MAX
    reference = transfer_reference(books, get(record, ID), get(record, ID + 1))
    if reference != U0:
        return _check_known(books, recall, position, record, reference)
    if barred != Status.CREATED:
        return barred
    if flags & (POST | VOID):
        return check_post_or_void(books, recall, position, record, moment, actor)
    status = _check_request(record, flags)
    if status == Status.CREATED:
        status = _check_accounts(books, record, flags, debit, credit, actor)
    if status == Status.CREATED:
        _clamp(record, flags, debit, credit)
        status = _check_overflow(record, flags, debit, credit)
    if status == Status.CREATED:
        status = _check_limits(record, debit, credit)
    return status
