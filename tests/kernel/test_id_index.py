"""The id index against a plain dictionary, whatever ids come and however they are aimed."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tpwallet.kernel.id_index import DEPTH, SEGMENTS, SLOTS, IdIndex, hash_id

ID_MAX = (1 << 128) - 1
SEGMENTS_MAX = 64

ids = st.one_of(
    st.integers(1, 40),
    st.integers(0, ID_MAX),
    st.sampled_from([0, 1, (1 << 64) - 1, 1 << 64, ID_MAX]),
)
references = st.integers(1, (1 << 64) - 1)
seeds = st.integers(0, ID_MAX)


def filled(entries: dict[int, int], seed: int) -> IdIndex:
    index = IdIndex(seed, segments_max=SEGMENTS_MAX)
    for key, reference in entries.items():
        index.add(key, reference)
    return index


class IndexAgainstDictionary(RuleBasedStateMachine):
    """Ids come one by one and in runs of a few hundred, so that segments split."""

    def __init__(self) -> None:
        super().__init__()
        self.index = IdIndex(7, segments_max=SEGMENTS_MAX)
        self.entries: dict[int, int] = {}

    @rule(key=ids, reference=references)
    def add(self, key: int, reference: int) -> None:
        if key not in self.entries:
            self.index.add(key, reference)
            self.entries[key] = reference

    @precondition(lambda self: len(self.entries) < 20_000)
    @rule(start=ids, step=st.sampled_from([1, 1 << 64, (1 << 64) + 1]), count=st.integers(1, 900))
    def add_a_run(self, start: int, step: int, count: int) -> None:
        for number in range(count):
            self.add((start + number * step) & ID_MAX, number + 1)

    @precondition(lambda self: self.entries)
    @rule(position=st.integers(0, ID_MAX), count=st.integers(1, 300))
    def remove(self, position: int, count: int) -> None:
        start = position % len(self.entries)
        for key in list(islice(self.entries, start, start + count)):
            self.index.remove(key)
            del self.entries[key]

    @rule(key=ids)
    def ask(self, key: int) -> None:
        assert self.index.get(key) == self.entries.get(key, 0)

    @rule(seed=seeds)
    def dump_and_load(self, seed: int) -> None:
        copy = IdIndex(seed, segments_max=SEGMENTS_MAX)
        copy.load(self.index.dump())
        assert copy.digest() == self.index.digest()
        self.index = copy

    @invariant()
    def it_counts(self) -> None:
        assert len(self.index) == len(self.entries)

    def teardown(self) -> None:
        for key, reference in self.entries.items():
            assert self.index.get(key) == reference
        assert filled(self.entries, 99).digest() == self.index.digest()


TestIndexAgainstDictionary = IndexAgainstDictionary.TestCase
TestIndexAgainstDictionary.settings = settings(max_examples=25, stateful_step_count=25)


@given(st.dictionaries(ids, references, max_size=60), seeds, seeds)
def test_digest_depends_on_the_entries_alone(entries: dict[int, int], a: int, b: int) -> None:
    backwards = dict(reversed(entries.items()))
    assert filled(entries, a).digest() == filled(backwards, b).digest()


@given(st.dictionaries(ids, references, min_size=1, max_size=20), seeds, st.data())
def test_digest_tells_a_changed_entry(
    entries: dict[int, int], seed: int, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(entries)))
    changed = entries | {key: entries[key] ^ 1 or 2}
    missing = {other: reference for other, reference in entries.items() if other != key}
    digest = filled(entries, seed).digest()
    assert filled(changed, seed).digest() != digest
    assert filled(missing, seed).digest() != digest


def _low_bits(index: IdIndex, key: int) -> int:
    return int(hash_id(index.at, np.uint64(key), np.uint64(0))) % 64


def test_ids_aimed_at_one_segment_split_it_until_they_part() -> None:
    index = IdIndex(5, segments_max=1 << 12)
    keys = [key for key in range(1, 150_000) if _low_bits(index, key) == 3]
    assert len(keys) > 2 * SLOTS
    for key in keys:
        index.add(key, key)
    assert int(index.meta[DEPTH]) > 6
    assert all(index.get(key) == key for key in keys)
    assert not any(index.get(key + 150_000) for key in keys)


def test_a_split_leaves_no_segment_full() -> None:
    index = IdIndex(5, segments_max=SEGMENTS_MAX)
    for key in range(1, 20 * SLOTS):
        index.add(key, key)
    fills = index.fills[: int(index.meta[SEGMENTS])] & 0xFFFF_FFFF
    assert int(fills.max()) < SLOTS
    assert int(fills.sum()) == len(index)


@pytest.mark.parametrize("segments_max", [1, 2, 5, 64, 200])
@pytest.mark.parametrize("seed", range(4))
def test_what_an_index_says_is_left_fits(segments_max: int, seed: int) -> None:
    index = IdIndex(seed, segments_max=segments_max)
    key = 0
    while left := index.ids_left:
        for _ in range(left):
            key += 1
            index.add(key, key)
    kept_back = segments_max // 64
    assert segments_max - int(index.meta[SEGMENTS]) == kept_back
    assert index.ids_left_at_last == kept_back - kept_back // 2
    assert all(index.get(number) == number for number in range(1, key + 1))


def test_what_is_kept_back_lets_an_index_with_another_seed_follow() -> None:
    keys = range(1, 500 * SLOTS)
    first = IdIndex(0, segments_max=1 << 10)
    used = 0
    for used in keys:
        if not first.ids_left:
            break
        first.add(used, used)
    for seed in range(1, 5):
        filled_into(IdIndex(seed, segments_max=1 << 10), range(1, used))


def test_a_full_index_refuses_and_keeps_what_it_has() -> None:
    index = IdIndex(5, segments_max=2)
    with pytest.raises(MemoryError, match="exhausted"):
        filled_into(index, range(1, 4 * SLOTS))
    kept = len(index)
    assert kept > SLOTS
    assert all(index.get(key) == key for key in range(1, kept + 1))
    assert not any(index.get(key) for key in range(kept + 1, 4 * SLOTS))


def filled_into(index: IdIndex, keys: range) -> None:
    for key in keys:
        index.add(key, key)


def test_layout_is_private_to_the_seed() -> None:
    entries = {key: key for key in range(1, 50)}
    assert filled(entries, 1).dump()[3] != filled(entries, 2).dump()[3]
