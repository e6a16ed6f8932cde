"""Deciding a batch: what comes in, what a refusal is called, what is read back from the past."""

import numpy as np
import pytest

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import OPEN_ACCESS
from tpwallet.domains.ledger.answers import Answers, answers_of
from tpwallet.domains.ledger.decide import (
    book,
    check_batch,
    create_accounts,
    create_transfers,
    expire,
    first_refusal,
    record_at,
)
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.loops.words import ACCOUNTS_MAX, SLOTS_MAX
from tpwallet.domains.ledger.records import (
    REFUSAL,
    Account,
    Transfer,
    pack_account,
    pack_transfers,
    unpack_transfer,
    words_of,
)
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.errors import InvariantBroken, Malformed, Rejected
from tpwallet.kernel.wire import Event

SECOND = 1_000_000_000
NOW = 1_000 * SECOND
LINKED = TransferFlags.LINKED


class Ledger:
    """A ledger with accounts 1 and 2, of which 2 may not be overdrawn, and its journal."""

    def __init__(self) -> None:
        self.state = LedgerState(bytes(32))
        self.events: list[Event] = []
        limited = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
        accounts = [
            Account(id=1, ledger=978, code=1),
            Account(id=2, ledger=978, code=1, flags=limited),
        ]
        words = words_of(b"".join(map(pack_account, accounts)))
        self.state.mark()
        self.events.append(create_accounts(self.state, words, now=NOW, position=1))

    def event_at(self, position: int) -> Event:
        return self.events[position - 1]

    def decide(self, *rows: Transfer, now: int = NOW, access: int = 1) -> BatchApplied:
        self.state.mark()
        words = words_of(pack_transfers(rows))
        position = len(self.events) + 1
        event = create_transfers(
            self.state, words, now=now, position=position, past=self, access=access
        )
        self.events.append(event)
        return event

    def answers(self, *rows: Transfer, now: int = NOW, access: int = 1) -> Answers:
        event = self.decide(*rows, now=now, access=access)
        return answers_of(event, words_of(pack_transfers(rows)), now, self.state, self)


def stored(event: AccountsCreated | BatchApplied) -> int:
    return len(event.records) // 128


def row(number: int, debit: int = 1, credit: int = 2, **fields: int) -> Transfer:
    given = {"amount": 5, "ledger": 978, "code": 1, **fields}
    return Transfer(id=number, debit_account_id=debit, credit_account_id=credit, **given)


# What comes in


@pytest.mark.parametrize("size", [0, 1, 127, 129])
def test_a_batch_is_whole_records(size: int) -> None:
    with pytest.raises(Malformed):
        check_batch(bytes(size))


def test_a_batch_has_8190_records_at_most() -> None:
    assert len(check_batch(bytes(limits.BATCH_RECORDS_MAX * 128))) == limits.BATCH_RECORDS_MAX
    with pytest.raises(Malformed):
        check_batch(bytes((limits.BATCH_RECORDS_MAX + 1) * 128))


def test_a_batch_of_accounts_that_would_not_fit_is_refused_before_it_begins() -> None:
    ledger = Ledger()
    ledger.state.block[ACCOUNTS_MAX] = 3
    before = ledger.state.state_hash()
    words = words_of(b"".join(pack_account(Account(id=n, ledger=978, code=1)) for n in (3, 4)))
    mark = ledger.state.mark()
    with pytest.raises(Rejected, match="too many accounts"):
        create_accounts(ledger.state, words, now=NOW, position=2)
    ledger.state.rollback(mark)
    assert ledger.state.state_hash() == before
    ledger.state.mark()
    assert stored(create_accounts(ledger.state, words[:1], now=NOW, position=2)) == 1


def test_reservations_that_would_not_fit_are_refused_before_the_batch_begins() -> None:
    """A full pool still posts and voids what it holds, and moves money."""
    pending, void = TransferFlags.PENDING, TransferFlags.VOID_PENDING_TRANSFER
    ledger = Ledger()
    ledger.decide(row(1, flags=pending))
    ledger.state.block[SLOTS_MAX] = 2
    before = ledger.state.state_hash()
    with pytest.raises(Rejected, match="too many reservations"):
        ledger.decide(row(2, flags=pending), row(3, flags=pending))
    ledger.state.rollback(0)
    assert ledger.state.state_hash() == before
    later = NOW + SECOND
    assert stored(ledger.decide(row(4), row(5), row(6, flags=pending), now=later)) == 3
    ended = ledger.decide(row(7, 0, 0, flags=void, pending_id=1, amount=0), now=later + SECOND)
    assert stored(ended) == 1
    assert stored(ledger.decide(row(8, flags=pending), now=later + 2 * SECOND)) == 1


def test_the_longest_import_of_reservations_fits_queue_and_undo_log() -> None:
    begins_with = 2 * limits.OPEN_RESERVATIONS_MAX + limits.QUEUE_DEAD_MAX
    assert begins_with + limits.IMPORT_RECORDS_MAX <= limits.QUEUE_ROWS_MAX
    assert limits.UNDO_ROWS_MAX >= 5 * limits.IMPORT_RECORDS_MAX
    assert len(Ledger().state.queue) == limits.QUEUE_ROWS_MAX


# What comes of it


