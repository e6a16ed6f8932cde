"""create_accounts: of two wrongs, the earlier check answers."""

from tests.laws.semantics.case import Case, Precedence
from tests.laws.semantics.writing import (
    MAX,
    SECOND,
    account,
    accounts,
    case,
    exists,
    first_of_account,
    imported_account,
    linked,
)
from tpwallet.lab.oracle import AccountFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
C = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
BOTH_LIMITS = D | C

PRECEDENCE_CASES: list[Case] = [
    case(
        "linked_event_chain_open before linked_event_failed",
        accounts(
            linked(account(1, code=0)),
            linked(account(2)),
            answer=["code_must_not_be_zero", "linked_event_chain_open"],
        ),
        accounts(
            linked(account(1, code=0)),
            account(2),
            answer=["code_must_not_be_zero", "linked_event_failed"],
        ),
        precedence=Precedence("linked_event_chain_open", "linked_event_failed"),
    ),
    case(
        "linked_event_failed before imported_event_expected",
        accounts(
            linked(imported_account(1, 500, code=0)),
            account(2),
            answer=["code_must_not_be_zero", "linked_event_failed"],
        ),
        accounts(
            imported_account(1, 500, code=0),
            account(2),
            answer=["code_must_not_be_zero", "imported_event_expected"],
        ),
        precedence=Precedence("linked_event_failed", "imported_event_expected"),
    ),
    case(
        "imported_event_expected before timestamp_must_be_zero",
        accounts(
            imported_account(1, 500),
            account(2, timestamp=600),
            answer=["created", "imported_event_expected"],
        ),
        accounts(account(2, timestamp=600), answer="timestamp_must_be_zero"),
        precedence=Precedence("imported_event_expected", "timestamp_must_be_zero"),
    ),
    case(
        "imported_event_not_expected before imported_event_timestamp_out_of_range",
        accounts(
            account(1),
            imported_account(2, 0),
            answer=["created", "imported_event_not_expected"],
        ),
        accounts(imported_account(2, 0), answer="imported_event_timestamp_out_of_range"),
        precedence=Precedence(
            "imported_event_not_expected", "imported_event_timestamp_out_of_range"
        ),
    ),
    first_of_account(
        "imported_event_timestamp_out_of_range",
        "imported_event_timestamp_must_not_advance",
        both=imported_account(1, 2**63),
        only_later=imported_account(1, 2**63 - 1),
    ),
    first_of_account(
        "imported_event_timestamp_must_not_advance",
        "reserved_field",
        both=imported_account(1, SECOND, reserved=1),
        only_later=imported_account(1, SECOND, reserved=1),
    ),
    first_of_account(
        "timestamp_must_be_zero",
        "reserved_field",
        both=account(1, timestamp=1, reserved=1),
        only_later=account(1, reserved=1),
    ),
    first_of_account(
        "reserved_field",
        "reserved_flag",
        both=account(1, 64, reserved=1),
        only_later=account(1, 64),
    ),
    first_of_account(
        "reserved_flag", "id_must_not_be_zero", both=account(0, 64), only_later=account(0)
    ),
    first_of_account(
        "reserved_flag", "id_must_not_be_int_max", both=account(MAX, 64), only_later=account(MAX)
    ),
    first_of_account(
        "id_must_not_be_zero",
        "flags_are_mutually_exclusive",
        both=account(0, BOTH_LIMITS),
        only_later=account(1, BOTH_LIMITS),
    ),
    first_of_account(
        "id_must_not_be_int_max",
        "flags_are_mutually_exclusive",
        both=account(MAX, BOTH_LIMITS),
        only_later=account(1, BOTH_LIMITS),
    ),
    first_of_account(
        "reserved_flag",
        "exists_with_different_flags",
        accounts(account(1)),
        both=account(1, 64 | D),
        only_later=account(1, D),
    ),
    first_of_account(
        "exists_with_different_flags",
        "exists_with_different_user_data_128",
        accounts(account(1)),
        both=account(1, D, user_data_128=9),
        only_later=account(1, user_data_128=9),
    ),
    first_of_account(
        "exists_with_different_flags",
        "flags_are_mutually_exclusive",
        accounts(account(1)),
        both=account(1, BOTH_LIMITS),
        only_later=account(2, BOTH_LIMITS),
    ),
    first_of_account(
        "exists_with_different_user_data_128",
        "exists_with_different_user_data_64",
        accounts(account(1)),
        both=account(1, user_data_128=9, user_data_64=9),
        only_later=account(1, user_data_64=9),
    ),
    first_of_account(
        "exists_with_different_user_data_64",
        "exists_with_different_user_data_32",
        accounts(account(1)),
        both=account(1, user_data_64=9, user_data_32=9),
        only_later=account(1, user_data_32=9),
    ),
    first_of_account(
        "exists_with_different_user_data_32",
        "exists_with_different_ledger",
        accounts(account(1)),
        both=account(1, user_data_32=9, ledger=9),
        only_later=account(1, ledger=9),
    ),
    first_of_account(
        "exists_with_different_ledger",
        "exists_with_different_code",
        accounts(account(1)),
        both=account(1, ledger=9, code=9),
        only_later=account(1, code=9),
    ),
    first_of_account(
        "exists_with_different_ledger",
        "ledger_must_not_be_zero",
        accounts(account(1)),
        both=account(1, ledger=0),
        only_later=account(2, ledger=0),
    ),
    first_of_account(
        "exists_with_different_code",
        "code_must_not_be_zero",
        accounts(account(1)),
        both=account(1, code=0),
        only_later=account(2, code=0),
    ),
    case(
        "exists before debits_pending_must_be_zero",
        accounts(account(1)),
        accounts(account(1, debits_pending=1), answer=exists(SECOND)),
        accounts(account(2, debits_pending=1), answer="debits_pending_must_be_zero"),
        precedence=Precedence("exists", "debits_pending_must_be_zero"),
    ),
    case(
        "exists before imported_event_timestamp_must_not_regress",
        accounts(imported_account(1, 500), imported_account(2, 600)),
        accounts(imported_account(1, 400), answer=exists(500)),
        accounts(imported_account(3, 400), answer="imported_event_timestamp_must_not_regress"),
        precedence=Precedence("exists", "imported_event_timestamp_must_not_regress"),
    ),
    first_of_account(
        "flags_are_mutually_exclusive",
        "debits_pending_must_be_zero",
        both=account(1, BOTH_LIMITS, debits_pending=1),
        only_later=account(1, debits_pending=1),
    ),
    first_of_account(
        "debits_pending_must_be_zero",
        "debits_posted_must_be_zero",
        both=account(1, debits_pending=1, debits_posted=1),
        only_later=account(1, debits_posted=1),
    ),
    first_of_account(
        "debits_posted_must_be_zero",
        "credits_pending_must_be_zero",
        both=account(1, debits_posted=1, credits_pending=1),
        only_later=account(1, credits_pending=1),
    ),
    first_of_account(
        "credits_pending_must_be_zero",
        "credits_posted_must_be_zero",
        both=account(1, credits_pending=1, credits_posted=1),
        only_later=account(1, credits_posted=1),
    ),
    first_of_account(
        "credits_posted_must_be_zero",
        "ledger_must_not_be_zero",
        both=account(1, credits_posted=1, ledger=0),
        only_later=account(1, ledger=0),
    ),
    first_of_account(
        "ledger_must_not_be_zero",
        "code_must_not_be_zero",
        both=account(1, ledger=0, code=0),
        only_later=account(1, code=0),
    ),
    first_of_account(
        "code_must_not_be_zero",
        "imported_event_timestamp_must_not_regress",
        accounts(imported_account(1, 500)),
        both=imported_account(2, 500, code=0),
        only_later=imported_account(2, 500),
    ),
]

CASES = [*PRECEDENCE_CASES]
