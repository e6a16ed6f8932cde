"""Imports: many transfers at once, with their history, all of them or nothing."""

import pytest

from tests.flows.desk import CLERK, SECOND, START, Desk
from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.records import Transfer, pack_transfers
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.kernel.errors import Forbidden

IMPORTED = TransferFlags.IMPORTED


@pytest.fixture
def desk() -> Desk:
    """Accounts 1 to 3 in euros, opened an hour ago; 3 may not be overdrawn."""
    desk = Desk()
    for number, flags in ((1, 0), (2, 0), (3, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)):
        desk.raw_account(number, flags=flags)
    desk.now += 3600 * SECOND
    return desk


def row(number: int, debit: int = 1, credit: int = 2, **fields: int) -> Transfer:
    given = {"amount": 5, "ledger": 978, "code": 1, **fields}
    return Transfer(id=number, debit_account_id=debit, credit_account_id=credit, **given)


def past(number: int, at: int, **fields: int) -> Transfer:
    """A row that brings its own time, in seconds after the accounts were opened."""
    return row(number, flags=IMPORTED, timestamp=START + at * SECOND, **fields)


def importing(*rows: Transfer) -> ImportTransfers:
    return ImportTransfers(pack_transfers(rows))


def test_an_import_is_one_fact_with_a_receipt(desk: Desk) -> None:
    receipt = desk.does(importing(row(1), row(2, 2, 3), row(3, 3, 1)))
    assert desk.event_names == ["ledger.batch_applied"]
    assert [one.transfer.id for one in receipt.transfers] == [1, 2, 3]
    assert [one.transfer.timestamp for one in receipt.transfers] == [
        receipt.time - 2,
        receipt.time - 1,
        receipt.time,
    ]


def test_imported_transfers_bring_their_own_times(desk: Desk) -> None:
    receipt = desk.does(importing(past(1, 10), past(2, 20)))
    assert [one.transfer.timestamp for one in receipt.transfers] == [
        START + 10 * SECOND,
        START + 20 * SECOND,
    ]


def test_of_an_import_nothing_is_left_when_one_row_is_refused(desk: Desk) -> None:
    rows = [row(1), row(2, 3, 1, amount=6), row(3, 1, 3), row(4, 9, 1)]
    code, facts = desk.refuses(importing(*rows))
    assert code == "import_refused"
    assert facts == {
        "refused": 2,
        "total": 4,
        "first_index": 1,
        "first_status": "exceeds_credits",
    }
    desk.does(importing(*rows[:1], rows[2]))  # no id was burnt


def test_a_rehearsal_tells_every_row_that_is_refused(desk: Desk) -> None:
    told = desk.rehearses(importing(row(1, 3, 1), row(2), row(2), row(3, 1, 1)))
    assert isinstance(told, ImportRefused)
    assert told.refused == [
        (0, Status.EXCEEDS_CREDITS),
        (2, Status.EXISTS),
        (3, Status.ACCOUNTS_MUST_BE_DIFFERENT),
    ]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ((past(1, 20), past(2, 20)), "imported_event_timestamp_must_not_regress"),
        ((past(1, 20), past(2, 10)), "imported_event_timestamp_must_not_regress"),
        ((past(1, 0),), "imported_event_timestamp_must_postdate_debit_account"),
        ((past(1, 3599), past(2, 3700)), "imported_event_timestamp_must_not_advance"),
        ((past(1, 10), row(2)), "imported_event_expected"),
        ((row(1), past(2, 10)), "imported_event_not_expected"),
        ((row(1, timestamp=START),), "timestamp_must_be_zero"),
    ],
)
def test_times_are_all_brought_or_none_past_and_in_order(
    desk: Desk, rows: tuple[Transfer, ...], status: str
) -> None:
    _, facts = desk.refuses(importing(*rows))
    assert (facts["first_index"], facts["first_status"]) == (len(rows) - 1, status)


def test_an_import_longer_than_a_batch_is_still_all_or_nothing(desk: Desk) -> None:
    size = limits.BATCH_RECORDS_MAX + 10
    rows = [row(number) for number in range(1, size + 1)]
    assert desk.refuses(importing(*rows, row(1)))[1]["first_index"] == size
    assert desk.posted("#2") == 0
    receipt = desk.does(importing(*rows))
    assert desk.event_names == ["ledger.batch_applied"] * 2
    assert len(receipt.transfers) == size
    assert receipt.transfers[-1].position == receipt.transfers[0].position + 1
    stamps = [one.transfer.timestamp for one in receipt.transfers]
    assert stamps == list(range(receipt.time - size + 1, receipt.time + 1))


def test_a_hold_that_is_imported_and_taken_back_leaves_no_expiry(desk: Desk) -> None:
    """The queue's head must not speak of what was rolled back."""
    hold = row(1, timeout=5, flags=TransferFlags.PENDING)
    assert desk.refuses(importing(hold, row(2, 3, 1)))[0] == "import_refused"
    assert desk.ledger.next_expiry == 0
    assert desk.ledger.open_reservation_count == 0


def test_an_import_has_whole_records_none_of_them_linked(desk: Desk) -> None:
    whole = pack_transfers([row(1)])
    for records in (b"", whole[:-1], pack_transfers([row(1, flags=TransferFlags.LINKED)])):
        assert desk.malformed(ImportTransfers(records)) == "records"
    assert desk.malformed(ImportTransfers(whole * (limits.IMPORT_RECORDS_MAX + 1))) == "records"


def test_only_a_bulk_caller_imports(desk: Desk) -> None:
    assert isinstance(desk.answer(importing(row(1)), actor=CLERK), Forbidden)
