"""Closing and reopening: what a closing transfer closes, what still moves, what opens again."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    SECOND,
    account,
    accounts,
    balances,
    case,
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

CLOSED = AccountFlag.CLOSED
CLOSING_DEBIT = TransferFlag.CLOSING_DEBIT
CLOSING_CREDIT = TransferFlag.CLOSING_CREDIT
BOTH = CLOSING_DEBIT | CLOSING_CREDIT
THREE = accounts(account(1), account(2), account(3))
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}

CLOSING_CASES: list[Case] = [
    case(
        "closing_debit closes the debit account",
        THREE,
        transfers(pending(100, CLOSING_DEBIT)),
        balances=RESERVED_TEN,
        closed=[1],
    ),
    case(
        "closing_credit closes the credit account",
        THREE,
        transfers(pending(100, CLOSING_CREDIT)),
        balances=RESERVED_TEN,
        closed=[2],
    ),
    case(
        "both close both",
        THREE,
        transfers(pending(100, BOTH, amount=0)),
        closed=[1, 2],
    ),
    case(
        "a closing transfer may balance: it takes the rest and closes",
        THREE,
        transfers(transfer(99, debit_account_id=2, credit_account_id=1, amount=7)),
        transfers(pending(100, CLOSING_DEBIT | TransferFlag.BALANCING_DEBIT, amount=500)),
        balances={
            1: balances(debits_pending=7, credits_posted=7),
            2: balances(debits_posted=7, credits_pending=7),
        },
        closed=[1],
        stored={100: {"amount": 7}},
    ),
    case(
        "a closing transfer may be imported",
        THREE,
        transfers(
            imported_transfer(100, SECOND + 1, flags=TransferFlag.PENDING | CLOSING_DEBIT, amount=0)
        ),
        closed=[1],
    ),
    case(
        "a closed account refuses both sides, and transfers between others go on",
        THREE,
        transfers(
            pending(100, CLOSING_DEBIT, amount=0),
            transfer(101),
            transfer(102, debit_account_id=2, credit_account_id=1),
            transfer(103, debit_account_id=2, credit_account_id=3),
            answer=[
                "created",
                "debit_account_already_closed",
                "credit_account_already_closed",
                "created",
            ],
        ),
        balances={2: balances(debits_posted=10), 3: balances(credits_posted=10)},
        closed=[1],
    ),
    case(
        "an account is closed once: a second closing transfer is refused",
        THREE,
        transfers(pending(100, CLOSING_DEBIT, amount=0)),
        transfers(pending(101, CLOSING_DEBIT, amount=0), answer="debit_account_already_closed"),
        transfers(void(102, 100)),
        absent_transfers=[101],
    ),
]

REOPENING_CASES: list[Case] = [
    case(
        "voiding the closing transfer reopens",
        THREE,
        transfers(pending(100, CLOSING_DEBIT)),
        transfers(void(101, 100)),
        transfers(transfer(102)),
        balances={1: balances(debits_posted=10), 2: balances(credits_posted=10)},
    ),
    case(
        "voiding reopens both sides that were closed",
        THREE,
        transfers(pending(100, BOTH)),
        transfers(void(101, 100)),
    ),
    case(
        "the reopened account can be used by the next event of the batch, and closed again",
        THREE,
        transfers(pending(100, CLOSING_DEBIT, amount=0)),
        transfers(void(101, 100), transfer(102), pending(103, CLOSING_DEBIT, amount=0)),
        balances={1: balances(debits_posted=10), 2: balances(credits_posted=10)},
        closed=[1],
    ),
    case(
        "expiry reopens",
        THREE,
        transfers(pending(100, BOTH, timeout=1)),
        pulse(100),
        transfers(transfer(102)),
        balances={1: balances(debits_posted=10), 2: balances(credits_posted=10)},
    ),
    case(
        "until the pulse has released it, an expired closing transfer keeps the account closed",
        THREE,
        transfers(pending(100, CLOSING_DEBIT, timeout=1, amount=0)),
        transfers(transfer(101), answer="debit_account_already_closed"),
        transfers(void(102, 100), answer="pending_transfer_expired"),
        closed=[1],
    ),
    case(
        "an account born closed has nothing that opens it",
        accounts(account(1, CLOSED), account(2)),
        transfers(pending(100, CLOSING_DEBIT), answer="debit_account_already_closed"),
        closed=[1],
    ),
    case(
        "a burnt id stays burnt after reopening",
        THREE,
        transfers(pending(100, CLOSING_DEBIT, amount=0)),
        transfers(transfer(101), answer="debit_account_already_closed"),
        transfers(void(102, 100)),
        transfers(transfer(101), answer="id_already_failed"),
        absent_transfers=[101],
    ),
]

WHILE_CLOSED_CASES: list[Case] = [
    case(
        "a closing transfer cannot be posted: its own account is closed",
        THREE,
        transfers(pending(100, CLOSING_DEBIT)),
        transfers(post(101, 100), answer="debit_account_already_closed"),
        balances=RESERVED_TEN,
        closed=[1],
    ),
    case(
        "a closing transfer of the credit side cannot be posted either",
        THREE,
        transfers(pending(100, CLOSING_CREDIT)),
        transfers(post(101, 100), answer="credit_account_already_closed"),
        balances=RESERVED_TEN,
        closed=[2],
    ),
    case(
        "voiding another reservation moves money but does not reopen",
        THREE,
        transfers(pending(99), pending(100, CLOSING_DEBIT, amount=0)),
        transfers(void(101, 99)),
        closed=[1],
    ),
    case(
        "expiry of another reservation moves money but does not reopen",
        THREE,
        transfers(pending(99, timeout=1), pending(100, CLOSING_DEBIT, amount=0)),
        pulse(99),
        closed=[1],
    ),
    case(
        "a retry of what was created before the closing still exists",
        THREE,
        transfers(transfer(99), pending(100, CLOSING_DEBIT, amount=0)),
        transfers(transfer(99), answer=exists(2 * SECOND - 1)),
        balances={1: balances(debits_posted=10), 2: balances(credits_posted=10)},
        closed=[1],
    ),
    case(
        "re-creating a closed account compares the flags of today",
        THREE,
        transfers(pending(100, CLOSING_DEBIT, amount=0)),
        accounts(account(1), answer="exists_with_different_flags"),
        accounts(account(1, CLOSED), answer=exists(SECOND - 2)),
        transfers(void(101, 100)),
        accounts(account(1), answer=exists(SECOND - 2)),
        accounts(account(1, CLOSED), answer="exists_with_different_flags"),
    ),
]

CASES = [*CLOSING_CASES, *REOPENING_CASES, *WHILE_CLOSED_CASES]
