"""A request as this door reads it: strict bodies, a known caller, a deadline.

Litestar reads a body into builtins and then bends it into the wanted type; a string that looks
like a number becomes one. With money that is a guess. Here a body is decoded straight into its
struct: wrong types, unknown fields and malformed JSON are refused with the part at fault.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException

from tpwallet.faces.http import limits
from tpwallet.faces.http.errors import MediaTypeRefused
from tpwallet.faces.http.headers import DEADLINE
from tpwallet.faces.http.media_types import JSON
from tpwallet.faces.http.pools import ServedPool
from tpwallet.kernel.access import Actor
from tpwallet.kernel.errors import Forbidden, Malformed, Unauthorized

CALLER, UNTIL = "caller", "until"  # in the request's state
BODY = "body"

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_FIELD = re.compile(r"field `(.*?)`")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and which pool their key belongs to; `is_allowed` looks at the key again."""

    pool: ServedPool
    actor: Actor
    is_allowed: Callable[[], bool]


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def malformed(error: Exception, at: str = BODY) -> Malformed:
    """The refusal of a body that cannot be decoded, with the part at fault.

    >>> malformed(msgspec.ValidationError("Expected `str` - at `$.legs[0].amount`")).facts
    {'parameter': 'legs[0].amount'}
    """
    text = str(error)
    place = _PLACE.search(text)
    message = text[: place.start()] if place else text
    path = place[1] if place else ""
    field = _FIELD.search(message)
    if field:
        path = f"{path}.{field[1]}" if path else field[1]
    return Malformed(message, parameter=path or at)


def decode(body: bytes, kind: Any, at: str = BODY) -> Any:
    """Decode a JSON body. **Rejects** with `Malformed` anything that is not the wanted struct;
    `at` is what the whole is called.
    """
    try:
        return _decoder(kind).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(error, at) from None


class ApiRequest(Request[None, None, State]):
    """A request of the API."""

    __slots__ = ()

    async def json(self) -> Any:
        """The body, decoded into the struct the route declares."""
        if not self.is_of(JSON):
            raise MediaTypeRefused(JSON)
        field = self.route_handler.parsed_data_field
        return decode(await self.body(), Any if field is None else field.annotation)

    async def body(self) -> bytes:
        """The body's bytes. **Rejects** with `Malformed` one that the caller did not finish."""
        try:
            return await super().body()
        except InternalServerException:  # all that Litestar raises here: the caller has gone
            raise Malformed("the body ended before it was complete", parameter=BODY) from None

    def is_of(self, media_type: str) -> bool:
        """Whether the body says it is of a media type, whatever its parameters."""
        return self.media_type == media_type

    @property
    def media_type(self) -> str:
        """What the body says it is, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def caller(self) -> Caller:
        """Who asks. **Rejects** with `Unauthorized` a request that came past no door."""
        caller = self.scope["state"].get(CALLER)
        if not isinstance(caller, Caller):
            raise Unauthorized("this needs an API key")
        return caller

    def require(self, scope: str) -> ServedPool:
        """The caller's pool. **Rejects** with `Forbidden` a key without the scope."""
        caller = self.caller
        if scope not in caller.actor.scopes:
            raise Forbidden(
                f"{self.route_handler.handler_name} needs the scope {scope}",
                scope=scope,
                actor=caller.actor.name,
            )
        return caller.pool

    @property
    def deadline(self) -> int:
        """When the caller stops waiting, in nanoseconds of the monotonic clock."""
        until: int = self.scope["state"][UNTIL]
        return until


def deadline_after(text: bytes | None) -> int:
    """When a caller stops waiting who said so, or did not, in nanoseconds of the monotonic clock.

    **Rejects** with `Malformed` what is no number of milliseconds up to `DEADLINE_MS_MAX`.
    """
    wait_ms = limits.DEADLINE_MS_DEFAULT if text is None else _deadline_ms(text)
    return time.monotonic_ns() + wait_ms * 1_000_000


def _deadline_ms(text: bytes) -> int:
    is_number = text.isdigit() and len(text) <= 9
    if not is_number or not 0 < int(text) <= limits.DEADLINE_MS_MAX:
        raise Malformed(
            f"a deadline is 1 to {limits.DEADLINE_MS_MAX} milliseconds", parameter=DEADLINE
        )
    return int(text)
