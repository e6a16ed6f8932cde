"""What reading says of a busy pool is what its writer showed, at every position."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes.busy import ALL, BANK, CUSTOMERS, RAW, BusyPool, Shown, busy_pool
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.records import Account
from tpwallet.faces import present, reading_shapes, shapes
from tpwallet.faces.reading import shaping
from tpwallet.faces.reading.reader import Reader
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.errors import Rejected
from tpwallet.money import standard_catalogue
from tpwallet.views.history.moments import Balances

EUR = standard_catalogue().by_code("EUR")
KINDS = {BANK: 1000, "fees/EUR": 4000, "desk/EUR": 9000}
NAMES = [*ALL, *(f"#{one}" for one in RAW)]


class Busy:
    """A busy pool and its reader."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.pool: BusyPool = busy_pool(folder, seed, commands=90)
        self.side = ReadSide(self.pool.directory, open_journal=self.pool.open_journal)
        self.side.follower.catch_up()
        self.reader = Reader(self.side)
        self.end = self.pool.shown[-1].position


@pytest.fixture(scope="module", params=range(2))
def busy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Busy]:
    found = Busy(tmp_path_factory.mktemp("reading"), request.param)
    yield found
    found.side.close()
    found.pool.close()


def id_of(name: str) -> int:
    return int(name[1:]) if name.startswith("#") else account_id_of(name)


def code_of(name: str) -> int:
    return KINDS.get(name, 2000) if name in ALL else 2000 + id_of(name) % 10


def own_side(name: str, balances: Balances) -> tuple[str, str]:
    account = Account(id=id_of(name), ledger=978, code=code_of(name))
    posted, available = present.own_side(shaping.with_balances(account, balances))
    return present.decimal(posted, EUR), present.decimal(available, EUR)


def net_posted(balances: Balances) -> int:
    return balances.credits_posted - balances.debits_posted


def test_a_past_balance_is_the_one_that_was_shown(busy: Busy) -> None:
    for shown in busy.pool.shown:
        for name in NAMES:
            balances = shown.balances.get(id_of(name))
            if balances is None:
                with pytest.raises(Rejected, match="account not found"):
                    busy.reader.balance(name, at=shown.position)
                continue
            found = busy.reader.balance(name, at=shown.position)
            assert (found.posted, found.available) == own_side(name, balances)
            assert found.position == shown.position


def test_a_time_stands_for_the_last_position_booked_by_then(busy: Busy) -> None:
    for shown, later in pairwise(busy.pool.shown):
        if later.position > shown.position:
            found = busy.reader.balance(BANK, at=present.time_text(later.time - 1))
            assert found.position == shown.position


def postings_of(busy: Busy, name: str, **filters: Any) -> list[shapes.Posting]:
    found: list[shapes.Posting] = []
    cursor = None
    while True:
        page = busy.reader.statement(name, cursor=cursor, **filters)
        found += page.postings
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("name", NAMES)
def test_the_running_balances_of_a_statement_are_those_that_were_shown(
    busy: Busy, name: str
) -> None:
    postings = postings_of(busy, name, limit=1000)
    last_by_position = {int(one.place.split(".")[0]): one for one in postings}
    for position, posting in last_by_position.items():
        after = first_shown_at(busy, position)
        if after is not None:
            assert (posting.posted, posting.available) == own_side(
                name, after.balances[id_of(name)]
            )
    if postings:
        end = busy.reader.balance(name, at=busy.end)
        assert (postings[-1].posted, postings[-1].available) == (end.posted, end.available)


def first_shown_at(busy: Busy, position: int) -> Shown | None:
    """What was shown right after the entry of a position, when nothing else came between."""
    entry_end = busy.reader.entry(position).last_position
    return next((one for one in busy.pool.shown if one.position == entry_end), None)


@pytest.mark.parametrize("limit", [1, 3, 7])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_pages_of_a_statement_add_up_to_it(busy: Busy, limit: int, is_reversed: bool) -> None:
    name = CUSTOMERS[1]
    whole = busy.reader.statement(name, limit=1000).postings
    paged = postings_of(busy, name, limit=limit, is_reversed=is_reversed)
    assert paged == (whole[::-1] if is_reversed else whole)


@settings(max_examples=25)
@given(st.data())
def test_a_statement_leads_from_its_opening_to_its_closing(busy: Busy, data: st.DataObject) -> None:
    since, until = sorted(data.draw(st.tuples(*[st.integers(0, busy.end)] * 2)))
    name = data.draw(st.sampled_from(CUSTOMERS))
    found = busy.reader.statement(name, since=since, until=until, limit=1000)
    running = [found.opening, *(one.posted for one in found.postings)]
    assert found.closing == running[-1]
    places = [int(one.place.split(".")[0]) for one in found.postings]
    assert all(since < place <= until for place in places)


def transactions_of(busy: Busy, **filters: Any) -> list[shapes.Transfer]:
    found: list[shapes.Transfer] = []
    cursor = None
    while True:
        page = busy.reader.transactions(cursor=cursor, **filters)
        found += page.transfers
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 5, 1000])
def test_transactions_are_the_same_both_ways_and_in_any_pages(busy: Busy, limit: int) -> None:
    forward = transactions_of(busy, limit=limit)
    assert forward == transactions_of(busy, limit=1000)
    assert forward[::-1] == transactions_of(busy, limit=limit, is_reversed=True)
    assert {one.kind for one in forward} >= {"posted", "pending"}


