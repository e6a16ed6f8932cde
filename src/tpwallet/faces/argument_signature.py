"""How a method is shown to who asks for its signature: `help(pool.transfer)` says `amount: str`.

What an argument is held to is the parameter's own annotation; patterns and lengths are for the
decoder to read, and would hide the signature from a person.
"""

import inspect
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin


def shown_signature(method: Callable[..., Any]) -> inspect.Signature:
    """A method's signature in plain types.

    >>> def pay(self, amount: Annotated[str, "decimal"], *, code: Annotated[int, ">0"] | None): ...
    >>> str(shown_signature(pay))
    '(self, amount: str, *, code: int | None)'
    """
    signature = inspect.signature(method)
    parameters = [
        one.replace(annotation=_plain(one.annotation)) for one in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)


def _plain(kind: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _plain(parts[0])
    if origin is None or origin is Literal:
        return kind
    if origin in (Union, UnionType):
        found = _plain(parts[0])
        for part in parts[1:]:
            found |= _plain(part)
        return found
    return origin[tuple(_plain(part) for part in parts)]
