"""Cursors: where a list goes on, and what was asked for.

A cursor holds the filters of its list, so a next page needs nothing but the cursor; one that comes
with other filters is refused rather than mixed up. It is opaque, not secret and not signed: it
grants nothing that its caller could not ask for.
"""

import base64
import binascii
from typing import TypeAlias, TypeVar

import msgspec

from tpwallet.kernel.errors import Malformed, Rejected

Filters: TypeAlias = dict[str, str | int | bool | None]
Place: TypeAlias = str | int | tuple[int, int]
P = TypeVar("P", str, int, tuple[int, int])

_VERSION = 1
_LENGTH_MAX = 2048


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    version: int
    listing: str
    filters: dict[str, str | int | bool | None]
    place: str | int | tuple[int, int]


_decode = msgspec.msgpack.Decoder(_Cursor).decode


def write_cursor(listing: str, filters: Filters, place: Place) -> str:
    """The cursor of a list's next page.

    >>> read_cursor(write_cursor("accounts", {"asset": "EUR"}, 7), "accounts", {"asset": None})
    ({'asset': 'EUR'}, 7)
    """
    data = msgspec.msgpack.encode(_Cursor(_VERSION, listing, filters, place))
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def read_cursor(text: str | None, listing: str, filters: Filters) -> tuple[Filters, Place | None]:
    """The filters to use and the place to go on from; without a cursor these filters and None.

    A filter that is None was not given, and is taken from the cursor.

    **Rejects** `cursor_mismatch` for a cursor of another list or other filters, and with
    `Malformed` what is no cursor.
    """
    if text is None:
        return filters, None
    cursor = _parsed(text)
    if cursor.listing != listing or cursor.filters.keys() != filters.keys():
        raise Rejected("cursor_mismatch", "this cursor is of another list", parameter="cursor")
    for name, given in filters.items():
        if given is not None and given != cursor.filters[name]:
            raise Rejected(
                "cursor_mismatch",
                f"this cursor was given for another {name}",
                parameter="cursor",
                filter=name,
            )
    return cursor.filters, cursor.place


def place_in(place: Place | None, kind: type[P]) -> P | None:
    """A cursor's place, of the kind its list has. **Rejects** with `Malformed` any other, and what
    lies below 0.

    >>> place_in(7, int), place_in(None, str)
    (7, None)
    """
    if place is None:
        return None
    numbers = (place,) if isinstance(place, int) else place
    if not isinstance(place, kind) or (isinstance(numbers, tuple) and numbers[0] < 0):
        raise Malformed("a cursor comes from the page before", parameter="cursor")
    return place


def text_in(filters: Filters, name: str) -> str | None:
    """A filter that is a text, or None. **Rejects** with `Malformed` any other."""
    found = filters[name]
    if found is not None and not isinstance(found, str):
        raise Malformed("a text is expected", parameter=name)
    return found


def moment_in(filters: Filters, name: str) -> int | str | None:
    """A filter that is a position or a time, or None. **Rejects** with `Malformed` any other."""
    found = filters[name]
    if isinstance(found, bool):
        raise Malformed("a position or a time is expected", parameter=name)
    return found


def _parsed(text: str) -> _Cursor:
    try:
        if len(text) > _LENGTH_MAX:
            raise ValueError
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = _decode(data)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Malformed("a cursor comes from the page before", parameter="cursor") from None
    if cursor.version != _VERSION:
        raise Malformed("this cursor is of another release", parameter="cursor")
    return cursor
