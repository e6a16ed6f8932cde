"""What is wrong with a body, in words that a person can read, and with the part at fault.

The decoder speaks of its own types and of regular expressions, counts bytes from the beginning of
a text instead of the body's, and does not name the key of an entry. Here its complaint becomes a
sentence (`tpwallet.faces.argument_words`) and a path.
"""

import json
import re
from typing import Any

import msgspec

from tpwallet.faces.argument_words import refusal
from tpwallet.kernel.errors import Malformed

BODY = "body"
_ENTRIES_LOOKED_AT = 64
_DIGITS_MAX = 20
_PLACE = re.compile(r" - at (?:`key` in )?`\$\.?(.*)`$")
_FIELD = re.compile(r"Object (missing required|contains unknown) field `(.*?)`")
_FIELDS = {"missing required": "this field is required", "contains unknown": "no such field"}
_STEP = re.compile(r"(\w+)|\[([0-9]+)\]")
_ENTRY = "[...]"
_TRUNCATED = "Input data was truncated"


def malformed(error: Exception, body: bytes, kind: Any, at: str = BODY) -> Malformed:
    """The refusal of a body that cannot be decoded as `kind`; `at` is what the whole is called.

    >>> from tpwallet.faces.bodies import NewPosting
    >>> def refused(body):
    ...     try:
    ...         msgspec.json.decode(body, type=NewPosting)
    ...     except msgspec.MsgspecError as error:
    ...         found = malformed(error, body, NewPosting)
    ...         print(f"{found.facts['parameter']}: {found}")
    >>> refused(b'{"legs": [{"debit": "a"}]}')
    legs[0].credit: this field is required
    >>> refused(b'{"legs": [], "metadata": {"note": 1}}')
    legs: expected a list of at least 1 entries
    >>> refused(b'{')
    body: this is not JSON: it ends too early
    """
    match error:
        case msgspec.ValidationError():
            return _unfit(error, body, kind, at)
        case RecursionError():
            return Malformed("this is nested too deep", parameter=at)
        case UnicodeDecodeError():
            return Malformed(_not_text(body), parameter=at)
        case _:
            return Malformed(_not_json(str(error), body), parameter=at)


def _unfit(error: msgspec.ValidationError, body: bytes, kind: Any, at: str) -> Malformed:
    text = str(error)
    place = _PLACE.search(text)
    path = place[1] if place else ""
    field = _FIELD.match(text)
    if field:
        return Malformed(_FIELDS[field[1]], parameter=f"{path}.{field[2]}".removeprefix("."))
    if path.endswith(_ENTRY):
        path = _entry_at_fault(path, body, kind)
    return Malformed(str(refusal(error, kind)), parameter=path or at)


def _entry_at_fault(path: str, body: bytes, kind: Any) -> str:
    """The path of the entry that is refused, alone or with the others."""
    owner = path.removesuffix(_ENTRY)
    try:
        whole = json.loads(body, parse_int=_small)
    except (ValueError, RecursionError):  # what follows the entry is no JSON
        return owner
    entries = whole
    for name, number in _STEP.findall(owner):
        entries = entries[name or int(number)]
    looked_at = list(entries.items())[:_ENTRIES_LOOKED_AT]
    for name, value in looked_at:
        entries.clear()
        entries[name] = value
        try:
            msgspec.convert(whole, kind)
        except msgspec.ValidationError as error:
            if _ENTRY in str(error):
                return f"{owner}.{name}"
    return owner


def _small(digits: str) -> int:
    """A whole number, unless it is one of those that a stranger sends to have us count."""
    return int(digits) if len(digits) <= _DIGITS_MAX else 0


def _not_text(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return f"this is not UTF-8 at byte {error.start}"
    return "this is not UTF-8"


def _not_json(complaint: str, body: bytes) -> str:
    if not body.strip():
        return "send a body of JSON"
    if complaint != _TRUNCATED:
        return f"this is not JSON: {complaint.removeprefix('JSON is malformed: ')}"
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "this is not JSON: it ends too early"
    return "a text holds half of a surrogate pair, which is no character"
