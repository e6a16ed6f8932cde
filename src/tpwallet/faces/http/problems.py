"""Refusals on the wire: problem details (RFC 9457), one form for every error.

`type` is a path of this server that says what the code means, `code` the same as one word,
`parameter` the part of the request at fault and `facts` what the refusal was decided on. What a
fault of ours was stays in the log, under the problem's `instance`, and so does what the storage
said, which may name files of this machine.
"""

from collections.abc import Mapping

from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.codes import code_of
from tpwallet.faces.http.errors import MethodRefused
from tpwallet.faces.http.headers import POSITION
from tpwallet.faces.http.media_types import PROBLEM
from tpwallet.faces.shapes import Problem
from tpwallet.kernel.errors import (
    ExecutedBeforeErasure,
    Forbidden,
    InvariantBroken,
    JournalCorrupt,
    JournalUnavailable,
    Rejected,
    TpwalletError,
    Unauthorized,
    VaultUnavailable,
)

STORAGE = (
    InvariantBroken,
    JournalCorrupt,
    JournalUnavailable,
    VaultUnavailable,
)  # not told in their own words
_RECORDED = (Rejected, ExecutedBeforeErasure)


def problem_of(error: TpwalletError, *, instance: str | None = None) -> Problem:
    """The problem an error is told as.

    >>> problem_of(Rejected("exceeds_credits", leg=0)).facts
    {'leg': 0}
    """
    code = code_of(error.code)
    position = None
    if isinstance(error, _RECORDED) and "position" not in code.facts:
        position = error.facts.get("position")  # where the outcome is recorded
    return Problem(
        type=f"/v1/errors/{error.code}",
        title=code.title,
        status=code.status,
        code=error.code,
        detail=_detail_of(error, code.title),
        instance=instance,
        parameter=part_at_fault(error),
        position=position if isinstance(position, int) else None,
        facts={name: error.facts[name] for name in code.facts if name in error.facts},
    )


def _detail_of(error: TpwalletError, title: str) -> str:
    """What is told of an error in words; of what the storage said, the reason it gave for callers.

    >>> _detail_of(JournalUnavailable("/disk/journal.db: full", reason="No space left"), "Not now")
    'Not now: No space left'
    """
    if not isinstance(error, STORAGE):
        return str(error)
    reason = error.facts.get("reason")
    return f"{title}: {reason}" if reason else title


def part_at_fault(error: TpwalletError) -> str | None:
    """The part of the request that an error is about, where that is known.

    >>> part_at_fault(Rejected("exceeds_credits", leg=1))
    'amount'
    """
    part = error.facts.get("parameter") or code_of(error.code).parameter
    return None if part is None else str(part)


def answer_of(problem: Problem, error: TpwalletError) -> Answer[Problem]:
    """The answer that tells a problem."""
    return Answer(
        problem, status=problem.status, media_type=PROBLEM, headers=_headers(problem, error)
    )


def _headers(problem: Problem, error: TpwalletError) -> Mapping[str, str]:
    headers = {}
    if code_of(problem.code).is_temporary:
        headers["Retry-After"] = str(limits.RETRY_AFTER_SECONDS)
    if problem.position is not None:
        headers[POSITION] = str(problem.position)
    match error:
        case Unauthorized():
            headers["WWW-Authenticate"] = 'Bearer realm="tpwallet"'
        case Forbidden():
            scope = error.facts.get("scope", "")
            headers["WWW-Authenticate"] = (
                f'Bearer realm="tpwallet", error="insufficient_scope", scope="{scope}"'
            )
        case MethodRefused():
            headers["Allow"] = str(error.facts["allow"])
        case _:
            pass
    return headers
