"""The tree inside a batch event is the plain RFC 6962 tree over blinded items."""

import hmac
from collections.abc import Callable
from hashlib import sha256, shake_256

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.proofs import rfc6962
from tpwallet.proofs.batch import BatchTree
from tpwallet.proofs.blinding import batch_key, blind, item_blinds
from tpwallet.proofs.leaf import batch_content, blinded_event_leaf, event_leaf, item_leaf
from tpwallet.proofs.limits import ITEMS_MAX
from tpwallet.proofs.merkle import EMPTY_ROOT, verify_inclusion

KEY = bytes(range(32))
NAME = "ledger.batch_applied@1"


def run(length: int, count: int) -> bytes:
    """Rows that all differ."""
    return b"".join(sha256(bytes([length, n % 256, n >> 8])).digest() * 4 for n in range(count))[
        : length * count
    ]


def items_of(records: bytes, refusals: bytes) -> list[bytes]:
    """The items of a batch event, one by one."""
    return [records[at : at + 128] for at in range(0, len(records), 128)] + [
        refusals[at : at + 24] for at in range(0, len(refusals), 24)
    ]


@given(st.integers(0, 70), st.integers(0, 40))
@example(0, 0)
@example(1, 0)
@example(0, 1)
@example(1000, 3)
def test_root_and_paths_are_those_of_the_documented_tree(stored: int, refused: int) -> None:
    records, refusals = run(128, stored), run(24, refused)
    tree = BatchTree(KEY, records=records, refusals=refusals)
    blinds = shake_256(KEY).digest(32 * (stored + refused))
    items = items_of(records, refusals)
    leaves = [
        sha256(b"\x00" + blinds[32 * n : 32 * n + 32] + item).digest()
        for n, item in enumerate(items)
    ]
    assert tree.item_count == len(items)
    assert tree.root == rfc6962.mth(leaves)
    for index in range(0, len(items), 7):
        assert tree.item(index) == items[index]
        assert list(tree.path(index)) == rfc6962.path(index, leaves)
        verify_inclusion(
            leaf=item_leaf(tree.item_blind(index), tree.item(index)),
            index=index,
            size=tree.item_count,
            root=tree.root,
            path=tree.path(index),
        )


def test_a_batch_without_items_has_the_empty_root() -> None:
    tree = BatchTree(KEY, records=b"", refusals=b"")
    assert (tree.item_count, tree.root) == (0, EMPTY_ROOT)


def test_items_are_taken_from_arrays_as_from_bytes() -> None:
    records = run(128, 5)
    array = np.frombuffer(records, np.uint8).reshape(5, 128)
    expected = BatchTree(KEY, records=records, refusals=b"").root
    assert BatchTree(KEY, records=array, refusals=memoryview(b"")).root == expected


@pytest.mark.parametrize(("stored", "refused"), [(0, 0), (3, 2)])
def test_items_outside_the_batch_are_refused(stored: int, refused: int) -> None:
    tree = BatchTree(KEY, records=run(128, stored), refusals=run(24, refused))
    for index in (-1, stored + refused):
        for ask in (tree.item, tree.item_blind, tree.path):
            with pytest.raises(IndexError):
                ask(index)


@pytest.mark.parametrize(("records", "refusals"), [(bytes(127), b""), (b"", bytes(25))])
def test_runs_that_are_not_whole_rows_are_refused(records: bytes, refusals: bytes) -> None:
    with pytest.raises(ValueError, match="are not rows of"):
        BatchTree(KEY, records=records, refusals=refusals)


def test_the_most_items_are_taken_and_one_more_is_not() -> None:
    assert BatchTree(KEY, records=b"", refusals=bytes(24 * ITEMS_MAX)).item_count == ITEMS_MAX
    with pytest.raises(ValueError, match="limit 65536"):
        BatchTree(KEY, records=b"", refusals=bytes(24 * (ITEMS_MAX + 1)))


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**64 - 1))
def test_blinds_are_derived_as_documented(key: bytes, position: int) -> None:
    placed = position.to_bytes(8, "little")
    assert blind(key, position) == hmac.new(key, b"tpwallet leaf" + placed, sha256).digest()
    derived = hmac.new(key, b"tpwallet batch" + placed, sha256).digest()
    assert batch_key(key, position) == derived
    assert item_blinds(derived, 3) == shake_256(derived).digest(96)


@given(st.integers(1, 2**64 - 1), st.binary(max_size=99), st.binary(max_size=99))
def test_an_event_leaf_is_hashed_as_documented(
    position: int, envelope: bytes, content: bytes
) -> None:
    placed = position.to_bytes(8, "little") + len(envelope).to_bytes(4, "little")
    preimage = b"\x00" + blind(KEY, position) + placed + envelope + content
    assert event_leaf(KEY, position, envelope, content) == sha256(preimage).digest()


def test_a_byte_moved_from_envelope_to_content_makes_another_leaf() -> None:
    assert event_leaf(KEY, 1, b"ab", b"c") != event_leaf(KEY, 1, b"a", b"bc")


@given(st.integers(0, ITEMS_MAX))
def test_batch_content_is_a_msgpack_array_of_three(item_count: int) -> None:
    content = batch_content(NAME, item_count, EMPTY_ROOT)
    assert msgspec.msgpack.decode(content) == [NAME, item_count, EMPTY_ROOT]
    assert content[:2] == bytes([0x93, 0xA0 | len(NAME)])
    assert content[-34:-32] == bytes([0xC4, 32])


def test_golden_leaf_of_a_batch_event() -> None:
    tree = BatchTree(batch_key(KEY, 7), records=bytes(256), refusals=bytes(24))
    root = "452aeee5144e7945476212c4b5913cdd5ed3dab231699697259a4fea5e801cb9"
    content = "93b66c65646765722e62617463685f6170706c696564403103c420" + root
    leaf = "45af5d05a5dec5b39561c9b915d60e5cfcfab4c3cdeeb72ab1e2825c3a0be437"
    assert tree.root.hex() == root
    assert tree.content(NAME).hex() == content
    assert event_leaf(KEY, 7, b"\x90", tree.content(NAME)).hex() == leaf


@pytest.mark.parametrize("position", [0, -1, 2**64])
def test_positions_that_no_event_has_are_refused(position: int) -> None:
    for derive in (blind, batch_key):
        with pytest.raises(ValueError, match="position"):
            derive(KEY, position)
    with pytest.raises(ValueError, match="position"):
        blinded_event_leaf(bytes(32), position, b"", b"")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_blinds_and_roots_of_another_length_are_refused(length: int) -> None:
    wrong = bytes(length)
    cases: tuple[Callable[[], object], ...] = (
        lambda: blind(wrong, 1),
        lambda: batch_key(wrong, 1),
        lambda: item_blinds(wrong, 1),
        lambda: item_leaf(wrong, bytes(128)),
        lambda: item_leaf(bytes(32), wrong),
        lambda: blinded_event_leaf(wrong, 1, b"", b""),
        lambda: batch_content(NAME, 1, wrong),
    )
    for refused in cases:
        with pytest.raises(ValueError, match="bytes"):
            refused()


def test_only_batch_events_have_an_inner_root() -> None:
    with pytest.raises(ValueError, match="not a batch event"):
        batch_content("ledger.expired@1", 1, bytes(32))
