"""create_transfers: closed accounts, the ends of the integers, and the accounts' limits."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    MAX,
    SECOND,
    account,
    accounts,
    balances,
    case,
    pending,
    post,
    transfer,
    transfers,
)
from tpwallet.lab.oracle import AccountFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
C = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
HALF = 2**127
TWO = accounts(account(1), account(2))
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}
LATE = 2**63 - 1 - 10 * SECOND

CLOSED_CASES: list[Case] = [
    case(
        "debit_account_already_closed",
        accounts(account(1, AccountFlag.CLOSED), account(2)),
        transfers(transfer(100), pending(101), answer="debit_account_already_closed"),
        closed=[1],
    ),
    case(
        "credit_account_already_closed",
        accounts(account(1), account(2, AccountFlag.CLOSED)),
        transfers(transfer(100), pending(101), answer="credit_account_already_closed"),
        closed=[2],
    ),
    case(
        "debit_account_already_closed: even for amount zero",
        accounts(account(1, AccountFlag.CLOSED), account(2)),
        transfers(transfer(100, amount=0), answer="debit_account_already_closed"),
        closed=[1],
    ),
]

FIVE = accounts(*map(account, (1, 2, 3, 4, 5)))

OVERFLOW_CASES: list[Case] = [
    case(
        "overflows_debits_pending",
        FIVE,
        transfers(pending(100, amount=MAX - 10)),
        transfers(pending(101, credit_account_id=3, amount=11), answer="overflows_debits_pending"),
        transfers(pending(102, credit_account_id=3, amount=10)),
        balances={
            1: balances(debits_pending=MAX),
            2: balances(credits_pending=MAX - 10),
            3: balances(credits_pending=10),
        },
    ),
    case(
        "overflows_credits_pending",
        FIVE,
        transfers(pending(100, amount=MAX - 10)),
        transfers(pending(101, debit_account_id=3, amount=11), answer="overflows_credits_pending"),
        transfers(pending(102, debit_account_id=3, amount=10)),
        balances={
            1: balances(debits_pending=MAX - 10),
            2: balances(credits_pending=MAX),
            3: balances(debits_pending=10),
        },
    ),
    case(
        "overflows_debits_posted",
        FIVE,
        transfers(transfer(100, amount=MAX - 10)),
        transfers(transfer(101, credit_account_id=3, amount=11), answer="overflows_debits_posted"),
        transfers(pending(102, credit_account_id=3, amount=11), answer="overflows_debits_posted"),
        transfers(transfer(103, credit_account_id=3, amount=10)),
        balances={
            1: balances(debits_posted=MAX),
            2: balances(credits_posted=MAX - 10),
            3: balances(credits_posted=10),
        },
    ),
    case(
        "overflows_credits_posted",
        FIVE,
        transfers(transfer(100, amount=MAX - 10)),
        transfers(transfer(101, debit_account_id=3, amount=11), answer="overflows_credits_posted"),
        transfers(pending(102, debit_account_id=3, amount=11), answer="overflows_credits_posted"),
        transfers(transfer(103, debit_account_id=3, amount=10)),
        balances={
            1: balances(debits_posted=MAX - 10),
            2: balances(credits_posted=MAX),
            3: balances(debits_posted=10),
        },
    ),
    case(
        "overflows_debits: pending and posted together",
        FIVE,
        transfers(pending(100, amount=HALF)),
        transfers(transfer(101, credit_account_id=3, amount=HALF), answer="overflows_debits"),
        transfers(transfer(102, credit_account_id=3, amount=HALF - 1)),
        transfers(transfer(103, credit_account_id=4, amount=1), answer="overflows_debits"),
        balances={
            1: balances(debits_pending=HALF, debits_posted=HALF - 1),
            2: balances(credits_pending=HALF),
            3: balances(credits_posted=HALF - 1),
        },
    ),
    case(
        "overflows_credits: pending and posted together",
        FIVE,
        transfers(pending(100, amount=HALF)),
        transfers(transfer(101, debit_account_id=3, amount=HALF), answer="overflows_credits"),
        transfers(transfer(102, debit_account_id=3, amount=HALF - 1)),
        transfers(transfer(103, debit_account_id=4, amount=1), answer="overflows_credits"),
        balances={
            1: balances(debits_pending=HALF),
            2: balances(credits_pending=HALF, credits_posted=HALF - 1),
            3: balances(debits_posted=HALF - 1),
        },
    ),
    case(
        "an overflow is not transient: the id may be sent again",
        TWO,
        transfers(transfer(100, amount=MAX)),
        transfers(transfer(101, amount=1), answer="overflows_debits_posted"),
        transfers(transfer(101, amount=0)),
        balances={1: balances(debits_posted=MAX), 2: balances(credits_posted=MAX)},
    ),
    case(
        "overflows_timeout: one second past the last timestamp",
        TWO,
        transfers(pending(100, timeout=11), answer="overflows_timeout", at=LATE - 1),
        transfers(
            pending(101, timeout=10, amount=0),
            pending(102, timeout=10),
            answer=["created", "overflows_timeout"],
            at=LATE + 1,
        ),
        absent_transfers=[100, 102],
    ),
    case(
        "overflows_timeout: an expiry at exactly 2^63 - 1 is in range",
        TWO,
        transfers(pending(100, timeout=10), at=LATE),
        balances=RESERVED_TEN,
    ),
    case(
        "overflows_timeout: the longest timeout at an ordinary time is in range",
        TWO,
        transfers(pending(100, timeout=2**32 - 1)),
        balances=RESERVED_TEN,
    ),
]

LIMIT_CASES: list[Case] = [
    case(
        "exceeds_credits: posted and pending debits count, to the last unit",
        accounts(account(1, D), account(2), account(3)),
        transfers(transfer(100, debit_account_id=3, credit_account_id=1, amount=100)),
        transfers(transfer(101, amount=60), pending(102, amount=30)),
        transfers(transfer(103, amount=11), answer="exceeds_credits"),
        transfers(transfer(104, amount=10)),
        transfers(pending(105, amount=1), answer="exceeds_credits"),
        transfers(transfer(106, amount=0)),
        balances={
            1: balances(debits_pending=30, debits_posted=70, credits_posted=100),
            2: balances(credits_pending=30, credits_posted=70),
            3: balances(debits_posted=100),
        },
    ),
    case(
        "exceeds_credits: pending credits never count",
        accounts(account(1, D), account(2), account(3)),
        transfers(pending(100, debit_account_id=3, credit_account_id=1, amount=100)),
        transfers(transfer(101, amount=1), answer="exceeds_credits"),
        transfers(post(102, 100)),
        transfers(transfer(103, amount=100)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(credits_posted=100),
            3: balances(debits_posted=100),
        },
    ),
    case(
        "exceeds_debits: posted and pending credits count, to the last unit",
        accounts(account(1), account(2, C), account(3)),
        transfers(transfer(100, debit_account_id=2, credit_account_id=3, amount=100)),
        transfers(transfer(101, amount=60), pending(102, amount=30)),
        transfers(transfer(103, amount=11), answer="exceeds_debits"),
        transfers(transfer(104, amount=10)),
        transfers(pending(105, amount=1), answer="exceeds_debits"),
        transfers(transfer(106, amount=0)),
        balances={
            1: balances(debits_pending=30, debits_posted=70),
            2: balances(debits_posted=100, credits_pending=30, credits_posted=70),
            3: balances(credits_posted=100),
        },
    ),
    case(
        "exceeds_debits: pending debits never count",
        accounts(account(1), account(2, C), account(3)),
        transfers(pending(100, debit_account_id=2, credit_account_id=3, amount=100)),
        transfers(transfer(101, amount=1), answer="exceeds_debits"),
        balances={2: balances(debits_pending=100), 3: balances(credits_pending=100)},
    ),
    case(
        "a limit bounds one side only: money may always come in",
        accounts(account(1, C), account(2, D)),
        transfers(transfer(100, amount=5)),
        balances={1: balances(debits_posted=5), 2: balances(credits_posted=5)},
    ),
]

CASES = [*CLOSED_CASES, *OVERFLOW_CASES, *LIMIT_CASES]
