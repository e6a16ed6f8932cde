"""What is wrong with an argument, in words that a person can read.

The decoder speaks of its own types and of regular expressions. Here its complaint becomes a
sentence: what was expected and what came, then what the parameter is for, in the words with which
its type is described to the callers of the API.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import inspect as shapes

from tpwallet.kernel.errors import Malformed

_PLACE: Final = re.compile(r" - at (?:`key` in )?`\$\.?(.*)`$")
_STEP: Final = re.compile(r"\[[^\]]*\]|\w+")
_MISMATCH: Final = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_LENGTH: Final = re.compile(r"Expected `(\w+)` of length (>=|<=) (\d+)")
_RANGE: Final = re.compile(r"Expected `int` (>=|<=) (-?\d+)")
_WORDS: Final[Mapping[str, str]] = {
    "str": "text",
    "int": "a whole number",
    "bool": "True or False",
    "bytes": "bytes",
    "array": "a list",
    "object": "a mapping",
    "null": "None",
    "float": "a float",
    "decimal": "a Decimal",
}
_BOUNDS: Final[Mapping[str, str]] = {">=": "at least", "<=": "at most"}
_UNITS: Final[Mapping[str, str]] = {"str": "characters", "array": "entries", "object": "entries"}


def refusal(error: msgspec.ValidationError, shape: type[msgspec.Struct]) -> Malformed:
    """What a struct's decoder complains about, as a refusal that names the parameter.

    >>> from tpwallet.faces.bodies import NewCreditLine
    >>> try:
    ...     msgspec.convert({"address": "a", "asset": "EUR", "limit": 12.5}, NewCreditLine)
    ... except msgspec.ValidationError as error:
    ...     print(refusal(error, NewCreditLine))
    expected text, got a float. A decimal amount in the asset's own scale: `12.50`
    """
    complaint = str(error)
    place = _PLACE.search(complaint)
    path = place[1] if place else "arguments"
    leaf, meaning = _found_at(shapes.type_info(shape), path)
    told = sentence(_PLACE.sub("", complaint), leaf)
    return Malformed(f"{told}. {meaning}" if meaning else told, parameter=path)


def sentence(complaint: str, leaf: shapes.Type | None = None) -> str:
    """What was expected, and what came, of a decoder's complaint about a value of type `leaf`.

    >>> sentence("Expected `int` <= 1000"), sentence("Expected `str`, got `int`")
    ('expected a whole number of at most 1000', 'expected text, got a whole number')
    """
    if isinstance(leaf, shapes.LiteralType):
        return f"expected one of {', '.join(map(str, leaf.values))}"
    if found := _MISMATCH.match(complaint):
        wanted = [_WORDS.get(one, one) for one in found[1].split(" | ") if one != "null"]
        return f"expected {' or '.join(wanted)}, got {_WORDS.get(found[2], found[2])}"
    if found := _LENGTH.match(complaint):
        kind, bound, length = found.groups()
        return f"expected {_WORDS[kind]} of {_BOUNDS[bound]} {length} {_UNITS[kind]}"
    if found := _RANGE.match(complaint):
        return f"expected a whole number of {_BOUNDS[found[1]]} {found[2]}"
    if "matching regex" in complaint:
        return "expected text of another form"
    return complaint[:1].lower() + complaint[1:]


def _found_at(told: shapes.Type, path: str) -> tuple[shapes.Type | None, str]:
    """The type of a part of an argument, and what its description says, without the full stop."""
    inner: shapes.Type | None
    inner, meaning = _bare(told)
    for step in _STEP.findall(path):
        inner, meaning = _bare(_below(inner, step))
    return inner, meaning.removesuffix(".")


def _below(told: shapes.Type | None, step: str) -> shapes.Type | None:
    match told:
        case shapes.StructType(fields=fields):
            return next((field.type for field in fields if field.encode_name == step), None)
        case shapes.CollectionType(item_type=inner) | shapes.DictType(value_type=inner):
            return inner
        case _:
            return None


def _bare(told: shapes.Type | None) -> tuple[shapes.Type | None, str]:
    """A type without its wrappings, and the description that was on them."""
    match told:
        case shapes.Metadata(type=inner, extra_json_schema=extra):
            return _bare(inner)[0], str((extra or {}).get("description", ""))
        case shapes.UnionType(types=types):
            others = [one for one in types if not isinstance(one, shapes.NoneType)]
            return _bare(others[0]) if len(others) == 1 else (told, "")
        case _:
            return told, ""
