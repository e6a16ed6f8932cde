"""When a call is put again, and when it is given up: one rule for both clients.

Nothing is retried that the hub has answered for good. A call is put again when the hub says so
(`Retry-After`: it is overloaded, or being rebuilt) and when the connection was lost, always with
the same idempotency key, so that a command whose answer got lost is not carried out twice: the
hub gives its first outcome again. When time runs out after an answer was lost, the truth is that
the outcome is not known, whatever a later attempt was told; that is what is raised then.

A hub that never answered may be no hub, or not this address: a client can be told to give it less
time than a hub that it knows.

Source: RFC 9110, section 9.2.2 (idempotent methods) and 10.2.3 (Retry-After).
"""

import secrets
import time
from typing import Generic, NamedTuple, TypeVar

from tpwallet.faces.client import limits
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.errors import (
    HubError,
    HubMalformed,
    HubOutcomeUnknown,
    HubRejected,
    HubUnreachable,
    UnexpectedAnswer,
    own_problem,
)
from tpwallet.faces.client.reply import Reply
from tpwallet.faces.http.limits import DEADLINE_MS_MAX

T = TypeVar("T")

_OUTCOME_UNKNOWN = "outcome_unknown"
# Refusals of the command itself: no earlier attempt can have taken effect. Others are of who asks,
# of this moment, or not the hub's.
_SETTLING = (HubRejected, HubMalformed)


class Pause(NamedTuple):
    """Wait so long, then put the call again."""

    seconds: float


class Settled(NamedTuple, Generic[T]):
    """The call has its answer."""

    answer: T


class Backoff:
    """Pauses that grow, and differ from one client to the next so that they do not come at once."""

    def __init__(self) -> None:
        self._next_ms = limits.RETRY_MS_MIN

    def pause_ms(self, least_ms: int = 0) -> int:
        """The next pause."""
        spread_ms = self._next_ms // 2 + secrets.randbelow(self._next_ms)
        self._next_ms = min(2 * self._next_ms, limits.RETRY_MS_MAX)
        return max(spread_ms, least_ms)

    def reset(self) -> None:
        """Begin again: it worked."""
        self._next_ms = limits.RETRY_MS_MIN


class Attempts(Generic[T]):
    """The attempts at one call, until a deadline."""

    def __init__(self, call: Call[T], deadline_ms: int, *, unreached_ms: int | None = None) -> None:
        """`unreached_ms`: how long to go on while nothing is reached; None: to the deadline."""
        self._call = call
        now = time.monotonic()
        self._until = now + deadline_ms / 1000
        self._reached_until = self._until
        if unreached_ms is not None:
            self._reached_until = min(self._until, now + unreached_ms / 1000)
        self._backoff = Backoff()
        self._is_unknown = False  # an attempt may have taken effect

    @property
    def left_ms(self) -> int:
        """Milliseconds to the deadline, as far as one attempt may use them."""
        left = int(1000 * (self._until - time.monotonic()))
        return min(max(left, 1), DEADLINE_MS_MAX)

    def answered(self, reply: Reply) -> Settled[T] | Pause:
        """What an answer leads to. **Rejects** with the hub's refusal, once it is final."""
        call = self._call
        self._reached_until = self._until
        if reply.is_success or reply.status == call.also_answers:
            return Settled(self._read(reply))
        refusal = reply.refusal(call.command_id)
        if refusal.code == _OUTCOME_UNKNOWN or _is_from_between(reply, refusal):
            self._lose()
        if reply.retry_after_ms is not None or _is_from_between(reply, refusal):
            return self._again(refusal, reply.retry_after_ms or 0)
        raise self._final(refusal, is_settling=isinstance(refusal, _SETTLING))

    def _read(self, reply: Reply) -> T:
        try:
            return self._call.read(reply)
        except UnexpectedAnswer as error:
            raise reply.unexpected(self._call.command_id) from error

    def lost(self, reason: Exception, *, was_sent: bool) -> Pause:
        """What a lost connection leads to; `was_sent` unless nothing can have reached the hub.

        **Rejects** with `HubOutcomeUnknown` or `HubUnreachable` when there is no time left.
        """
        if was_sent:
            self._lose()
            self._reached_until = self._until
        detail = f"no answer from the hub: {str(reason) or type(reason).__name__}"
        problem = own_problem(HubUnreachable.code, 503, detail)
        return self._again(HubUnreachable(problem, self._call.command_id), 0)

    def _lose(self) -> None:
        self._is_unknown = self._call.command_id is not None and not self._call.dry_run

    def _again(self, refusal: HubError, least_ms: int) -> Pause:
        pause = self._backoff.pause_ms(least_ms) / 1000
        if time.monotonic() + pause >= self._reached_until:
            raise self._final(refusal, is_settling=False)
        return Pause(pause)

    def _final(self, refusal: HubError, *, is_settling: bool) -> HubError:
        if is_settling or not self._is_unknown or isinstance(refusal, HubOutcomeUnknown):
            return refusal
        command_id = self._call.command_id
        detail = f"an answer was lost; ask again with the command id {command_id}"
        unknown = HubOutcomeUnknown(own_problem(_OUTCOME_UNKNOWN, 504, detail), command_id)
        unknown.__cause__ = refusal
        return unknown


def _is_from_between(reply: Reply, refusal: HubError) -> bool:
    """Whether something between here and the hub gave up on it: a proxy's own 502."""
    return reply.status >= 500 and isinstance(refusal, UnexpectedAnswer)
