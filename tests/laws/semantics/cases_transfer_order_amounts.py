"""create_transfers, from closed accounts to limits: of two wrongs, the earlier check answers."""

from tests.laws.semantics.case import Case, Precedence
from tests.laws.semantics.writing import (
    MAX,
    SECOND,
    account,
    accounts,
    balances,
    case,
    first_of,
    pending,
    transfer,
    transfers,
)
from tpwallet.lab.oracle import AccountFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
C = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
CLOSED = AccountFlag.CLOSED
HALF = 2**127
LATE = 2**63 - 1 - 10 * SECOND
FIVE = accounts(*map(account, (1, 2, 3, 4, 5)))

AMOUNT_CASES: list[Case] = [
    first_of(
        "debit_account_already_closed",
        "credit_account_already_closed",
        accounts(account(1, CLOSED), account(2, CLOSED), account(3)),
        both=transfer(100),
        only_later=transfer(101, debit_account_id=3),
        closed=[1, 2],
    ),
    first_of(
        "credit_account_already_closed",
        "overflows_debits_pending",
        accounts(account(1), account(2), account(3, CLOSED), account(4)),
        transfers(pending(100, amount=MAX)),
        both=pending(101, credit_account_id=3),
        only_later=pending(102, credit_account_id=4),
        balances={1: balances(debits_pending=MAX), 2: balances(credits_pending=MAX)},
        closed=[3],
    ),
    first_of(
        "overflows_debits_pending",
        "overflows_credits_pending",
        FIVE,
        transfers(pending(100, amount=MAX)),
        both=pending(101),
        only_later=pending(101, debit_account_id=3),
        balances={1: balances(debits_pending=MAX), 2: balances(credits_pending=MAX)},
    ),
    first_of(
        "overflows_credits_pending",
        "overflows_debits_posted",
        FIVE,
        transfers(
            transfer(100, credit_account_id=3, amount=MAX),
            pending(101, debit_account_id=4, amount=MAX),
        ),
        both=pending(102),
        only_later=pending(102, credit_account_id=5),
        balances={
            1: balances(debits_posted=MAX),
            2: balances(credits_pending=MAX),
            3: balances(credits_posted=MAX),
            4: balances(debits_pending=MAX),
        },
    ),
    first_of(
        "overflows_debits_posted",
        "overflows_credits_posted",
        FIVE,
        transfers(transfer(100, amount=MAX)),
        both=transfer(101),
        only_later=transfer(101, debit_account_id=3),
        balances={1: balances(debits_posted=MAX), 2: balances(credits_posted=MAX)},
    ),
    first_of(
        "overflows_credits_posted",
        "overflows_debits",
        FIVE,
        transfers(
            transfer(100, debit_account_id=3, amount=MAX),
            pending(101, credit_account_id=4, amount=MAX - 5),
        ),
        both=transfer(102),
        only_later=transfer(102, credit_account_id=5),
        balances={
            1: balances(debits_pending=MAX - 5),
            2: balances(credits_posted=MAX),
            3: balances(debits_posted=MAX),
            4: balances(credits_pending=MAX - 5),
        },
    ),
    first_of(
        "overflows_debits",
        "overflows_credits",
        FIVE,
        transfers(pending(100, amount=HALF)),
        both=transfer(101, amount=HALF),
        only_later=transfer(101, amount=HALF, debit_account_id=3),
        balances={1: balances(debits_pending=HALF), 2: balances(credits_pending=HALF)},
    ),
    case(
        "overflows_credits before overflows_timeout",
        FIVE,
        transfers(transfer(100, amount=HALF), pending(101, amount=HALF - 1)),
        transfers(
            pending(102, debit_account_id=3, amount=1, timeout=11),
            answer="overflows_credits",
            at=LATE,
        ),
        transfers(
            pending(102, debit_account_id=3, credit_account_id=4, amount=1, timeout=11),
            answer="overflows_timeout",
            at=LATE + 1,
        ),
        balances={
            1: balances(debits_pending=HALF - 1, debits_posted=HALF),
            2: balances(credits_pending=HALF - 1, credits_posted=HALF),
        },
        precedence=Precedence("overflows_credits", "overflows_timeout"),
    ),
    case(
        "overflows_timeout before exceeds_credits",
        accounts(account(1, D), account(2)),
        transfers(pending(100, timeout=11), answer="overflows_timeout", at=LATE),
        transfers(pending(100), answer="exceeds_credits", at=LATE + 1),
        precedence=Precedence("overflows_timeout", "exceeds_credits"),
    ),
    first_of(
        "exceeds_credits",
        "exceeds_debits",
        accounts(account(1, D), account(2, C), account(3)),
        both=transfer(100),
        only_later=transfer(101, debit_account_id=3),
    ),
]

CASES = [*AMOUNT_CASES]
