"""Running an application on a listening socket until told to stop, with uvicorn.

uvicorn would take the process's signals for itself and log in a form of its own; here whoever runs
a server says when it ends, and its lines join ours.
"""

import asyncio
import contextlib
import logging
import resource
import socket
from collections.abc import Iterator

import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tpwallet.faces.http import limits
from tpwallet.faces.http.connection import Connection
from tpwallet.faces.http.logs import Log, SecurityLog


class Listener(uvicorn.Server):
    """A server of one application; `stop` ends it gracefully, a second time at once."""

    def __init__(self, app: Litestar, *, keep_alive_seconds: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=limits.CONNECTIONS_MAX,
                timeout_keep_alive=keep_alive_seconds,
                timeout_graceful_shutdown=limits.SHUTDOWN_SECONDS_MAX,
            )
        )
        self.is_listening = asyncio.Event()
        self._late: dict[object, tuple[object, int]] = {}  # what it awaits, seen how often
        self._stalled: dict[object, tuple[int, int]] = {}  # bytes it left there, seen how often

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Look around, ten times a second; returns whether to end."""
        if counter % limits.LOOK_TICKS == 0:
            self._close_late()
            self._abort_stalled()
        return await super().on_tick(counter)

    def _close_late(self) -> None:
        """Close connections on which a request, or the rest of one, does not come.

        A look at all of them every few seconds costs nothing; a timer for each request would.
        """
        late: dict[object, tuple[object, int]] = {}
        for connection in self._connections():
            looks_max = _looks_max(connection)
            if looks_max is None:
                continue
            before, count = self._late.get(connection, (None, 0))
            count = count + 1 if before is connection.scope else 1
            if count > looks_max:
                connection.transport.close()
            else:
                late[connection] = connection.scope, count
        self._late = late

    def _abort_stalled(self) -> None:
        """Break off connections whose reader takes nothing of what was sent: closing one waits, for
        ever, until all of it was taken. One that takes a little is waited for.
        """
        stalled: dict[object, tuple[int, int]] = {}
        for connection in self._connections():
            transport = connection.transport
            left = transport.get_write_buffer_size()
            if not left:
                continue
            before, count = self._stalled.get(connection, (left, 0))
            count = count + 1 if before == left else 1
            is_closing = transport.is_closing()
            if count > (limits.CLOSING_LOOKS_MAX if is_closing else limits.STALLED_LOOKS_MAX):
                transport.abort()
            else:
                stalled[connection] = left, count
        self._stalled = stalled

    def _connections(self) -> Iterator[HttpToolsProtocol]:
        for connection in list(self.server_state.connections):
            if isinstance(connection, HttpToolsProtocol):
                yield connection

    def stop(self) -> None:
        """Take no more connections, finish what is under way, and end."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections."""
        await super().startup(sockets)
        self.is_listening.set()


def _looks_max(connection: HttpToolsProtocol) -> int | None:
    """How often a connection may be seen waiting for what it is waiting for; None: for nothing."""
    cycle: RequestResponseCycle | None = connection.cycle  # None before the first request
    if cycle is not None and not cycle.response_complete:
        return limits.BODY_LOOKS_MAX if cycle.more_body else None
    is_idle = connection.timeout_keep_alive_task is not None
    return None if is_idle else limits.HEAD_LOOKS_MAX


class _Joined(logging.Handler):
    """Lines of a library, in our log; what it warns of is a stranger's fault, so it is limited."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log
        self._limited = SecurityLog(log)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self._log.error("server", text=record.getMessage(), exc_info=record.exc_info)
        else:
            self._limited.turned_away("bad_connection", text=record.getMessage())


class _Told(logging.Handler):
    """What our own rooms below the faces warn of, in our log."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.warning(record.name.removeprefix(f"{_OURS}."), text=record.getMessage())


_OURS = "tpwallet"


def join_logs(log: Log) -> None:
    """Have what uvicorn and asyncio warn of logged as our own lines are, and what our own rooms
    do.
    """
    ours = logging.getLogger(_OURS)
    ours.handlers = [_Told(log)]
    ours.propagate = False
    for name in ("uvicorn", "asyncio"):
        theirs = logging.getLogger(name)
        theirs.handlers = [_Joined(log)]
        theirs.propagate = False


def allow_open_files() -> None:
    """Have as many sockets open as the system lets this process have, up to our own limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, limits.OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
