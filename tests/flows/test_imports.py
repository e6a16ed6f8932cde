"""Imports: many transfers at once, with their history, all of them or nothing."""

import pytest

from tests.flows.desk import CLERK, DAY, ROBOT, SECOND, START, TODAY, Desk
from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import BatchApplied
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.domains.ledger.records import Transfer, pack_transfers
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.accounts import FreezeAccount, ReopenAccount
from tpwallet.flows.administration import ClosePeriod, GrantBulk, RegisterAsset
from tpwallet.flows.delisting import DelistAsset
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.kernel.access import ADMIN, LEDGER_BULK, Actor
from tpwallet.kernel.commit import Entry, Envelope, encode_envelope, entry_length
from tpwallet.kernel.errors import Forbidden
from tpwallet.kernel.limits import ACTOR_LENGTH_MAX, COMMAND_ID_LENGTH_MAX, ENTRY_BYTES_MAX
from tpwallet.kernel.wire import encode_event

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


def test_the_longest_import_fits_a_group_that_is_nearly_full() -> None:
    batches, rest = divmod(limits.IMPORT_RECORDS_MAX, limits.BATCH_RECORDS_MAX)
    sizes = [limits.BATCH_RECORDS_MAX] * batches + [rest]
    events = tuple(BatchApplied(bytes(size * RECORD_BYTES), b"") for size in sizes)
    longest_id, longest_actor = "𝟘" * COMMAND_ID_LENGTH_MAX, "𝟘" * ACTOR_LENGTH_MAX
    envelope = Envelope(longest_id, longest_actor, longest_id, bytes(16), 1 << 62)
    encoded = tuple(encode_event(event) for event in events)
    entry = Entry(envelope, 1 << 40, events, encode_envelope(envelope), encoded)
    assert entry_length(entry) <= ENTRY_BYTES_MAX


# Whose accounts

ADA, BANK = "customer/ada/EUR", "bank/EUR"


@pytest.fixture
def guarded(desk: Desk) -> Desk:
    """Ada's guarded account has 100.00."""
    desk.opened(BANK, AccountKind.ASSET, guarded=False).opened(ADA)
    desk.paid(BANK, ADA, "100.00")
    return desk


def of_ada(number: int, **fields: int) -> Transfer:
    return row(number, account_id_of(ADA), account_id_of(BANK), **fields)


def test_an_import_moves_what_a_raw_batch_of_its_caller_may_move(guarded: Desk) -> None:
    status = Status(int(guarded.sends([of_ada(1)], actor=ROBOT).statuses[0]))
    assert status is Status.DEBIT_ACCOUNT_NOT_GRANTED
    code, facts = guarded.refuses(importing(row(2), of_ada(3)), actor=ROBOT)
    assert (code, facts["first_index"]) == ("import_refused", 1)
    assert facts["first_status"] == status.label
    told = guarded.rehearses(importing(of_ada(1), row(2), of_ada(3)), actor=ROBOT)
    assert isinstance(told, ImportRefused)
    assert told.refused == [(0, status), (2, status)]
    guarded.does(GrantBulk(holder=ROBOT.name, subtrees=("customer",)))
    guarded.does(importing(of_ada(3)), actor=ROBOT)


def test_an_administrator_s_import_moves_every_account(guarded: Desk) -> None:
    guarded.does(importing(of_ada(1)))
    guarded.does(importing(of_ada(2)), actor=Actor("key:chief", frozenset({LEDGER_BULK, ADMIN})))
    assert guarded.posted(ADA) == 100_00 - 10


# What no record walks around


def first(desk: Desk, *rows: Transfer) -> tuple[object, object]:
    """Index and status of the first line that keeps an import out."""
    code, facts = desk.refuses(importing(*rows))
    assert code == "import_refused"
    return facts["first_index"], facts["first_status"]


def test_an_import_does_not_reopen_a_frozen_account(guarded: Desk) -> None:
    guarded.does(FreezeAccount(account=ADA))
    closing = guarded.facts.closings.get(account_id_of(ADA).to_bytes(16, "little"))
    assert closing is not None
    pending = int.from_bytes(closing.transfer_id, "little")
    void = Transfer(id=1, pending_id=pending, flags=TransferFlags.VOID_PENDING_TRANSFER)
    assert first(guarded, row(2), void) == (1, "closing_reservation")
    posted = Transfer(id=1, pending_id=pending, amount=0, flags=TransferFlags.POST_PENDING_TRANSFER)
    assert guarded.code(importing(posted)) == "import_refused"
    guarded.does(ReopenAccount(account=ADA))


def test_nothing_is_imported_into_a_closed_period(desk: Desk) -> None:
    """The accounts were opened on the fifteenth, at noon; the period ends that day."""
    desk.now += DAY
    desk.does(ClosePeriod(through=TODAY))
    told = desk.rehearses(importing(past(1, 10), past(2, 20)))
    assert isinstance(told, ImportRefused)
    assert told.refused == [(0, Status.PERIOD_CLOSED), (1, Status.PERIOD_CLOSED)]
    at_the_end = past(1, 12 * 3600)
    before_it = row(1, flags=IMPORTED, timestamp=at_the_end.timestamp - 1)
    assert first(desk, before_it) == (0, "period_closed")
    desk.does(importing(at_the_end))


def test_a_line_far_down_is_barred_by_its_own_place(desk: Desk) -> None:
    """An import is decided batch by batch."""
    desk.does(RegisterAsset(code="OLD", scale=2, ledger=50_000))
    desk.does(DelistAsset(code="OLD"))
    count = limits.BATCH_RECORDS_MAX
    rows = [row(number) for number in range(1, count + 1)]
    told = desk.rehearses(importing(*rows, row(count + 1, ledger=50_000), row(count + 2)))
    assert isinstance(told, ImportRefused)
    assert told.refused == [(count, Status.ASSET_DELISTED)]


def test_a_missing_time_is_answered_as_before_a_period_was_closed(desk: Desk) -> None:
    desk.now += DAY
    desk.does(ClosePeriod(through=TODAY))
    _, facts = desk.refuses(importing(row(1, flags=IMPORTED)))
    assert facts["first_status"] == "imported_event_timestamp_out_of_range"
