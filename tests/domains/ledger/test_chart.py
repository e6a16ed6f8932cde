"""Addresses, their ids, and the tree they form."""

import numpy as np
import pytest

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.chart import Chart, account_id_of, ancestors_of, check_address
from tpwallet.kernel.errors import Malformed, Rejected


@pytest.mark.parametrize(
    "address",
    [
        "a",
        "pool/main/USD",
        "customer/42/available/BTC",
        "a.b_c:d@e-f/0",
        "x" * 256,
        "a/" * 15 + "a",
    ],
)
def test_an_address_is_a_path_of_plain_segments(address: str) -> None:
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "/a", "a/", "a//b", "a b", "#1", "-a", "ä", "a\n", "x" * 257, "a/" * 16 + "a"],
)
def test_anything_else_is_no_address(address: str) -> None:
    with pytest.raises(Malformed):
        check_address(address)


def test_an_id_is_128_bits_of_the_address_alone() -> None:
    assert account_id_of("pool/main/USD") == account_id_of("pool/main/USD")
    assert account_id_of("pool/main/USD") != account_id_of("pool/main/EUR")
    assert 0 < account_id_of("pool/main/USD") < 1 << 128


def test_ancestors_are_the_nodes_above() -> None:
    assert ancestors_of("a/b/c") == ["a", "a/b"]
    assert ancestors_of("a") == []


def _chart(*addresses: str) -> Chart:
    chart = Chart(7)
    for row, address in enumerate(addresses):
        chart.place(row, address)
    chart.settle()
    return chart


def test_a_subtree_holds_what_lies_under_its_path_and_nothing_else() -> None:
    chart = _chart("a/b/c", "a/bc", "a/b/d/e", "b/a", "a/b")
    assert chart.subtree("a/b", 5).tolist() == [True, False, True, False, False]
    assert chart.subtree("a", 5).tolist() == [True, True, True, False, True]
    assert not chart.subtree("c", 5).any()


def test_a_deep_tree_is_reached_to_its_depth() -> None:
    address = "/".join("abcdefghijklmnop"[: limits.ADDRESS_DEPTH_MAX])
    assert _chart(address).subtree("a", 1).tolist() == [True]


def test_a_rollback_takes_out_new_nodes() -> None:
    chart = _chart("a/b")
    before = chart.state_hash()
    chart.place(1, "a/c/d/e")
    assert chart.state_hash() != before
    chart.rollback()
    assert chart.state_hash() == before


def test_a_chart_is_the_same_after_dump_and_load() -> None:
    chart = _chart("a/b/c", "d")
    other = Chart(9)
    other.load(chart.dump(2))
    assert other.state_hash() == chart.state_hash()
    assert np.array_equal(other.subtree("a", 2), chart.subtree("a", 2))


def test_addresses_pass_while_there_is_room_for_the_nodes_above_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "CHART_NODES_MAX", 4)
    chart = _chart("a/b/x")
    chart.require_room(["a/c/x", "a/c/y", "a/b/y", "z"])
    with pytest.raises(Rejected) as refused:
        chart.require_room(["a/c/x", "d/y"])
    assert (refused.value.code, refused.value.facts) == ("too_many_addresses", {"limit": 4})
    chart.place(1, "a/c/x")
    chart.require_room(["a/c/y", "z"])
    with pytest.raises(Rejected):
        chart.require_room(["d/y"])
