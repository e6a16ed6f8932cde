"""Arguments held to the rules of the HTTP door, so that both doors refuse the same.

What moves money is checked by its flow. What governs a pool is checked where it comes in: names,
lengths and forms are those of the request bodies (`tpwallet.faces.http.bodies`).
"""

import re
from typing import Any, TypeVar

import msgspec

from tpwallet.kernel.errors import Malformed

T = TypeVar("T")
Body = TypeVar("Body", bound=msgspec.Struct)

_PLACE = re.compile(r" - at `\$\.?(.*)`$")


def checked(shape: type[Body], **fields: object) -> Body:
    """A request body made of its fields. **Rejects** with `Malformed`, naming the parameter.

    >>> from tpwallet.faces.http.bodies import PeriodEnd
    >>> checked(PeriodEnd, through="2026-01-31").through
    '2026-01-31'
    >>> checked(PeriodEnd, through="yesterday")
    Traceback (most recent call last):
    tpwallet.kernel.errors.Malformed: Expected `str` matching regex '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
    """
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        text = str(error)
        place = _PLACE.search(text)
        parameter = place[1] if place else "arguments"
        raise Malformed(_PLACE.sub("", text), parameter=parameter) from None


def checked_value(kind: Any, value: T, *, parameter: str) -> T:
    """A value held to an annotated type. **Rejects** with `Malformed`, naming the parameter."""
    try:
        found: T = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Malformed(str(error), parameter=parameter) from None
    return found
