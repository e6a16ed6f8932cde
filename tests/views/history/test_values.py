"""Values of any size come back as they were, in the node or in the wide file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.history.played import SEED, batch, entries, moved, opening
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.history.moments import Balances

POSTED_END, PENDING_END, END = 2**86, 2**74, 2**128


def history(folder: Path, steps: list[tuple[bool, int]]) -> HistoryIndex:
    """Account 1 pays these amounts to account 2, some of them pending, a batch each."""
    events = [opening(1, 2)] + [
        batch(moved(at, amount, time=at + 10, flags=TransferFlags.PENDING if pending else 0))
        for at, (pending, amount) in enumerate(steps, start=1)
    ]
    index = HistoryIndex.open(folder, SEED)
    index.apply(entries(events))
    return index


def expect_sums(index: HistoryIndex, steps: list[tuple[bool, int]]) -> None:
    pending = posted = 0
    for position, (is_pending, amount) in enumerate(steps, start=2):
        pending += amount if is_pending else 0
        posted += 0 if is_pending else amount
        debited, credited = Balances(pending, posted), Balances(0, 0, pending, posted)
        assert index.balance(1, at_position=position) == debited
        assert index.balance(2, at_position=position) == credited


@pytest.mark.parametrize(
    ("steps", "wide_rows"),
    [
        ([(False, POSTED_END - 1)], 0),
        ([(False, POSTED_END)], 2),
        ([(True, PENDING_END - 1)], 0),
        ([(True, PENDING_END)], 2),
        ([(False, END - 1)], 2),
        ([(True, END - 1)], 2),
        ([(False, END - 1), (True, 0)], 4),
        # The only values that fit and whose highs are all ones, the mark of a wide node.
        ([(True, PENDING_END - 1), (False, POSTED_END - 1)], 2),
        ([(True, PENDING_END - 1), (False, POSTED_END - 2**65)], 0),
    ],
)
def test_values_past_a_node_go_to_the_wide_file(
    tmp_path: Path, steps: list[tuple[bool, int]], wide_rows: int
) -> None:
    index = history(tmp_path, steps)
    expect_sums(index, steps)
    index.flush()
    index.close()
    assert (tmp_path / "wide").stat().st_size == 32 * wide_rows
    index = HistoryIndex.open(tmp_path, SEED)
    expect_sums(index, steps)
    assert index.current(1) == index.balance(1)
    index.close()


edges = st.sampled_from([0, 1, 2**63, 2**64 - 1, 2**64, PENDING_END, POSTED_END, 2**120])
amounts = st.builds(lambda edge, less: max(0, edge - less), edges, st.integers(0, 2))


@given(st.lists(st.tuples(st.booleans(), amounts), max_size=30))
def test_sums_of_any_size_are_kept(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int]]
) -> None:
    index = history(tmp_path_factory.mktemp("history"), steps)
    expect_sums(index, steps)
    index.close()
