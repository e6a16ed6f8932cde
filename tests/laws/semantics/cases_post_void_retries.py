"""Posting and voiding again under the same id: inherited values compare equal."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    MAX,
    SECOND,
    account,
    accounts,
    balances,
    case,
    exists,
    pending,
    post,
    transfers,
    void,
)
from tpwallet.lab.oracle import Status, TransferFlag

CLOSING_DEBIT = TransferFlag.CLOSING_DEBIT
TWO = accounts(account(1), account(2))
RESERVE = transfers(pending(100, user_data_128=1, user_data_64=2, user_data_32=3))
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}


def _differs(status: Status, **changed: int) -> Case:
    return case(
        f"{status}: a post sent again with one field changed",
        TWO,
        transfers(
            pending(99), pending(100, user_data_128=1, user_data_64=2, user_data_32=3, amount=7)
        ),
        transfers(post(101, 100)),
        transfers(post(101, 100, **changed), answer=status),
        balances={
            1: balances(debits_pending=10, debits_posted=7),
            2: balances(credits_pending=10, credits_posted=7),
        },
    )


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

EXISTS_CASES: list[Case] = [
    *(_differs(status, **changed) for status, changed in DIFFERENCES),
    case(
        "exists: a full post again, with everything said or left out",
        TWO,
        RESERVE,
        transfers(post(101, 100)),
        transfers(post(101, 100), answer=exists(3 * SECOND)),
        transfers(post(101, 100, amount=10), answer=exists(3 * SECOND)),
        transfers(
            post(
                101,
                100,
                debit_account_id=1,
                credit_account_id=2,
                ledger=1,
                code=20,
                user_data_128=1,
                user_data_64=2,
                user_data_32=3,
            ),
            answer=exists(3 * SECOND),
        ),
        balances=MOVED_TEN,
    ),
    case(
        "exists_with_different_amount: more than the reservation, but not 2^128 - 1",
        TWO,
        RESERVE,
        transfers(post(101, 100)),
        transfers(post(101, 100, amount=11), answer="exists_with_different_amount"),
        balances=MOVED_TEN,
    ),
    case(
        "exists: a full post by its amount, again as 2^128 - 1",
        TWO,
        RESERVE,
        transfers(post(101, 100, amount=10)),
        transfers(post(101, 100), answer=exists(3 * SECOND)),
        balances=MOVED_TEN,
    ),
    case(
        "exists: a post in part compares the amount posted",
        TWO,
        RESERVE,
        transfers(post(101, 100, amount=4)),
        transfers(
            post(101, 100, amount=4),
            post(101, 100, amount=10),
            post(101, 100),
            answer=[
                exists(3 * SECOND),
                "exists_with_different_amount",
                "exists_with_different_amount",
            ],
        ),
        balances={1: balances(debits_posted=4), 2: balances(credits_posted=4)},
    ),
    case(
        "exists: own user data is not what would be inherited",
        TWO,
        RESERVE,
        transfers(post(101, 100, user_data_64=9)),
        transfers(
            post(101, 100, user_data_64=9),
            post(101, 100),
            answer=[exists(3 * SECOND), "exists_with_different_user_data_64"],
        ),
        balances=MOVED_TEN,
    ),
    case(
        "exists: a void again, with the amount said or left out",
        TWO,
        RESERVE,
        transfers(void(101, 100)),
        transfers(
            void(101, 100),
            void(101, 100, amount=10),
            void(101, 100, amount=9),
            void(101, 100, amount=MAX),
            post(101, 100),
            answer=[
                exists(3 * SECOND),
                exists(3 * SECOND),
                "exists_with_different_amount",
                "exists_with_different_amount",
                "exists_with_different_flags",
            ],
        ),
    ),
]

CASES = [*EXISTS_CASES]
