"""The door: who asks, told from their API key, before any route is entered.

What is not said here: whether they may do it. That is asked once per command by the shard, which
also looks at the key again (`kernel.access`), and by each read route for its scope.
"""

from collections.abc import Callable
from functools import cache
from urllib.parse import parse_qsl

from litestar.enums import ParamType, ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from tpwallet.faces.http.errors import MethodRefused
from tpwallet.faces.http.headers import DEADLINE
from tpwallet.faces.http.pools import Pools
from tpwallet.faces.http.request import (
    CALLER,
    UNTIL,
    Caller,
    deadline_after,
    require_each_header_once,
)
from tpwallet.kernel.access import NO_KEY
from tpwallet.kernel.errors import Malformed, Unauthorized

IS_OPEN = "is_open"  # in a route's options: no key is asked for
AUTHORIZATION, WAIT = b"authorization", DEADLINE.lower().encode()
_SCHEME = b"bearer "
_TOKEN_LENGTH_MAX = 128
_NO_PARAMETERS = {"request", "data", "state"}
_OPTIONS, _NULL = "OPTIONS", "null"


def key_door(pools: Pools) -> Callable[[ASGIApp], ASGIApp]:
    """A door that opens to API keys (RFC 6750, by header only)."""

    def door(app: ASGIApp) -> ASGIApp:
        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                handler = scope["route_handler"]
                if scope["method"] == _OPTIONS:
                    raise _not_offered(scope)
                require_each_header_once(scope)
                if not handler.opt.get(IS_OPEN):
                    let_in(scope, caller_with(pools, header(scope, AUTHORIZATION)))
                if scope["query_string"] and isinstance(handler, HTTPRouteHandler):
                    check_query(handler, scope["query_string"])
            await app(scope, receive, send)

        return enter

    return door


def header(scope: Scope, name: bytes) -> bytes | None:
    """A header of a request, by its name in small letters."""
    return next((value for known, value in scope["headers"] if known == name), None)


def let_in(scope: Scope, caller: Caller) -> None:
    """Note who asks, and until when they wait. **Rejects** with `Malformed` a bad deadline."""
    scope["state"][CALLER] = caller
    scope["state"][UNTIL] = deadline_after(header(scope, WAIT))


def caller_with(pools: Pools, authorization: bytes | None) -> Caller:
    """Who presents an `Authorization` header. **Rejects** with `Unauthorized` one without a key of
    these pools, and none.
    """
    token = _bearer_token(authorization)
    found = pools.caller_of(token)
    if found is None:
        raise Unauthorized(NO_KEY)
    return Caller(*found, lambda: pools.caller_of(token) is not None)


def _bearer_token(authorization: bytes | None) -> str:
    if authorization is None:
        raise Unauthorized("this needs an API key: send Authorization: Bearer, and the key")
    scheme, token = authorization[: len(_SCHEME)], authorization[len(_SCHEME) :]
    if scheme.lower() != _SCHEME or len(authorization) > _TOKEN_LENGTH_MAX:
        raise Unauthorized("send Authorization: Bearer, and an API key")
    return token.decode("latin-1").strip()


def _not_offered(scope: Scope) -> MethodRefused:
    """OPTIONS is no method of this API; what a path knows is told in `Allow`, as for any other."""
    asked = scope["path_template"]
    known = {
        method
        for route in scope["litestar_app"].routes
        if isinstance(route, HTTPRoute) and route.path_format == asked
        for method in route.methods
    }
    allow = ", ".join(sorted(known - {_OPTIONS}))
    return MethodRefused("the path does not know this method", allow=allow)


@cache
def _query_names(handler: HTTPRouteHandler) -> dict[str, bool]:
    """The query parameters a route knows, and whether each is a text."""
    names = {}
    for field in handler.parsed_fn_signature.parameters.values():
        kwarg = field.kwarg_definition
        is_text = field.annotation in (str, str | None)
        if isinstance(kwarg, ParameterKwarg):
            if kwarg.param_type is ParamType.QUERY:
                names[kwarg.name or field.name] = is_text
        elif field.name not in _NO_PARAMETERS:
            names[field.name] = is_text
    return names


def check_query(handler: HTTPRouteHandler, query: bytes) -> None:
    """**Rejects** with `Malformed` a query parameter the route does not know, one given twice, and
    a number or a claim that is null.

    A misspelt filter, or none, would otherwise answer another question than was asked.
    """
    known = _query_names(handler)
    seen = set()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            raise Malformed("this path knows no such parameter", parameter=name)
        if name in seen:
            raise Malformed("this parameter is given more than once", parameter=name)
        if value.lower() == _NULL and not known[name]:
            raise Malformed("leave the parameter out instead", parameter=name)
        seen.add(name)
