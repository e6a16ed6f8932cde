"""The pool's own rules: assets out of use, closed periods, what keeps accounts closed."""

from datetime import date

from tests.laws.semantics.case import Case, Precedence
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
    pending,
    post,
    transfer,
    transfers,
    void,
)
from tpwallet.lab.oracle import AccountFlag, PoolRules, TransferFlag

LIMITS = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
DAY = 86_400 * SECOND
TWO = accounts(account(1), account(2))
OF_TWO_ASSETS = accounts(account(1), account(2), account(3, ledger=2), account(4, ledger=2))
CLOSING = transfers(pending(100, TransferFlag.CLOSING_DEBIT, amount=0))
DELISTED = PoolRules(delisted_ledgers=frozenset((1,)))
CLOSED = PoolRules(closed_through=date(1970, 1, 1))
KEPT = PoolRules(closing_reservations=frozenset((100,)))
MOVED_TEN = {1: balances(debits_posted=10), 2: balances(credits_posted=10)}
IMPORTED = TransferFlag.IMPORTED

RULE_CASES: list[Case] = [
    case(
        "asset_delisted: an account and a transfer of it, beside those of another",
        OF_TWO_ASSETS,
        accounts(
            account(5), account(6, ledger=2), answer=["asset_delisted", "created"], rules=DELISTED
        ),
        transfers(
            transfer(100),
            transfer(101, debit_account_id=3, credit_account_id=4, ledger=2),
            pending(102),
            answer=["asset_delisted", "created", "asset_delisted"],
            rules=DELISTED,
        ),
        balances={3: balances(debits_posted=10), 4: balances(credits_posted=10)},
        absent_accounts=[5],
        absent_transfers=[100, 102],
    ),
    case(
        "period_closed: an imported time up to the end of the last closed day",
        TWO,
        transfers(
            imported_transfer(100, DAY - 1),
            imported_transfer(101, DAY),
            answer=["period_closed", "created"],
            at=2 * DAY,
            rules=CLOSED,
        ),
        transfers(transfer(102, amount=0), at=3 * DAY, rules=CLOSED),
        balances=MOVED_TEN,
        absent_transfers=[100],
    ),
    case(
        "closing_reservation: only reopening ends what keeps an account closed",
        TWO,
        CLOSING,
        transfers(
            void(101, 100),
            post(102, 100),
            answer=["closing_reservation", "debit_account_already_closed"],
            rules=KEPT,
        ),
        closed=[1],
        absent_transfers=[101, 102],
    ),
    case(
        "a reservation that a batch closed an account by is the caller's to void",
        TWO,
        CLOSING,
        transfers(void(101, 100), rules=PoolRules(closing_reservations=frozenset((99,)))),
    ),
    case(
        "a rule of the pool does not burn the id",
        TWO,
        transfers(transfer(100, debit_account_id=9), answer="asset_delisted", rules=DELISTED),
        transfers(transfer(100)),
        balances=MOVED_TEN,
    ),
    case(
        "a rule of the pool breaks a chain, and what comes after it is booked",
        OF_TWO_ASSETS,
        transfers(
            *chain(
                transfer(100, debit_account_id=3, credit_account_id=4, ledger=2),
                transfer(101),
                transfer(102, debit_account_id=3, credit_account_id=4, ledger=2),
            ),
            transfer(103, debit_account_id=3, credit_account_id=4, ledger=2),
            answer=["linked_event_failed", "asset_delisted", "linked_event_failed", "created"],
            rules=DELISTED,
        ),
        balances={3: balances(debits_posted=10), 4: balances(credits_posted=10)},
        absent_transfers=[100, 101, 102],
    ),
    case(
        "a retry is answered without asking for the rules",
        TWO,
        transfers(imported_transfer(100, SECOND + 1), at=2 * SECOND),
        transfers(pending(101, TransferFlag.CLOSING_DEBIT, amount=0)),
        transfers(void(102, 101)),
        transfers(imported_transfer(100, SECOND + 1), answer=exists(SECOND + 1), rules=CLOSED),
        transfers(void(102, 101), answer=exists(4 * SECOND), rules=DELISTED),
        accounts(account(1), answer=exists(SECOND - 1), rules=DELISTED),
        balances=MOVED_TEN,
    ),
]

RULE_ORDER_CASES: list[Case] = [
    case(
        "exists before asset_delisted",
        accounts(account(1)),
        accounts(account(1), answer=exists(SECOND), rules=DELISTED),
        accounts(account(2), answer="asset_delisted", rules=DELISTED),
        absent_accounts=[2],
        precedence=Precedence("exists", "asset_delisted"),
    ),
    case(
        "asset_delisted before flags_are_mutually_exclusive",
        accounts(account(1, LIMITS), answer="asset_delisted", rules=DELISTED),
        accounts(
            account(1, LIMITS, ledger=2), answer="flags_are_mutually_exclusive", rules=DELISTED
        ),
        absent_accounts=[1],
        precedence=Precedence("asset_delisted", "flags_are_mutually_exclusive"),
    ),
    first_of(
        "id_already_failed",
        "asset_delisted",
        TWO,
        transfers(transfer(100, debit_account_id=9), answer="debit_account_not_found"),
        both=transfer(100),
        only_later=transfer(101),
        rules=DELISTED,
    ),
    first_of(
        "asset_delisted",
        "period_closed",
        TWO,
        both=imported_transfer(100, SECOND + 1),
        only_later=imported_transfer(100, SECOND + 1, ledger=2),
        rules=PoolRules(frozenset((1,)), date(1970, 1, 1)),
    ),
    case(
        "period_closed before debit_account_id_must_not_be_zero",
        TWO,
        transfers(
            imported_transfer(100, DAY - 1, debit_account_id=0),
            answer="period_closed",
            at=2 * DAY,
            rules=CLOSED,
        ),
        transfers(
            imported_transfer(100, DAY, debit_account_id=0),
            answer="debit_account_id_must_not_be_zero",
            at=3 * DAY,
            rules=CLOSED,
        ),
        precedence=Precedence("period_closed", "debit_account_id_must_not_be_zero"),
    ),
    case(
        "period_closed before closing_reservation",
        TWO,
        CLOSING,
        transfers(
            void(101, 100, IMPORTED, timestamp=DAY - 1),
            answer="period_closed",
            at=2 * DAY,
            rules=PoolRules(frozenset(), date(1970, 1, 1), frozenset((100,))),
        ),
        transfers(
            void(101, 100, IMPORTED, timestamp=DAY),
            answer="closing_reservation",
            at=3 * DAY,
            rules=PoolRules(frozenset(), date(1970, 1, 1), frozenset((100,))),
        ),
        closed=[1],
        precedence=Precedence("period_closed", "closing_reservation"),
    ),
    first_of(
        "closing_reservation",
        "flags_are_mutually_exclusive",
        TWO,
        CLOSING,
        both=void(101, 100, TransferFlag.POST_PENDING_TRANSFER),
        only_later=void(101, 99, TransferFlag.POST_PENDING_TRANSFER),
        rules=KEPT,
        closed=[1],
    ),
]

CASES = [*RULE_CASES, *RULE_ORDER_CASES]
