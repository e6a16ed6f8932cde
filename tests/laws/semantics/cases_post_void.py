"""Posting and voiding: every status with its edges, and what is inherited.

Retries are in `cases_post_void_retries`, the order of the checks is in `cases_post_void_order`.
"""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    MAX,
    SECOND,
    account,
    accounts,
    balances,
    case,
    imported_transfer,
    pending,
    post,
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import AccountFlag, OracleTransfer, Status, TransferFlag

POST = TransferFlag.POST_PENDING_TRANSFER
VOID = TransferFlag.VOID_PENDING_TRANSFER
CLOSING_DEBIT = TransferFlag.CLOSING_DEBIT
CLOSING_CREDIT = TransferFlag.CLOSING_CREDIT
TWO = accounts(account(1), account(2))
RESERVE = transfers(pending(100, user_data_128=1, user_data_64=2, user_data_32=3))
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}

INHERITED = {
    "debit_account_id": 1,
    "credit_account_id": 2,
    "amount": 10,
    "pending_id": 100,
    "user_data_128": 1,
    "user_data_64": 2,
    "user_data_32": 3,
    "timeout": 0,
    "ledger": 1,
    "code": 20,
}


def _refused(status: Status, *events: OracleTransfer) -> Case:
    return case(status, TWO, RESERVE, transfers(*events, answer=status), balances=RESERVED_TEN)


RESOLUTION_CASES: list[Case] = [
    case(
        "post: 2^128 - 1 is the full amount, and zero fields are inherited",
        TWO,
        RESERVE,
        transfers(post(101, 100)),
        balances=MOVED_TEN,
        stored={101: {**INHERITED, "timestamp": 3 * SECOND, "flags": POST}},
    ),
    case(
        "post: the exact amount, and the event's own user data",
        TWO,
        RESERVE,
        transfers(
            post(
                101,
                100,
                amount=10,
                debit_account_id=1,
                credit_account_id=2,
                ledger=1,
                code=20,
                user_data_128=7,
                user_data_64=8,
                user_data_32=9,
            )
        ),
        balances=MOVED_TEN,
        stored={101: {**INHERITED, "user_data_128": 7, "user_data_64": 8, "user_data_32": 9}},
    ),
    case(
        "post: in part, the remainder is released",
        TWO,
        RESERVE,
        transfers(post(101, 100, amount=4)),
        balances={1: balances(debits_posted=4), 2: balances(credits_posted=4)},
        stored={101: {"amount": 4}},
    ),
    case(
        "post: zero moves nothing and releases all",
        TWO,
        RESERVE,
        transfers(post(101, 100, amount=0)),
        stored={101: {"amount": 0}},
    ),
    case(
        "post: of a reservation of zero",
        TWO,
        transfers(pending(100, amount=0)),
        transfers(post(101, 100)),
        stored={101: {"amount": 0}},
    ),
    case(
        "post: of a reservation of 2^128 - 1",
        TWO,
        transfers(pending(100, amount=MAX)),
        transfers(post(101, 100)),
        balances={1: balances(debits_posted=MAX), 2: balances(credits_posted=MAX)},
    ),
    case(
        "post: limits are not asked again",
        accounts(account(1, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS), account(2), account(3)),
        transfers(transfer(90, debit_account_id=2, credit_account_id=1)),
        RESERVE,
        transfers(post(101, 100)),
        balances={
            1: balances(debits_posted=10, credits_posted=10),
            2: balances(debits_posted=10, credits_posted=10),
        },
    ),
    case(
        "post: in the batch that reserved",
        TWO,
        transfers(pending(100), post(101, 100)),
        balances=MOVED_TEN,
    ),
    case(
        "post: an expiry far away does not matter, nor that the timeout is not repeated",
        TWO,
        transfers(pending(100, timeout=60)),
        transfers(post(101, 100)),
        balances=MOVED_TEN,
        stored={101: {"timeout": 0}},
    ),
    case(
        "void: amount zero is the full amount, and zero fields are inherited",
        TWO,
        RESERVE,
        transfers(void(101, 100)),
        stored={101: {**INHERITED, "timestamp": 3 * SECOND, "flags": VOID}},
    ),
    case("void: the exact amount", TWO, RESERVE, transfers(void(101, 100, amount=10))),
    case(
        "two reservations are resolved apart",
        TWO,
        transfers(pending(100), pending(101, amount=5)),
        transfers(void(102, 100), post(103, 101)),
        balances={1: balances(debits_posted=5), 2: balances(credits_posted=5)},
    ),
]

