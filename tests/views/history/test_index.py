"""What the index is asked, at the limits and past them, and what it refuses."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.views.history.played import SEED, batch, entries, expiry, moved, opening
from tests.views.history.test_chains import hot_batches
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, PeriodClosed
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.kernel.errors import Halted, InvariantBroken, Malformed
from tpwallet.kernel.wire import Event
from tpwallet.views.history import limits
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.history.moments import AtPosition, AtTime, Balances, Opened

EVENTS: list[Event] = [
    opening(1, 2, time=10),
    batch(moved(1, 5, time=20), moved(2, 7, time=21, flags=TransferFlags.PENDING)),
    opening(3, time=30),
    PeriodClosed("2026-01-31"),
    batch(moved(3, 1, time=50, credit_account_id=3)),
]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[HistoryIndex]:
    index = HistoryIndex.open(tmp_path, SEED)
    yield index
    index.close()


@pytest.fixture
def index(empty: HistoryIndex) -> HistoryIndex:
    empty.apply(entries(EVENTS))
    return empty


def test_an_account_that_did_not_exist_yet_is_not_one_with_nothing(index: HistoryIndex) -> None:
    assert index.balance(1, at_position=0) is None
    assert index.balance(1, at_position=1) == Balances()
    assert index.balance(3, at_position=2) is None
    assert index.balance(3, at_position=3) == Balances()
    assert index.balance(1, at_time=9) is None
    assert index.balance(1, at_time=10) == Balances()
    assert index.balance(2, at_time=10) is None
    assert index.opened(3) == Opened(position=3, time=30)
    assert len(index.balances_at(2).words) == 2
    assert len(index.balances_at(at_time=10).words) == 1


def test_an_account_that_never_existed_has_no_history(index: HistoryIndex) -> None:
    assert index.current(99) is None
    assert index.balance(99) is None
    assert index.opened(99) is None
    assert index.statement(99) is None


def test_an_account_without_postings_has_an_empty_statement(empty: HistoryIndex) -> None:
    assert len(empty.balances_at().words) == 0
    assert empty.movement_at_time(limits.TIME_MAX) is None
    empty.apply(entries([opening(1)]))
    page = empty.statement(1)
    assert page is not None
    assert (page.postings, page.cursor) == ((), None)


def test_events_that_move_no_money_are_passed_over(index: HistoryIndex) -> None:
    assert index.position == 5
    assert index.balance(1, at_position=4) == index.balance(1, at_position=2)
    index.apply(entries([*EVENTS, AccountsCreated(b"", b""), BatchApplied(b"", b"")], after=5))
    assert index.position == 7


def test_a_posting_names_its_record_by_position_and_index(index: HistoryIndex) -> None:
    page = index.statement(1, reverse=True, limit=2)
    assert page is not None
    assert [(posting.position, posting.index) for posting in page.postings] == [(5, 0), (2, 1)]
    assert page.cursor == 1


@pytest.mark.parametrize("limit", [0, -1, limits.STATEMENT_POSTINGS_MAX + 1])
def test_a_page_past_its_limit_is_refused(index: HistoryIndex, limit: int) -> None:
    with pytest.raises(Malformed) as refusal:
        index.statement(1, limit=limit)
    assert refusal.value.facts["parameter"] == "limit"


def test_a_page_at_its_limit_is_full(empty: HistoryIndex) -> None:
    count = limits.STATEMENT_POSTINGS_MAX
    empty.apply(entries([opening(1, 2), *hot_batches(count + 1)]))
    for reverse in (False, True):
        page = empty.statement(1, reverse=reverse)
        assert page is not None
        assert len(page.postings) == count
        rest = empty.statement(1, reverse=reverse, cursor=page.cursor)
        assert rest is not None
        assert (len(rest.postings), rest.cursor) == (1, None)


@pytest.mark.parametrize("cursor", [-1, 3])
def test_a_cursor_of_no_movement_is_refused(index: HistoryIndex, cursor: int) -> None:
    with pytest.raises(Malformed) as refusal:
        index.statement(1, cursor=cursor)
    assert refusal.value.facts["parameter"] == "cursor"


@pytest.mark.parametrize("position", [-1, 6])
def test_a_position_that_is_not_in_the_index_is_refused(index: HistoryIndex, position: int) -> None:
    for ask in (
        lambda: index.balance(1, at_position=position),
        lambda: index.balances_at(position),
        lambda: index.statement(1, until=AtPosition(position)),
    ):
        with pytest.raises(Malformed) as refusal:
            ask()
        assert refusal.value.facts["position"] == 5


@pytest.mark.parametrize("time", [-1, limits.TIME_MAX + 1])
def test_a_time_that_is_none_is_refused(index: HistoryIndex, time: int) -> None:
    with pytest.raises(Malformed):
        index.balance(1, at_time=time)
    with pytest.raises(Malformed):
        index.statement(1, since=AtTime(time))
    with pytest.raises(Malformed):
        index.movement_at_time(time)


def test_times_at_their_limits_are_answered(index: HistoryIndex) -> None:
    assert index.balance(1, at_time=0) is None
    assert index.balance(1, at_time=limits.TIME_MAX) == index.current(1)


def test_a_moment_is_not_a_position_and_a_time(index: HistoryIndex) -> None:
    with pytest.raises(Malformed):
        index.balance(1, at_position=1, at_time=1)


@pytest.mark.parametrize("after", [4, 6])
def test_an_entry_that_is_not_the_next_is_refused(index: HistoryIndex, after: int) -> None:
    stranger = entries([*EVENTS, *EVENTS], after=after)
    with pytest.raises(InvariantBroken):
        index.apply(stranger)
    assert index.current(1) == Balances(7, 6)


POST = TransferFlags.POST_PENDING_TRANSFER


@pytest.mark.parametrize(
    "misfit",
    [
        opening(2, time=60),
        batch(moved(9, time=60, debit_account_id=98)),
        batch(moved(9, time=60, credit_account_id=98)),
        batch(moved(9, time=60), moved(10, time=60)),
        batch(moved(9, time=60, flags=POST, pending_id=1)),
        batch(
            moved(9, time=60, flags=POST, pending_id=2), moved(8, time=61, flags=POST, pending_id=2)
        ),
        expiry(1, time=60),
        expiry(2, 2, time=60),
        expiry(2, time=49),
    ],
)
def test_a_journal_that_does_not_fit_breaks_the_index_until_it_is_reset(
    index: HistoryIndex, misfit: Event
) -> None:
    with pytest.raises(InvariantBroken):
        index.apply(entries([*EVENTS, misfit], after=5))
    for ask in (index.flush, index.balances_at, index.bytes_used):
        with pytest.raises(Halted):
            ask()
    with pytest.raises(Halted):
        index.apply(entries([*EVENTS, misfit], after=5))
    index.reset()
    index.apply(entries(EVENTS))
    assert index.current(1) == Balances(7, 6)


def test_a_closed_index_answers_nothing(index: HistoryIndex) -> None:
    index.close()
    for ask in (index.flush, index.reset, index.balances_at, index.bytes_used):
        with pytest.raises(Halted):
            ask()
    with pytest.raises(Halted):
        index.current(1)


def test_movements_have_a_limit(empty: HistoryIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOVEMENTS_MAX", 3)
    events = [opening(1, 2), *(batch(moved(n, time=10 + n)) for n in range(1, 5))]
    empty.apply(entries(events[:4]))
    assert empty.current(1) == Balances(debits_posted=3)
    with pytest.raises(InvariantBroken):
        empty.apply(entries(events, after=4))


def test_readers_see_whole_events_while_another_thread_builds(empty: HistoryIndex) -> None:
    empty.apply(entries([opening(1, 2)]))
    events = [opening(1, 2), *hot_batches(40 * 8190)]
    builder = threading.Thread(target=lambda: empty.apply(entries(events, after=1)))
    builder.start()
    seen = 0
    while builder.is_alive():
        debited, credited = empty.balances_at().words[:, [2, 6]].tolist()
        assert debited == [credited[1], credited[0]]
        assert debited[0] % 8190 == 0
        assert debited[0] >= seen
        seen = debited[0]
    builder.join()
    assert empty.current(2) == Balances(credits_posted=40 * 8190)
