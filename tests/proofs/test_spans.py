"""The arithmetic of paths: what the tree's functions do not already show."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.proofs.limits import SIZE_MAX
from tpwallet.proofs.spans import complete_subtrees, consistency_spans, inclusion_spans

SIZES = st.integers(1, SIZE_MAX)


@given(st.data(), SIZES)
def test_leaf_and_inclusion_spans_tile_the_tree(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    tiles = sorted([*inclusion_spans(index, size), (index, index + 1)])
    assert tiles[0][0] == 0
    assert tiles[-1][1] == size
    assert all(left[1] == right[0] for left, right in itertools.pairwise(tiles))


@given(st.data(), SIZES)
def test_every_span_of_a_path_is_a_row_of_few_complete_subtrees(
    data: st.DataObject, size: int
) -> None:
    spans = inclusion_spans(data.draw(st.integers(0, size - 1)), size)
    spans += consistency_spans(data.draw(st.integers(0, size)), size)
    for span in spans:
        subtrees = complete_subtrees(span)
        assert subtrees[0][1] << subtrees[0][0] == span[0]
        assert sum(1 << level for level, _ in subtrees) == span[1] - span[0]
        assert len(subtrees) <= 63


@given(st.data(), SIZES)
def test_paths_have_at_most_a_hash_for_each_level_and_one(data: st.DataObject, size: int) -> None:
    old_size = data.draw(st.integers(0, size))
    assert len(consistency_spans(old_size, size)) <= size.bit_length() + 1
    index = data.draw(st.integers(0, size - 1))
    assert len(inclusion_spans(index, size)) <= size.bit_length()


def test_the_largest_tree_is_taken_and_one_past_it_is_not() -> None:
    assert len(inclusion_spans(SIZE_MAX - 1, SIZE_MAX)) == 62
    with pytest.raises(ValueError, match="leaf 0"):
        inclusion_spans(0, SIZE_MAX + 1)
    with pytest.raises(ValueError, match="new size"):
        consistency_spans(1, SIZE_MAX + 1)


def test_a_span_that_is_none_of_the_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="not a span"):
        complete_subtrees((1, 5))
