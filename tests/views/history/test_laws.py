"""Laws of the history index, for any history the ledger can live through."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.history.naive import Naive
from tests.views.history.played import ACCOUNT_IDS, SEED, Played, entries, play
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.history.moments import AtPosition, AtTime, Balances, LedgerBalances, Posting

seeds = st.integers(min_value=0, max_value=2**32)


@contextmanager
def indexed(played: Played, *, size: int = 1) -> Iterator[HistoryIndex]:
    with tempfile.TemporaryDirectory() as folder:
        index = HistoryIndex.open(folder, SEED)
        index.apply(entries(played.events, size=size))
        yield index
        index.close()


def by_id(balances: LedgerBalances) -> dict[int, Balances]:
    rows = range(len(balances.words))
    return {balances.account_id(row): balances.balances(row) for row in rows}


def expect_every_past(index: HistoryIndex, played: Played) -> None:
    """At every position, one by one and all at once, the index shows what the ledger showed."""
    for position, shown in enumerate(played.shown):
        assert by_id(index.balances_at(position)) == shown
        for account_id in ACCOUNT_IDS:
            assert index.balance(account_id, at_position=position) == shown.get(account_id)


@given(seeds, st.integers(1, 5))
def test_every_past_balance_is_what_the_ledger_showed_then(seed: int, size: int) -> None:
    played = play(seed)
    with indexed(played, size=size) as index:
        assert index.position == played.end
        expect_every_past(index, played)


@given(seeds)
def test_current_balances_are_the_live_ledgers(seed: int) -> None:
    played = play(seed)
    with indexed(played) as index:
        for account_id in ACCOUNT_IDS:
            assert index.current(account_id) == played.shown[-1].get(account_id)
            assert index.balance(account_id) == index.current(account_id)
        assert by_id(index.balances_at()) == played.shown[-1]


@given(seeds, st.data())
def test_a_time_stands_for_everything_that_had_happened_by_then(
    seed: int, data: st.DataObject
) -> None:
    played = play(seed)
    naive = Naive(played.events)
    known = sorted({movement.time for movement in naive.movements})
    with indexed(played) as index:
        for time in [0, *known, *(time - 1 for time in known), *(time + 1 for time in known)]:
            count = naive.by_time(time)
            assert index.movement_at_time(time) == (count - 1 if count else None)
        time = data.draw(st.sampled_from([0, 2**63 - 1, *known]))
        everyone = by_id(index.balances_at(at_time=time))
        for account_id in ACCOUNT_IDS:
            opened = index.opened(account_id)
            existed = opened is not None and opened.time <= time
            balances = naive.balance(account_id, naive.by_time(time)) if existed else None
            assert index.balance(account_id, at_time=time) == balances
            assert everyone.get(account_id) == balances


def all_pages(
    index: HistoryIndex,
    account_id: int,
    since: AtPosition | AtTime | None,
    until: AtPosition | AtTime | None,
    *,
    limit: int,
    reverse: bool,
) -> list[Posting]:
    postings: list[Posting] = []
    cursor = None
    while True:
        page = index.statement(
            account_id, since=since, until=until, limit=limit, reverse=reverse, cursor=cursor
        )
        assert page is not None
        assert len(page.postings) == limit or page.cursor is None
        postings += page.postings
        cursor = page.cursor
        if cursor is None:
            return postings


@given(seeds, st.integers(1, 7), st.booleans(), st.data())
def test_pages_of_a_statement_are_all_postings_between_two_moments(
    seed: int, limit: int, reverse: bool, data: st.DataObject
) -> None:
    played = play(seed)
    naive = Naive(played.events)
    times = [movement.time for movement in naive.movements] or [0]
    positions = st.integers(0, played.end).map(AtPosition)
    moments = st.none() | positions | st.sampled_from(times).map(AtTime)

    def count(moment: AtPosition | AtTime) -> int:
        if isinstance(moment, AtPosition):
            return naive.by_position(moment.position)
        return naive.by_time(moment.time)

    since, until = data.draw(moments), data.draw(moments)
    after = 0 if since is None else count(since)
    bound = len(naive.movements) if until is None else count(until)
    with indexed(played) as index:
        for account_id in played.shown[-1]:
            postings = all_pages(index, account_id, since, until, limit=limit, reverse=reverse)
            if reverse:
                postings.reverse()
            assert postings == naive.between(account_id, after, bound)


@given(seeds, st.data())
def test_opening_balance_and_postings_lead_to_the_closing_balance(
    seed: int, data: st.DataObject
) -> None:
    played = play(seed)
    first = data.draw(st.integers(0, played.end))
    last = data.draw(st.integers(first, played.end))
    with indexed(played) as index:
        for account_id in played.shown[-1]:
            page = index.statement(account_id, since=AtPosition(first), until=AtPosition(last))
            assert page is not None
            balances = index.balance(account_id, at_position=first) or Balances()
            for posting in page.postings:
                assert posting.before == balances
                balances = posting.after
            assert balances == (index.balance(account_id, at_position=last) or Balances())


def scribble(folder: Path) -> None:
    """Put garbage after every file's end: what a crash may leave there."""
    for path in folder.iterdir():
        if path.name != "state":
            with path.open("ab") as file:
                file.write(b"\xa5" * 4096)


@pytest.mark.parametrize("ending", ["closed", "crashed"])
@given(seed=seeds, data=st.data())
def test_a_history_goes_on_from_its_last_flush(ending: str, seed: int, data: st.DataObject) -> None:
    played = play(seed)
    flushed = data.draw(st.integers(0, played.end))
    reached = data.draw(st.integers(flushed, played.end))
    with tempfile.TemporaryDirectory() as scratch:
        before, after = Path(scratch, "before"), Path(scratch, "after")
        index = HistoryIndex.open(before, SEED)
        index.apply(entries(played.events[:flushed]))
        index.flush()
        index.apply(entries(played.events[:reached], after=flushed))
        if ending == "closed":
            index.close()
            before.rename(after)
        else:
            shutil.copytree(before, after)
            index.close()
            scribble(after)
        index = HistoryIndex.open(after, SEED + 1)
        assert index.position == flushed
        index.apply(entries(played.events, after=flushed))
        expect_every_past(index, played)
        index.close()
