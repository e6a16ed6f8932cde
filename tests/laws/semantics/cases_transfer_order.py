"""create_transfers, from the envelope to imports: of two wrongs, the earlier check answers.

The checks after those are in `cases_transfer_order_amounts`, the guards' in `cases_extensions`.
"""

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
    imported_account,
    imported_transfer,
    linked,
    pending,
    transfer,
    transfers,
)
from tpwallet.lab.oracle import AccountFlag, Status, TransferFlag

CLOSED = AccountFlag.CLOSED
PENDING = TransferFlag.PENDING
CLOSING_DEBIT = TransferFlag.CLOSING_DEBIT
TWO = accounts(account(1), account(2))
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}

# Each field of the plain transfer with a value that is not its own, in the order of comparison.
DIFFERENCES: list[tuple[Status, dict[str, int]]] = [
    ("exists_with_different_flags", {"flags": PENDING}),
    ("exists_with_different_pending_id", {"pending_id": 99}),
    ("exists_with_different_timeout", {"timeout": 7}),
    ("exists_with_different_debit_account_id", {"debit_account_id": 3}),
    ("exists_with_different_credit_account_id", {"credit_account_id": 4}),
    ("exists_with_different_amount", {"amount": 11}),
    ("exists_with_different_user_data_128", {"user_data_128": 9}),
    ("exists_with_different_user_data_64", {"user_data_64": 9}),
    ("exists_with_different_user_data_32", {"user_data_32": 9}),
    ("exists_with_different_ledger", {"ledger": 2}),
    ("exists_with_different_code", {"code": 21}),
]

ENVELOPE_CASES: list[Case] = [
    case(
        "linked_event_chain_open before linked_event_failed",
        TWO,
        transfers(
            linked(transfer(100, code=0)),
            linked(transfer(101)),
            answer=["code_must_not_be_zero", "linked_event_chain_open"],
        ),
        transfers(
            linked(transfer(100, code=0)),
            transfer(101),
            answer=["code_must_not_be_zero", "linked_event_failed"],
        ),
        precedence=Precedence("linked_event_chain_open", "linked_event_failed"),
    ),
    case(
        "linked_event_failed before imported_event_expected",
        TWO,
        transfers(
            linked(imported_transfer(100, SECOND + 1, code=0)),
            transfer(101),
            answer=["code_must_not_be_zero", "linked_event_failed"],
        ),
        transfers(
            imported_transfer(100, SECOND + 1, code=0),
            transfer(101),
            answer=["code_must_not_be_zero", "imported_event_expected"],
        ),
        precedence=Precedence("linked_event_failed", "imported_event_expected"),
    ),
    case(
        "imported_event_expected before timestamp_must_be_zero",
        TWO,
        transfers(
            imported_transfer(100, SECOND + 1),
            transfer(101, timestamp=SECOND + 2),
            answer=["created", "imported_event_expected"],
        ),
        transfers(transfer(101, timestamp=SECOND + 2), answer="timestamp_must_be_zero"),
        balances=MOVED_TEN,
        precedence=Precedence("imported_event_expected", "timestamp_must_be_zero"),
    ),
    case(
        "imported_event_not_expected before imported_event_timestamp_out_of_range",
        TWO,
        transfers(
            transfer(100),
            imported_transfer(101, 0),
            answer=["created", "imported_event_not_expected"],
        ),
        transfers(imported_transfer(101, 0), answer="imported_event_timestamp_out_of_range"),
        balances=MOVED_TEN,
        precedence=Precedence(
            "imported_event_not_expected", "imported_event_timestamp_out_of_range"
        ),
    ),
    first_of(
        "imported_event_timestamp_out_of_range",
        "imported_event_timestamp_must_not_advance",
        TWO,
        both=imported_transfer(100, 2**63),
        only_later=imported_transfer(100, 2**63 - 1),
    ),
    first_of(
        "imported_event_timestamp_must_not_advance",
        "reserved_flag",
        TWO,
        both=imported_transfer(100, 2 * SECOND, flags=1 << 9),
        only_later=imported_transfer(100, 2 * SECOND, flags=1 << 9),
    ),
    first_of(
        "timestamp_must_be_zero",
        "reserved_flag",
        TWO,
        both=transfer(100, 1 << 9, timestamp=1),
        only_later=transfer(100, 1 << 9),
    ),
]

