"""A stream that outlives its connections: one rule for both clients.

What was taken last is kept, and a new connection goes on from there (`Last-Event-ID`). A hub that
stops, or that finds its reader too slow, says so and is asked again; a connection that shows not
even a heartbeat is given up. Only a final refusal, such as of a revoked key, and a hub that stays
away for too long end the stream.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

from tpwallet.faces.client import limits
from tpwallet.faces.client.attempts import Backoff, Pause
from tpwallet.faces.client.errors import (
    HubError,
    HubUnreachable,
    UnexpectedAnswer,
    error_of,
    own_problem,
)
from tpwallet.faces.client.methods import Feed
from tpwallet.faces.client.reply import Reply
from tpwallet.faces.client.server_sent_events import FrameReader, FrameTooLarge
from tpwallet.faces.http.headers import LAST_EVENT_ID
from tpwallet.faces.http.media_types import EVENTS, PROBLEM
from tpwallet.faces.shapes import Problem
from tpwallet.kernel.errors import Malformed

T = TypeVar("T")

_CLOSED = "closed"  # the name of a stream's last event
_TEMPORARY = {408, 429, 503, 504}


class Following(Generic[T]):
    """Where a reader of a stream stands, and what an interruption leads to."""

    def __init__(self, feed: Feed[T]) -> None:
        if not 0 <= feed.away_ms_max <= limits.AWAY_MS_MAX:
            raise Malformed(
                f"a hub may be away for 0 to {limits.AWAY_MS_MAX} milliseconds",
                parameter="away_ms_max",
            )
        self._away_seconds_max = feed.away_ms_max / 1000
        self._decoder = msgspec.json.Decoder(feed.shape)
        self._frames = FrameReader()
        self._place: str | None = None
        self._backoff = Backoff()
        self._away_since: float | None = None
        self._last_word: HubError | None = None

    def headers(self) -> dict[str, str]:
        """The headers of the next connection."""
        found = {"Accept": f"{EVENTS}, {PROBLEM}", "Accept-Encoding": "identity"}
        if self._place is not None:
            found[LAST_EVENT_ID] = self._place
        return found

    def is_open(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether an answer begins the stream; else `turned_away` says what it leads to."""
        self._frames = FrameReader()
        self._last_word = None
        reply = Reply(status, headers, b"")
        return reply.is_success and reply.media_type == EVENTS

    def take(self, piece: bytes) -> Iterator[T]:
        """What a piece of the stream completes. **Rejects** with `UnexpectedAnswer` what is no
        event of this stream.
        """
        self._away_since = None
        self._backoff.reset()
        try:
            for frame in self._frames.take(piece):
                if frame.name == _CLOSED:
                    self._last_word = error_of(msgspec.json.decode(frame.content, type=Problem))
                    return
                found = self._decoder.decode(frame.content)
                self._place = frame.id or self._place
                yield found
        except (msgspec.MsgspecError, UnicodeDecodeError, FrameTooLarge) as error:
            problem = own_problem(UnexpectedAnswer.code, 200, f"no event of this stream: {error}")
            raise UnexpectedAnswer(problem) from error

    def ended(self) -> Pause:
        """How long to wait after the stream has ended. **Rejects** with the hub's last word when
        that is final, and with `HubUnreachable` when the hub has been away for too long.
        """
        return self._interrupted(self._last_word or _gone("the stream ended"))

    def turned_away(self, reply: Reply) -> Pause:
        """How long to wait after an answer that is not the stream. **Rejects** as `ended` does."""
        refusal = reply.refusal(None)
        if isinstance(refusal, UnexpectedAnswer) and reply.status >= 500:
            refusal = _gone(str(refusal))
        return self._interrupted(refusal, reply.retry_after_ms or 0)

    def lost(self, reason: Exception) -> Pause:
        """How long to wait after a lost connection. **Rejects** as `ended` does."""
        return self._interrupted(_gone(str(reason) or type(reason).__name__))

    def _interrupted(self, reason: HubError, least_ms: int = 0) -> Pause:
        if reason.status not in _TEMPORARY:
            raise reason
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
        pause = self._backoff.pause_ms(least_ms) / 1000
        if now + pause - self._away_since > self._away_seconds_max:
            raise reason
        return Pause(pause)


def _gone(detail: str) -> HubUnreachable:
    return HubUnreachable(own_problem(HubUnreachable.code, 503, detail))
