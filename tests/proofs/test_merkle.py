"""The tree of RFC 6962: the reference vectors of Certificate Transparency, and its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs import rfc6962
from tpwallet.proofs.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of_leaves,
    root_of_path,
    verify_consistency,
    verify_inclusion,
)
from tpwallet.proofs.rejection import ProofRejected

CT_LEAVES = [
    leaf_hash(bytes.fromhex(content))
    for content in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
CT_CONSISTENCY = {
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
LEAVES = rfc6962.some_leaves(130)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tree(size: int) -> None:
    assert root_of_leaves(CT_LEAVES[:size]).hex() == CT_ROOTS[size]


@pytest.mark.parametrize(("place", "expected"), CT_INCLUSION.items())
def test_inclusion_paths_are_those_of_the_reference_tree(
    place: tuple[int, int], expected: tuple[str, ...]
) -> None:
    index, size = place
    path = inclusion_path(CT_LEAVES[:size], index)
    assert tuple(step.hex() for step in path) == expected
    root = bytes.fromhex(CT_ROOTS[size])
    verify_inclusion(leaf=CT_LEAVES[index], index=index, size=size, root=root, path=path)


@pytest.mark.parametrize(("sizes", "expected"), CT_CONSISTENCY.items())
def test_consistency_paths_are_those_of_the_reference_tree(
    sizes: tuple[int, int], expected: tuple[str, ...]
) -> None:
    old_size, new_size = sizes
    path = consistency_path(CT_LEAVES[:new_size], old_size)
    assert tuple(step.hex() for step in path) == expected
    verify_consistency(
        old_size=old_size,
        old_root=bytes.fromhex(CT_ROOTS[old_size]),
        new_size=new_size,
        new_root=bytes.fromhex(CT_ROOTS[new_size]),
        path=path,
    )


@given(st.integers(0, 130))
def test_roots_follow_the_recursion_of_the_rfc(size: int) -> None:
    assert root_of_leaves(LEAVES[:size]) == rfc6962.mth(LEAVES[:size])


def test_every_inclusion_path_up_to_70_leaves_is_the_rfcs_and_verifies() -> None:
    for size in range(1, 71):
        leaves = LEAVES[:size]
        root = rfc6962.mth(leaves)
        for index, leaf in enumerate(leaves):
            path = inclusion_path(leaves, index)
            assert list(path) == rfc6962.path(index, leaves)
            verify_inclusion(leaf=leaf, index=index, size=size, root=root, path=path)


def test_every_consistency_path_up_to_70_leaves_is_the_rfcs_and_verifies() -> None:
    roots = [rfc6962.mth(LEAVES[:size]) for size in range(71)]
    for new_size in range(1, 71):
        for old_size in range(1, new_size + 1):
            path = consistency_path(LEAVES[:new_size], old_size)
            assert list(path) == rfc6962.proof(old_size, LEAVES[:new_size])
            verify_consistency(
                old_size=old_size,
                old_root=roots[old_size],
                new_size=new_size,
                new_root=roots[new_size],
                path=path,
            )


@given(st.integers(0, 130))
def test_the_empty_tree_begins_every_tree_with_an_empty_path(size: int) -> None:
    verify_consistency(
        old_size=0,
        old_root=EMPTY_ROOT,
        new_size=size,
        new_root=root_of_leaves(LEAVES[:size]),
        path=consistency_path(LEAVES[:size], 0),
    )


@st.composite
def altered(draw: st.DrawFn, hashes: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The same hashes with one bit flipped, one missing, one too many or two exchanged."""
    at = draw(st.integers(0, len(hashes) - 1))
    match draw(st.sampled_from(("bit", "missing", "added", "exchanged", "cut"))):
        case "bit":
            bit = draw(st.integers(0, 255))
            flipped = (int.from_bytes(hashes[at], "big") ^ 1 << bit).to_bytes(32, "big")
            return (*hashes[:at], flipped, *hashes[at + 1 :])
        case "missing":
            return hashes[:at] + hashes[at + 1 :]
        case "added":
            return (*hashes[:at], hashes[at], *hashes[at:])
        case "cut":
            return (*hashes[:at], hashes[at][:-1], *hashes[at + 1 :])
        case _:
            other = draw(st.integers(0, len(hashes) - 1).filter(lambda other: other != at))
            changed = list(hashes)
            changed[at], changed[other] = changed[other], changed[at]
            return tuple(changed)


@given(st.data(), st.integers(3, 130))
def test_no_altered_inclusion_proof_verifies(data: st.DataObject, size: int) -> None:
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(leaves, index)
    leaf, root, *steps = data.draw(altered((leaves[index], root_of_leaves(leaves), *path)))
    with pytest.raises(ProofRejected):
        verify_inclusion(leaf=leaf, index=index, size=size, root=root, path=steps)


@given(st.data(), st.integers(2, 130))
def test_a_path_proves_no_other_place_in_the_tree(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size).filter(lambda other: other != index))
    path = inclusion_path(LEAVES[:size], index)
    root = root_of_leaves(LEAVES[:size])
    with pytest.raises(ProofRejected):
        verify_inclusion(leaf=LEAVES[index], index=other, size=size, root=root, path=path)


@given(st.data(), st.integers(3, 130))
def test_no_altered_consistency_proof_verifies(data: st.DataObject, new_size: int) -> None:
    old_size = data.draw(st.integers(1, new_size - 1))
    path = consistency_path(LEAVES[:new_size], old_size)
    roots = (root_of_leaves(LEAVES[:old_size]), root_of_leaves(LEAVES[:new_size]))
    old_root, new_root, *steps = data.draw(altered((*roots, *path)))
    with pytest.raises(ProofRejected):
        verify_consistency(
            old_size=old_size,
            old_root=old_root,
            new_size=new_size,
            new_root=new_root,
            path=steps,
        )


def test_trees_of_one_size_are_consistent_only_if_they_are_one() -> None:
    with pytest.raises(ProofRejected, match="root_mismatch"):
        verify_consistency(old_size=2, old_root=bytes(32), new_size=2, new_root=LEAVES[0], path=())


@pytest.mark.parametrize(
    ("index", "size", "path", "code"),
    [
        (0, 0, (), "position_out_of_range"),
        (4, 4, (), "position_out_of_range"),
        (-1, 4, (), "position_out_of_range"),
        (0, 2**63, (), "position_out_of_range"),
        (0, 4, (bytes(32),), "path_length"),
        (0, 2, (bytes(31),), "malformed"),
    ],
)
def test_impossible_paths_are_rejected_by_name(
    index: int, size: int, path: tuple[bytes, ...], code: str
) -> None:
    with pytest.raises(ProofRejected) as refused:
        root_of_path(LEAVES[0], index, size, path)
    assert refused.value.code == code


def test_roots_that_are_no_hashes_are_not_consistent() -> None:
    with pytest.raises(ProofRejected, match="malformed: what='hash', expected=32, found=0"):
        verify_consistency(old_size=2, old_root=b"", new_size=2, new_root=b"", path=())


def test_a_newer_tree_is_not_smaller() -> None:
    with pytest.raises(ProofRejected, match="size_out_of_range: old_size=3, new_size=2"):
        verify_consistency(old_size=3, old_root=bytes(32), new_size=2, new_root=bytes(32), path=())


def test_a_mismatch_states_both_roots() -> None:
    with pytest.raises(ProofRejected) as refused:
        verify_inclusion(leaf=LEAVES[0], index=0, size=1, root=bytes(32), path=())
    assert refused.value.facts == {"stated": bytes(32), "computed": LEAVES[0]}
