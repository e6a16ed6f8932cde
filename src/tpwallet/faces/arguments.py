"""Arguments held to their shapes: the annotation of a parameter is what it is held to.

The library and the client take what the HTTP door takes. There a body is decoded into a struct of
annotated types (`tpwallet.faces.bodies`, `tpwallet.domains.ledger.forms`); here the parameters of a
method carry the same types, and a call is held to them before anything of it is done: a float is
no amount, `True` is no number, 5 is no text. Nothing is bent into shape.

Beyond its annotation a text is held to be one (half of a surrogate pair is none), and a whole
number to 64 bits. An annotation in quotes is of something that is loaded later, or that comes in
many forms: the method itself checks such an argument.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from types import FunctionType
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

import msgspec
from msgspec import ValidationError, convert
from msgspec import inspect as shapes

from tpwallet.faces.argument_signature import shown_signature
from tpwallet.faces.argument_words import refusal
from tpwallet.kernel.errors import InvariantBroken, Malformed

P = ParamSpec("P")
T = TypeVar("T")
Owner = TypeVar("Owner", bound=type)

_BITS_MAX: Final = 63  # and a sign
_HALF: Final = "expected text, got half of a surrogate pair, which is no character"
_encode = msgspec.json.Encoder().encode


class _Shape(NamedTuple):
    """What a call's arguments are held to."""

    struct: type[msgspec.Struct]
    nested: frozenset[str]  # parameters that hold structs of ours
    boundless: frozenset[str]  # with text of any characters, or whole numbers of any size
    special: frozenset[str]  # either, or with bytes: a call without them is checked in one step


