"""A request as this door reads it: strict bodies, a known caller, a deadline.

Litestar reads a body into builtins and then bends it into the wanted type; a string that looks
like a number becomes one. With money that is a guess. Here a body is decoded straight into its
struct: wrong types, unknown fields and malformed JSON are refused with the part at fault.

A member or a header that says something twice is refused, too (RFC 8259, section 4, leaves open
which one counts): a proxy or a log may have read the other one.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.types import Scope

from tpwallet.faces.http import limits
from tpwallet.faces.http.errors import MediaTypeRefused
from tpwallet.faces.http.headers import (
    AUTHORIZATION,
    CONTENT_TYPE,
    DEADLINE,
    IDEMPOTENCY_KEY,
    LAST_EVENT_ID,
)
from tpwallet.faces.http.malformed import BODY, malformed
from tpwallet.faces.http.media_types import JSON
from tpwallet.faces.http.pools import ServedPool
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.access import Actor
from tpwallet.kernel.errors import Forbidden, Malformed, Unauthorized

CALLER, UNTIL = "caller", "until"  # in the request's state

# The headers that say what is asked, and by whom.
_HEARD = {
    name.lower().encode(): name
    for name in (AUTHORIZATION, CONTENT_TYPE, DEADLINE, IDEMPOTENCY_KEY, LAST_EVENT_ID)
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and which pool their key belongs to; `is_allowed` looks at the key again."""

    pool: ServedPool
    actor: Actor
    is_allowed: Callable[[], bool]


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def decode(body: bytes, kind: Any, at: str = BODY) -> Any:
    """Decode a JSON body. **Rejects** with `Malformed` anything that is not the wanted struct;
    `at` is what the whole is called.
    """
    try:
        found = _decoder(kind).decode(body)
        _each_member_once(body.decode())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(error, body, kind, at) from None
    return found


def _members(pairs: Sequence[tuple[str, object]]) -> None:
    """The members of one JSON object, each once."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed("this member is given more than once", parameter=twice)


# Numbers are not looked at, so they are left as they are written.
_each_member_once = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=str, parse_float=str
).decode


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
        """When the caller stops waiting, in nanoseconds of `hub.elapsed`."""
        until: int = self.scope["state"][UNTIL]
        return until


def require_each_header_once(scope: Scope) -> None:
    """**Rejects** with `Malformed` a request that has one of the headers of this API twice."""
    names = [name for name, _ in scope["headers"] if name in _HEARD]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed("this header is given more than once", parameter=_HEARD[twice])


def deadline_after(text: bytes | None) -> int:
    """When a caller stops waiting who said so, or did not, in nanoseconds of `hub.elapsed`.

    **Rejects** with `Malformed` what is no number of milliseconds up to `DEADLINE_MS_MAX`.
    """
    wait_ms = limits.DEADLINE_MS_DEFAULT if text is None else _deadline_ms(text)
    return elapsed_ns() + wait_ms * 1_000_000


def _deadline_ms(text: bytes) -> int:
    is_number = text.isdigit() and len(text) <= 9
    if not is_number or not 0 < int(text) <= limits.DEADLINE_MS_MAX:
        raise Malformed(
            f"a deadline is 1 to {limits.DEADLINE_MS_MAX} milliseconds", parameter=DEADLINE
        )
    return int(text)
