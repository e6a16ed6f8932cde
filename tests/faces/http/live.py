"""A server on a socket of this machine, for tests that need a real connection."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvloop

from tpwallet.faces.http.app import create_app
from tpwallet.faces.http.event_stream import Streams
from tpwallet.faces.http.listening import Listener, join_logs
from tpwallet.faces.http.logs import Log, json_log
from tpwallet.faces.http.pools import ServedPool


@contextmanager
def listening(
    pools: Sequence[ServedPool], streams: Streams | None = None, log: Log | None = None
) -> Iterator[str]:
    """Serve some pools; gives the address."""
    streams, log = streams or Streams(), log or json_log()
    join_logs(log)
    server = Listener(create_app(pools, streams=streams, log=log), keep_alive_seconds=30)

    def run(listener: socket.socket) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve([listener]))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run, args=(listener,))
        thread.start()
        try:
            while not server.started:
                threading.Event().wait(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            streams.close()
            server.stop()
            thread.join()
