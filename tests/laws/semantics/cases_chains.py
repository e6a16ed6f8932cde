"""Linked chains: all or nothing, who answers what, and what outlives a chain that failed."""

from tests.laws.semantics.case import Case
from tests.laws.semantics.writing import (
    SECOND,
    account,
    accounts,
    balances,
    case,
    chain,
    exists,
    imported_account,
    imported_transfer,
    linked,
    pending,
    post,
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import AccountFlag, TransferFlag

D = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
TWO = accounts(account(1), account(2))
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}
MOVED_TWENTY = {1: balances(debits_posted=20), 2: balances(credits_posted=20)}

WHOLE_CASES: list[Case] = [
    case(
        "a whole chain happens",
        TWO,
        transfers(*chain(transfer(100), transfer(101))),
        balances=MOVED_TWENTY,
    ),
    case(
        "a chain of accounts happens or not as a whole",
        accounts(
            *chain(account(1), account(2)),
            *chain(account(3), account(4, code=0)),
            answer=["created", "created", "linked_event_failed", "code_must_not_be_zero"],
        ),
        absent_accounts=[3, 4],
    ),
    case(
        "an account of a failed chain may be created later",
        accounts(
            *chain(account(1), account(2, code=0)),
            answer=["linked_event_failed", "code_must_not_be_zero"],
        ),
        accounts(account(1), account(2)),
    ),
    case(
        "later links see what earlier links did, though it may be undone",
        accounts(account(1, D), account(2)),
        transfers(
            *chain(
                transfer(100, debit_account_id=2, credit_account_id=1),
                transfer(101),
                transfer(102),
            ),
            answer=["linked_event_failed", "linked_event_failed", "exceeds_credits"],
        ),
        transfers(
            *chain(
                transfer(103, debit_account_id=2, credit_account_id=1),
                transfer(104),
            )
        ),
        balances={1: balances(0, 10, 0, 10), 2: balances(0, 10, 0, 10)},
        absent_transfers=[100, 101, 102],
    ),
    case(
        "the first link breaks the chain",
        TWO,
        transfers(
            *chain(transfer(100, code=0), transfer(101), transfer(102)),
            answer=["code_must_not_be_zero", "linked_event_failed", "linked_event_failed"],
        ),
        absent_transfers=[100, 101, 102],
    ),
    case(
        "the last link breaks the chain",
        TWO,
        transfers(
            *chain(transfer(100), transfer(101), transfer(102, code=0)),
            answer=["linked_event_failed", "linked_event_failed", "code_must_not_be_zero"],
        ),
        absent_transfers=[100, 101, 102],
    ),
    case(
        "only the first reason counts: later links of a broken chain are not judged",
        TWO,
        transfers(
            *chain(transfer(100, ledger=0), transfer(0), transfer(102, code=0)),
            answer=["ledger_must_not_be_zero", "linked_event_failed", "linked_event_failed"],
        ),
    ),
    case(
        "chains next to each other and single events fare apart",
        TWO,
        transfers(
            *chain(transfer(100), transfer(101, code=0)),
            *chain(transfer(102), transfer(103)),
            transfer(104, code=0),
            *chain(transfer(105, code=0), transfer(106)),
            answer=[
                "linked_event_failed",
                "code_must_not_be_zero",
                "created",
                "created",
                "code_must_not_be_zero",
                "code_must_not_be_zero",
                "linked_event_failed",
            ],
        ),
        balances=MOVED_TWENTY,
        absent_transfers=[100, 101, 104, 105, 106],
    ),
    case(
        "what was done before the chain in the same batch stays",
        TWO,
        transfers(
            transfer(100),
            *chain(transfer(101), transfer(102, code=0)),
            answer=["created", "linked_event_failed", "code_must_not_be_zero"],
        ),
        balances=MOVED_TEN,
    ),
]

OPEN_TAIL_CASES: list[Case] = [
    case(
        "an open tail undoes its whole chain",
        TWO,
        transfers(
            linked(transfer(100)),
            linked(transfer(101)),
            answer=["linked_event_failed", "linked_event_chain_open"],
        ),
        absent_transfers=[100, 101],
    ),
    case(
        "an open tail answers so even when its chain is broken already",
        TWO,
        transfers(
            linked(transfer(100, code=0)),
            linked(transfer(101)),
            linked(transfer(102)),
            answer=["code_must_not_be_zero", "linked_event_failed", "linked_event_chain_open"],
        ),
    ),
    case(
        "an open tail is not judged, so its id is not burnt",
        TWO,
        transfers(linked(transfer(100, debit_account_id=9)), answer="linked_event_chain_open"),
        transfers(transfer(100)),
        balances=MOVED_TEN,
    ),
    case(
        "an open tail after a chain that closed leaves that one alone",
        TWO,
        transfers(
            *chain(transfer(100), transfer(101)),
            linked(transfer(102)),
            answer=["created", "created", "linked_event_chain_open"],
        ),
        balances=MOVED_TWENTY,
    ),
]

