"""Plain decimal text, read and written without ever passing through a float.

The grammar is the whole of it: an optional minus, ASCII digits, and optionally a point followed by
more ASCII digits. No plus, exponent, spaces, underscores, grouping, NaN, infinity, bare point, nor
the digits of other scripts, all of which `int` or `decimal.Decimal` would accept in places.
Leading zeros are allowed: they are common in bank files and change nothing.
"""

import re
from typing import Final, NamedTuple

from tpwallet.money.errors import MalformedDecimal
from tpwallet.money.exactness import require_instance

_DECIMAL: Final = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")


class ParsedDecimal(NamedTuple):
    """The number `unscaled / 10 ** decimals`, exactly as it was written."""

    unscaled: int
    decimals: int


def parse_decimal(text: str, *, length_max: int) -> ParsedDecimal:
    """Read a plain decimal of at most `length_max` characters.

    **Rejects** any other text (`malformed_decimal`); a text past the limit is not echoed.

    >>> parse_decimal("-12.50", length_max=80)
    ParsedDecimal(unscaled=-1250, decimals=2)
    """
    require_instance("text", text, str)
    if len(text) > length_max:
        raise MalformedDecimal(
            f"a decimal of {len(text)} characters is longer than {length_max}",
            length=len(text),
            length_max=length_max,
        )
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise MalformedDecimal(f"{text!r} is not a plain decimal number", text=text)
    whole, fraction = match.group(1), match.group(2) or ""
    return ParsedDecimal(int(whole + fraction), len(fraction))


def format_decimal(unscaled: int, scale: int, *, grouped: bool = False) -> str:
    """Write `unscaled / 10 ** scale` with exactly `scale` decimals, thousands grouped if asked.

    >>> format_decimal(-5, 2)
    '-0.05'
    >>> format_decimal(123456789, 2, grouped=True)
    '1,234,567.89'
    """
    sign = "-" if unscaled < 0 else ""
    whole, fraction = divmod(abs(unscaled), 10**scale)
    text = f"{whole:,}" if grouped else str(whole)
    return f"{sign}{text}.{fraction:0{scale}d}" if scale else f"{sign}{text}"
