"""Structured logs: one JSON object a line, without bodies, keys or personal data.

Two kinds of line. Operations: what started, stopped, failed. Security: who was turned away at the
door, limited to so many lines a second, because a stranger must not be able to fill a disk; what
is left out is counted and the count is logged.

Where a stranger calls from is personal data, too (Breyer, C-582/14). So a line has a digest of the
address, under a key that is random and ends with the process: lines of one caller are seen to
belong together, and whoever has the log alone cannot find out who that is.
"""

import secrets
import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

import structlog

from tpwallet.faces.http import limits
from tpwallet.keys.digests import keyed_digest

LOG = "log"  # in the application's state
_SECOND = 1_000_000_000
_CALLER_BYTES = 6  # 48 bits tell the callers of one process apart


class Log(Protocol):
    """Where lines go."""

    def info(self, event: str, **facts: object) -> None:
        """Something happened that is part of running."""
        ...

    def warning(self, event: str, **facts: object) -> None:
        """Something happened that someone may want to look at."""
        ...

    def error(self, event: str, **facts: object) -> None:
        """Something failed."""
        ...


def json_log(stream: TextIO | None = None, **always: str) -> Log:
    """A log of JSON lines, on standard error unless told otherwise; `always` is in every line."""
    log: Log = structlog.wrap_logger(
        _Lines(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    ).bind(**always)
    return log


class _Lines:
    """Writes lines. One that cannot be written (a full disk) is lost and counted, and the count is
    written when lines can be again: what keeps pools running must not end because it cannot say so.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lost = 0

    def msg(self, line: str) -> None:
        """Write a line."""
        if self._lost:
            line = f'{{"event": "log_lines_lost", "count": {self._lost}}}\n{line}'
        try:
            print(line, file=self._stream, flush=True)
        except OSError:
            self._lost += 1
        else:
            self._lost = 0

    info = warning = error = msg


class SecurityLog:
    """Who was turned away, at most so many lines a second."""

    def __init__(self, log: Log, *, monotonic: Callable[[], int] = time.monotonic_ns) -> None:
        self._log = log
        self._monotonic = monotonic
        self._key = secrets.token_bytes(32)
        self._second = 0
        self._lines = 0
        self._left_out = 0

    def turned_away(self, code: str, *, client: str | None = None, **facts: object) -> None:
        """Someone was refused with this code; `client` is the address they call from."""
        second = self._monotonic() // _SECOND
        if second != self._second:
            self._second, self._lines = second, 0
        if self._lines >= limits.SECURITY_LOG_LINES_PER_SECOND:
            self._left_out += 1
            return
        self._lines += 1
        if self._left_out:
            self._log.warning("turned_away_unlogged", count=self._left_out)
            self._left_out = 0
        self._log.warning("turned_away", code=code, caller=self._caller(client), **facts)

    def _caller(self, client: str | None) -> str | None:
        if client is None:
            return None
        return keyed_digest(self._key, "log caller", client.encode())[:_CALLER_BYTES].hex()