def test_a_decision_is_an_event_of_what_was_stored_and_what_was_not() -> None:
    ledger = Ledger()
    rows = row(1), row(2, 2, 1, amount=9), row(3, 1, 1)
    event = ledger.decide(*rows, now=NOW + 10)
    answers = answers_of(event, words_of(pack_transfers(rows)), NOW + 10, ledger.state, ledger)
    assert answers.statuses.tolist() == [
        Status.CREATED,
        Status.EXCEEDS_CREDITS,
        Status.ACCOUNTS_MUST_BE_DIFFERENT,
    ]
    assert answers.timestamps.tolist() == [NOW + 8, NOW + 9, NOW + 10]
    assert unpack_transfer(event.records) == row(1, timestamp=NOW + 8)
    refusals = np.frombuffer(event.refusals, REFUSAL)
    assert refusals.tolist() == [
        (1, int(Status.EXCEEDS_CREDITS) | BURNT_BIT, (2, 0)),  # a transient failure
        (2, int(Status.ACCOUNTS_MUST_BE_DIFFERENT), (3, 0)),
    ]


def test_accounts_are_decided_into_their_own_event() -> None:
    assert isinstance(Ledger().events[0], AccountsCreated)
    assert int(Ledger().state.access[0]) == OPEN_ACCESS


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([row(1)], None),
        ([row(1), row(2, 9, 1)], (1, Status.DEBIT_ACCOUNT_NOT_FOUND)),
        # The chain's own failure is named, not that of the requests that fell with it.
        ([row(1, flags=LINKED), row(2, 9, 1)], (1, Status.DEBIT_ACCOUNT_NOT_FOUND)),
        (
            [row(1, flags=LINKED), row(2, 9, 1, flags=LINKED), row(3)],
            (1, Status.DEBIT_ACCOUNT_NOT_FOUND),
        ),
        ([row(1, flags=LINKED)], (0, Status.LINKED_EVENT_CHAIN_OPEN)),
    ],
)
def test_the_first_refusal_is_the_one_that_broke_it(
    rows: list[Transfer], refusal: tuple[int, Status] | None
) -> None:
    assert first_refusal(Ledger().decide(*rows)) == refusal


def test_booking_is_all_or_a_refusal() -> None:
    ledger = Ledger()
    before = ledger.state.state_hash()
    mark = ledger.state.mark()
    rows = words_of(pack_transfers([row(1), row(2, 2, 1, amount=6)]))
    with pytest.raises(Rejected) as refused:
        book(ledger.state, rows, now=NOW + 2, position=2, past=ledger)
    assert (refused.value.code, refused.value.facts) == ("exceeds_credits", {"leg": 1})
    ledger.state.rollback(mark)
    assert ledger.state.state_hash() == before
    ledger.state.mark()
    event = book(ledger.state, rows[:1], now=NOW + 2, position=2, past=ledger)
    assert len(event.records) == 128
    assert event.refusals == b""


def test_flows_leave_nothing_burnt_and_batches_do() -> None:
    ledger = Ledger()
    mark = ledger.state.mark()
    poor = words_of(pack_transfers([row(1, 2, 1)]))
    with pytest.raises(Rejected):
        book(ledger.state, poor, now=NOW + 1, position=2, past=ledger)
    ledger.state.rollback(mark)
    assert ledger.answers(row(1, 2, 1)).statuses.tolist() == [Status.EXCEEDS_CREDITS]
    assert ledger.answers(row(1, 2, 1)).statuses.tolist() == [Status.ID_ALREADY_FAILED]


def test_a_caller_reaches_what_its_access_word_says() -> None:
    ledger = Ledger()
    assert ledger.answers(row(1), access=2).statuses.tolist() == [Status.DEBIT_ACCOUNT_NOT_GRANTED]
    assert ledger.answers(row(1), access=1).statuses.tolist() == [Status.CREATED]


# The past


def test_what_exists_is_compared_with_what_the_journal_has() -> None:
    ledger = Ledger()
    ledger.decide(row(1, user_data_64=7), row(2), now=NOW + 10)
    again = ledger.answers(row(2), row(1, user_data_64=7), row(1, user_data_64=8), now=NOW + 20)
    assert again.statuses.tolist() == [
        Status.EXISTS,
        Status.EXISTS,
        Status.EXISTS_WITH_DIFFERENT_USER_DATA_64,
    ]
    assert again.timestamps.tolist() == [NOW + 10, NOW + 9, NOW + 20]


def test_a_record_is_read_back_by_position_and_index() -> None:
    ledger = Ledger()
    ledger.decide(row(1), row(2, user_data_64=3))
    assert record_at(ledger, 2, 1)[0] == 2
    with pytest.raises(InvariantBroken):
        record_at(ledger, 1, 0)  # accounts


# Running out


def test_nothing_runs_out_before_its_time() -> None:
    ledger = Ledger()
    pending = row(1, flags=TransferFlags.PENDING, timeout=5)
    ledger.decide(pending, row(2), now=NOW + 10)
    due = NOW + 9 + 5 * SECOND
    assert ledger.state.next_expiry == due
    ledger.state.mark()
    assert expire(ledger.state, now=due - 1) is None
    ledger.state.mark()
    assert expire(ledger.state, now=due) == Expired((1).to_bytes(16, "little"), due)
    ledger.state.mark()
    assert expire(ledger.state, now=due) is None
    assert ledger.state.next_expiry == 0
