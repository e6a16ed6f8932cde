"""A plain HTTP/1.1 client of one Unix socket: it asks with GET, takes whole answers, and keeps its
connections.

It speaks to our own follower only, so it reads what that sends and nothing else: a status, headers,
a body of an announced length (RFC 9112). A general client costs ten times as much, on the event
loop that every payment passes through.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tpwallet.faces.http import limits
from tpwallet.kernel.errors import InvariantBroken

_GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
_STATUS = re.compile(r"HTTP/1\.1 ([1-5][0-9]{2})(?: |$)")


class Reply(NamedTuple):
    """An answer; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unreachable(Exception):
    """Nobody answers at the socket."""


class UnixClient:
    """Asks at one socket; made and used on one event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[_Connection] = []

    async def get(self, target: str, headers: Iterable[tuple[str, str]]) -> Reply:
        """Ask. **Rejects** with `Unreachable` when the other side is not there or goes away."""
        asked = _request(target, headers)
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._exchange(connection, asked)
            except _GONE:
                continue  # it was closed while it was idle
        try:
            return await self._exchange(await _connect(self._path), asked)
        except _GONE as error:
            raise Unreachable(str(error)) from error

    async def _exchange(self, connection: "_Connection", asked: bytes) -> Reply:
        try:
            reply = await connection.exchange(asked)
        except BaseException:  # a caller that gave up, too: half an answer may be under way
            connection.close()
            raise
        self._idle.append(connection)
        return reply

    def close(self) -> None:
        """Let go of the idle connections."""
        while self._idle:
            self._idle.pop().close()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def exchange(self, asked: bytes) -> Reply:
        self._writer.write(asked)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status_line, *lines = head[:-4].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = headers.get("content-length", "")
        if not length.isdigit() or int(length) > limits.RELAYED_BYTES_MAX:
            raise ConnectionError("an answer without a length, or too long")
        body = await self._reader.readexactly(int(length))
        return Reply(_status(status_line), headers, body)

    def close(self) -> None:
        self._writer.close()


def _status(line: str) -> int:
    found = _STATUS.match(line)
    if found is None:
        raise ConnectionError("an answer without a status")
    return int(found[1])


async def _connect(path: Path) -> _Connection:
    return _Connection(*await asyncio.open_unix_connection(path))


def _request(target: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"GET {target} HTTP/1.1", "host: follower"]
    lines += [f"{name}: {value}" for name, value in headers]
    if any("\r" in line or "\n" in line for line in lines):
        raise InvariantBroken("a line of a request holds the end of a line")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
