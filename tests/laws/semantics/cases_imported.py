"""Imported events: their own past timestamps, and the promises those must not break."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    SECOND,
    account,
    accounts,
    balances,
    case,
    exists,
    imported_account,
    imported_transfer,
    post,
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import Status, TransferFlag

PENDING = TransferFlag.PENDING
IMPORTED = TransferFlag.IMPORTED
REGRESS: Status = "imported_event_timestamp_must_not_regress"
TWO_OLD = accounts(imported_account(1, 100), imported_account(2, 200))
TWO = accounts(account(1), account(2))
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}
MOVED_TWENTY = {1: balances(debits_posted=20), 2: balances(credits_posted=20)}

ACCOUNT_CASES: list[Case] = [
    case(
        "accounts keep the timestamps they bring, down to 1",
        accounts(imported_account(1, 1), imported_account(2, 2)),
        accounts(imported_account(1, 77), answer=exists(1)),
    ),
    case(
        "one nanosecond before the batch's time is past, even inside the batch's own range",
        accounts(
            imported_account(1, SECOND - 2),
            imported_account(2, SECOND - 1),
            imported_account(3, SECOND),
            answer=["created", "created", "imported_event_timestamp_must_not_advance"],
            at=SECOND,
        ),
        absent_accounts=[3],
    ),
    case(
        "accounts must come in order: equal and smaller regress, also inside one batch",
        accounts(
            imported_account(1, 500),
            imported_account(2, 500),
            imported_account(3, 499),
            imported_account(4, 501),
            answer=["created", REGRESS, REGRESS, "created"],
        ),
        absent_accounts=[2, 3],
    ),
    case(
        "an account created by the clock holds earlier imports back",
        accounts(account(1)),
        accounts(
            imported_account(2, SECOND),
            imported_account(3, SECOND + 1),
            answer=[REGRESS, "created"],
        ),
        absent_accounts=[2],
    ),
    case(
        "an account may be older than a transfer, or of the same moment",
        TWO_OLD,
        transfers(imported_transfer(100, 500)),
        accounts(imported_account(3, 400), imported_account(4, 500), imported_account(5, 600)),
        balances=MOVED_TEN,
    ),
    case(
        "a refused import does not hold later ones back",
        accounts(imported_account(1, 500, code=0), answer="code_must_not_be_zero"),
        accounts(imported_account(1, 400)),
    ),
    case(
        "imported and plain are different flags of the same account",
        accounts(account(1)),
        accounts(imported_account(1, 500), answer="exists_with_different_flags"),
    ),
]

TRANSFER_CASES: list[Case] = [
    case(
        "transfers keep the timestamps they bring",
        TWO_OLD,
        transfers(imported_transfer(100, 300), imported_transfer(101, 301)),
        transfers(imported_transfer(100, 900), answer=exists(300)),
        balances=MOVED_TWENTY,
        stored={100: {"timestamp": 300}, 101: {"timestamp": 301}},
    ),
    case(
        "imported_event_timestamp_must_not_advance: one nanosecond before the batch is past",
        TWO,
        transfers(
            imported_transfer(100, 2 * SECOND - 1),
            imported_transfer(101, 2 * SECOND),
            answer=["created", "imported_event_timestamp_must_not_advance"],
            at=2 * SECOND,
        ),
        balances=MOVED_TEN,
    ),
    case(
        "imported_event_timestamp_must_not_regress: equal and smaller, also inside one batch",
        TWO_OLD,
        transfers(
            imported_transfer(100, 500),
            imported_transfer(101, 500),
            imported_transfer(102, 499),
            imported_transfer(103, 501),
            answer=["created", REGRESS, REGRESS, "created"],
        ),
        balances=MOVED_TWENTY,
        absent_transfers=[101, 102],
    ),
    case(
        "a regression is not transient: the id may be sent again",
        TWO_OLD,
        transfers(imported_transfer(100, 500)),
        transfers(imported_transfer(101, 500), answer=REGRESS),
        transfers(imported_transfer(101, 501)),
        balances=MOVED_TWENTY,
    ),
    case(
        "a transfer may be of the same moment as a stranger's account",
        accounts(*(imported_account(n, 100 * n) for n in (1, 2, 3))),
        transfers(imported_transfer(100, 300), imported_transfer(101, 301)),
        balances=MOVED_TWENTY,
    ),
    case(
        "a transfer created by the clock holds earlier imports back",
        TWO,
        transfers(transfer(100)),
        transfers(
            imported_transfer(101, 2 * SECOND),
            imported_transfer(102, 2 * SECOND + 1),
            answer=[REGRESS, "created"],
        ),
        balances=MOVED_TWENTY,
    ),
    case(
        "imported_event_timestamp_must_postdate_debit_account",
        accounts(imported_account(2, 100), imported_account(1, 300)),
        transfers(
            imported_transfer(100, 299),
            answer="imported_event_timestamp_must_postdate_debit_account",
        ),
        transfers(imported_transfer(100, 301)),
        balances=MOVED_TEN,
    ),
    case(
        "imported_event_timestamp_must_postdate_credit_account",
        accounts(imported_account(1, 100), imported_account(2, 300)),
        transfers(
            imported_transfer(100, 299),
            answer="imported_event_timestamp_must_postdate_credit_account",
        ),
        transfers(imported_transfer(100, 301)),
        balances=MOVED_TEN,
    ),
    case(
        "a transfer at the very moment of its own account does not postdate it",
        TWO_OLD,
        transfers(
            imported_transfer(100, 100),
            imported_transfer(101, 200),
            answer=[
                "imported_event_timestamp_must_postdate_debit_account",
                "imported_event_timestamp_must_postdate_credit_account",
            ],
        ),
    ),
    case(
        "imported_event_timeout_must_be_zero",
        TWO_OLD,
        transfers(
            imported_transfer(100, 300, flags=PENDING, timeout=1),
            answer="imported_event_timeout_must_be_zero",
        ),
        transfers(imported_transfer(100, 300, flags=PENDING)),
        balances={1: balances(debits_pending=10), 2: balances(credits_pending=10)},
    ),
    case(
        "the clock goes on past imported events",
        TWO_OLD,
        transfers(imported_transfer(100, 300)),
        transfers(transfer(101)),
        balances=MOVED_TWENTY,
        stored={101: {"timestamp": 3 * SECOND}},
    ),
]

POST_VOID_CASES: list[Case] = [
    case(
        "an imported reservation is posted and voided by imports",
        TWO_OLD,
        transfers(
            imported_transfer(100, 300, flags=PENDING),
            imported_transfer(101, 301, flags=PENDING),
            post(102, 100, IMPORTED, timestamp=302),
            void(103, 101, IMPORTED, timestamp=303),
        ),
        balances=MOVED_TEN,
        stored={102: {"timestamp": 302, "amount": 10}, 103: {"timestamp": 303, "amount": 10}},
    ),
    case(
        "an imported reservation is posted by the clock",
        TWO_OLD,
        transfers(imported_transfer(100, 300, flags=PENDING)),
        transfers(post(101, 100)),
        balances=MOVED_TEN,
    ),
    case(
        "imported_event_timestamp_must_not_regress: a post and a void at the reservation's time",
        TWO_OLD,
        transfers(imported_transfer(100, 300, flags=PENDING)),
        transfers(
            post(101, 100, IMPORTED, timestamp=300),
            void(102, 100, IMPORTED, timestamp=299),
            answer=REGRESS,
        ),
        balances={1: balances(debits_pending=10), 2: balances(credits_pending=10)},
    ),
]

CASES = [*ACCOUNT_CASES, *TRANSFER_CASES, *POST_VOID_CASES]
