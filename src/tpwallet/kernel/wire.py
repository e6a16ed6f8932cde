"""Events on the wire: names, versions, bytes.

An event is a frozen struct with a name and a version, `ledger.batch_applied@1`, written as a
msgpack array of its fields. Evolution keeps every byte ever written readable: a field may be
added at the end with a default; a changed meaning is a new version, and the old one gets an
upcaster that turns it into the new at decoding, so that nothing past this module ever sees an old
version. Golden byte files in the tests hold one example of each version for ever.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import msgspec

from tpwallet.kernel.errors import InvariantBroken

_encode = msgspec.msgpack.Encoder().encode


class Event(msgspec.Struct, frozen=True, array_like=True):
    """A fact. Subclasses are declared with `@event(name, version)`."""

    wire_name: ClassVar[str] = ""


E = TypeVar("E", bound=type[Event])

_decoders: dict[str, Callable[[bytes | memoryview], Event]] = {}
_types: dict[str, type[Event]] = {}
_upcasters: dict[str, Callable[[Any], Event]] = {}


def event(name: str, version: int) -> Callable[[E], E]:
    """Declare an event type under `name@version`; each may be declared once."""

    def declare(cls: E) -> E:
        wire_name = f"{name}@{version}"
        if wire_name in _types:
            raise InvariantBroken(f"event {wire_name} is declared twice")
        cls.wire_name = wire_name
        _types[wire_name] = cls
        _decoders[wire_name] = msgspec.msgpack.Decoder(cls).decode
        return cls

    return declare


def upcasts(old: type[Event]) -> Callable[[Callable[[Any], Event]], Callable[[Any], Event]]:
    """Declare how an old version becomes a newer one."""

    def declare(function: Callable[[Any], Event]) -> Callable[[Any], Event]:
        _upcasters[old.wire_name] = function
        return function

    return declare


def event_types() -> dict[str, type[Event]]:
    """Every declared event by its wire name."""
    return dict(_types)


def encode_event(fact: Event) -> bytes:
    """The bytes of an event: msgpack `[name, [field, …]]`."""
    return b"\x92" + _encode(fact.wire_name) + _encode(fact)


class _RawEvent(msgspec.Struct, frozen=True, array_like=True):
    name: str
    payload: msgspec.Raw


_decode_raw = msgspec.msgpack.Decoder(_RawEvent).decode


def decode_event(data: bytes | memoryview) -> Event:
    """Read an event, in its newest version.

    **Rejects** unknown names and malformed payloads with `ValueError`: a journal written by a newer
    release, or damage that hashes did not have the chance to catch.
    """
    try:
        raw = _decode_raw(data)
        decoder = _decoders.get(raw.name)
        if decoder is None:
            raise ValueError(f"unknown event {raw.name!r}: written by a newer release?")
        fact = decoder(raw.payload)
    except msgspec.MsgspecError as error:
        raise ValueError(f"malformed event: {error}") from error
    while (upcast := _upcasters.get(fact.wire_name)) is not None:
        fact = upcast(fact)
    return fact
