"""Serving pools over HTTP: a writer's process, which has the pools, and a follower's process, which
answers the questions.

The writer's process runs the event loop, and for each pool a thread that decides and one that
commits. It takes every request; what reads the past is passed on to the follower's process and its
answer back. It ends on SIGTERM and SIGINT: no more connections are taken, streams are told to
connect elsewhere, what was begun is finished and answered, then journals, views and snapshots are
made durable. A second signal does not wait for callers.
"""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvloop

from tpwallet.faces.http import limits
from tpwallet.faces.http.app import create_app
from tpwallet.faces.http.event_stream import Streams
from tpwallet.faces.http.follower_process import FollowerProcess
from tpwallet.faces.http.listening import Listener, allow_open_files, join_logs
from tpwallet.faces.http.logs import Log, json_log
from tpwallet.faces.http.pools import ServedPool, open_written
from tpwallet.faces.http.relay import Relay
from tpwallet.gateways.heap import keep_freed_memory
from tpwallet.kernel.errors import Malformed

_PORT_MAX = 0xFFFF
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what a person or a program waits for


def serve(
    directories: Sequence[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8440,
    announce: Callable[[str], None] = _print,
) -> None:
    """Serve the pools in some directories until SIGTERM or SIGINT.

    `announce` is told one line, with the address, once requests are answered. Port 0 is any that is
    free.

    **Rejects** with `Malformed` an address that cannot be listened at, and what `Writer` rejects.
    """
    log = json_log(process="writer")
    join_logs(log)
    allow_open_files()
    keep_freed_memory()
    with (
        _listening_at(host, port) as listener,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_serve(directories, listener, log, announce))


def _listening_at(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _PORT_MAX:
        raise Malformed(f"a port is 0 to {_PORT_MAX}", parameter="port")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=limits.CONNECTIONS_MAX)
    except OSError as error:
        reason = f"cannot listen at {host}, port {port}: {error}"
        raise Malformed(reason, parameter="port") from None


async def _serve(
    directories: Sequence[Path],
    listener: socket.socket,
    log: Log,
    announce: Callable[[str], None],
) -> None:
    follower = FollowerProcess(directories, log)
    async with follower.running():
        pools = await asyncio.to_thread(_open, directories, follower.relays())
        follower.open()
        streams = Streams()
        server = Listener(
            create_app(pools, log=log, streams=streams),
            keep_alive_seconds=limits.KEEP_ALIVE_SECONDS,
        )
        _stop_on_signals(server, streams, log)
        announcing = asyncio.create_task(_announce(listener, server, pools, announce))
        try:
            await server.serve([listener])
        finally:
            announcing.cancel()


def _open(directories: Sequence[Path], relays: Sequence[Relay]) -> list[ServedPool]:
    """Open every pool, or none."""
    pools: list[ServedPool] = []
    try:
        for directory, relay in zip(directories, relays, strict=True):
            pools.append(open_written(directory, relay))
    except BaseException:
        for pool in pools:
            pool.close()
        raise
    return pools


def _stop_on_signals(server: Listener, streams: Streams, log: Log) -> None:
    def stop(number: int) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        streams.close()
        server.stop()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop, number)


async def _announce(
    listener: socket.socket,
    server: Listener,
    pools: Sequence[ServedPool],
    announce: Callable[[str], None],
) -> None:
    """Say that requests are answered; of questions that is not waited for without end."""
    await server.is_listening.wait()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limits.FOLLOWER_START_SECONDS_MAX):
            for relay in [pool.relay for pool in pools if pool.relay is not None]:
                await relay.is_answering.wait()
    _settle_memory()
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    announce(f"tpwallet is listening at http://{shown}:{port}")


def _settle_memory() -> None:
    """Keep the collector from looking through what stays for ever, and from looking often: a
    request leaves next to no cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*limits.COLLECT_AFTER)
