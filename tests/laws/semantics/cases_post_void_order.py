"""Posting and voiding: of two wrongs, the earlier check answers."""

from itertools import pairwise

from tests.laws.semantics.case import Case, Precedence
from tests.laws.semantics.writing import (
    MAX,
    SECOND,
    account,
    accounts,
    balances,
    case,
    exists,
    first_of,
    pending,
    post,
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import OracleTransfer, Status, TransferFlag

VOID = TransferFlag.VOID_PENDING_TRANSFER
CLOSING_DEBIT = TransferFlag.CLOSING_DEBIT
CLOSING_CREDIT = TransferFlag.CLOSING_CREDIT
TWO = accounts(account(1), account(2))
RESERVE = transfers(pending(100, user_data_128=1, user_data_64=2, user_data_32=3))
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}

# Each field of a full post of 7 with a value that is not its own, in the order of comparison.
DIFFERENCES: list[tuple[Status, dict[str, int]]] = [
    ("exists_with_different_flags", {"flags": CLOSING_DEBIT}),
    ("exists_with_different_pending_id", {"pending_id": 99}),
    ("exists_with_different_timeout", {"timeout": 1}),
    ("exists_with_different_debit_account_id", {"debit_account_id": 3}),
    ("exists_with_different_credit_account_id", {"credit_account_id": 4}),
    ("exists_with_different_amount", {"amount": 6}),
    ("exists_with_different_user_data_128", {"user_data_128": 9}),
    ("exists_with_different_user_data_64", {"user_data_64": 9}),
    ("exists_with_different_user_data_32", {"user_data_32": 9}),
    ("exists_with_different_ledger", {"ledger": 2}),
    ("exists_with_different_code", {"code": 21}),
]

THREE = accounts(account(1), account(2), account(3))
OLD = SECOND + 1


def _after_reservation(
    earlier: Status, later: Status, *, both: OracleTransfer, only_later: OracleTransfer
) -> Case:
    return first_of(
        earlier, later, TWO, RESERVE, both=both, only_later=only_later, balances=RESERVED_TEN
    )


def imported_post(
    transfer_id: int, pending_id: int, timestamp: int, **fields: int
) -> OracleTransfer:
    return post(transfer_id, pending_id, TransferFlag.IMPORTED, timestamp=timestamp, **fields)


IDENTITY_PRECEDENCE_CASES: list[Case] = [
    *(
        first_of(
            earlier,
            later,
            TWO,
            transfers(pending(99), pending(100, amount=7)),
            transfers(post(101, 100)),
            both=post(101, 100, **wrong_earlier, **wrong_later),
            only_later=post(101, 100, **wrong_later),
            balances={
                1: balances(debits_pending=10, debits_posted=7),
                2: balances(credits_pending=10, credits_posted=7),
            },
        )
        for (earlier, wrong_earlier), (later, wrong_later) in pairwise(DIFFERENCES)
    ),
    case(
        "exists before pending_transfer_already_posted",
        TWO,
        RESERVE,
        transfers(post(101, 100)),
        transfers(post(101, 100), answer=exists(3 * SECOND)),
        transfers(post(102, 100), answer="pending_transfer_already_posted"),
        balances=MOVED_TEN,
        precedence=Precedence("exists", "pending_transfer_already_posted"),
    ),
    first_of(
        "exists_with_different_code",
        "pending_transfer_has_different_code",
        TWO,
        transfers(pending(99), pending(100, amount=7)),
        transfers(post(101, 100)),
        both=post(101, 100, code=21),
        only_later=post(102, 99, code=21),
        balances={
            1: balances(debits_pending=10, debits_posted=7),
            2: balances(credits_pending=10, credits_posted=7),
        },
    ),
    _after_reservation(
        "id_must_not_be_zero",
        "flags_are_mutually_exclusive",
        both=post(0, 100, VOID),
        only_later=post(101, 100, VOID),
    ),
    _after_reservation(
        "id_must_not_be_int_max",
        "flags_are_mutually_exclusive",
        both=post(MAX, 100, VOID),
        only_later=post(101, 100, VOID),
    ),
    first_of(
        "id_already_failed",
        "flags_are_mutually_exclusive",
        TWO,
        RESERVE,
        transfers(post(101, 99), answer="pending_transfer_not_found"),
        both=post(101, 100, VOID),
        only_later=post(102, 100, VOID),
        balances=RESERVED_TEN,
    ),
]

WRONG_PENDING_IDS: list[tuple[Status, int]] = [
    ("pending_id_must_not_be_zero", 0),
    ("pending_id_must_not_be_int_max", MAX),
    ("pending_id_must_be_different", 101),
]

