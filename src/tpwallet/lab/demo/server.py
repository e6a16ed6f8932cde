"""The demo's own server: `tpwallet serve` in a process that can be killed and started again, and
that does not outlive the demo.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

from tpwallet.faces.client import Client
from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.limits import CALL_MS_MAX, READY_SECONDS_MAX, STOP_SECONDS_MAX

_HOST = "127.0.0.1"
_MAIN = "tpwallet.lab.demo.tethered"
_PAUSE_SECONDS = 0.1
_LINES_TOLD = 12


class Server:
    """A hub over HTTP on one pool directory; `address` is its URL, the same after each start."""

    def __init__(self, pool: Path, *, key: str, log: Path, port: int = 0) -> None:
        """`key`: an API key of the pool; `log`: where the server's words go; port 0: a free one."""
        self._pool = pool
        self._key = key
        self._log = log
        self._port = port or _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"http://{_HOST}:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers. **Rejects** with `DemoFailed`."""
        command = [sys.executable, "-m", _MAIN, "serve", str(self._pool)]
        with self._log.open("ab") as words:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--host", _HOST, "--port", str(self._port)],
                stdin=subprocess.PIPE,  # it ends when this does, and with it the demo
                stdout=words,
                stderr=words,
                start_new_session=True,  # Ctrl-C is for the demo, which then stops it
            )
        end = time.monotonic() + READY_SECONDS_MAX
        while not self._is_ready():
            if not self.is_running or time.monotonic() > end:
                self.kill()
                raise DemoFailed(f"the hub did not start: {self._last_words()}")
            time.sleep(_PAUSE_SECONDS)

    def connect(self) -> Client:
        """A client of it, over as many starts as there are."""
        return Client(self.address, self._key, deadline_ms=CALL_MS_MAX)

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL it and everything it started: it gets no chance to finish anything."""
        if self._process is not None and self.is_running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def stop(self) -> None:
        """Ask it to finish (SIGTERM) and wait until it has; kill it when it does not."""
        if self._process is not None and self.is_running:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS_MAX)
        self.kill()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz").is_success
        except httpx.HTTPError:
            return False

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LINES_TOLD:]) or "it said nothing"


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
