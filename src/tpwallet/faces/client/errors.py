"""What a client raises: the refusals of a hub, as the same kinds of error that the library raises.

Who wrote `except Rejected` for the library catches the same refusals here. Each error also carries
the whole problem (RFC 9457) as `problem`, and, when it was a command that failed, the `command_id`
under which it may be asked for again.
"""

from collections.abc import Mapping
from typing import Final

from tpwallet.faces.shapes import Problem
from tpwallet.kernel.errors import (
    DeadlineExceeded,
    ErasureUnfinished,
    ExecutedBeforeErasure,
    Fact,
    Forbidden,
    Halted,
    Malformed,
    OutcomeUnknown,
    Overloaded,
    Rejected,
    TpwalletError,
    Unauthorized,
)


class HubError(TpwalletError):
    """Base of everything a client raises about an answer, or about there being none.

    `code` is stable for ever; `facts` are what the refusal was decided on.
    """

    def __init__(self, problem: Problem, command_id: str | None = None) -> None:
        TpwalletError.__init__(self, problem.detail, **_facts(problem))
        self.code = problem.code
        self.problem = problem
        self.command_id = command_id

    def __reduce__(self) -> tuple[type["HubError"], tuple[Problem, str | None]]:
        """Pickle it whole, for those who call from other processes."""
        return type(self), (self.problem, self.command_id)

    @property
    def parameter(self) -> str | None:
        """The part of the request at fault."""
        return self.problem.parameter

    @property
    def position(self) -> int | None:
        """Where the command's outcome is recorded in the journal; None: it has none here."""
        return self.problem.position

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status


class HubRejected(HubError, Rejected):
    """The rules say no."""


class HubMalformed(HubError, Malformed):
    """The request cannot be understood; `parameter` names the part."""


class HubUnauthorized(HubError, Unauthorized):
    """The hub does not know the key, or not any more."""


class HubForbidden(HubError, Forbidden):
    """The key does not allow this."""


class HubOverloaded(HubError, Overloaded):
    """The hub has too much to do; nothing was done."""


class HubDeadlineExceeded(HubError, DeadlineExceeded):
    """The deadline passed before the hub began; nothing was done."""


class HubUnavailable(HubError):
    """The hub does not answer such calls now; nothing was done."""


class HubUnreachable(HubUnavailable):
    """Nobody answers at the address; nothing was done."""

    code = "hub_unreachable"


class ClientClosed(HubUnavailable, Halted):
    """This client was closed; nothing was done."""

    code = "client_closed"


class HubOutcomeUnknown(HubError, OutcomeUnknown):
    """Whether the command took effect is not known: put it again with the same `command_id`, which
    is among the facts, too.
    """

    def __init__(self, problem: Problem, command_id: str | None = None) -> None:
        super().__init__(problem, command_id)
        if command_id is not None:
            self.facts = {**self.facts, "command_id": command_id}


class HubExecutedBeforeErasure(HubOutcomeUnknown, ExecutedBeforeErasure):
    """This very command was executed, at `position`, before its person was erased; its outcome is
    to be seen there. Under another command id it would be executed again.
    """


class HubErasureUnfinished(HubError, ErasureUnfinished):
    """The person is erased, but for a copy of their key that goes at the next opportunity."""


class HubFault(HubError):
    """A fault of the hub's; its log has it under `problem.instance`."""


class UnexpectedAnswer(HubError):
    """What answered does not speak as a hub does: a proxy, another server, another version."""

    code = "unexpected_answer"


_BY_CODE: Final[Mapping[str, type[HubError]]] = {
    "deadline_exceeded": HubDeadlineExceeded,
    "erasure_unfinished": HubErasureUnfinished,
    "executed_before_erasure": HubExecutedBeforeErasure,
    "outcome_unknown": HubOutcomeUnknown,
    "route_not_found": HubMalformed,
}
_BY_STATUS: Final[Mapping[int, type[HubError]]] = {
    400: HubMalformed,
    401: HubUnauthorized,
    405: HubMalformed,
    406: HubMalformed,
    408: HubUnavailable,
    413: HubMalformed,
    415: HubMalformed,
    429: HubOverloaded,
    431: HubMalformed,
    500: HubFault,
    503: HubUnavailable,
}
_FORBIDDEN: Final = "forbidden"


def error_of(problem: Problem, command_id: str | None = None) -> HubError:
    """The error that a hub's problem is raised as.

    >>> told = Problem(type="", title="", status=422, code="exceeds_credits", detail="no")
    >>> error_of(told)
    HubRejected('no')
    """
    others = HubFault if problem.status >= 500 else HubRejected
    kind = _BY_CODE.get(problem.code) or _BY_STATUS.get(problem.status, others)
    if problem.code == _FORBIDDEN:
        kind = HubForbidden
    return kind(problem, command_id)


def own_problem(code: str, status: int, detail: str, parameter: str | None = None) -> Problem:
    """A problem that the client has itself, told in the same form."""
    return Problem(
        type=f"/v1/errors/{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        code=code,
        detail=detail,
        parameter=parameter,
    )


def unsent(refusal: Malformed) -> HubMalformed:
    """What is refused here before it is sent, as the hub would refuse it.

    >>> unsent(Malformed("a file is one of csv, ndjson, parquet", parameter="form")).parameter
    'form'
    """
    parameter = str(refusal.facts["parameter"])
    return HubMalformed(own_problem(refusal.code, 400, str(refusal), parameter))


def _facts(problem: Problem) -> dict[str, Fact]:
    """The facts as the library has them, where the part at fault is one of them."""
    facts = dict(problem.facts)
    if problem.parameter is not None:
        facts["parameter"] = problem.parameter
    if problem.position is not None:
        facts["position"] = problem.position
    if problem.instance is not None:
        facts["instance"] = problem.instance
    return facts
