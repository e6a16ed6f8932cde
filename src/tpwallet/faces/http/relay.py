"""Passing questions on to the process that reads, and its answers back.

The writer's process asks for the key and checks the question; the follower's process, which only
this one can reach (a Unix socket in a folder of its own, and a secret), answers it. What comes back
is passed on as it is, refusals included.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable

import msgspec
from litestar.types import Scope

from tpwallet.faces.http import limits
from tpwallet.faces.http.answers import Answer
from tpwallet.faces.http.headers import DEADLINE, POSITION, RELAY_SECRET, RELAYED_POOL
from tpwallet.faces.http.media_types import JSON
from tpwallet.faces.http.unix_client import Reply, UnixClient, Unreachable
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.errors import DeadlineExceeded, Overloaded, TpwalletError
from tpwallet.processes.errors import FollowerUnavailable

_PASSED_BACK = (POSITION.lower(), "retry-after", "allow")
_GRACE = limits.DEADLINE_GRACE_MS / 1000
_MS = 1_000_000
_AWAY = "reads are not answered at the moment"


class _Code(msgspec.Struct):
    """What is looked at of a refusal."""

    code: str


_refusal = msgspec.json.Decoder(_Code).decode


def _code_of(reply: Reply) -> str:
    """The code of a refusal."""
    try:
        return _refusal(reply.body).code
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FollowerUnavailable(_AWAY) from None


class Relay:
    """One pool's way to the process that reads it."""

    def __init__(
        self, client: UnixClient, *, pool_number: int, secret: str, is_starting: bool = False
    ) -> None:
        """While the other process `is_starting`, questions wait until it has read the journal (see
        `begin`).
        """
        self.is_answering = asyncio.Event()  # it has read the journal since it was first started
        if not is_starting:
            self.is_answering.set()
        self._client = client
        self._waiting = 0
        self._always = ((RELAY_SECRET, secret), (RELAYED_POOL, str(pool_number)))
        self.position = 0  # the last that an answer reflected

    async def forwarded(
        self, scope: Scope, *, deadline: int, refused: Callable[[str], None]
    ) -> Answer[bytes]:
        """Pass a request on, and give what came back; `refused` is told the code of a refusal.

        `deadline` is in nanoseconds of `hub.elapsed`. **Rejects** as `ask` does, and with
        `FollowerUnavailable` a refusal in no words of ours: the other process's server says such
        things in plain text when it is overrun.
        """
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        reply = await self.ask(target, deadline=deadline)
        if reply.status >= 400:
            refused(_code_of(reply))
        return Answer(
            reply.body,
            status=reply.status,
            media_type=reply.headers.get("content-type", JSON),
            headers={name: reply.headers[name] for name in _PASSED_BACK if name in reply.headers},
        )

    async def ask(
        self, target: str, *, deadline: int, headers: Iterable[tuple[str, str]] = ()
    ) -> Reply:
        """Ask for a path with its query.

        **Rejects** with `FollowerUnavailable` when nobody answers, with `DeadlineExceeded` when the
        answer takes too long, and with `Overloaded` when too many wait.
        """
        if not self.is_answering.is_set():
            await self._until_answering(deadline)
        return await self._ask(target, deadline, headers)

    async def _until_answering(self, deadline: int) -> None:
        left = max(deadline - elapsed_ns(), 0) / (1000 * _MS)
        try:
            async with asyncio.timeout(left):
                await self.is_answering.wait()
        except TimeoutError:
            raise FollowerUnavailable(_AWAY) from None

    async def begin(self, position: int) -> None:
        """Wait until questions are answered, and reflect a position: then let them through."""
        target = f"/v1/events?after={position}&at_least={position}&limit=1"
        while not self.is_answering.is_set():
            deadline = elapsed_ns() + limits.DEADLINE_MS_DEFAULT * _MS
            with contextlib.suppress(TpwalletError):
                if (await self._ask(target, deadline)).status == 200:
                    self.is_answering.set()
                    return
            await asyncio.sleep(limits.FOLLOWER_DELAY_MS_MIN / 1000)

    async def _ask(
        self, target: str, deadline: int, headers: Iterable[tuple[str, str]] = ()
    ) -> Reply:
        if self._waiting >= limits.QUESTIONS_MAX:
            raise Overloaded("too many questions are waiting", limit=limits.QUESTIONS_MAX)
        left_ms = max((deadline - elapsed_ns()) // _MS, 1)
        sent = (*self._always, (DEADLINE, str(left_ms)), *headers)
        self._waiting += 1
        try:
            async with asyncio.timeout(left_ms / 1000 + _GRACE):
                reply = await self._client.get(target, sent)
        except TimeoutError:
            raise DeadlineExceeded("no answer by the deadline") from None
        except Unreachable:
            raise FollowerUnavailable(_AWAY) from None
        finally:
            self._waiting -= 1
        self.position = max(self.position, int(reply.headers.get(POSITION.lower(), "0")))
        return reply
