"""Expiry: the exact nanosecond, the pulse and its order, and what may still be done late."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    SECOND,
    account,
    accounts,
    balances,
    case,
    chain,
    exists,
    imported_transfer,
    pending,
    post,
    pulse,
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import AccountFlag, TransferFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
TWO = accounts(account(1), account(2))
# Created at two seconds with a timeout of one: expires at three.
RESERVE = transfers(pending(100, timeout=1), at=2 * SECOND)
EXPIRY = 3 * SECOND
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}

NANOSECOND_CASES: list[Case] = [
    case(
        "post one nanosecond before the expiry",
        TWO,
        RESERVE,
        transfers(post(101, 100), at=EXPIRY - 1),
        balances=MOVED_TEN,
    ),
    case(
        "pending_transfer_expired: post at the expiry, though no pulse has run",
        TWO,
        RESERVE,
        transfers(post(101, 100), answer="pending_transfer_expired", at=EXPIRY),
        balances=RESERVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "void one nanosecond before the expiry",
        TWO,
        RESERVE,
        transfers(void(101, 100), at=EXPIRY - 1),
    ),
    case(
        "pending_transfer_expired: void at the expiry",
        TWO,
        RESERVE,
        transfers(void(101, 100), answer="pending_transfer_expired", at=EXPIRY),
        balances=RESERVED_TEN,
    ),
    case(
        "each event of a batch has its own time: one before the expiry, one at it",
        TWO,
        transfers(pending(99, timeout=1, amount=3), at=2 * SECOND - 1),
        transfers(pending(100, timeout=1), at=2 * SECOND),
        transfers(
            void(101, 99),
            void(102, 100),
            answer=["pending_transfer_expired", "pending_transfer_expired"],
            at=EXPIRY + 1,
        ),
        balances={1: balances(debits_pending=13), 2: balances(credits_pending=13)},
    ),
    case(
        "an event before the batch's time may still be in time",
        TWO,
        RESERVE,
        transfers(post(101, 100), transfer(102, amount=0), at=EXPIRY),
        balances=MOVED_TEN,
    ),
    case(
        "an imported post is judged by the ledger's clock, not by its own timestamp",
        TWO,
        RESERVE,
        transfers(
            post(101, 100, TransferFlag.IMPORTED, timestamp=2 * SECOND + 1),
            answer="pending_transfer_expired",
            at=EXPIRY,
        ),
        balances=RESERVED_TEN,
    ),
    case(
        "pulse one nanosecond before the expiry releases nothing",
        TWO,
        RESERVE,
        pulse(at=EXPIRY - 1),
        balances=RESERVED_TEN,
    ),
    case("pulse at the expiry releases", TWO, RESERVE, pulse(100, at=EXPIRY)),
    case(
        "timeout zero never expires",
        TWO,
        transfers(pending(100)),
        pulse(at=2**63 - 1),
        balances=RESERVED_TEN,
    ),
    case(
        "timeout zero can be posted at the end of time",
        TWO,
        transfers(pending(100)),
        transfers(post(101, 100), at=2**63 - 1),
        balances=MOVED_TEN,
    ),
    case(
        "an imported reservation cannot expire",
        TWO,
        transfers(imported_transfer(100, SECOND + 1, flags=TransferFlag.PENDING)),
        pulse(at=2**63 - 1),
        balances=RESERVED_TEN,
    ),
]

PULSE_CASES: list[Case] = [
    case(
        "the pulse goes by expiry, then by creation",
        TWO,
        transfers(
            pending(104, timeout=4, amount=1),
            pending(101, timeout=2, amount=2),
            pending(103, timeout=3, amount=4),
            at=SECOND + 3,
        ),
        transfers(pending(102, timeout=2, amount=8), at=2 * SECOND),
        pulse(101, 102, 103, 104, at=9 * SECOND),
    ),
    case(
        "the pulse goes by creation, not by id, where the expiry is equal",
        TWO,
        transfers(pending(200, timeout=2), at=2 * SECOND),
        transfers(pending(100, timeout=1), at=3 * SECOND),
        pulse(200, 100, at=4 * SECOND),
    ),
    case(
        "the pulse releases no more than its limit, the rest at the next one",
        TWO,
        transfers(*(pending(n, timeout=1, amount=n) for n in (103, 101, 102))),
        pulse(103, 101, limit=2, at=5 * SECOND),
        transfers(post(110, 102), answer="pending_transfer_expired", at=5 * SECOND + 1),
        pulse(limit=0, at=6 * SECOND),
        pulse(102, limit=2, at=6 * SECOND),
        pulse(limit=2, at=6 * SECOND),
    ),
    case(
        "the pulse leaves what was posted and voided alone",
        TWO,
        transfers(pending(100, timeout=1), pending(101, timeout=1), pending(102, timeout=1)),
        transfers(post(103, 100), void(104, 101), at=2 * SECOND + 2),
        pulse(102, at=9 * SECOND),
        balances=MOVED_TEN,
    ),
    case("the pulse on an empty ledger", pulse()),
]

AFTERWARDS_CASES: list[Case] = [
    case(
        "pending_transfer_expired: after the pulse too, and it does not burn the id",
        TWO,
        RESERVE,
        pulse(100, at=EXPIRY),
        transfers(post(101, 100), answer="pending_transfer_expired"),
        transfers(transfer(101)),
        balances=MOVED_TEN,
    ),
    case(
        "until the pulse an expired reservation still counts against the limit",
        accounts(account(1, D), account(2)),
        transfers(transfer(99, debit_account_id=2, credit_account_id=1)),
        transfers(pending(100, timeout=1)),
        transfers(transfer(101), answer="exceeds_credits", at=9 * SECOND),
        pulse(100, at=10 * SECOND),
        transfers(transfer(102), at=11 * SECOND),
        balances={
            1: balances(debits_posted=10, credits_posted=10),
            2: balances(debits_posted=10, credits_posted=10),
        },
    ),
    case(
        "the expired transfer itself stays as it was stored",
        TWO,
        RESERVE,
        pulse(100, at=EXPIRY),
        transfers(pending(100, timeout=1), answer=exists(2 * SECOND)),
        stored={100: {"amount": 10, "timeout": 1, "flags": TransferFlag.PENDING}},
    ),
    case(
        "a post in time is still exists after the expiry",
        TWO,
        RESERVE,
        transfers(post(101, 100), at=EXPIRY - 1),
        pulse(at=9 * SECOND),
        transfers(post(101, 100), answer=exists(EXPIRY - 1), at=10 * SECOND),
        balances=MOVED_TEN,
    ),
    case(
        "a reservation undone with its chain has nothing to expire",
        TWO,
        transfers(
            *chain(pending(100, timeout=1), transfer(101, code=0)),
            answer=["linked_event_failed", "code_must_not_be_zero"],
        ),
        pulse(at=9 * SECOND),
        absent_transfers=[100],
    ),
]

CASES = [*NANOSECOND_CASES, *PULSE_CASES, *AFTERWARDS_CASES]