FIELD_PRECEDENCE_CASES: list[Case] = [
    _after_reservation(
        "flags_are_mutually_exclusive",
        "pending_id_must_not_be_zero",
        both=post(101, 0, VOID),
        only_later=post(101, 0),
    ),
    *(
        _after_reservation(
            earlier,
            "timeout_reserved_for_pending_transfer",
            both=post(101, pending_id, timeout=1),
            only_later=post(101, 100, timeout=1),
        )
        for earlier, pending_id in WRONG_PENDING_IDS
    ),
    _after_reservation(
        "timeout_reserved_for_pending_transfer",
        "pending_transfer_not_found",
        both=post(101, 99, timeout=1),
        only_later=post(101, 99),
    ),
    _after_reservation(
        "pending_transfer_not_found",
        "imported_event_timestamp_must_not_regress",
        both=imported_post(101, 99, OLD),
        only_later=imported_post(102, 100, OLD),
    ),
    first_of(
        "pending_transfer_not_pending",
        "pending_transfer_has_different_debit_account_id",
        TWO,
        transfers(transfer(90, amount=0), pending(100)),
        both=post(101, 90, debit_account_id=3),
        only_later=post(101, 100, debit_account_id=3),
        balances=RESERVED_TEN,
    ),
    _after_reservation(
        "pending_transfer_has_different_debit_account_id",
        "pending_transfer_has_different_credit_account_id",
        both=post(101, 100, debit_account_id=3, credit_account_id=3),
        only_later=post(101, 100, credit_account_id=3),
    ),
    _after_reservation(
        "pending_transfer_has_different_credit_account_id",
        "pending_transfer_has_different_ledger",
        both=post(101, 100, credit_account_id=3, ledger=2),
        only_later=post(101, 100, ledger=2),
    ),
    _after_reservation(
        "pending_transfer_has_different_ledger",
        "pending_transfer_has_different_code",
        both=post(101, 100, ledger=2, code=21),
        only_later=post(101, 100, code=21),
    ),
    _after_reservation(
        "pending_transfer_has_different_code",
        "exceeds_pending_transfer_amount",
        both=post(101, 100, code=21, amount=11),
        only_later=post(101, 100, amount=11),
    ),
    _after_reservation(
        "exceeds_pending_transfer_amount",
        "pending_transfer_has_different_amount",
        both=void(101, 100, amount=11),
        only_later=void(101, 100, amount=9),
    ),
]

RESOLVED_PRECEDENCE_CASES: list[Case] = [
    first_of(
        "exceeds_pending_transfer_amount",
        "pending_transfer_already_posted",
        TWO,
        RESERVE,
        transfers(post(101, 100)),
        both=post(102, 100, amount=11),
        only_later=post(102, 100),
        balances=MOVED_TEN,
    ),
    first_of(
        "pending_transfer_has_different_amount",
        "pending_transfer_already_posted",
        TWO,
        RESERVE,
        transfers(post(101, 100)),
        both=void(102, 100, amount=9),
        only_later=void(102, 100),
        balances=MOVED_TEN,
    ),
    first_of(
        "pending_transfer_has_different_amount",
        "pending_transfer_already_voided",
        TWO,
        RESERVE,
        transfers(void(101, 100)),
        both=void(102, 100, amount=9),
        only_later=void(102, 100),
    ),
    # Reservations of zero at 2 s that expire at 3 s; 100 is resolved in time, 110 is not.
    first_of(
        "pending_transfer_already_posted",
        "pending_transfer_expired",
        TWO,
        transfers(pending(100, timeout=1, amount=0), pending(110, timeout=1, amount=0)),
        transfers(post(101, 100), at=2 * SECOND + 1),
        both=post(102, 100),
        only_later=post(102, 110),
    ),
    first_of(
        "pending_transfer_already_voided",
        "pending_transfer_expired",
        TWO,
        transfers(pending(100, timeout=1, amount=0), pending(110, timeout=1, amount=0)),
        transfers(void(101, 100), at=2 * SECOND + 1),
        both=post(102, 100),
        only_later=post(102, 110),
    ),
    first_of(
        "pending_transfer_already_voided",
        "debit_account_already_closed",
        TWO,
        transfers(pending(100, amount=0), pending(110, amount=0)),
        transfers(void(101, 100), pending(111, CLOSING_DEBIT, amount=0)),
        both=post(102, 100),
        only_later=post(102, 110),
        closed=[1],
    ),
    first_of(
        "pending_transfer_expired",
        "imported_event_timestamp_must_not_regress",
        TWO,
        transfers(pending(100, timeout=1, amount=0), pending(110, amount=0)),
        both=imported_post(102, 100, OLD),
        only_later=imported_post(102, 110, OLD),
    ),
    first_of(
        "imported_event_timestamp_must_not_regress",
        "debit_account_already_closed",
        TWO,
        RESERVE,
        transfers(pending(110, CLOSING_DEBIT, amount=0)),
        both=imported_post(102, 100, OLD),
        only_later=imported_post(102, 100, 3 * SECOND + 1),
        balances=RESERVED_TEN,
        closed=[1],
    ),
    first_of(
        "debit_account_already_closed",
        "credit_account_already_closed",
        THREE,
        transfers(pending(100, amount=0), pending(110, amount=0, debit_account_id=3)),
        transfers(pending(120, CLOSING_DEBIT | CLOSING_CREDIT, amount=0)),
        both=post(102, 100),
        only_later=post(103, 110),
        closed=[1, 2],
    ),
]

CASES = [*IDENTITY_PRECEDENCE_CASES, *FIELD_PRECEDENCE_CASES, *RESOLVED_PRECEDENCE_CASES]
