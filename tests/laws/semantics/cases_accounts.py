"""create_accounts: every status, with the edges of each.

The order of the checks is in `cases_account_order`.
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
    imported_account,
    linked,
    pending,
    transfers,
)
from tpwallet.lab.oracle import AccountFlag, TransferFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
C = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
BOTH_LIMITS = D | C
FULL = {"user_data_128": 1, "user_data_64": 2, "user_data_32": 3}

STATUS_CASES: list[Case] = [
    case(
        "created: each event of a batch has its own nanosecond", accounts(*map(account, (1, 2, 3)))
    ),
    case("created: an empty batch answers nothing", accounts()),
    case(
        "created: largest legal id and fields",
        accounts(account(MAX - 1, ledger=2**32 - 1, code=2**16 - 1)),
    ),
    case(
        "created: every flag but the opposite limits goes together",
        accounts(account(1, D | AccountFlag.HISTORY), account(2, C | AccountFlag.HISTORY)),
    ),
    case(
        "created: an account may be born closed",
        accounts(account(1, AccountFlag.CLOSED)),
        closed=[1],
    ),
    case(
        "linked_event_chain_open: a linked event is last",
        accounts(account(1), linked(account(2)), answer=["created", "linked_event_chain_open"]),
        absent_accounts=[2],
    ),
    case(
        "linked_event_failed: the link before and the link after the broken one",
        accounts(
            *chain(account(1), account(2, ledger=0), account(3)),
            answer=["linked_event_failed", "ledger_must_not_be_zero", "linked_event_failed"],
        ),
        absent_accounts=[1, 2, 3],
    ),
    case(
        "imported_event_expected: a plain event in an imported batch",
        accounts(
            imported_account(1, 500),
            account(2),
            answer=["created", "imported_event_expected"],
        ),
        absent_accounts=[2],
    ),
    case(
        "imported_event_not_expected: an imported event in a plain batch",
        accounts(
            account(1),
            imported_account(2, 500),
            answer=["created", "imported_event_not_expected"],
        ),
        absent_accounts=[2],
    ),
    case(
        "imported_event_timestamp_out_of_range: zero",
        accounts(imported_account(1, 0), answer="imported_event_timestamp_out_of_range"),
        absent_accounts=[1],
    ),
    case(
        "imported_event_timestamp_out_of_range: 2^63",
        accounts(imported_account(1, 2**63), answer="imported_event_timestamp_out_of_range"),
    ),
    case(
        "imported_event_timestamp_must_not_advance: equal to the batch's time",
        accounts(
            imported_account(1, SECOND),
            answer="imported_event_timestamp_must_not_advance",
            at=SECOND,
        ),
    ),
    case(
        "imported_event_timestamp_must_not_advance: the last timestamp in range",
        accounts(
            imported_account(1, 2**63 - 1), answer="imported_event_timestamp_must_not_advance"
        ),
    ),
    case(
        "timestamp_must_be_zero",
        accounts(account(1, timestamp=1), answer="timestamp_must_be_zero"),
        absent_accounts=[1],
    ),
    case("reserved_field", accounts(account(1, reserved=1), answer="reserved_field")),
    case(
        "reserved_flag: the first unknown bit", accounts(account(1, 1 << 6), answer="reserved_flag")
    ),
    case("reserved_flag: the last bit", accounts(account(1, 1 << 15), answer="reserved_flag")),
    case("id_must_not_be_zero", accounts(account(0), answer="id_must_not_be_zero")),
    case("id_must_not_be_int_max", accounts(account(MAX), answer="id_must_not_be_int_max")),
    case(
        "exists_with_different_flags",
        accounts(account(1)),
        accounts(account(1, AccountFlag.HISTORY), answer="exists_with_different_flags"),
    ),
    case(
        "exists_with_different_flags: linked is a flag like any other",
        accounts(*chain(account(1), account(2))),
        accounts(account(1), answer="exists_with_different_flags"),
        accounts(
            *chain(account(1), account(3)), answer=[exists(SECOND - 1), "linked_event_failed"]
        ),
        absent_accounts=[3],
    ),
    case(
        "exists_with_different_user_data_128",
        accounts(account(1, **FULL)),
        accounts(
            account(1, **{**FULL, "user_data_128": 0}),
            answer="exists_with_different_user_data_128",
        ),
    ),
    case(
        "exists_with_different_user_data_64",
        accounts(account(1, **FULL)),
        accounts(
            account(1, **{**FULL, "user_data_64": 0}), answer="exists_with_different_user_data_64"
        ),
    ),
    case(
        "exists_with_different_user_data_32",
        accounts(account(1, **FULL)),
        accounts(
            account(1, **{**FULL, "user_data_32": 0}), answer="exists_with_different_user_data_32"
        ),
    ),
    case(
        "exists_with_different_ledger",
        accounts(account(1)),
        accounts(account(1, ledger=2), answer="exists_with_different_ledger"),
    ),
    case(
        "exists_with_different_code",
        accounts(account(1)),
        accounts(account(1, code=11), answer="exists_with_different_code"),
    ),
    case(
        "exists: answers the original's timestamp",
        accounts(account(1, **FULL)),
        accounts(account(1, **FULL), answer=exists(SECOND)),
    ),
    case(
        "exists: twice in one batch",
        accounts(account(1), account(1), answer=["created", exists(SECOND - 1)], at=SECOND),
    ),
    case(
        "exists: the balances of the account and of the retry are not compared",
        accounts(account(1), account(2)),
        transfers(pending(100)),
        accounts(account(1), answer=exists(SECOND - 1)),
        accounts(account(2, credits_posted=7), answer=exists(SECOND)),
        balances={1: balances(debits_pending=10), 2: balances(credits_pending=10)},
    ),
    case(
        "flags_are_mutually_exclusive",
        accounts(account(1, BOTH_LIMITS), answer="flags_are_mutually_exclusive"),
        absent_accounts=[1],
    ),
    case(
        "flags_are_mutually_exclusive: all known flags at once are not reserved",
        accounts(
            imported_account(1, 500, flags=63),
            imported_account(2, 600),
            answer=["flags_are_mutually_exclusive", "linked_event_failed"],
        ),
        absent_accounts=[1, 2],
    ),
    case(
        "debits_pending_must_be_zero",
        accounts(account(1, debits_pending=1), answer="debits_pending_must_be_zero"),
    ),
    case(
        "debits_posted_must_be_zero",
        accounts(account(1, debits_posted=1), answer="debits_posted_must_be_zero"),
    ),
    case(
        "credits_pending_must_be_zero",
        accounts(account(1, credits_pending=1), answer="credits_pending_must_be_zero"),
    ),
    case(
        "credits_posted_must_be_zero",
        accounts(account(1, credits_posted=1), answer="credits_posted_must_be_zero"),
    ),
    case(
        "ledger_must_not_be_zero", accounts(account(1, ledger=0), answer="ledger_must_not_be_zero")
    ),
    case("code_must_not_be_zero", accounts(account(1, code=0), answer="code_must_not_be_zero")),
    case(
        "imported_event_timestamp_must_not_regress: equal to the latest account",
        accounts(imported_account(1, 500)),
        accounts(imported_account(2, 500), answer="imported_event_timestamp_must_not_regress"),
        absent_accounts=[2],
    ),
    case(
        "a refused id is not burnt: the same account may be sent again, corrected",
        accounts(account(1, code=0), answer="code_must_not_be_zero"),
        accounts(account(1)),
    ),
]

CLOSED_RETRY_CASES: list[Case] = [
    case(
        "a retry of an account closed since compares the flags of today",
        accounts(account(1), account(2)),
        transfers(pending(100, TransferFlag.CLOSING_DEBIT, amount=0)),
        accounts(account(1), answer="exists_with_different_flags"),
        accounts(account(1, AccountFlag.CLOSED), answer=exists(SECOND - 1)),
        closed=[1],
    ),
]

CASES = [*STATUS_CASES, *CLOSED_RETRY_CASES]
