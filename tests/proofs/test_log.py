"""The log proves each of its pasts, from few reads, however it was filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs import rfc6962
from tpwallet.proofs.frontier import Frontier, _grown_by_levels, _grown_one_by_one, grow
from tpwallet.proofs.hash_store import (
    MemoryHashStore,
    stored_count,
    stored_number,
    whole_leaves,
)
from tpwallet.proofs.limits import SIZE_MAX
from tpwallet.proofs.log import Log

LEAVES = rfc6962.some_leaves(700)
ROOTS = [rfc6962.mth(LEAVES[:size]) for size in range(131)]


class CountingStore(MemoryHashStore):
    """A store that counts what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def read(self, number: int) -> bytes:
        self.reads += 1
        return super().read(number)


def filled(leaves: list[bytes], store: MemoryHashStore | None = None) -> Log:
    """A log of these leaves."""
    log = Log(store or MemoryHashStore())
    log.append(b"".join(leaves))
    return log


LOG = filled(LEAVES[:130])


def test_every_past_root_is_that_of_the_tree_it_was() -> None:
    assert [LOG.root(size) for size in range(131)] == ROOTS


def test_every_inclusion_path_of_every_past_is_the_rfcs() -> None:
    for size in range(1, 71):
        for index in range(size):
            assert list(LOG.inclusion_path(index, size)) == rfc6962.path(index, LEAVES[:size])


def test_every_consistency_path_between_two_pasts_is_the_rfcs() -> None:
    for new_size in range(1, 71):
        for old_size in range(1, new_size + 1):
            expected = rfc6962.proof(old_size, LEAVES[:new_size])
            assert list(LOG.consistency_path(old_size, new_size)) == expected


@given(st.lists(st.integers(0, 150), max_size=6))
def test_how_leaves_were_grouped_changes_nothing(groups: list[int]) -> None:
    log, store, start = Log(MemoryHashStore()), MemoryHashStore(), 0
    one_by_one = Log(store)
    for count in groups:
        log.append(b"".join(LEAVES[start : min(start + count, 700)]))
        start = min(start + count, 700)
    for leaf in LEAVES[:start]:
        one_by_one.append(leaf)
    assert log.size == one_by_one.size == start
    assert log.root(start) == one_by_one.root(start)
    assert log.frontier(start) == one_by_one.frontier(start)
    assert [log.leaf(index) for index in range(start)] == LEAVES[:start]
    reopened = Log(store)
    assert reopened.size == start
    assert reopened.root(start) == log.root(start)


@given(st.integers(0, 300), st.integers(0, 400))
def test_compiled_and_plain_growth_write_the_same_hashes(old_size: int, count: int) -> None:
    frontier = grow(Frontier(), b"".join(LEAVES[:old_size])).frontier
    leaves = b"".join(LEAVES[old_size : old_size + count])
    assert _grown_by_levels(frontier, leaves) == _grown_one_by_one(frontier, leaves)


@given(st.integers(0, 700))
def test_a_frontier_alone_follows_the_root(size: int) -> None:
    frontier = grow(Frontier(), b"".join(LEAVES[:size])).frontier
    assert frontier.root() == rfc6962.mth(LEAVES[:size])
    assert len(frontier.peaks) == size.bit_count()


@given(st.data(), st.integers(1, 700))
def test_roots_and_paths_read_few_hashes(data: st.DataObject, size: int) -> None:
    store = CountingStore()
    log = filled(LEAVES, store)
    limit = 2 * size.bit_length()
    for ask in (
        lambda: log.root(size),
        lambda: log.inclusion_path(data.draw(st.integers(0, size - 1)), size),
        lambda: log.consistency_path(data.draw(st.integers(0, size)), size),
    ):
        store.reads = 0
        ask()
        assert store.reads <= limit


@given(st.integers(0, 60))
def test_hashes_are_stored_where_the_numbering_says(size: int) -> None:
    store = MemoryHashStore()
    filled(LEAVES[:size], store)
    assert store.count() == stored_count(size)
    for level in range(size.bit_length()):
        for index in range(size >> level):
            covered = LEAVES[index << level : (index + 1) << level]
            assert store.read(stored_number(level, index)) == rfc6962.mth(covered)


@given(st.integers(0, SIZE_MAX))
def test_a_count_of_hashes_tells_the_leaves(leaf_count: int) -> None:
    count = stored_count(leaf_count)
    assert whole_leaves(count) == (leaf_count, 0)
    if count > 1 and leaf_count % 2 == 0:
        assert whole_leaves(count - 1)[0] == leaf_count - 1


def test_a_store_that_ends_amid_an_append_is_not_opened_until_it_is_cut() -> None:
    whole = MemoryHashStore()
    filled(LEAVES[:8], whole)
    torn = MemoryHashStore()
    torn.append(b"".join(whole.read(number) for number in range(whole.count() - 1)))
    with pytest.raises(ValueError, match="follow the last whole leaf"):
        Log(torn)
    leaf_count, spare = whole_leaves(torn.count())
    cut = MemoryHashStore()
    cut.append(b"".join(torn.read(number) for number in range(torn.count() - spare)))
    assert Log(cut).root(leaf_count) == ROOTS[7]


def test_a_failed_append_leaves_the_log_as_it_was() -> None:
    class FullStore(MemoryHashStore):
        def append(self, hashes: bytes) -> None:
            raise OSError("no space")

    log = Log(FullStore())
    with pytest.raises(OSError, match="no space"):
        log.append(LEAVES[0])
    assert log.size == 0


@pytest.mark.parametrize("size", [-1, 131])
def test_sizes_not_reached_are_refused(size: int) -> None:
    for ask in (
        lambda: LOG.root(size),
        lambda: LOG.inclusion_path(0, size),
        lambda: LOG.consistency_path(0, size),
        lambda: LOG.leaf(130 if size > 0 else -1),
    ):
        with pytest.raises(ValueError, match="of a log of 130 leaves"):
            ask()


def test_bytes_that_are_not_whole_hashes_are_refused() -> None:
    with pytest.raises(ValueError, match="not whole hashes"):
        LOG.append(bytes(33))
    with pytest.raises(ValueError, match="not whole hashes"):
        MemoryHashStore().append(bytes(31))
    with pytest.raises(IndexError):
        MemoryHashStore().read(0)


@pytest.mark.parametrize(
    ("size", "peaks"), [(1, ()), (0, (bytes(32),)), (1, (bytes(31),)), (-1, (bytes(32),))]
)
def test_a_frontier_that_is_none_is_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="peak"):
        Frontier(size, peaks)


def test_a_frontier_does_not_grow_past_the_largest_size() -> None:
    peaks = tuple(LEAVES[:63])
    assert Frontier(SIZE_MAX, peaks).size == SIZE_MAX
    with pytest.raises(ValueError, match="peaks for a tree"):
        grow(Frontier(SIZE_MAX, peaks), LEAVES[0])