STATUS_CASES: list[Case] = [
    _refused(
        "flags_are_mutually_exclusive",
        post(101, 100, VOID),
        post(101, 100, TransferFlag.PENDING),
        post(101, 100, TransferFlag.BALANCING_DEBIT),
        post(101, 100, TransferFlag.BALANCING_CREDIT),
        post(101, 100, CLOSING_DEBIT),
        post(101, 100, CLOSING_CREDIT),
        void(101, 100, TransferFlag.PENDING),
        void(101, 100, TransferFlag.BALANCING_DEBIT),
        void(101, 100, TransferFlag.BALANCING_CREDIT),
        void(101, 100, CLOSING_DEBIT),
        void(101, 100, CLOSING_CREDIT),
    ),
    case(
        "flags_are_mutually_exclusive: all known flags at once are not reserved",
        TWO,
        transfers(
            imported_transfer(100, SECOND + 1, flags=511),
            imported_transfer(101, SECOND + 2),
            answer=["flags_are_mutually_exclusive", "linked_event_failed"],
        ),
        absent_transfers=[100, 101],
    ),
    _refused("pending_id_must_not_be_zero", post(101, 0), void(101, 0)),
    _refused("pending_id_must_not_be_int_max", post(101, MAX), void(101, MAX)),
    _refused("pending_id_must_be_different", post(101, 101), void(101, 101)),
    _refused(
        "timeout_reserved_for_pending_transfer",
        post(101, 100, timeout=1),
        void(101, 100, timeout=1),
    ),
    _refused("pending_transfer_not_found", post(101, 99), void(102, 99)),
    case(
        "pending_transfer_not_pending",
        TWO,
        transfers(transfer(100)),
        transfers(post(101, 100), void(101, 100), answer="pending_transfer_not_pending"),
        balances=MOVED_TEN,
    ),
    case(
        "pending_transfer_not_pending: a post is itself not pending",
        TWO,
        RESERVE,
        transfers(
            post(101, 100), void(102, 101), answer=["created", "pending_transfer_not_pending"]
        ),
        balances=MOVED_TEN,
    ),
    _refused(
        "pending_transfer_has_different_debit_account_id",
        post(101, 100, debit_account_id=2),
        void(101, 100, debit_account_id=9),
    ),
    _refused(
        "pending_transfer_has_different_credit_account_id",
        post(101, 100, credit_account_id=1),
        void(101, 100, credit_account_id=9),
    ),
    _refused(
        "pending_transfer_has_different_ledger",
        post(101, 100, ledger=2),
        void(101, 100, ledger=2),
    ),
    _refused(
        "pending_transfer_has_different_code", post(101, 100, code=21), void(101, 100, code=21)
    ),
    _refused(
        "exceeds_pending_transfer_amount",
        post(101, 100, amount=11),
        post(101, 100, amount=MAX - 1),
        void(101, 100, amount=11),
        void(101, 100, amount=MAX),
    ),
    _refused("pending_transfer_has_different_amount", void(101, 100, amount=9)),
    case(
        "pending_transfer_already_posted",
        TWO,
        RESERVE,
        transfers(post(101, 100, amount=4)),
        transfers(
            post(102, 100, amount=6), void(103, 100), answer="pending_transfer_already_posted"
        ),
        balances={1: balances(debits_posted=4), 2: balances(credits_posted=4)},
    ),
    case(
        "pending_transfer_already_posted: by the event before, in one batch",
        TWO,
        RESERVE,
        transfers(
            post(101, 100), post(102, 100), answer=["created", "pending_transfer_already_posted"]
        ),
        balances=MOVED_TEN,
    ),
    case(
        "pending_transfer_already_voided",
        TWO,
        RESERVE,
        transfers(void(101, 100)),
        transfers(post(102, 100), void(103, 100), answer="pending_transfer_already_voided"),
    ),
    case(
        "debit_account_already_closed: a post, but not a void",
        TWO,
        RESERVE,
        transfers(pending(101, CLOSING_DEBIT, amount=0)),
        transfers(post(102, 100), answer="debit_account_already_closed"),
        transfers(void(103, 100)),
        closed=[1],
        absent_transfers=[102],
    ),
    case(
        "credit_account_already_closed: a post, but not a void",
        TWO,
        RESERVE,
        transfers(pending(101, CLOSING_CREDIT, amount=0)),
        transfers(post(102, 100), answer="credit_account_already_closed"),
        transfers(void(103, 100)),
        closed=[2],
        absent_transfers=[102],
    ),
    case(
        "pending_transfer_not_found burns the id",
        TWO,
        transfers(post(101, 100), answer="pending_transfer_not_found"),
        RESERVE,
        transfers(post(101, 100), answer="id_already_failed"),
        transfers(post(102, 100)),
        balances=MOVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "a refused resolution that is not transient leaves the reservation and the id as they were",
        TWO,
        RESERVE,
        transfers(post(101, 100, amount=11), answer="exceeds_pending_transfer_amount"),
        transfers(post(101, 100)),
        balances=MOVED_TEN,
    ),
]

CASES = [*RESOLUTION_CASES, *STATUS_CASES]
