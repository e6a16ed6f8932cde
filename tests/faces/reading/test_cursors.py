"""Cursors: they keep their filters, and whatever else is sent as one is malformed."""

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.faces.reading.cursors import Filters, Place, place_in, read_cursor, write_cursor
from tpwallet.kernel.errors import Malformed, Rejected

values = st.none() | st.booleans() | st.integers(0, 2**63) | st.text(max_size=20)
filters_of = st.dictionaries(st.sampled_from(["account", "since", "kind"]), values)
places = (
    st.integers(0, 2**63)
    | st.text(max_size=20)
    | st.tuples(st.integers(0, 2**63), st.integers(-1, 2**33))
)


@given(filters_of, places)
def test_a_cursor_brings_its_filters_and_its_place(filters: Filters, place: Place) -> None:
    text = write_cursor("statement", filters, place)
    assert read_cursor(text, "statement", dict.fromkeys(filters)) == (filters, place)
    assert read_cursor(text, "statement", filters) == (filters, place)


def test_without_a_cursor_the_filters_are_those_given() -> None:
    assert read_cursor(None, "accounts", {"asset": "EUR"}) == ({"asset": "EUR"}, None)


def test_a_cursor_of_another_list_or_other_filters_is_refused() -> None:
    text = write_cursor("accounts", {"asset": "EUR"}, 7)
    for listing, name in (("statement", "asset"), ("accounts", "kind")):
        with pytest.raises(Rejected) as refused:
            read_cursor(text, listing, {name: None})
        assert refused.value.code == "cursor_mismatch"
    with pytest.raises(Rejected) as refused:
        read_cursor(text, "accounts", {"asset": "USD"})
    assert refused.value.facts["filter"] == "asset"


@given(st.text(max_size=80))
def test_any_other_text_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read_cursor(text, "accounts", {})


@given(st.binary(max_size=60))
def test_any_other_bytes_are_malformed(data: bytes) -> None:
    text = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    with pytest.raises(Malformed):
        read_cursor(text, "accounts", {})


@pytest.mark.parametrize(
    "content",
    [
        [2, "accounts", {}, 7],
        [1, "accounts", {}, [1, 2, 3]],
        [1, "accounts", {}, None],
        [1, "accounts", {"asset": 1.5}, 7],
        [1, "accounts", {}],
    ],
)
def test_a_forged_cursor_is_malformed(content: list[object]) -> None:
    text = base64.urlsafe_b64encode(msgspec.msgpack.encode(content)).rstrip(b"=").decode()
    with pytest.raises(Malformed):
        read_cursor(text, "accounts", {})


def test_a_cursor_too_long_to_be_one_is_malformed() -> None:
    with pytest.raises(Malformed):
        read_cursor("A" * 2049, "accounts", {})


@pytest.mark.parametrize(
    ("place", "kind"),
    [("a", int), (-1, int), ((1, 2), int), (7, str), (7, tuple), ((-1, 0), tuple), ("a", tuple)],
)
def test_a_place_of_another_kind_of_list_is_malformed(place: Place, kind: type) -> None:
    with pytest.raises(Malformed):
        place_in(place, kind)


@pytest.mark.parametrize(("place", "kind"), [("a", str), (0, int), ((4, -1), tuple)])
def test_a_place_of_its_list_is_taken(place: Place, kind: type) -> None:
    assert place_in(place, kind) == place