STICKY_CASES: list[Case] = [
    case(
        "a transient refusal burns its id though the chain is undone; its neighbours stay free",
        accounts(account(1, D), account(2)),
        transfers(
            *chain(
                transfer(100, debit_account_id=2, credit_account_id=1, amount=5),
                transfer(101),
                transfer(102, amount=0),
            ),
            answer=["linked_event_failed", "exceeds_credits", "linked_event_failed"],
        ),
        transfers(transfer(90, debit_account_id=2, credit_account_id=1, amount=100)),
        transfers(
            transfer(100),
            transfer(101),
            transfer(102),
            answer=["created", "id_already_failed", "created"],
        ),
        balances={
            1: balances(debits_posted=20, credits_posted=100),
            2: balances(debits_posted=100, credits_posted=20),
        },
        absent_transfers=[101],
    ),
    case(
        "an id burnt before a chain stays burnt when the chain is undone",
        TWO,
        transfers(
            transfer(100, debit_account_id=9),
            *chain(transfer(101), transfer(102, code=0)),
            answer=["debit_account_not_found", "linked_event_failed", "code_must_not_be_zero"],
        ),
        transfers(transfer(100), answer="id_already_failed"),
    ),
    case(
        "a burnt id breaks a chain",
        TWO,
        transfers(transfer(100, debit_account_id=9), answer="debit_account_not_found"),
        transfers(
            *chain(transfer(101), transfer(100)),
            answer=["linked_event_failed", "id_already_failed"],
        ),
        absent_transfers=[100, 101],
    ),
    case(
        "a refusal that is not transient burns nothing in a chain",
        TWO,
        transfers(
            *chain(transfer(100), transfer(101, code=0)),
            answer=["linked_event_failed", "code_must_not_be_zero"],
        ),
        transfers(transfer(100), transfer(101)),
        balances=MOVED_TWENTY,
    ),
]

UNDONE_CASES: list[Case] = [
    case(
        "reserve and post in one chain",
        TWO,
        transfers(*chain(pending(100), post(101, 100))),
        balances=MOVED_TEN,
    ),
    case(
        "reserve and void in one chain that fails: neither happened",
        TWO,
        transfers(
            *chain(pending(100), void(101, 100), transfer(102, code=0)),
            answer=["linked_event_failed", "linked_event_failed", "code_must_not_be_zero"],
        ),
        transfers(post(103, 100), answer="pending_transfer_not_found"),
        absent_transfers=[100, 101],
    ),
    case(
        "a post undone leaves the reservation pending",
        TWO,
        transfers(pending(100)),
        transfers(
            *chain(post(101, 100), transfer(102, code=0)),
            answer=["linked_event_failed", "code_must_not_be_zero"],
        ),
        transfers(void(103, 100)),
        absent_transfers=[101],
    ),
    case(
        "a closing undone leaves the account open",
        TWO,
        transfers(
            *chain(pending(100, TransferFlag.CLOSING_DEBIT), transfer(101)),
            answer=["linked_event_failed", "debit_account_already_closed"],
        ),
        transfers(transfer(102)),
        balances=MOVED_TEN,
    ),
    case(
        "a reopening undone leaves the account closed",
        TWO,
        transfers(pending(100, TransferFlag.CLOSING_DEBIT, amount=0)),
        transfers(
            *chain(void(101, 100), transfer(102), transfer(103, code=0)),
            answer=["linked_event_failed", "linked_event_failed", "code_must_not_be_zero"],
        ),
        transfers(transfer(104), answer="debit_account_already_closed"),
        closed=[1],
    ),
    case(
        "a duplicate inside a chain breaks it, and answers the time of what it undid",
        TWO,
        transfers(
            linked(transfer(100)),
            linked(transfer(100)),
            transfer(101),
            answer=["linked_event_failed", exists(2 * SECOND - 2), "linked_event_failed"],
        ),
        absent_transfers=[100, 101],
    ),
    case(
        "imported transfers undone do not hold later ones back",
        TWO,
        transfers(
            *chain(
                imported_transfer(100, SECOND + 500),
                imported_transfer(101, SECOND + 600, code=0),
            ),
            answer=["linked_event_failed", "code_must_not_be_zero"],
        ),
        transfers(imported_transfer(102, SECOND + 400)),
        balances=MOVED_TEN,
    ),
    case(
        "imported accounts undone do not hold later ones back",
        accounts(
            *chain(imported_account(1, 500), imported_account(2, 600, code=0)),
            answer=["linked_event_failed", "code_must_not_be_zero"],
        ),
        accounts(imported_account(3, 400)),
        absent_accounts=[1, 2],
    ),
    case(
        "an event of the wrong batch mode breaks its chain",
        TWO,
        transfers(
            *chain(transfer(100), imported_transfer(101, SECOND + 1)),
            answer=["linked_event_failed", "imported_event_not_expected"],
        ),
        absent_transfers=[100],
    ),
]

CASES = [*WHOLE_CASES, *OPEN_TAIL_CASES, *STICKY_CASES, *UNDONE_CASES]
