"""A load generator for HTTP: many connections, one request after another on each.

The machine that is measured is the one that makes the load, so this does as little as it can:
requests are bytes made before the clock starts, and of an answer only its status and length are
read. It runs in a process of its own; what it takes of the cores is part of the figures.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from typing import cast

import uvloop

from tpwallet.lab.bench.measure import Report, latencies

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


def http_post(
    path: str,
    body: bytes,
    *,
    key: str,
    command_id: str,
    media_type: str,
    accept: str = "application/json",
) -> bytes:
    """The bytes of a request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Idempotency-Key: {command_id}\r\nContent-Type: {media_type}\r\n"
        f"Accept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Caller(asyncio.Protocol):
    """One connection: sends the next request as soon as its last one is answered."""

    def __init__(self, waiting: deque[bytes], done: asyncio.Future[None]) -> None:
        self._waiting = waiting
        self._done = done
        self._received = bytearray()
        self._sent_at = 0.0
        self.seconds: list[float] = []
        self.statuses: list[int] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is no subclass
        self._send()

    def _send(self) -> None:
        if not self._waiting:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(self._waiting.popleft())

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._received += data
        end = self._received.find(_END)
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        at = head.find(_LENGTH)
        if at < 0:
            raise ValueError("an answer without a length")
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        if len(self._received) < end + len(_END) + length:
            return
        self.seconds.append(time.perf_counter() - self._sent_at)
        self.statuses.append(int(head[9:12]))
        self._received.clear()
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; whoever waits looks at what was answered."""
        if not self._done.done():
            self._done.set_result(None)


async def _drive(port: int, requests: Iterable[bytes], connections: int) -> Report:
    loop = asyncio.get_running_loop()
    waiting = deque(requests)
    total = len(waiting)
    callers: list[_Caller] = []
    ends: list[asyncio.Future[None]] = []
    start = time.perf_counter()
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        caller = _Caller(waiting, done)
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]
        callers.append(caller)
        ends.append(done)
    await asyncio.gather(*ends)
    elapsed = time.perf_counter() - start
    statuses = [status for caller in callers for status in caller.statuses]
    return {
        "requests": total,
        "answered": len(statuses),
        "refused": sum(status >= 300 for status in statuses),
        "seconds": elapsed,
        **latencies([second for caller in callers for second in caller.seconds]),
    }


def drive(*, port: int, requests: list[bytes], connections: int) -> Report:
    """Put every request once, over so many connections."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_drive(port, requests, connections))
