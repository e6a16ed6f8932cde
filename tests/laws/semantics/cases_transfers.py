"""create_transfers, single-phase and pending: every status of fields, retries and burnt ids.

The order of the checks is in `cases_transfer_order`; limits, balancing, closing, chains, expiry
and imports have tables of their own.
"""

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
    linked,
    pending,
    post,
    transfer,
    transfers,
)
from tpwallet.lab.oracle import AccountFlag, Status, TransferFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
C = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
TWO = accounts(account(1), account(2))
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}
RESERVED_TEN = {1: balances(debits_pending=10), 2: balances(credits_pending=10)}
FULL = {"user_data_128": 1, "user_data_64": 2, "user_data_32": 3}

FIELD_CASES: list[Case] = [
    case("created: one transfer", TWO, transfers(transfer(100)), balances=MOVED_TEN),
    case(
        "created: each event of a batch has its own nanosecond and sees the earlier ones",
        accounts(account(1), account(2, D)),
        transfers(
            transfer(100), transfer(101, debit_account_id=2, credit_account_id=1), transfer(102)
        ),
        balances={1: balances(0, 20, 0, 10), 2: balances(0, 10, 0, 20)},
    ),
    case("created: an empty batch answers nothing", transfers()),
    case(
        "created: amount zero is stored",
        TWO,
        transfers(transfer(100, amount=0)),
        stored={100: {"amount": 0}},
    ),
    case(
        "created: amount 2^128 - 1",
        TWO,
        transfers(transfer(100, amount=MAX)),
        balances={1: balances(debits_posted=MAX), 2: balances(credits_posted=MAX)},
    ),
    case(
        "created: a pending transfer reserves on both sides",
        TWO,
        transfers(pending(100, timeout=60)),
        balances=RESERVED_TEN,
        stored={100: {"amount": 10, "timeout": 60, "timestamp": 2 * SECOND}},
    ),
    case(
        "created: the stored record is the event with its timestamp",
        TWO,
        transfers(transfer(MAX - 1, **FULL)),
        balances=MOVED_TEN,
        stored={MAX - 1: {**FULL, "timestamp": 2 * SECOND, "code": 20, "ledger": 1}},
    ),
    case(
        "linked_event_chain_open: a linked event is last",
        TWO,
        transfers(
            transfer(100), linked(transfer(101)), answer=["created", "linked_event_chain_open"]
        ),
        balances=MOVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "linked_event_failed: the link before and the link after the broken one",
        TWO,
        transfers(
            *chain(transfer(100), transfer(101, code=0), transfer(102)),
            answer=["linked_event_failed", "code_must_not_be_zero", "linked_event_failed"],
        ),
        absent_transfers=[100, 101, 102],
    ),
    case(
        "imported_event_expected: a plain event in an imported batch",
        TWO,
        transfers(
            imported_transfer(100, SECOND + 1),
            transfer(101),
            answer=["created", "imported_event_expected"],
        ),
        balances=MOVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "imported_event_not_expected: an imported event in a plain batch",
        TWO,
        transfers(
            transfer(100),
            imported_transfer(101, SECOND + 1),
            answer=["created", "imported_event_not_expected"],
        ),
        balances=MOVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "imported_event_timestamp_out_of_range: zero",
        TWO,
        transfers(imported_transfer(100, 0), answer="imported_event_timestamp_out_of_range"),
    ),
    case(
        "imported_event_timestamp_must_not_advance: equal to the batch's time",
        TWO,
        transfers(
            imported_transfer(100, 2 * SECOND), answer="imported_event_timestamp_must_not_advance"
        ),
    ),
    case(
        "timestamp_must_be_zero",
        TWO,
        transfers(transfer(100, timestamp=1), answer="timestamp_must_be_zero"),
    ),
    case(
        "reserved_flag: the first unknown bit",
        TWO,
        transfers(transfer(100, 1 << 9), answer="reserved_flag"),
    ),
    case(
        "reserved_flag: the last bit",
        TWO,
        transfers(transfer(100, 1 << 15), answer="reserved_flag"),
    ),
    case("id_must_not_be_zero", TWO, transfers(transfer(0), answer="id_must_not_be_zero")),
    case("id_must_not_be_int_max", TWO, transfers(transfer(MAX), answer="id_must_not_be_int_max")),
    case(
        "debit_account_id_must_not_be_zero",
        TWO,
        transfers(transfer(100, debit_account_id=0), answer="debit_account_id_must_not_be_zero"),
    ),
    case(
        "debit_account_id_must_not_be_int_max",
        TWO,
        transfers(
            transfer(100, debit_account_id=MAX), answer="debit_account_id_must_not_be_int_max"
        ),
    ),
    case(
        "credit_account_id_must_not_be_zero",
        TWO,
        transfers(transfer(100, credit_account_id=0), answer="credit_account_id_must_not_be_zero"),
    ),
    case(
        "credit_account_id_must_not_be_int_max",
        TWO,
        transfers(
            transfer(100, credit_account_id=MAX), answer="credit_account_id_must_not_be_int_max"
        ),
    ),
    case(
        "accounts_must_be_different",
        TWO,
        transfers(transfer(100, credit_account_id=1), answer="accounts_must_be_different"),
    ),
    case(
        "pending_id_must_be_zero",
        TWO,
        transfers(
            transfer(100, pending_id=99),
            pending(101, pending_id=99),
            answer="pending_id_must_be_zero",
        ),
    ),
    case(
        "timeout_reserved_for_pending_transfer",
        TWO,
        transfers(transfer(100, timeout=1), answer="timeout_reserved_for_pending_transfer"),
    ),
    case(
        "closing_transfer_must_be_pending",
        TWO,
        transfers(
            transfer(100, TransferFlag.CLOSING_DEBIT),
            transfer(101, TransferFlag.CLOSING_CREDIT),
            answer="closing_transfer_must_be_pending",
        ),
    ),
    case(
        "ledger_must_not_be_zero",
        TWO,
        transfers(transfer(100, ledger=0), answer="ledger_must_not_be_zero"),
    ),
    case(
        "code_must_not_be_zero",
        TWO,
        transfers(transfer(100, code=0), answer="code_must_not_be_zero"),
    ),
    case(
        "debit_account_not_found",
        accounts(account(2)),
        transfers(transfer(100), answer="debit_account_not_found"),
        absent_transfers=[100],
    ),
    case(
        "credit_account_not_found",
        accounts(account(1)),
        transfers(transfer(100), answer="credit_account_not_found"),
        absent_transfers=[100],
    ),
    case(
        "accounts_must_have_the_same_ledger",
        accounts(account(1), account(2, ledger=2)),
        transfers(transfer(100), answer="accounts_must_have_the_same_ledger"),
    ),
    case(
        "transfer_must_have_the_same_ledger_as_accounts",
        TWO,
        transfers(transfer(100, ledger=2), answer="transfer_must_have_the_same_ledger_as_accounts"),
    ),
    case(
        "a refusal that is not transient does not burn: the id may be sent again, corrected",
        TWO,
        transfers(transfer(100, code=0), answer="code_must_not_be_zero"),
        transfers(transfer(100)),
        balances=MOVED_TEN,
    ),
]