@pytest.mark.parametrize("kind", ["posted", "pending", "post", "void", "expired"])
def test_transactions_can_be_of_one_kind(busy: Busy, kind: str) -> None:
    everything = transactions_of(busy, limit=1000)
    wanted = [one for one in everything if one.kind == kind]
    assert transactions_of(busy, limit=4, kind=kind) == wanted
    assert transactions_of(busy, limit=4, kind=kind, is_reversed=True) == wanted[::-1]


@pytest.mark.parametrize("name", [CUSTOMERS[0], f"#{RAW[0]}"])
@pytest.mark.parametrize("kind", [None, "posted"])
def test_transactions_of_an_account_are_those_that_move_it(
    busy: Busy, name: str, kind: str | None
) -> None:
    wanted = [
        one
        for one in transactions_of(busy, limit=1000)
        if name in (one.debit, one.credit) and kind in (None, one.kind)
    ]
    assert transactions_of(busy, limit=3, account=name, kind=kind) == wanted
    assert transactions_of(busy, limit=3, account=name, kind=kind, is_reversed=True) == wanted[::-1]


def test_transactions_can_be_of_one_asset(busy: Busy) -> None:
    assert transactions_of(busy, asset="USD") == []
    assert transactions_of(busy, asset="EUR", limit=1000) == transactions_of(busy, limit=1000)


@settings(max_examples=25)
@given(st.data())
def test_transactions_can_be_of_a_range(busy: Busy, data: st.DataObject) -> None:
    since, until = sorted(data.draw(st.tuples(*[st.integers(0, busy.end + 3)] * 2)))
    wanted = [
        one
        for one in transactions_of(busy, limit=1000)
        if since < int(one.place.split(".")[0]) <= until
    ]
    is_reversed = data.draw(st.booleans())
    found = transactions_of(busy, limit=7, since=since, until=until, is_reversed=is_reversed)
    assert found == (wanted[::-1] if is_reversed else wanted)


@pytest.mark.parametrize("limit", [1, 6, 1000])
def test_the_feed_brings_every_change_once_with_the_balances_it_left(
    busy: Busy, limit: int
) -> None:
    changes: list[reading_shapes.Change] = []
    after = "0"
    while True:
        page = busy.reader.feed(after=after, limit=limit)
        changes += page.changes
        if page.next_after == after or not page.changes:
            break
        after = page.next_after
    assert [one.transfer for one in changes] == transactions_of(busy, limit=1000)
    latest: dict[str, reading_shapes.ChangedBalance] = {}
    for change in changes:
        latest |= {change.debit.account: change.debit, change.credit.account: change.credit}
    for name in set(NAMES) & latest.keys():
        end = busy.reader.balance(name, at=busy.end)
        assert (latest[name].posted, latest[name].available) == (end.posted, end.available)


def test_a_feed_that_was_read_to_its_end_goes_on_from_there(busy: Busy) -> None:
    page = busy.reader.feed(after=str(busy.end), limit=5)
    assert (page.changes, page.next_after) == ([], str(busy.end))


@pytest.mark.parametrize("limit", [1, 4, 1000])
def test_events_come_in_order_without_gap(busy: Busy, limit: int) -> None:
    found: list[reading_shapes.Event] = []
    after = 0
    while after < busy.end:
        page = busy.reader.events(after=after, limit=limit)
        found += page.events
        after = page.next_after
    assert [one.position for one in found] == list(range(1, busy.end + 1))
    assert busy.reader.events(after=busy.end).events == []


def test_past_totals_add_up(busy: Busy) -> None:
    for shown in busy.pool.shown[::9]:
        found = busy.reader.totals(at=shown.position)
        assert found.checked
        assert found.position == shown.position
        owed = sum(
            net_posted(balances)
            for account_id, balances in shown.balances.items()
            if account_id in {id_of(name) for name in (*CUSTOMERS, *NAMES[-3:])}
        )
        assert [one.liabilities for one in found.assets] == [present.decimal(owed, EUR)]


def test_a_past_branch_is_the_sum_of_its_accounts(busy: Busy) -> None:
    for shown in busy.pool.shown[20::13]:
        (found,) = (
            one
            for one in busy.reader.tree("customer", at=shown.position).balances
            if one.kind == "liability"
        )
        owed = sum(net_posted(shown.balances[id_of(name)]) for name in CUSTOMERS)
        assert found.posted == present.decimal(owed, EUR)


def test_lists_of_accounts_are_the_same_in_any_pages(busy: Busy) -> None:
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"prefix": "customer/"},
        {"kind": "liability"},
        {"asset": "EUR"},
    )
    for wanted in filters:
        whole = busy.reader.accounts(limit=1000, **wanted).accounts
        page = busy.reader.accounts(limit=2, **wanted)
        found = list(page.accounts)
        while page.next_cursor is not None:  # which keeps its filters
            page = busy.reader.accounts(limit=2, cursor=page.next_cursor)
            found += page.accounts
        assert found == whole
    everything = busy.reader.accounts(limit=1000).accounts
    assert set(NAMES) <= {one.account for one in everything}
    assert [one.opened_position for one in everything] == sorted(
        one.opened_position for one in everything
    )


def test_an_account_is_shown_with_what_it_has_now(busy: Busy) -> None:
    for name in NAMES:
        found = busy.reader.account(name).account
        end = busy.reader.balance(name, at=busy.end)
        assert (found.posted, found.available, found.closed) == (
            end.posted,
            end.available,
            end.closed,
        )


def test_every_transfer_is_found_by_its_id(busy: Busy) -> None:
    for one in transactions_of(busy, limit=1000):
        if one.kind != "expired":
            found = busy.reader.find_transfer(one.transfer_id).transfer
            assert (found.place, found.amount) == (one.place, one.amount)
