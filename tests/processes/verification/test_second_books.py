"""Second books keep the ledger honest: they accept all it accepts, nothing it must not store."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.semantics.compiled import CompiledLedger
from tests.laws.semantics.generate import random_history
from tests.laws.semantics.operations import perform
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.records import (
    REFUSAL,
    U128_MAX,
    Account,
    Transfer,
    pack_account,
    pack_transfer,
)
from tpwallet.domains.ledger.status import BURNT_BIT
from tpwallet.kernel.wire import Event
from tpwallet.processes.verification.faults import SENTENCES, Fault
from tpwallet.processes.verification.second_books import BooksBroken, SecondBooks

SECOND = 1_000_000_000
PENDING, POST, VOID = (
    TransferFlags.PENDING,
    TransferFlags.POST_PENDING_TRANSFER,
    TransferFlags.VOID_PENDING_TRANSFER,
)


@given(st.integers(min_value=0, max_value=2**32))
def test_books_accept_whatever_the_ledger_stored_and_come_to_its_balances(seed: int) -> None:
    ledger = CompiledLedger()
    for operation in random_history(seed):
        perform(ledger, operation)
    books = SecondBooks()
    for position, event in enumerate(ledger.events, start=1):
        books.enter(event, position)
    assert books.agrees_with(ledger.replayed())
    assert all(total.balances for total in books.trial_balance())


@given(st.integers(min_value=0, max_value=2**32), st.data())
def test_a_ledger_that_is_off_by_one_unit_is_found(seed: int, data: st.DataObject) -> None:
    ledger = CompiledLedger()
    for operation in random_history(seed):
        perform(ledger, operation)
    books = SecondBooks()
    for position, event in enumerate(ledger.events, start=1):
        books.enter(event, position)
    state = ledger.replayed()
    if not state.account_count:
        return
    row = data.draw(st.integers(0, state.account_count - 1))
    word = data.draw(st.integers(0, 15))
    state.accounts[row, word] ^= 1 << data.draw(st.integers(0, 63))
    assert not books.agrees_with(state)


def account(number: int, **fields: int) -> bytes:
    return pack_account(
        Account(**{"id": number, "ledger": 1, "code": 1, "timestamp": number} | fields)
    )


def transfer(number: int, amount: int = 10, **fields: int) -> bytes:
    plain = {
        "debit_account_id": 1,
        "credit_account_id": 2,
        "ledger": 1,
        "code": 1,
        "timestamp": 100 + number,
    }
    return pack_transfer(Transfer(**{"id": number, "amount": amount} | plain | fields))


def batch(*records: bytes) -> BatchApplied:
    return BatchApplied(b"".join(records), b"")


DEBITS_BOUND = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
CREDITS_BOUND = AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS
OPENED = AccountsCreated(
    b"".join(
        (
            account(1),
            account(2),
            account(3, ledger=2),
            account(4, flags=DEBITS_BOUND),
            account(5, flags=CREDITS_BOUND),
        )
    ),
    b"",
)


def fault_of(*events: Event) -> tuple[Fault, int]:
    """The fault that these events, after the accounts, must end in, and the record's index."""
    books = SecondBooks()
    books.enter(OPENED, 1)
    for position, event in enumerate(events[:-1], start=2):
        books.enter(event, position)
    with pytest.raises(BooksBroken) as broken:
        books.enter(events[-1], len(events) + 1)
    assert broken.value.position == len(events) + 1
    fault = Fault[str(broken.value.facts["fault"]).upper()]
    assert SENTENCES[fault] in str(broken.value)
    index = broken.value.facts["index"]
    assert isinstance(index, int)
    return fault, index


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (transfer(0), Fault.ID_RESERVED),
        (transfer(U128_MAX, timestamp=200), Fault.ID_RESERVED),
        (transfer(10), Fault.ID_USED),
        (transfer(12, flags=PENDING | POST), Fault.FLAGS_IMPOSSIBLE),
        (transfer(12, flags=POST | VOID), Fault.FLAGS_IMPOSSIBLE),
        (transfer(12, flags=TransferFlags.CLOSING_DEBIT), Fault.FLAGS_IMPOSSIBLE),
        (transfer(12, flags=1 << 9), Fault.FLAGS_IMPOSSIBLE),
        (transfer(12, timestamp=110), Fault.TIME_NOT_AFTER),
        (transfer(12, debit_account_id=9), Fault.DEBIT_ACCOUNT_MISSING),
        (transfer(12, credit_account_id=9), Fault.CREDIT_ACCOUNT_MISSING),
        (transfer(12, credit_account_id=1), Fault.ACCOUNTS_THE_SAME),
        (transfer(12, credit_account_id=3), Fault.LEDGERS_DIFFER),
        (transfer(12, ledger=2), Fault.LEDGERS_DIFFER),
        (transfer(12, flags=POST, pending_id=10), Fault.RESERVATION_NOT_OPEN),
        (transfer(12, flags=VOID, pending_id=99), Fault.RESERVATION_NOT_OPEN),
        (
            transfer(12, flags=POST, pending_id=11, credit_account_id=4),
            Fault.RESERVATION_OF_OTHER_ACCOUNTS,
        ),
        (transfer(12, 11, flags=POST, pending_id=11), Fault.RESERVATION_EXCEEDED),
        (transfer(12, 9, flags=VOID, pending_id=11), Fault.RESERVATION_EXCEEDED),
        (
            transfer(12, flags=POST, pending_id=11, timestamp=111 + SECOND),
            Fault.RESERVATION_EXPIRED,
        ),
        (transfer(12, debit_account_id=4), Fault.DEBITS_EXCEED_CREDITS),
        (transfer(12, debit_account_id=4, flags=PENDING), Fault.DEBITS_EXCEED_CREDITS),
        (transfer(12, credit_account_id=5), Fault.CREDITS_EXCEED_DEBITS),
        (transfer(12, U128_MAX), Fault.OVERFLOW),
    ],
)
def test_a_record_that_double_entry_forbids_is_named(record: bytes, fault: Fault) -> None:
    plain, held = transfer(10), transfer(11, flags=PENDING, timeout=1)
    assert fault_of(batch(plain, held, record)) == (fault, 2)
    assert fault_of(batch(plain, held), batch(record)) == (fault, 0)


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (account(0), Fault.ID_RESERVED),
        (account(1), Fault.ID_USED),
        (account(9, credits_posted=1), Fault.BALANCE_AT_CREATION),
        (account(9, ledger=0), Fault.LEDGER_OR_CODE_MISSING),
        (account(9, code=0), Fault.LEDGER_OR_CODE_MISSING),
        (account(9, flags=DEBITS_BOUND | CREDITS_BOUND), Fault.FLAGS_IMPOSSIBLE),
        (account(9, flags=64), Fault.FLAGS_IMPOSSIBLE),
        (account(9, timestamp=5), Fault.TIME_NOT_AFTER),
    ],
)
def test_an_account_that_cannot_be_is_named(record: bytes, fault: Fault) -> None:
    assert fault_of(AccountsCreated(record, b"")) == (fault, 0)


