"""What tpwallet adds to the published model: guards and units; its rules are in `cases_rules`."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    SECOND,
    account,
    accounts,
    balances,
    case,
    chain,
    exists,
    first_of,
    imported_transfer,
    linked,
    pending,
    post,
    pulse,
    transfer,
    transfers,
    unit,
    void,
)
from tpwallet.lab.oracle import AccountFlag, TransferFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
CLOSED = AccountFlag.CLOSED
TWO = accounts(account(1), account(2))
FOUR = accounts(*map(account, (1, 2, 3, 4)))
RESERVE = transfers(pending(100))
NONE: frozenset[int] = frozenset()
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}

GUARD_CASES: list[Case] = [
    case(
        "debit_account_not_granted: a caller granted the other side only",
        TWO,
        transfers(
            transfer(100),
            pending(101),
            granted=frozenset((2,)),
            answer="debit_account_not_granted",
        ),
        absent_transfers=[100, 101],
    ),
    case(
        "credit_account_not_granted: a caller granted the other side only",
        TWO,
        transfers(
            transfer(100),
            pending(101),
            granted=frozenset((1,)),
            answer="credit_account_not_granted",
        ),
        absent_transfers=[100, 101],
    ),
    case(
        "a caller granted both sides",
        TWO,
        transfers(transfer(100), granted=frozenset((1, 2))),
        balances=MOVED_TEN,
    ),
    case(
        "a missing grant does not burn the id",
        TWO,
        transfers(transfer(100), granted=NONE, answer="debit_account_not_granted"),
        transfers(transfer(100), granted=frozenset((1, 2))),
        balances=MOVED_TEN,
    ),
    case(
        "a missing grant breaks a chain and burns nothing in it",
        FOUR,
        transfers(
            *chain(transfer(100), transfer(101, credit_account_id=3)),
            granted=frozenset((1, 2)),
            answer=["linked_event_failed", "credit_account_not_granted"],
        ),
        transfers(transfer(100), granted=frozenset((1, 2))),
        balances=MOVED_TEN,
    ),
    case(
        "posting and voiding need the grants of the reservation's accounts",
        TWO,
        RESERVE,
        transfers(
            post(101, 100),
            void(101, 100),
            granted=frozenset((2,)),
            answer="debit_account_not_granted",
        ),
        transfers(
            post(101, 100),
            void(101, 100),
            granted=frozenset((1,)),
            answer="credit_account_not_granted",
        ),
        transfers(post(101, 100), granted=frozenset((1, 2))),
        balances=MOVED_TEN,
    ),
    case(
        "a retry is answered without asking for grants",
        TWO,
        transfers(transfer(100)),
        transfers(transfer(100), granted=NONE, answer=exists(2 * SECOND)),
        balances=MOVED_TEN,
    ),
]

GUARD_ORDER_CASES: list[Case] = [
    first_of(
        "transfer_must_have_the_same_ledger_as_accounts",
        "debit_account_not_granted",
        TWO,
        both=transfer(100, ledger=2),
        only_later=transfer(100),
        granted=NONE,
    ),
    first_of(
        "debit_account_not_granted",
        "credit_account_not_granted",
        FOUR,
        both=transfer(100, debit_account_id=2, credit_account_id=3),
        only_later=transfer(100, debit_account_id=1, credit_account_id=3),
        granted=frozenset((1,)),
    ),
    first_of(
        "credit_account_not_granted",
        "imported_event_timestamp_must_not_regress",
        FOUR,
        transfers(transfer(99)),
        both=imported_transfer(100, SECOND + 1),
        only_later=imported_transfer(100, SECOND + 1, credit_account_id=3),
        granted=frozenset((1, 3)),
        balances=MOVED_TEN,
    ),
    first_of(
        "credit_account_not_granted",
        "debit_account_already_closed",
        accounts(account(1, CLOSED), account(2), account(3)),
        both=transfer(100),
        only_later=transfer(101, credit_account_id=3),
        granted=frozenset((1, 3)),
        closed=[1],
    ),
    first_of(
        "pending_transfer_has_different_code",
        "debit_account_not_granted",
        TWO,
        RESERVE,
        both=post(101, 100, code=21),
        only_later=post(101, 100),
        granted=NONE,
        balances=RESERVED_TEN,
    ),
    first_of(
        "debit_account_not_granted",
        "credit_account_not_granted",
        FOUR,
        transfers(
            pending(99, credit_account_id=3, amount=0),
            pending(100, debit_account_id=2, credit_account_id=3, amount=0),
        ),
        both=post(101, 100),
        only_later=post(101, 99),
        granted=frozenset((1,)),
    ),
    first_of(
        "credit_account_not_granted",
        "exceeds_pending_transfer_amount",
        FOUR,
        transfers(pending(99, credit_account_id=3, amount=0), pending(100, amount=0)),
        both=post(101, 100, amount=1),
        only_later=post(101, 99, amount=1),
        granted=frozenset((1, 3)),
    ),
]

UNIT_CASES: list[Case] = [
    case("a unit happens as a whole", TWO, unit(pending(100), post(101, 100)), balances=MOVED_TEN),
    case("an empty unit answers nothing", unit()),
    case(
        "the first refusal undoes the unit and is the answer",
        TWO,
        unit(
            transfer(100),
            transfer(101, code=0),
            transfer(102, ledger=0),
            refused=(1, "code_must_not_be_zero"),
        ),
        absent_transfers=[100, 101, 102],
    ),
    case(
        "a refused unit burns nothing",
        accounts(account(1, D), account(2)),
        unit(transfer(100), refused=(0, "exceeds_credits")),
        transfers(transfer(99, debit_account_id=2, credit_account_id=1)),
        transfers(transfer(100)),
        balances={
            1: balances(debits_posted=10, credits_posted=10),
            2: balances(debits_posted=10, credits_posted=10),
        },
    ),
    case(
        "a refused unit keeps what was burnt before it",
        TWO,
        transfers(transfer(100, debit_account_id=9), answer="debit_account_not_found"),
        unit(transfer(101), transfer(100), refused=(1, "id_already_failed")),
        transfers(transfer(100), answer="id_already_failed"),
        absent_transfers=[100, 101],
    ),
    case(
        "exists is not created, so it refuses a unit",
        TWO,
        transfers(transfer(100)),
        unit(transfer(101), transfer(100), refused=(1, "exists")),
        balances=MOVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "a unit that fails in a chain names the link that failed, not those that fell with it",
        TWO,
        unit(*chain(transfer(100), transfer(101, code=0)), refused=(1, "code_must_not_be_zero")),
        absent_transfers=[100, 101],
    ),
    case(
        "a unit with an open tail",
        TWO,
        unit(transfer(100), linked(transfer(101)), refused=(1, "linked_event_chain_open")),
        absent_transfers=[100, 101],
    ),
    case(
        "a refused unit leaves closed accounts, reservations and the clock as they were",
        TWO,
        transfers(pending(100, TransferFlag.CLOSING_DEBIT, timeout=1)),
        unit(
            void(101, 100),
            transfer(102, code=0),
            refused=(1, "code_must_not_be_zero"),
            at=3 * SECOND,
        ),
        pulse(100, at=3 * SECOND),
    ),
]

CASES = [*GUARD_CASES, *GUARD_ORDER_CASES, *UNIT_CASES]
