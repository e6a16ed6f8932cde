"""The verifier's trees follow RFC 6962's definitions, its msgpack reader takes nothing loose."""

import doctest

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import verify_tpwallet as verifier
from tests.verifier.export_writer import (
    consistency_path,
    inclusion_path,
    merkle_root,
    pack,
    sha,
)
from verify_tpwallet import MsgpackBroken

LEAVES = [sha(bytes([0, n])) for n in range(40)]
sizes = st.integers(1, len(LEAVES))


def test_examples_in_the_verifier_run() -> None:
    found = doctest.testmod(verifier)
    assert found.attempted >= 8
    assert not found.failed


@given(st.integers(0, len(LEAVES)))
def test_both_ways_to_a_root_agree_with_the_definition(size: int) -> None:
    tree = verifier.GrowingTree()
    for leaf in LEAVES[:size]:
        tree.append(leaf)
    assert tree.root() == merkle_root(LEAVES[:size])
    assert verifier.root_of(LEAVES[:size]) == tree.root()


@given(sizes, st.data())
def test_an_inclusion_path_leads_to_the_root_from_its_own_place_only(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, LEAVES[:size])
    root = merkle_root(LEAVES[:size])
    assert verifier.root_by_inclusion(LEAVES[index], index, size, path) == root
    assert verifier.root_by_inclusion(LEAVES[index], index, size, [*path, root]) is None
    assert verifier.root_by_inclusion(LEAVES[index], size, size, path) is None
    for place in range(len(path)):
        changed = [*path[:place], sha(path[place]), *path[place + 1 :]]
        assert verifier.root_by_inclusion(LEAVES[index], index, size, changed) != root
    if other != index:
        assert verifier.root_by_inclusion(LEAVES[index], other, size, path) != root


@given(sizes, sizes, st.data())
def test_a_consistency_path_holds_until_one_bit_changes(
    one: int, other: int, data: st.DataObject
) -> None:
    old, new = sorted((one, other))
    roots = merkle_root(LEAVES[:old]), merkle_root(LEAVES[:new])
    path = consistency_path(old, LEAVES[:new])
    assert verifier.is_consistent(old, roots[0], new, roots[1], path)
    assert not verifier.is_consistent(old, roots[0], new, roots[1], [*path, LEAVES[0]])
    assert not verifier.is_consistent(old, LEAVES[39], new, roots[1], path) or old == 40
    assume(path)
    index = data.draw(st.integers(0, len(path) - 1))
    changed = [*path[:index], sha(path[index]), *path[index + 1 :]]
    assert not verifier.is_consistent(old, roots[0], new, roots[1], changed)
    assert not verifier.is_consistent(old, roots[0], new, roots[1], path[:-1])


@pytest.mark.parametrize(("old", "new"), [(0, 1), (2, 1), (0, 0)])
def test_no_log_is_consistent_with_nothing_or_with_its_past(old: int, new: int) -> None:
    assert not verifier.is_consistent(old, merkle_root([]), new, merkle_root([]), [])


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.text(max_size=40)
    | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=30,
)


@given(values, st.binary(max_size=5))
def test_a_value_is_passed_over_exactly_and_never_when_cut(value: object, after: bytes) -> None:
    encoded = pack(value)
    assert verifier.skip_value(encoded + after, 0) == len(encoded)
    for length in range(min(len(encoded), 50)):
        with pytest.raises(MsgpackBroken):
            verifier.skip_value(encoded[:length], 0)


@pytest.mark.parametrize(
    ("encoded", "length"),
    [
        ("ca00000000", 5),
        ("cb0000000000000000", 9),
        ("d6ffffffffff", 6),
        ("d7ff0000000000000000", 10),
        ("d8ff" + "00" * 16, 18),
        ("c703ff010203", 6),
        ("c80003ff010203", 7),
        ("c900000003ff010203", 9),
        ("d0ff", 2),
        ("d3ffffffffffffffff", 9),
        ("df0000000101c0", 7),
        ("dd00000001c0", 6),
        ("e0", 1),
    ],
)
def test_every_form_of_the_specification_is_passed_over(encoded: str, length: int) -> None:
    assert verifier.skip_value(bytes.fromhex(encoded) + b"\xc0", 0) == length


@pytest.mark.parametrize("encoded", ["c1", "a1ff", "93c0c0", "81c0", "d9", "c4ff00", "c70100"])
def test_what_is_no_msgpack_is_refused(encoded: str) -> None:
    with pytest.raises(MsgpackBroken):
        verifier.skip_value(bytes.fromhex(encoded), 0)


def test_nesting_is_followed_to_the_limit_and_no_further() -> None:
    deepest = b"\x91" * verifier.NESTING_MAX
    assert verifier.skip_value(deepest + b"\xc0", 0) == len(deepest) + 1
    with pytest.raises(MsgpackBroken, match="nested deeper"):
        verifier.skip_value(b"\x91" + deepest + b"\xc0", 0)


@given(st.integers(0, (1 << 64) - 1))
def test_an_unsigned_integer_is_read_and_packed_in_its_shortest_form(value: int) -> None:
    assert verifier.read_uint(pack(value), 0) == (value, len(pack(value)))
    assert verifier.pack_batch_content("x@1", value, bytes(32)) == pack(["x@1", value, bytes(32)])


@pytest.mark.parametrize("encoded", ["ff", "d001", "c3", "a0", "cd01", ""])
def test_a_signed_cut_or_other_value_is_no_unsigned_integer(encoded: str) -> None:
    with pytest.raises(MsgpackBroken):
        verifier.read_uint(bytes.fromhex(encoded), 0)
