"""The follower's process: it tails the journals and answers the questions of the writer's process.

    python -m tpwallet.faces.http.following < plan

It reads its plan from standard input, one line of JSON, and ends when that is closed: with the
process that started it, however that one ends. It says `listening` on standard output once it takes
questions. The terminal's interrupt is for the writer's process; this one goes on answering until
that one is through.
"""

import asyncio
import os
import signal
import socket
from pathlib import Path

import msgspec
import uvloop

from tpwallet.faces.http import limits
from tpwallet.faces.http.app import create_follower_app
from tpwallet.faces.http.listening import Listener, allow_open_files, join_logs
from tpwallet.faces.http.logs import Log, json_log
from tpwallet.faces.http.metrics import Metrics
from tpwallet.faces.http.pools import ServedPool
from tpwallet.faces.http.questions import Questions
from tpwallet.gateways.heap import keep_freed_memory
from tpwallet.gateways.pool_directory import PoolDirectory

LISTENING = b"listening\n"
_STDIN, _STDOUT = 0, 1
_KEEP_ALIVE_SECONDS = 24 * 3600  # the relay keeps its connections


class Plan(msgspec.Struct, frozen=True):
    """What a follower's process is to do."""

    socket: str  # the path of the Unix socket to listen at
    secret: str
    pools: list[str]  # directories, in the order in which questions count them


def main() -> None:
    """Follow, until standard input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(_STDIN, "rb", buffering=0, closefd=False) as given:
        line = given.readline()
    if not line:
        return  # whoever started it changed its mind
    allow_open_files()
    keep_freed_memory()
    os.nice(limits.FOLLOWER_NICENESS)
    log = json_log(process="follower")
    join_logs(log)
    plan = msgspec.json.decode(line, type=Plan)
    Path(plan.socket).unlink(missing_ok=True)  # of one before this one
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_follow(plan, log))


async def _follow(plan: Plan, log: Log) -> None:
    loop = asyncio.get_running_loop()
    pools = [_pool(Path(path)) for path in plan.pools]
    app = create_follower_app(pools, secret=plan.secret, log=log)
    server = Listener(app, keep_alive_seconds=_KEEP_ALIVE_SECONDS)
    telling = asyncio.create_task(_tell(server))
    loop.add_signal_handler(signal.SIGTERM, server.stop)
    loop.add_reader(_STDIN, _end, server)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(plan.socket)
        await server.serve([listener])
    telling.cancel()


def _end(server: Listener) -> None:
    asyncio.get_running_loop().remove_reader(_STDIN)
    server.stop()


def _pool(path: Path) -> ServedPool:
    directory = PoolDirectory(path)
    return ServedPool(directory, metrics=Metrics(), questions=Questions(directory))


async def _tell(server: Listener) -> None:
    await server.is_listening.wait()
    os.write(_STDOUT, LISTENING)


if __name__ == "__main__":
    main()
