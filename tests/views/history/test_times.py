"""The time of every movement is kept, whether or not a batch's times are consecutive."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.history.naive import Naive
from tests.views.history.played import SEED, batch, entries, expiry, moved, opening
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.kernel.wire import Event
from tpwallet.views.history.index import HistoryIndex

LATEST = 2**63 - 1

gaps = st.integers(1, 3) | st.sampled_from([2**13, 2**31, 2**32, 2**33 + 1, 2**57])


def history(folder: Path, batches: list[list[int]]) -> tuple[HistoryIndex, list[Event]]:
    """Batches of transfers with these timestamps."""
    events: list[Event] = [opening(1, 2)]
    number = 0
    for times in batches:
        transfers = [moved(number + at, time=time) for at, time in enumerate(times, start=1)]
        number += len(times)
        events.append(batch(*transfers))
    index = HistoryIndex.open(folder, SEED)
    index.apply(entries(events))
    return index, events


def times_of(index: HistoryIndex) -> list[int]:
    page = index.statement(1)
    assert page is not None
    return [posting.time for posting in page.postings]


@given(st.lists(st.lists(gaps, min_size=1, max_size=12), max_size=6))
def test_times_come_back_and_can_be_searched(
    tmp_path_factory: pytest.TempPathFactory, spread: list[list[int]]
) -> None:
    now = 10
    batches = [[now := now + step for step in steps] for steps in spread]
    times = [time for members in batches for time in members]
    index, _ = history(tmp_path_factory.mktemp("history"), batches)
    assert times_of(index) == times
    for time in {*times, *(time - 1 for time in times)}:
        made = sum(earlier <= time for earlier in times)
        assert index.movement_at_time(time) == (made - 1 if made else None)
    index.close()


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([10, 11, 12], 0),
        ([LATEST], 0),
        ([10, 12], 1 + 1),  # the first time, and two distances of 2 bits
        ([11, LATEST - 1, LATEST], 1 + 3),  # distances of 63 bits
        ([1000 + 2 * n for n in range(64)], 1 + 7),  # distances of 7 bits
        ([1000 + 2 * n for n in range(65)], 1 + 9),  # distances of 8 bits
    ],
)
def test_times_take_as_many_bits_as_they_need(tmp_path: Path, times: list[int], words: int) -> None:
    index, _ = history(tmp_path, [times])
    assert times_of(index) == times
    index.close()
    assert (tmp_path / "times").stat().st_size == 8 * words


@pytest.mark.parametrize("reopened", [False, True])
@pytest.mark.parametrize("imported", [[200], [200, 201], [200, 300, 450], [499, 500, 501, 700]])
def test_an_import_from_before_an_expiry_counts_from_the_expiry_on(
    tmp_path: Path, imported: list[int], reopened: bool
) -> None:
    events: list[Event] = [
        opening(1, 2),
        batch(moved(1, time=100, flags=TransferFlags.PENDING, timeout=1)),
        expiry(1, time=500),
        batch(*(moved(at, time=time) for at, time in enumerate(imported, start=2))),
        batch(moved(99, time=1000)),
    ]
    index = HistoryIndex.open(tmp_path, SEED)
    index.apply(entries(events[:3]))
    if reopened:
        index.flush()
        index.close()
        index = HistoryIndex.open(tmp_path, SEED)
    index.apply(entries(events, after=3))
    naive = Naive(events)
    assert times_of(index) == [100, 500, *imported, 1000]
    for time in (99, 100, 200, 400, 499, 500, 501, 600, 700, 999, 1000, 1001):
        assert index.balance(1, at_time=time) == naive.balance(1, naive.by_time(time))
    assert index.movement_at_time(499) == 0
    index.close()
