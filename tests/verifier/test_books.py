"""The replayed books refuse every transfer that double entry forbids, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.export_writer import (
    ACCOUNTS,
    SECOND,
    TRANSFERS,
    account,
    batch,
    expired,
    transfer,
)
from tests.verifier.samples import (
    BOUND_CREDITS,
    BOUND_DEBITS,
    PENDING,
    POST,
    VOID,
    books,
    fault,
    verify,
)

MAX = (1 << 128) - 1
CLOSING_DEBIT, CLOSING_CREDIT, IMPORTED = 64, 128, 256


def hold(identifier: int = 5, amount: int = 10, **fields: int) -> bytes:
    return transfer(identifier, 1, 2, amount, flags=PENDING | fields.pop("closing", 0), **fields)


@pytest.mark.parametrize(
    ("transfers", "message"),
    [
        ([transfer(5, 9, 2, 1, stamp=9)], "debit account 0x9 does not exist"),
        ([transfer(5, 1, 9, 1, stamp=9)], "credit account 0x9 does not exist"),
        ([transfer(5, 1, 1, 1, stamp=9)], "account 0x1 is debited and credited"),
        ([transfer(5, 1, 2, 1, ledger=2, stamp=9)], "it is on ledger 2, its debit account on 1"),
        (
            [transfer(5, 1, 2, 1, stamp=4), transfer(6, 1, 2, 1, stamp=4)],
            "timestamp 4 is not after the one before, 4",
        ),
        ([transfer(5, 1, 2, 1, flags=512, stamp=9)], "its flags 512 are unknown"),
        ([transfer(5, 1, 2, 1, flags=PENDING | POST, stamp=9)], "two of pending, post and void"),
        ([transfer(5, 1, 2, 1, flags=CLOSING_DEBIT, stamp=9)], "without being pending"),
        (
            [transfer(5, 1, 2, 1, pending=4, flags=POST, stamp=9)],
            "settles 0x4, which is not an open pending transfer",
        ),
        (
            [hold(stamp=9), transfer(6, 1, 2, 11, pending=5, flags=POST, stamp=10)],
            "amount 11 does not fit the 10 held",
        ),
        (
            [hold(stamp=9), transfer(6, 1, 2, MAX, pending=5, flags=POST, stamp=10)],
            "does not fit the 10 held",
        ),
        (
            [hold(stamp=9), transfer(6, 1, 2, 9, pending=5, flags=VOID, stamp=10)],
            "amount 9 does not fit the 10 held",
        ),
        (
            [hold(stamp=9), transfer(6, 1, 3, 9, pending=5, flags=POST, stamp=10)],
            "names other accounts",
        ),
        (
            [
                hold(stamp=9),
                transfer(6, 1, 2, 5, pending=5, flags=POST, stamp=10),
                transfer(7, 1, 2, 5, pending=5, flags=POST, stamp=11),
            ],
            "which is not an open pending transfer",
        ),
        ([hold(stamp=9), hold(stamp=10)], "a pending transfer with its id is still open"),
        (
            [
                hold(timeout=1, stamp=9),
                transfer(6, 1, 2, 5, pending=5, flags=POST, stamp=9 + SECOND),
            ],
            "which had expired at",
        ),
        (
            [hold(closing=CLOSING_DEBIT, stamp=9), transfer(6, 1, 3, 1, stamp=10)],
            "closed account",
        ),
        (
            [hold(closing=CLOSING_CREDIT, stamp=9), transfer(6, 3, 2, 1, stamp=10)],
            "closed account",
        ),
        (
            [
                hold(closing=CLOSING_DEBIT, stamp=9),
                transfer(6, 1, 2, 1, pending=5, flags=POST, stamp=10),
            ],
            "closed account",
        ),
    ],
)
def test_a_transfer_that_double_entry_forbids_is_refused_by_name(
    transfers: list[bytes], message: str
) -> None:
    failure = fault(books(*transfers).export())
    assert message in failure.message
    assert failure.message.startswith(f"transfer 2.{len(transfers) - 1} (id 0x")
    assert failure.facts["commit"] == 2


def test_a_transfer_may_have_the_time_of_an_account_opened_with_it() -> None:
    assert "1 transfers" in verify(books(transfer(5, 1, 2, 1, stamp=3)).export()).summary


@pytest.mark.parametrize(
    ("accounts", "message"),
    [
        ([account(1, stamp=1), account(1, stamp=2)], "its id exists already"),
        ([account(0)], "not one an account may have"),
        ([account(MAX)], "not one an account may have"),
        ([account(1, ledger=0)], "not one an account may have"),
        ([account(1, flags=64)], "flags 64"),
        ([account(1, flags=6)], "flags 6"),
        ([account(1, stamp=1), account(2, stamp=1)], "timestamp 1 is not after"),
        ([account(1)[:16] + bytes([1]) + account(1)[17:]], "created with a balance"),
        ([account(1)[:108] + bytes([1]) + account(1)[109:]], "reserved"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_name(accounts: list[bytes], message: str) -> None:
    failure = fault(books(accounts=accounts).export())
    assert message in failure.message
    assert failure.message.startswith(f"account 1.{len(accounts) - 1} (id 0x")


BOUND = [
    account(1, stamp=1),
    account(2, flags=BOUND_DEBITS, stamp=2),
    account(3, flags=BOUND_CREDITS, stamp=3),
]


def test_an_account_bound_by_its_credits_may_spend_them_all_and_no_more() -> None:
    funded = transfer(5, 1, 2, 10, stamp=9)
    spent = [transfer(6, 2, 1, 4, stamp=10), transfer(7, 2, 1, 6, flags=PENDING, stamp=11)]
    verify(books(funded, *spent, accounts=BOUND).export())
    failure = fault(books(funded, *spent, transfer(8, 2, 1, 1, stamp=12), accounts=BOUND).export())
    assert "debits of 11 over its credits of 10" in failure.message
    early = transfer(4, 1, 2, 10, flags=PENDING, stamp=8)
    failure = fault(books(early, transfer(8, 2, 1, 1, stamp=12), accounts=BOUND).export())
    assert "debits of 1 over its credits of 0" in failure.message


def test_an_account_bound_by_its_debits_may_be_repaid_them_all_and_no_more() -> None:
    lent = transfer(5, 3, 1, 10, stamp=9)
    repaid = [transfer(6, 1, 3, 4, stamp=10), transfer(7, 1, 3, 6, flags=PENDING, stamp=11)]
    verify(books(lent, *repaid, accounts=BOUND).export())
    failure = fault(books(lent, *repaid, transfer(8, 1, 3, 1, stamp=12), accounts=BOUND).export())
    assert "credits of 11 over its debits of 10" in failure.message


def test_voiding_and_expiring_reopen_what_a_closing_hold_closed() -> None:
    closing = hold(closing=CLOSING_DEBIT, timeout=1, stamp=9)
    void = transfer(6, 1, 2, 10, pending=5, flags=VOID, stamp=10)
    verify(books(closing, void, transfer(7, 1, 2, 1, stamp=11)).export())
    journal = books(closing)
    journal.commit([(2 * SECOND, [expired([5], 2 * SECOND)])])
    journal.commit([(2 * SECOND, [batch(TRANSFERS, [transfer(7, 1, 2, 1, stamp=11)])])])
    assert verify(journal.export()).facts["expired_holds"] == 1


def test_a_hold_is_settled_in_part_or_whole_with_the_rest_released() -> None:
    part = transfer(6, 1, 2, 4, pending=5, flags=POST, stamp=10 + SECOND)
    report = verify(books(hold(timeout=2, stamp=9), part).export())
    ledgers = report.facts["ledgers"]
    assert isinstance(ledgers, dict)
    assert (ledgers["1"]["debits_pending"], ledgers["1"]["credits_posted"]) == ("0", "4")


@pytest.mark.parametrize(
    ("timeout", "ids", "time_ns", "message"),
    [
        (1, [6], 9 + SECOND, "0x6 is not an open pending transfer"),
        (1, [5, 5], 9 + SECOND, "0x5 is not an open pending transfer"),
        (1, [5], 8 + SECOND, "is not due at"),
        (0, [5], 9 + SECOND, "it expires at no time"),
    ],
)
def test_an_expiry_of_what_has_not_expired_is_refused(
    timeout: int, ids: list[int], time_ns: int, message: str
) -> None:
    journal = books(hold(timeout=timeout, stamp=9))
    journal.commit([(2 * SECOND, [expired(ids, time_ns)])])
    assert message in fault(journal.export()).message


def test_a_hold_expires_at_exactly_its_time() -> None:
    journal = books(hold(timeout=1, stamp=9))
    journal.commit([(2 * SECOND, [expired([5], 9 + SECOND)])])
    assert verify(journal.export()).facts["open_holds"] == 0


def test_imported_records_may_lie_in_the_past() -> None:
    old = [transfer(5, 1, 2, 1, flags=IMPORTED, stamp=1), transfer(6, 1, 2, 1, stamp=9)]
    accounts = [account(1, stamp=5), account(2, flags=16, stamp=1)]
    assert verify(books(*old, accounts=accounts).export()).facts["transfers"] == 2


def test_amounts_reach_the_last_of_128_bits_and_no_further() -> None:
    verify(books(transfer(5, 1, 2, MAX, stamp=9)).export())
    failure = fault(books(transfer(5, 1, 2, MAX, stamp=9), transfer(6, 1, 2, 1, stamp=10)).export())
    assert "more than 2^128 - 1" in failure.message


def test_an_account_may_be_used_in_the_entry_that_opens_it() -> None:
    journal = books()
    opened = batch(ACCOUNTS, [account(4, stamp=20)])
    journal.commit([(5, [opened, batch(TRANSFERS, [transfer(5, 1, 4, 3, stamp=21)])])])
    assert verify(journal.export()).facts["accounts"] == 4


moves = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(0, MAX >> 4),
        st.sampled_from([0, PENDING]),
    ).filter(lambda move: move[0] != move[1]),
    max_size=12,
)


@given(moves)
def test_debits_equal_credits_and_holds_stay_open_until_settled(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    records = [
        transfer(n, debit, credit, amount, flags=flags, stamp=n)
        for n, (debit, credit, amount, flags) in enumerate(drawn, 10)
    ]
    report = verify(books(*records).export())
    ledgers = report.facts["ledgers"]
    assert isinstance(ledgers, dict)
    total = ledgers["1"]
    posted = sum(amount for _, _, amount, flags in drawn if not flags)
    pending = sum(amount for _, _, amount, flags in drawn if flags)
    assert total["debits_posted"] == total["credits_posted"] == str(posted)
    assert total["debits_pending"] == total["credits_pending"] == str(pending)
    assert report.facts["open_holds"] == sum(1 for move in drawn if move[3])
