"""Balancing transfers: the amount is an upper limit, and what fits is what is stored."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    MAX,
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
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import AccountFlag, TransferFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
C = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
DEBIT = TransferFlag.BALANCING_DEBIT
CREDIT = TransferFlag.BALANCING_CREDIT
BOTH = DEBIT | CREDIT
THREE = accounts(account(1), account(2), account(3))
# Account 1 has been credited 100, from account 3.
FUNDED = transfers(transfer(90, debit_account_id=3, credit_account_id=1, amount=100))
# Account 2 has been debited 50, to account 3.
OWED = transfers(transfer(91, debit_account_id=2, credit_account_id=3, amount=50))

DEBIT_CASES: list[Case] = [
    case(
        "balancing_debit: moves what is there",
        THREE,
        FUNDED,
        transfers(transfer(100, DEBIT, amount=MAX)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(credits_posted=100),
            3: balances(debits_posted=100),
        },
        stored={100: {"amount": 100, "flags": DEBIT}},
    ),
    case(
        "balancing_debit: moves no more than asked",
        THREE,
        FUNDED,
        transfers(transfer(100, DEBIT, amount=99)),
        balances={
            1: balances(debits_posted=99, credits_posted=100),
            2: balances(credits_posted=99),
            3: balances(debits_posted=100),
        },
        stored={100: {"amount": 99}},
    ),
    case(
        "balancing_debit: posted and pending debits are taken off, pending credits are not counted",
        THREE,
        FUNDED,
        transfers(
            transfer(101, amount=20),
            pending(102, amount=30),
            pending(103, debit_account_id=3, credit_account_id=1, amount=1000),
        ),
        transfers(transfer(100, DEBIT, amount=MAX)),
        balances={
            1: balances(30, 70, 1000, 100),
            2: balances(credits_pending=30, credits_posted=70),
            3: balances(debits_pending=1000, debits_posted=100),
        },
        stored={100: {"amount": 50}},
    ),
    case(
        "balancing_debit: clamps to zero, and zero is created",
        THREE,
        transfers(transfer(100, DEBIT, amount=MAX)),
        stored={100: {"amount": 0}},
    ),
    case(
        "balancing_debit: an overdrawn account has nothing, not less",
        THREE,
        transfers(transfer(101, amount=5)),
        transfers(transfer(100, DEBIT)),
        balances={1: balances(debits_posted=5), 2: balances(credits_posted=5)},
        stored={100: {"amount": 0}},
    ),
    case(
        "balancing_debit: amount zero stays zero",
        THREE,
        FUNDED,
        transfers(transfer(100, DEBIT, amount=0)),
        balances={1: balances(credits_posted=100), 3: balances(debits_posted=100)},
        stored={100: {"amount": 0}},
    ),
    case(
        "balancing_debit: a pending transfer reserves the clamped amount, and a post takes it",
        THREE,
        FUNDED,
        transfers(pending(100, DEBIT, amount=MAX)),
        transfers(post(101, 100, amount=101), answer="exceeds_pending_transfer_amount"),
        transfers(post(101, 100)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(credits_posted=100),
            3: balances(debits_posted=100),
        },
        stored={100: {"amount": 100}, 101: {"amount": 100}},
    ),
    case(
        "balancing_debit: a void of the clamped amount",
        THREE,
        FUNDED,
        transfers(pending(100, DEBIT, amount=MAX)),
        transfers(void(101, 100, amount=100)),
        balances={1: balances(credits_posted=100), 3: balances(debits_posted=100)},
    ),
    case(
        "balancing_debit: within its limit an account never exceeds its credits",
        accounts(account(1, D), account(2), account(3)),
        FUNDED,
        transfers(transfer(100, DEBIT, amount=MAX), transfer(101, DEBIT, amount=MAX)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(credits_posted=100),
            3: balances(debits_posted=100),
        },
        stored={101: {"amount": 0}},
    ),
    case(
        "balancing_debit: the other account's limit still refuses",
        accounts(account(1), account(2, C), account(3)),
        FUNDED,
        transfers(transfer(100, DEBIT), answer="exceeds_debits"),
        balances={1: balances(credits_posted=100), 3: balances(debits_posted=100)},
    ),
    case(
        "balancing_debit: the clamped amount is what may overflow, not the asked one",
        THREE,
        FUNDED,
        transfers(transfer(101, debit_account_id=3, amount=MAX - 100)),
        transfers(transfer(100, DEBIT, amount=MAX)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(credits_posted=MAX),
            3: balances(debits_posted=MAX),
        },
    ),
    case(
        "balancing_debit: imported like any other",
        THREE,
        FUNDED,
        transfers(imported_transfer(100, 2 * SECOND + 1, flags=DEBIT, amount=MAX)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(credits_posted=100),
            3: balances(debits_posted=100),
        },
        stored={100: {"amount": 100, "timestamp": 2 * SECOND + 1}},
    ),
    case(
        "balancing_debit: sees what earlier links of its chain brought in",
        THREE,
        transfers(
            *chain(
                transfer(99, debit_account_id=3, credit_account_id=1, amount=7),
                transfer(100, DEBIT, amount=MAX),
            )
        ),
        balances={
            1: balances(debits_posted=7, credits_posted=7),
            2: balances(credits_posted=7),
            3: balances(debits_posted=7),
        },
    ),
]

CREDIT_CASES: list[Case] = [
    case(
        "balancing_credit: moves what is owed",
        THREE,
        OWED,
        transfers(transfer(100, CREDIT, amount=MAX)),
        balances={
            1: balances(debits_posted=50),
            2: balances(debits_posted=50, credits_posted=50),
            3: balances(credits_posted=50),
        },
        stored={100: {"amount": 50}},
    ),
    case(
        "balancing_credit: posted and pending credits are taken off, pending debits not counted",
        THREE,
        OWED,
        transfers(
            transfer(101, amount=5),
            pending(102, amount=10),
            pending(103, debit_account_id=2, credit_account_id=3, amount=1000),
        ),
        transfers(transfer(100, CREDIT, amount=MAX)),
        balances={
            1: balances(debits_pending=10, debits_posted=40),
            2: balances(1000, 50, 10, 40),
            3: balances(credits_pending=1000, credits_posted=50),
        },
        stored={100: {"amount": 35}},
    ),
    case(
        "balancing_credit: clamps to zero, and zero is created",
        THREE,
        transfers(transfer(100, CREDIT, amount=MAX)),
        stored={100: {"amount": 0}},
    ),
    case(
        "balancing_credit: an overpaid account is owed nothing, not less",
        THREE,
        transfers(transfer(101, amount=5)),
        transfers(transfer(100, CREDIT)),
        balances={1: balances(debits_posted=5), 2: balances(credits_posted=5)},
        stored={100: {"amount": 0}},
    ),
    case(
        "balancing_credit: the other account's limit still refuses",
        accounts(account(1, D), account(2), account(3)),
        OWED,
        transfers(transfer(100, CREDIT), answer="exceeds_credits"),
        balances={2: balances(debits_posted=50), 3: balances(credits_posted=50)},
    ),
    case(
        "both: the smaller room counts, here the credit side's",
        THREE,
        FUNDED,
        OWED,
        transfers(transfer(100, BOTH, amount=MAX)),
        balances={
            1: balances(debits_posted=50, credits_posted=100),
            2: balances(debits_posted=50, credits_posted=50),
            3: balances(debits_posted=100, credits_posted=50),
        },
        stored={100: {"amount": 50}},
    ),
    case(
        "both: the smaller room counts, here the debit side's",
        THREE,
        FUNDED,
        transfers(transfer(91, debit_account_id=2, credit_account_id=3, amount=200)),
        transfers(transfer(100, BOTH, amount=MAX)),
        balances={
            1: balances(debits_posted=100, credits_posted=100),
            2: balances(debits_posted=200, credits_posted=100),
            3: balances(debits_posted=100, credits_posted=200),
        },
        stored={100: {"amount": 100}},
    ),
]

RETRY_FINAL = {
    1: balances(debits_posted=100, credits_posted=100),
    2: balances(credits_posted=100),
    3: balances(debits_posted=100),
}

RETRY_CASES: list[Case] = [
    case(
        "exists: any upper limit that covers what was moved is the same transfer",
        THREE,
        FUNDED,
        transfers(transfer(100, DEBIT, amount=500)),
        transfers(
            transfer(100, DEBIT, amount=500),
            transfer(100, DEBIT, amount=100),
            transfer(100, DEBIT, amount=MAX),
            answer=exists(3 * SECOND),
        ),
        balances=RETRY_FINAL,
    ),
    case(
        "exists_with_different_amount: an upper limit below what was moved",
        THREE,
        FUNDED,
        transfers(transfer(100, DEBIT, amount=500)),
        transfers(transfer(100, DEBIT, amount=99), answer="exists_with_different_amount"),
        balances=RETRY_FINAL,
    ),
    case(
        "exists_with_different_flags: the moved amount without the flag is another transfer",
        THREE,
        FUNDED,
        transfers(transfer(100, DEBIT, amount=500)),
        transfers(transfer(100, amount=100), answer="exists_with_different_flags"),
        balances=RETRY_FINAL,
    ),
    case(
        "exists: a balancing credit clamped to zero is covered by every limit",
        THREE,
        transfers(transfer(100, CREDIT, amount=500)),
        transfers(
            transfer(100, CREDIT, amount=0),
            transfer(100, CREDIT, amount=MAX),
            answer=exists(2 * SECOND),
        ),
    ),
]

CASES = [*DEBIT_CASES, *CREDIT_CASES, *RETRY_CASES]
