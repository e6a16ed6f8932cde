"""Refusals on the wire: problem details (RFC 9457), one form for every error.

`type` is a path of this server that says what the code means, `code` the same as one word,
`parameter` the part of the request at fault and `facts` what the refusal was decided on. The
details of a fault of ours stay in the log, under the problem's `instance`.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from tpwallet.faces.http import limits, logs
from tpwallet.faces.http.codes import code_of
from tpwallet.faces.http.errors import BodyTooLarge, KeyMissing, MethodRefused, Unrouted
from tpwallet.faces.http.request import ApiRequest
from tpwallet.kernel.errors import Forbidden, Malformed, Rejected, TpwalletError, Unauthorized

MEDIA_TYPE = "application/problem+json"
_encode = msgspec.json.Encoder().encode


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was refused."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str | None = None
    parameter: str | None = None
    position: int | None = None  # of the refusal in the journal, when it is recorded there
    facts: Mapping[str, str | int | bool | None] = {}


def problem_of(error: TpwalletError, *, instance: str | None = None) -> Problem:
    """The problem an error is told as."""
    code = code_of(error.code)
    facts = dict(error.facts)
    parameter = facts.pop("parameter", None) or code.parameter
    position = facts.pop("position", None) if isinstance(error, Rejected) else None
    return Problem(
        type=f"/v1/errors/{error.code}",
        title=code.title,
        status=code.status,
        code=error.code,
        detail=str(error),
        instance=instance,
        parameter=None if parameter is None else str(parameter),
        position=position if isinstance(position, int) else None,
        facts=facts,
    )


def response_of(error: TpwalletError, *, instance: str | None = None) -> Response[bytes]:
    """The response that tells an error."""
    problem = problem_of(error, instance=instance)
    headers = {"Cache-Control": "no-store"}
    if code_of(error.code).is_temporary:
        headers["Retry-After"] = str(limits.RETRY_AFTER_SECONDS)
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="tpwallet"'
    if isinstance(error, Forbidden):
        scope = error.facts.get("scope", "")
        headers["WWW-Authenticate"] = (
            f'Bearer realm="tpwallet", error="insufficient_scope", scope="{scope}"'
        )
    if isinstance(error, MethodRefused):
        headers["Allow"] = str(error.facts["allow"])
    if problem.position is not None:
        headers["Tpwallet-Position"] = str(problem.position)
    return Response(
        _encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers
    )
