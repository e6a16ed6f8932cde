"""What the oracle remembers and shows, and the times it refuses."""

import pytest

from tests.laws.semantics.writing import (
    SECOND,
    account,
    balances,
    exists,
    pending,
    post,
    transfer,
    void,
)
from tpwallet.lab.oracle import (
    TIMESTAMP_MAX,
    AccountFlag,
    BalanceRow,
    Oracle,
    OracleAccount,
    OracleTransfer,
    TransferFlag,
)


@pytest.fixture
def ledger() -> Oracle:
    """Account 1 keeps history; 100 moved 10, 101 and 102 reserved 5 each for one second."""
    oracle = Oracle()
    oracle.create_accounts(
        [account(1, AccountFlag.HISTORY), account(2), account(3, AccountFlag.HISTORY)], SECOND
    )
    oracle.create_transfers(
        [
            transfer(100),
            pending(101, timeout=1, amount=5),
            pending(102, TransferFlag.CLOSING_DEBIT, timeout=1, amount=5),
        ],
        2 * SECOND,
    )
    return oracle


def test_lookups_answer_none_for_what_is_missing(ledger: Oracle) -> None:
    assert ledger.account(9) is None
    assert ledger.transfer(9) is None
    assert [found.id for found in ledger.accounts()] == [1, 2, 3]


def test_transfers_of_an_account_come_in_order_of_creation(ledger: Oracle) -> None:
    ledger.create_transfers([void(90, 101)], 2 * SECOND + 1)
    assert [found.id for found in ledger.transfers_of(1)] == [100, 101, 102, 90]
    assert ledger.transfers_of(1) == ledger.transfers_of(2)
    assert ledger.transfers_of(3) == []


def test_history_has_a_row_after_each_transfer(ledger: Oracle) -> None:
    assert ledger.balances_history(1) == [
        BalanceRow(2 * SECOND - 2, 100, balances(debits_posted=10), balances(credits_posted=10)),
        BalanceRow(2 * SECOND - 1, 101, balances(5, 10, 0, 0), balances(0, 0, 5, 10)),
        BalanceRow(2 * SECOND, 102, balances(10, 10, 0, 0), balances(0, 0, 10, 10)),
    ]


def test_history_is_empty_for_accounts_that_do_not_keep_it_or_do_not_exist(
    ledger: Oracle,
) -> None:
    assert ledger.balances_history(2) == []
    assert ledger.balances_history(3) == []
    assert ledger.balances_history(9) == []


def test_expiry_adds_no_row_but_a_change_event(ledger: Oracle) -> None:
    rows = ledger.balances_history(1)
    assert ledger.expire(5 * SECOND, 1) == [101]
    assert ledger.expire(5 * SECOND, 1) == [102]
    assert ledger.balances_history(1) == rows
    last = ledger.change_events()[-1]
    assert (last.kind, last.timestamp, last.transfer.id) == (
        "two_phase_expired",
        5 * SECOND,
        102,
    )
    assert last.debit_account == ledger.account(1)
    assert last.credit_account == ledger.account(2)
    assert not last.debit_account.has(AccountFlag.CLOSED)


def test_change_events_name_every_kind_in_order(ledger: Oracle) -> None:
    ledger.create_transfers([void(90, 102), post(91, 101, amount=2)], 2 * SECOND + 2)
    ledger.create_transfers([pending(103, timeout=1)], 3 * SECOND)
    ledger.expire(4 * SECOND, 10)
    assert [(change.kind, change.transfer.id) for change in ledger.change_events()] == [
        ("single_phase", 100),
        ("two_phase_pending", 101),
        ("two_phase_pending", 102),
        ("two_phase_voided", 90),
        ("two_phase_posted", 91),
        ("two_phase_pending", 103),
        ("two_phase_expired", 103),
    ]


def test_a_refusal_leaves_no_change_event(ledger: Oracle) -> None:
    before = ledger.change_events()
    ledger.create_transfers([transfer(100), transfer(90, code=0)], 3 * SECOND)
    assert ledger.change_events() == before


def test_a_batch_may_not_reach_back_to_an_earlier_call(ledger: Oracle) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        ledger.create_transfers([transfer(90), transfer(91)], 2 * SECOND + 1)
    with pytest.raises(ValueError, match="do not fit"):
        ledger.create_accounts([account(9)], 2 * SECOND)
    with pytest.raises(ValueError, match="do not fit"):
        ledger.expire(2 * SECOND - 1, 1)


def test_time_ends_at_the_last_timestamp(ledger: Oracle) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        ledger.create_accounts([account(9)], TIMESTAMP_MAX + 1)
    (result,) = ledger.create_accounts([account(9)], TIMESTAMP_MAX)
    assert result == ("created", TIMESTAMP_MAX)


def test_a_negative_expiry_limit_is_refused(ledger: Oracle) -> None:
    with pytest.raises(ValueError, match="limit"):
        ledger.expire(5 * SECOND, -1)


@pytest.mark.parametrize("value", [-1, 2**128])
def test_records_refuse_values_that_do_not_fit_their_field(value: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        OracleAccount(id=value)
    with pytest.raises(ValueError, match="does not fit"):
        OracleTransfer(id=1, amount=value)


def test_a_copy_goes_its_own_way(ledger: Oracle) -> None:
    twin = ledger.copy()
    twin.create_transfers([void(90, 102)], 2 * SECOND + 1)
    assert ledger.transfer(90) is None
    assert ledger.create_transfers([transfer(100)], 3 * SECOND) == [exists(2 * SECOND - 2)]
