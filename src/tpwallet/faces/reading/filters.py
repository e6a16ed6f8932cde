"""Filters of lists, between how a caller writes them and what they choose.

A filter that is understood and chooses nothing makes an empty list; one that cannot be understood
is refused by name, because an empty answer to a mistyped question looks like an answer.
"""

import re

from tpwallet.domains.ledger.marks import Marks
from tpwallet.faces.reading.cursors import Filters, text_in
from tpwallet.faces.reading.standing import Standing
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.money import MoneyError
from tpwallet.views.history.moments import Side

_NARROW = {"code": 16, "user_data_32": 32}  # bits; numbers
_WIDE = {"user_data_128": 128, "user_data_64": 64}  # decimal texts, as they are shown
_DIGITS_MAX = 39
_RAW_LEDGER = re.compile(r"LEDGER-([1-9][0-9]{0,9})")  # as `present.asset_of` calls it


def marks_in(filters: Filters) -> Marks:
    """The code and user data that filters ask for. **Rejects** with `Malformed` what fits no such
    field.

    >>> marks_in({"code": 7, "user_data_128": "9", "user_data_64": None, "user_data_32": None})
    Marks(code=7, user_data_128=9, user_data_64=None, user_data_32=None)
    """
    found: dict[str, int | None] = {}
    for name, bits in _NARROW.items():
        number = filters[name]
        if number is not None and type(number) is not int:
            raise _no_mark(name, bits)
        found[name] = _checked(number, name, bits)
    for name, bits in _WIDE.items():
        text = text_in(filters, name)
        if text is not None and not (
            text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
        ):
            raise _no_mark(name, bits)
        found[name] = _checked(None if text is None else int(text), name, bits)
    return Marks(**found)


def _checked(number: int | None, name: str, bits: int) -> int | None:
    if number is not None and not 0 <= number < 1 << bits:
        raise _no_mark(name, bits)
    return number


def _no_mark(name: str, bits: int) -> Malformed:
    return Malformed(f"{name} is a whole number of at most {bits} bits", parameter=name)


def side_in(filters: Filters) -> Side | None:
    """The side of an account that filters ask for. **Rejects** with `Malformed` what is none."""
    text = text_in(filters, "side")
    if text is None:
        return None
    try:
        return Side(text)
    except ValueError:
        raise Malformed("a side is debit or credit", parameter="side") from None


def ledger_in(filters: Filters, standing: Standing) -> int | None:
    """The ledger number of the asset that filters ask for, by its code, or of a raw ledger that
    nobody registered, as it is shown: `LEDGER-7`. **Rejects** `unknown_asset`.
    """
    asset = text_in(filters, "asset")
    if asset is None:
        return None
    try:
        return standing.catalogue.by_code(asset).ledger
    except MoneyError:
        raw = _RAW_LEDGER.fullmatch(asset)
        if raw is not None and int(raw[1]) <= 0xFFFF_FFFF:
            return int(raw[1])
        raise Rejected("unknown_asset", f"no asset {asset!r}", parameter="asset") from None