IDENTITY_CASES: list[Case] = [
    first_of(
        "reserved_flag",
        "id_must_not_be_zero",
        TWO,
        both=transfer(0, 1 << 9),
        only_later=transfer(0),
    ),
    first_of(
        "reserved_flag",
        "id_must_not_be_int_max",
        TWO,
        both=transfer(MAX, 1 << 9),
        only_later=transfer(MAX),
    ),
    first_of(
        "reserved_flag",
        "exists_with_different_flags",
        TWO,
        transfers(transfer(100)),
        both=transfer(100, 1 << 9 | PENDING),
        only_later=transfer(100, PENDING),
        balances=MOVED_TEN,
    ),
    first_of(
        "id_must_not_be_zero",
        "debit_account_id_must_not_be_zero",
        TWO,
        both=transfer(0, debit_account_id=0),
        only_later=transfer(100, debit_account_id=0),
    ),
    first_of(
        "id_must_not_be_int_max",
        "debit_account_id_must_not_be_zero",
        TWO,
        both=transfer(MAX, debit_account_id=0),
        only_later=transfer(100, debit_account_id=0),
    ),
    *(
        first_of(
            earlier,
            later,
            TWO,
            transfers(transfer(100)),
            both=transfer(100, **wrong_earlier, **wrong_later),
            only_later=transfer(100, **wrong_later),
            balances=MOVED_TEN,
        )
        for (earlier, wrong_earlier), (later, wrong_later) in pairwise(DIFFERENCES)
    ),
    first_of(
        "exists_with_different_pending_id",
        "pending_id_must_be_zero",
        TWO,
        transfers(transfer(100)),
        both=transfer(100, pending_id=99),
        only_later=transfer(101, pending_id=99),
        balances=MOVED_TEN,
    ),
    first_of(
        "exists_with_different_code",
        "code_must_not_be_zero",
        TWO,
        transfers(transfer(100)),
        both=transfer(100, code=0),
        only_later=transfer(101, code=0),
        balances=MOVED_TEN,
    ),
    case(
        "exists before debit_account_already_closed",
        TWO,
        transfers(transfer(100)),
        transfers(pending(101, CLOSING_DEBIT, amount=0)),
        transfers(transfer(100), answer=exists(2 * SECOND)),
        transfers(transfer(102), answer="debit_account_already_closed"),
        balances=MOVED_TEN,
        closed=[1],
        precedence=Precedence("exists", "debit_account_already_closed"),
    ),
    first_of(
        "id_already_failed",
        "debit_account_id_must_not_be_zero",
        TWO,
        transfers(transfer(100, debit_account_id=9), answer="debit_account_not_found"),
        both=transfer(100, debit_account_id=0),
        only_later=transfer(101, debit_account_id=0),
    ),
]

FIELD_CASES: list[Case] = [
    first_of(
        "debit_account_id_must_not_be_zero",
        "credit_account_id_must_not_be_zero",
        TWO,
        both=transfer(100, debit_account_id=0, credit_account_id=0),
        only_later=transfer(100, credit_account_id=0),
    ),
    first_of(
        "debit_account_id_must_not_be_int_max",
        "credit_account_id_must_not_be_zero",
        TWO,
        both=transfer(100, debit_account_id=MAX, credit_account_id=0),
        only_later=transfer(100, credit_account_id=0),
    ),
    first_of(
        "debit_account_id_must_not_be_int_max",
        "credit_account_id_must_not_be_int_max",
        TWO,
        both=transfer(100, debit_account_id=MAX, credit_account_id=MAX),
        only_later=transfer(100, credit_account_id=MAX),
    ),
    first_of(
        "credit_account_id_must_not_be_zero",
        "pending_id_must_be_zero",
        TWO,
        both=transfer(100, credit_account_id=0, pending_id=99),
        only_later=transfer(100, pending_id=99),
    ),
    first_of(
        "credit_account_id_must_not_be_int_max",
        "pending_id_must_be_zero",
        TWO,
        both=transfer(100, credit_account_id=MAX, pending_id=99),
        only_later=transfer(100, pending_id=99),
    ),
    first_of(
        "accounts_must_be_different",
        "pending_id_must_be_zero",
        TWO,
        both=transfer(100, credit_account_id=1, pending_id=99),
        only_later=transfer(100, pending_id=99),
    ),
    first_of(
        "pending_id_must_be_zero",
        "timeout_reserved_for_pending_transfer",
        TWO,
        both=transfer(100, pending_id=99, timeout=1),
        only_later=transfer(100, timeout=1),
    ),
    first_of(
        "timeout_reserved_for_pending_transfer",
        "closing_transfer_must_be_pending",
        TWO,
        both=transfer(100, CLOSING_DEBIT, timeout=1),
        only_later=transfer(100, CLOSING_DEBIT),
    ),
    first_of(
        "closing_transfer_must_be_pending",
        "ledger_must_not_be_zero",
        TWO,
        both=transfer(100, CLOSING_DEBIT, ledger=0),
        only_later=transfer(100, ledger=0),
    ),
    first_of(
        "ledger_must_not_be_zero",
        "code_must_not_be_zero",
        TWO,
        both=transfer(100, ledger=0, code=0),
        only_later=transfer(100, code=0),
    ),
    first_of(
        "code_must_not_be_zero",
        "debit_account_not_found",
        TWO,
        both=transfer(100, code=0, debit_account_id=9),
        only_later=transfer(100, debit_account_id=9),
    ),
]