def test_a_reservation_ends_once() -> None:
    held = transfer(10, flags=PENDING)
    for ending in (
        transfer(11, flags=POST, pending_id=10),
        transfer(11, flags=VOID, pending_id=10),
    ):
        again = transfer(12, flags=POST, pending_id=10)
        assert fault_of(batch(held, ending, again)) == (Fault.RESERVATION_NOT_OPEN, 2)


def test_a_closed_account_moves_nothing_until_it_is_reopened() -> None:
    closing = transfer(10, 0, flags=PENDING | TransferFlags.CLOSING_CREDIT)
    assert fault_of(batch(closing, transfer(11))) == (Fault.ACCOUNT_CLOSED, 1)
    books = SecondBooks()
    books.enter(OPENED, 1)
    books.enter(batch(closing, transfer(11, 0, flags=VOID, pending_id=10), transfer(12)), 2)
    assert books.transfers == 3


def _expired(number: int, time: int) -> Expired:
    return Expired(number.to_bytes(16, "little"), time)


def test_only_a_reservation_that_ran_out_is_released() -> None:
    held = batch(transfer(10, flags=PENDING, timeout=1), transfer(11, flags=PENDING))
    due = 110 + SECOND
    books = SecondBooks()
    books.enter(OPENED, 1)
    books.enter(held, 2)
    books.enter(_expired(10, due), 3)
    assert books.open_reservations == 1
    assert fault_of(held, _expired(10, due - 1)) == (Fault.RESERVATION_NOT_DUE, 0)
    assert fault_of(held, _expired(11, due)) == (Fault.RESERVATION_NOT_DUE, 0)
    assert fault_of(held, _expired(12, due)) == (Fault.RESERVATION_NOT_OPEN, 0)


def test_a_burnt_id_is_used_up() -> None:
    import numpy as np

    rows = np.zeros(1, REFUSAL)
    rows["status"], rows["id"]["low"] = BURNT_BIT | 59, 10
    burnt = BatchApplied(b"", rows.tobytes())
    assert fault_of(burnt, batch(transfer(10))) == (Fault.ID_USED, 0)
    assert fault_of(batch(transfer(10)), burnt) == (Fault.ID_USED, 0)


@pytest.mark.parametrize("imported", [transfer, account])
def test_imported_records_bring_their_own_time(imported: Callable[..., bytes]) -> None:
    books = SecondBooks()
    books.enter(OPENED, 1)
    books.enter(batch(transfer(10)), 2)
    if imported is transfer:
        books.enter(batch(transfer(11, flags=TransferFlags.IMPORTED, timestamp=7)), 3)
        assert books.transfers == 2
    else:
        books.enter(AccountsCreated(account(9, flags=AccountFlags.IMPORTED, timestamp=1), b""), 3)
        assert books.accounts == 6


def test_sums_of_a_ledger_go_past_128_bits() -> None:
    books = SecondBooks()
    books.enter(OPENED, 1)
    most = U128_MAX - 1
    books.enter(
        batch(
            transfer(10, most),
            transfer(11, most, debit_account_id=2, credit_account_id=1),
            transfer(12, 0, debit_account_id=4, credit_account_id=5),
        ),
        2,
    )
    total = books.trial_balance()[0]
    assert total.debits_posted == total.credits_posted == 2 * most
