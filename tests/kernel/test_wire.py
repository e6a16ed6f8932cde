"""Events on the wire: what was ever written stays readable, in its newest meaning."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.wire import (
    Event,
    decode_event,
    encode_event,
    event,
    event_types,
    upcasts,
)


@event("test.priced", 1)
class PricedInWhole(Event, frozen=True):
    """What a price was in the first release: whole units."""

    units: int


@event("test.priced", 2)
class PricedInCents(Event, frozen=True):
    """The second release counted cents."""

    cents: int


@event("test.priced", 3)
class Priced(Event, frozen=True):
    """The newest: cents, and whose; `source` was added later, at the end, with a default."""

    cents: int
    owner: str
    source: str = "list"


@upcasts(PricedInWhole)
def _to_cents(old: PricedInWhole) -> Event:
    return PricedInCents(old.units * 100)


@upcasts(PricedInCents)
def _to_owned(old: PricedInCents) -> Event:
    return Priced(old.cents, "pool")


def raw(name: str, *fields: object) -> bytes:
    return msgspec.msgpack.encode([name, list(fields)])


@given(st.integers(-(1 << 63), (1 << 64) - 1), st.text(), st.text())
def test_an_event_reads_back_as_it_was_written(cents: int, owner: str, source: str) -> None:
    fact = Priced(cents, owner, source)
    data = encode_event(fact)
    assert decode_event(data) == fact
    assert decode_event(memoryview(data)) == fact


def test_an_event_is_its_name_and_its_fields_in_order() -> None:
    assert encode_event(Priced(5, "ada")) == raw("test.priced@3", 5, "ada", "list")


def test_bytes_from_before_a_field_was_added_read_with_its_default() -> None:
    assert decode_event(raw("test.priced@3", 5, "ada")) == Priced(5, "ada", "list")


def test_old_versions_are_raised_step_by_step_to_the_newest() -> None:
    assert decode_event(raw("test.priced@1", 7)) == Priced(700, "pool")
    assert decode_event(raw("test.priced@2", 7)) == Priced(7, "pool")


def test_an_unknown_event_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"unknown event 'test\.priced@4'.*newer release"):
        decode_event(raw("test.priced@4", 5))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        raw("test.priced@3"),
        raw("test.priced@3", "five", "ada"),
        msgspec.msgpack.encode("test.priced@3"),
        encode_event(Priced(5, "ada"))[:-1],
    ],
)
def test_malformed_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="malformed event"):
        decode_event(data)


def test_a_name_and_version_is_declared_once() -> None:
    with pytest.raises(InvariantBroken, match=r"test\.priced@1 is declared twice"):
        event("test.priced", 1)(PricedInWhole)


def test_declared_events_are_listed_by_their_names() -> None:
    declared = event_types()
    assert declared["test.priced@3"] is Priced
    assert all(name == kind.wire_name for name, kind in declared.items())
    declared.clear()
    assert event_types()
