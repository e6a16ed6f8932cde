"""What both clients are made with and remember: where the hub is, how long to wait, how far it was
written.
"""

import threading
from collections.abc import Mapping
from copy import copy
from typing import Annotated, Any, Final, Self, TypeVar

import httpx
import msgspec

from tpwallet.faces.arguments import held
from tpwallet.faces.client import limits
from tpwallet.faces.client.attempts import Attempts
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.errors import ClientClosed, own_problem
from tpwallet.faces.client.reply import Reply
from tpwallet.kernel.errors import Malformed

T = TypeVar("T")

Milliseconds = Annotated[int, msgspec.Meta(ge=1, le=limits.DEADLINE_MS_MAX)]
Token = Annotated[
    str, msgspec.Meta(pattern=r"^[\x21-\x7e]+$(?!\n)", description="An API key, `tpk_…`.")
]

_SCHEMES: Final = ("http", "https")
# What is raised before anything can have reached the hub.
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_AT_LEAST: Final = "at_least"


class Memory:
    """The newest position that a client's own commands were told, whether anybody has answered it
    yet, and whether it was closed. Any thread may tell it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._position = 0
        self.has_heard = False
        self.is_closed = False

    @property
    def position(self) -> int:
        """The position; 0: it has not written yet."""
        return self._position

    def told(self, position: int) -> None:
        """Remember a position, if it is newer."""
        with self._lock:
            self._position = max(self._position, position)


class Connected:
    """The part of a client that has nothing to do with how it waits."""

    def __init__(
        self, url: str, key: str | None, *, deadline_ms: int, unreached_ms: int | None
    ) -> None:
        """**Rejects** with `Malformed` an address that is none, and a time past its limit."""
        self._set_out(url=url, key=key, deadline_ms=deadline_ms, unreached_ms=unreached_ms)
        self._memory = Memory()

    @held
    def _set_out(
        self,
        *,
        url: str,
        key: Token | None,
        deadline_ms: Milliseconds,
        unreached_ms: Milliseconds | None,
    ) -> None:
        self._url = _address(url)
        self._key = key
        self._deadline_ms = deadline_ms
        self._unreached_ms = unreached_ms

    @property
    def position(self) -> int:
        """The newest position of the journal that this client has written. Reads reflect it."""
        return self._memory.position

    @held
    def within(self, *, deadline_ms: Milliseconds) -> Self:
        """The same client, over the same connections, with another deadline for its calls.

        `deadline_ms` is 1 to 3,600,000 milliseconds, for a call with all its repetitions.
        """
        other = copy(self)
        other._deadline_ms = deadline_ms
        return other

    def _settings(self) -> dict[str, Any]:
        """How the library below is to connect."""
        headers = {"User-Agent": "tpwallet-client"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        connections = httpx.Limits(
            max_connections=limits.CONNECTIONS_MAX, max_keepalive_connections=limits.CONNECTIONS_MAX
        )
        return {"base_url": self._url, "headers": headers, "limits": connections}

    def _check_open(self) -> None:
        if self._memory.is_closed:
            raise ClientClosed(
                own_problem(ClientClosed.code, 503, "this client is closed; nothing was done")
            )

    def _begin(self, call: Call[T]) -> tuple[Call[T], Attempts[T]]:
        """A call that reflects what was written here, and the attempts at it."""
        self._check_open()
        position = self._memory.position
        if call.waits and position and _AT_LEAST not in call.query:
            call = call.asking(at_least=str(position))
        unreached_ms = None if self._memory.has_heard else self._unreached_ms
        return call, Attempts(call, self._deadline_ms, unreached_ms=unreached_ms)

    def _heard(self, response: httpx.Response) -> Reply:
        """An answer has come."""
        self._memory.has_heard = True
        return reply_of(response)

    def _told(self, call: Call[T], reply: Reply) -> None:
        if call.command_id is not None and not call.dry_run and reply.is_success:
            self._memory.told(reply.position)


def request_of(call: Call[T], left_ms: int) -> Mapping[str, Any]:
    """What the library below is given for one attempt with so many milliseconds left."""
    answer_seconds = (left_ms + limits.ANSWER_GRACE_MS) / 1000
    connect_seconds = min(left_ms, limits.CONNECT_MS_MAX) / 1000
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query) or None,
        "content": call.content,
        "headers": call.headers(left_ms),
        "timeout": httpx.Timeout(answer_seconds, connect=connect_seconds),
    }


def stream_of(call: Call[T], headers: Mapping[str, str]) -> Mapping[str, Any]:
    """What the library below is given to open a stream."""
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query) or None,
        "headers": headers,
        "timeout": httpx.Timeout(limits.SILENCE_SECONDS_MAX, connect=limits.CONNECT_MS_MAX / 1000),
    }


def reply_of(response: httpx.Response) -> Reply:
    """An answer, as far as it is known here."""
    return Reply(response.status_code, response.headers, response.content)


def was_sent(error: httpx.RequestError) -> bool:
    """Whether a request may have reached the hub before its connection was lost."""
    return not isinstance(error, _UNSENT)


def _address(url: str) -> str:
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Malformed(f"no address: {error}", parameter="url") from None
    if found.scheme not in _SCHEMES or not found.host:
        raise Malformed("a hub's address is https://host or http://host", parameter="url")
    return url
