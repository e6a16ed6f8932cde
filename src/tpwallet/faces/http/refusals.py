"""Every exception becomes a problem: ours as they are, Litestar's in our words, the rest as a
fault of ours.

Who is turned away is told to the security log, which keeps no address. A fault of ours is logged
with its trace, never with the request's body, and its caller gets only the instance under which the
log has it.
"""

import re
import uuid
from typing import cast

from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ExceptionHandlersMap

from tpwallet.faces.argument_words import sentence
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.codes import code_of
from tpwallet.faces.http.errors import (
    AnswerRefused,
    BodyTooLarge,
    KeyMissing,
    MediaTypeRefused,
    MethodRefused,
    TooManyStreams,
    Unrouted,
)
from tpwallet.faces.http.headers import IDEMPOTENCY_KEY, LAST_EVENT_ID
from tpwallet.faces.http.logs import Log, SecurityLog
from tpwallet.faces.http.malformed import BODY
from tpwallet.faces.http.problems import STORAGE, answer_of, problem_of
from tpwallet.faces.http.request import CALLER, ApiRequest, Caller
from tpwallet.faces.shapes import Problem
from tpwallet.kernel.errors import (
    Forbidden,
    Malformed,
    Overloaded,
    Poisoned,
    TpwalletError,
    Unauthorized,
)

# A command may have been durable before its answer failed, so nothing is said of that.
_UNFORESEEN = "this failed in a way nobody foresaw; ask again with the same idempotency key"
_MISSING = re.compile(r"^Missing required \w+ parameter '([^']+)'")
_BODY = "data"  # what a route calls it
_HEADERS = {"idempotency_key": IDEMPOTENCY_KEY, "last_event_id": LAST_EVENT_ID}
# Said before anything is decided, to who asks wrongly or too much: traces of who seeks a way in.
_TURNED_AWAY = (
    AnswerRefused,
    BodyTooLarge,
    Forbidden,
    KeyMissing,
    Malformed,
    MediaTypeRefused,
    MethodRefused,
    Overloaded,
    TooManyStreams,
    Unauthorized,
    Unrouted,
)


def in_our_words(error: Exception, request: ApiRequest | None = None) -> TpwalletError:
    """The refusal that an exception means."""
    match error:
        case TpwalletError():
            return error
        case RequestEntityTooLarge():
            limit = request and request.route_handler.resolve_request_max_body_size()
            return BodyTooLarge(int(limit or 0))
        case MethodNotAllowedException():
            allowed = (error.headers or {}).get("allow", "")
            return MethodRefused("the path does not know this method", allow=allowed)
        case NotFoundException():
            return Unrouted("there is no such path")
        case ValidationException():
            return _invalid(error, request)
        case HTTPException() if error.status_code < 500:
            return Malformed(str(error.detail), parameter="request")
        case _:
            return Poisoned(_UNFORESEEN)


def _invalid(error: ValidationException, request: ApiRequest | None) -> TpwalletError:
    """What Litestar says of a path, query or header parameter, or of a missing body."""
    extra = error.extra if isinstance(error.extra, list) else []
    first = extra[0] if extra and isinstance(extra[0], dict) else {}
    missing = _MISSING.search(str(error.detail))
    if missing is not None and missing[1] == IDEMPOTENCY_KEY:
        return KeyMissing()
    if missing is not None:
        return Malformed("this parameter is required", parameter=missing[1])
    key = str(first.get("key", "request"))
    if key == _BODY:
        return Malformed("send a body of JSON", parameter=BODY)
    told, meaning = sentence(str(first.get("message", error.detail))), _meaning(key, request)
    text = f"{told}. {meaning}" if meaning else told
    return Malformed(text, parameter=_HEADERS.get(key, key))


def _meaning(key: str, request: ApiRequest | None) -> str:
    """What the API's description says of a parameter, without the full stop."""
    if request is None:
        return ""
    field = request.route_handler.parsed_fn_signature.parameters.get(key)
    described = getattr(field and field.kwarg_definition, "description", None)
    return str(described or "").removesuffix(".")


class Refusals:
    """Answers every exception, and has it counted and, where it matters, logged."""

    def __init__(self, log: Log, security: SecurityLog) -> None:
        self._log = log
        self._security = security

    def handlers(self) -> ExceptionHandlersMap:
        """What Litestar is to do with each exception."""

        def refuse(request: ApiRequest, error: Exception) -> Answer[Problem]:
            caller = request.scope["state"].get(CALLER)
            return self.answer(
                in_our_words(error, request),
                caller=caller if isinstance(caller, Caller) else None,
                route=_route(request),
                client=request.scope["client"],
                cause=error,
            )

        return cast(ExceptionHandlersMap, {Exception: refuse})

    def answer(
        self,
        refusal: TpwalletError,
        *,
        caller: Caller | None,
        route: str,
        client: tuple[str, int] | None,
        cause: Exception | None = None,
    ) -> Answer[Problem]:
        """The answer to who was refused; `route` names nobody, `cause` is for the log alone."""
        instance = None
        if code_of(refusal.code).status == 500:
            instance = uuid.uuid4().urn
            self._log.error(
                "request_failed", instance=instance, route=route, exc_info=cause or refusal
            )
        problem = problem_of(refusal, instance=instance)
        if caller is not None:
            caller.pool.metrics.refused(problem.code)
        if isinstance(refusal, STORAGE) and instance is None:
            self._security.turned_away(problem.code, route=route, reason=str(refusal))
        if isinstance(refusal, _TURNED_AWAY):
            self._security.turned_away(
                problem.code,
                route=route,
                client=client[0] if client else None,
                actor=caller.actor.name if caller is not None else None,
            )
        return answer_of(problem, refusal)


def _route(request: ApiRequest) -> str:
    """The route's own path, which names nobody."""
    if "route_handler" not in request.scope:
        return ""
    return f"{request.method} {min(request.route_handler.paths)}"