def _differs(status: Status, **changed: int) -> Case:
    original = {"timeout": 60, **FULL}
    return case(
        f"{status}: a pending transfer sent again with one field changed",
        TWO,
        transfers(pending(100, **original)),
        transfers(pending(100, **{**original, **changed}), answer=status),
        balances=RESERVED_TEN,
    )


EXISTS_CASES: list[Case] = [
    _differs("exists_with_different_flags", flags=TransferFlag.CLOSING_DEBIT),
    _differs("exists_with_different_pending_id", pending_id=99),
    _differs("exists_with_different_timeout", timeout=61),
    _differs("exists_with_different_debit_account_id", debit_account_id=3),
    _differs("exists_with_different_credit_account_id", credit_account_id=3),
    _differs("exists_with_different_amount", amount=11),
    _differs("exists_with_different_user_data_128", user_data_128=0),
    _differs("exists_with_different_user_data_64", user_data_64=0),
    _differs("exists_with_different_user_data_32", user_data_32=0),
    _differs("exists_with_different_ledger", ledger=2),
    _differs("exists_with_different_code", code=21),
    case(
        "exists_with_different_amount: less is as different as more",
        TWO,
        transfers(transfer(100)),
        transfers(transfer(100, amount=9), answer="exists_with_different_amount"),
        balances=MOVED_TEN,
    ),
    case(
        "exists: answers the original's timestamp and moves nothing again",
        TWO,
        transfers(transfer(100, **FULL)),
        transfers(transfer(100, **FULL), answer=exists(2 * SECOND)),
        balances=MOVED_TEN,
    ),
    case(
        "exists: twice in one batch",
        TWO,
        transfers(transfer(100), transfer(100), answer=["created", exists(2 * SECOND - 1)]),
        balances=MOVED_TEN,
    ),
    case(
        "exists: breaks a chain like every other refusal",
        TWO,
        transfers(transfer(100)),
        transfers(
            linked(transfer(101)),
            transfer(100),
            answer=["linked_event_failed", exists(2 * SECOND)],
        ),
        balances=MOVED_TEN,
        absent_transfers=[101],
    ),
    case(
        "exists: an account may bear the id of a transfer",
        TWO,
        transfers(transfer(1)),
        balances=MOVED_TEN,
    ),
]