ACCOUNT_CASES: list[Case] = [
    first_of(
        "debit_account_not_found",
        "credit_account_not_found",
        TWO,
        both=transfer(100, debit_account_id=8, credit_account_id=9),
        only_later=transfer(101, credit_account_id=9),
    ),
    first_of(
        "credit_account_not_found",
        "imported_event_timestamp_must_not_regress",
        TWO,
        transfers(transfer(100)),
        both=imported_transfer(101, SECOND + 1, credit_account_id=9),
        only_later=imported_transfer(102, SECOND + 1),
        balances=MOVED_TEN,
    ),
    first_of(
        "accounts_must_have_the_same_ledger",
        "transfer_must_have_the_same_ledger_as_accounts",
        accounts(account(1), account(2, ledger=2), account(3)),
        both=transfer(100, ledger=3),
        only_later=transfer(100, ledger=3, credit_account_id=3),
    ),
    first_of(
        "transfer_must_have_the_same_ledger_as_accounts",
        "imported_event_timestamp_must_not_regress",
        TWO,
        transfers(transfer(100)),
        both=imported_transfer(101, SECOND + 1, ledger=2),
        only_later=imported_transfer(101, SECOND + 1),
        balances=MOVED_TEN,
    ),
]

# Accounts 3, 4 and the closed 5 are old, a transfer stands at 500, accounts 1 and 2 are younger.
PAST = (
    accounts(
        imported_account(3, 100),
        imported_account(4, 200),
        imported_account(5, 300, flags=AccountFlag.IMPORTED | CLOSED),
    ),
    transfers(imported_transfer(90, 500, debit_account_id=3, credit_account_id=4)),
    accounts(imported_account(1, 900), imported_account(2, 1000)),
)

PAST_BALANCES = {3: balances(debits_posted=10), 4: balances(credits_posted=10)}

IMPORT_CASES: list[Case] = [
    first_of(
        "imported_event_timestamp_must_not_regress",
        "imported_event_timestamp_must_postdate_debit_account",
        *PAST,
        both=imported_transfer(100, 450),
        only_later=imported_transfer(100, 600),
        balances=PAST_BALANCES,
        closed=[5],
    ),
    first_of(
        "imported_event_timestamp_must_postdate_debit_account",
        "imported_event_timestamp_must_postdate_credit_account",
        *PAST,
        both=imported_transfer(100, 600),
        only_later=imported_transfer(100, 600, debit_account_id=3),
        balances=PAST_BALANCES,
        closed=[5],
    ),
    first_of(
        "imported_event_timestamp_must_postdate_credit_account",
        "imported_event_timeout_must_be_zero",
        *PAST,
        both=imported_transfer(100, 600, debit_account_id=3, flags=PENDING, timeout=1),
        only_later=imported_transfer(
            100, 600, debit_account_id=3, credit_account_id=4, flags=PENDING, timeout=1
        ),
        balances=PAST_BALANCES,
        closed=[5],
    ),
    first_of(
        "imported_event_timeout_must_be_zero",
        "debit_account_already_closed",
        *PAST,
        both=imported_transfer(
            100, 600, debit_account_id=5, credit_account_id=4, flags=PENDING, timeout=1
        ),
        only_later=imported_transfer(
            100, 600, debit_account_id=5, credit_account_id=4, flags=PENDING
        ),
        balances=PAST_BALANCES,
        closed=[5],
    ),
]

CASES = [*ENVELOPE_CASES, *IDENTITY_CASES, *FIELD_CASES, *ACCOUNT_CASES, *IMPORT_CASES]