def held(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """The same method, which **rejects** with `Malformed`, naming the parameter, an argument that
    is not of the shape its annotation says.

    >>> class Till:
    ...     @held
    ...     def take(self, amount: str, *, coins: int = 0) -> str:
    ...         return amount
    >>> Till().take("12.50", coins=2)
    '12.50'
    >>> Till().take(12.50)
    Traceback (most recent call last):
    tpwallet.kernel.errors.Malformed: expected text, got a float
    """
    signature = shown_signature(method)
    names = tuple(signature.parameters)[1:]
    shape: _Shape | None = None

    @wraps(method)
    def checked(self: Any, /, *args: Any, **kwargs: Any) -> T:
        nonlocal shape
        if shape is None:  # made with the first call: most methods are never called
            shape = _shape_of(method, names)
        given = {**dict(zip(names, args, strict=False)), **kwargs} if args else kwargs
        if shape.special.isdisjoint(given):
            try:
                convert(given, shape.struct)
            except (ValidationError, UnicodeEncodeError) as error:
                raise _refusal(error, given, shape) from None
            return method(self, *args, **kwargs)
        plain = {n: _plain(value) if n in shape.nested else value for n, value in given.items()}
        found = _convert(plain, shape)
        nested = {name: getattr(found, name) for name in shape.nested.intersection(given)}
        first = [nested.pop(name, value) for name, value in zip(names, args, strict=False)]
        return method(self, *first, *args[len(names) :], **{**kwargs, **nested})

    checked.__signature__ = signature  # type: ignore[attr-defined]
    return checked


def hold_methods(owner: Owner) -> Owner:
    """A class whose public methods are all `held`, those it inherits included."""
    for name in dir(owner):
        method = inspect.getattr_static(owner, name)
        is_public = isinstance(method, FunctionType) and not name.startswith("_")
        if is_public and not hasattr(method, "__wrapped__"):
            setattr(owner, name, held(method))
    return owner


def checked_value(kind: Any, value: T, *, parameter: str) -> T:
    """A value held to an annotated type. **Rejects** with `Malformed`, naming the parameter.

    >>> from tpwallet.faces.bodies import Word
    >>> checked_value(Word, "tills", parameter="name")
    'tills'
    """
    shape = _shape({parameter: kind})
    found: T = getattr(_convert({parameter: _plain(value)}, shape), parameter)
    return found


def _shape_of(method: Callable[..., Any], names: Iterable[str]) -> _Shape:
    kinds = inspect.get_annotations(method)
    return _shape({name: kinds[name] for name in names})


def _shape(kinds: Mapping[str, Any]) -> _Shape:
    """Every field may be left out: that an argument is missing is for Python to say."""
    fields = [(name, _read_here(kind), None) for name, kind in kinds.items()]
    struct = msgspec.defstruct("Arguments", fields, kw_only=True, gc=False)
    parts = {name: list(_parts(shapes.type_info(kind))) for name, kind, _ in fields}
    nested = _those(parts, _is_struct)
    boundless = _those(parts, _is_boundless)
    return _Shape(struct, nested, boundless, nested | boundless | _those(parts, _is_bytes))


def _those(
    parts: Mapping[str, Iterable[shapes.Type]], claim: Callable[[shapes.Type], bool]
) -> frozenset[str]:
    return frozenset(name for name, found in parts.items() if any(map(claim, found)))


def _read_here(kind: Any) -> Any:
    return Any if isinstance(kind, str) else kind


def _parts(told: shapes.Type) -> Iterator[shapes.Type]:
    """A type, and all it is made of."""
    yield told
    match told:
        case shapes.Metadata(type=inner):
            yield from _parts(inner)
        case shapes.UnionType(types=types):
            for inner in types:
                yield from _parts(inner)
        case shapes.CollectionType(item_type=inner):
            yield from _parts(inner)
        case shapes.DictType(key_type=key, value_type=value):
            yield from _parts(key)
            yield from _parts(value)
        case shapes.StructType(fields=fields):
            for field in fields:
                yield from _parts(field.type)
        case _:
            return


def _is_struct(told: shapes.Type) -> bool:
    return isinstance(told, shapes.StructType)


def _is_bytes(told: shapes.Type) -> bool:
    return isinstance(told, shapes.BytesType)


def _is_boundless(told: shapes.Type) -> bool:
    match told:
        case shapes.StrType(pattern=None) | shapes.IntType(le=None):
            return True
        case _:
            return False


def _convert(given: Mapping[str, Any], shape: _Shape) -> msgspec.Struct:
    try:
        found = _converted(given, shape)
    except (ValidationError, UnicodeEncodeError) as error:
        raise _refusal(error, given, shape) from None
    for name in shape.boundless.intersection(given):
        _check_bounds(getattr(found, name), name)
    return found


def _converted(given: Mapping[str, Any], shape: _Shape) -> msgspec.Struct:
    """The arguments of their shape; no text is taken for bytes in base64."""
    return convert(given, shape.struct, builtin_types=(bytes,))


def _refusal(
    error: ValidationError | UnicodeEncodeError, given: Mapping[str, Any], shape: _Shape
) -> Malformed:
    """The refusal of the first argument at fault; of a text that is none the decoder says no more
    than that there is one.
    """
    if isinstance(error, ValidationError):
        return refusal(error, shape.struct)
    for name, value in given.items():
        try:
            _converted({name: value}, shape)
        except UnicodeEncodeError:
            return Malformed(_HALF, parameter=name)
        except ValidationError as other:
            return refusal(other, shape.struct)
    raise InvariantBroken("arguments are refused together, and each alone is not") from error


def _check_bounds(value: object, name: str) -> None:
    if isinstance(value, int) and value.bit_length() > _BITS_MAX:
        raise Malformed(f"expected a whole number of at most {_BITS_MAX} bits", parameter=name)
    try:
        _encode(value)
    except UnicodeEncodeError:
        raise Malformed(_HALF, parameter=name) from None


def _plain(value: object) -> object:
    """Structs of ours as mappings: they are made unchecked, and are checked here."""
    match value:
        case msgspec.Struct():
            return msgspec.structs.asdict(value)
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