STICKY_CASES: list[Case] = [
    case(
        "debit_account_not_found burns the id",
        accounts(account(2)),
        transfers(transfer(100), answer="debit_account_not_found"),
        accounts(account(1)),
        transfers(transfer(100), answer="id_already_failed"),
        transfers(transfer(101)),
        balances=MOVED_TEN,
        absent_transfers=[100],
    ),
    case(
        "credit_account_not_found burns the id",
        accounts(account(1)),
        transfers(transfer(100), answer="credit_account_not_found"),
        accounts(account(2)),
        transfers(transfer(100), answer="id_already_failed"),
        transfers(transfer(101)),
        balances=MOVED_TEN,
        absent_transfers=[100],
    ),
    case(
        "exceeds_credits burns the id",
        accounts(account(1, D), account(2)),
        transfers(transfer(100), answer="exceeds_credits"),
        transfers(transfer(101, debit_account_id=2, credit_account_id=1)),
        transfers(transfer(100), answer="id_already_failed"),
        balances={1: balances(credits_posted=10), 2: balances(debits_posted=10)},
        absent_transfers=[100],
    ),
    case(
        "exceeds_debits burns the id",
        accounts(account(1), account(2, C)),
        transfers(transfer(100), answer="exceeds_debits"),
        transfers(transfer(101, debit_account_id=2, credit_account_id=1)),
        transfers(transfer(100), answer="id_already_failed"),
        balances={1: balances(credits_posted=10), 2: balances(debits_posted=10)},
        absent_transfers=[100],
    ),
    case(
        "debit_account_already_closed burns the id",
        accounts(account(1, AccountFlag.CLOSED), account(2)),
        transfers(transfer(100), answer="debit_account_already_closed"),
        transfers(transfer(100), answer="id_already_failed"),
        closed=[1],
        absent_transfers=[100],
    ),
    case(
        "credit_account_already_closed burns the id",
        accounts(account(1), account(2, AccountFlag.CLOSED)),
        transfers(transfer(100), answer="credit_account_already_closed"),
        transfers(transfer(100), answer="id_already_failed"),
        closed=[2],
        absent_transfers=[100],
    ),
    case(
        "id_already_failed: in the same batch, and whatever else the event says",
        TWO,
        transfers(
            transfer(100, debit_account_id=9),
            transfer(100),
            transfer(100, debit_account_id=0),
            answer=["debit_account_not_found", "id_already_failed", "id_already_failed"],
        ),
        transfers(post(100, 100), answer="id_already_failed"),
        absent_transfers=[100],
    ),
    case(
        "id_already_failed: is itself not a reason to burn another id, and no pending transfer",
        TWO,
        transfers(pending(100, debit_account_id=9), answer="debit_account_not_found"),
        transfers(post(101, 100), answer="pending_transfer_not_found"),
    ),
]

CASES = [*FIELD_CASES, *EXISTS_CASES, *STICKY_CASES]
