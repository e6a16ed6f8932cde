"""The follower's process, as the writer's process keeps it: started, watched, started again.

Commands go on while it is away; questions are told `follower_unavailable`. Its end is tied to this
process by the pipe it reads its plan from.
"""

import asyncio
import contextlib
import secrets
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tpwallet.faces.http import limits
from tpwallet.faces.http.following import LISTENING, Plan
from tpwallet.faces.http.logs import Log
from tpwallet.faces.http.relay import Relay
from tpwallet.faces.http.unix_client import UnixClient

_COMMAND = (sys.executable, "-m", "tpwallet.faces.http.following")


class FollowerProcess:
    """Keeps a follower's process for some pools, in the order of their relays."""

    def __init__(self, paths: Sequence[Path], log: Log) -> None:
        self._log = log
        self._folder = Path(tempfile.mkdtemp(prefix="tpwallet-"))  # which only its owner may enter
        self._socket = self._folder / "follower"
        self._plan = Plan(
            socket=str(self._socket),
            secret=secrets.token_hex(32),
            pools=[str(path.resolve()) for path in paths],
        )
        self._may_open = asyncio.Event()
        self._process: asyncio.Future[Process] | None = None

    def relays(self) -> list[Relay]:
        """The way to each pool's follower."""
        client = UnixClient(self._socket)
        return [
            Relay(client, pool_number=number, secret=self._plan.secret, is_starting=True)
            for number in range(len(self._plan.pools))
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the process running; it opens the pools once `open` was called."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping
            await self._end()
            shutil.rmtree(self._folder, ignore_errors=True)

    def open(self) -> None:
        """The journals are there: let the follower open them."""
        self._may_open.set()

    async def _keep(self) -> None:
        delay_ms = limits.FOLLOWER_DELAY_MS_MIN
        while True:
            process = await self._start()
            if await self._is_listening(process):
                delay_ms = limits.FOLLOWER_DELAY_MS_MIN
            status = await process.wait()
            self._log.error("follower_ended", status=status, again_in_ms=delay_ms)
            await asyncio.sleep(delay_ms / 1000)
            delay_ms = min(2 * delay_ms, limits.FOLLOWER_DELAY_MS_MAX)

    async def _start(self) -> Process:
        """Start it, which takes a second, and tell it its plan once the journals are there."""
        starting = asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE)
        self._process = asyncio.ensure_future(starting)
        process = await asyncio.shield(self._process)  # one that is half begun is ended, too
        await self._may_open.wait()
        if process.stdin is not None:
            with contextlib.suppress(ConnectionError):  # it has ended; that is seen next
                process.stdin.write(msgspec.json.encode(self._plan) + b"\n")
                await process.stdin.drain()
        return process

    @staticmethod
    async def _is_listening(process: Process) -> bool:
        return process.stdout is not None and await process.stdout.readline() == LISTENING

    async def _end(self) -> None:
        """End it: gracefully, and after a while at once."""
        process = None if self._process is None else await self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(limits.SHUTDOWN_SECONDS_MAX):
                await process.wait()
        except TimeoutError:
            self._log.error("follower_killed", after_seconds=limits.SHUTDOWN_SECONDS_MAX)
            process.kill()
            await process.wait()
