"""A hub on a socket of this machine, and a wire to it that can be cut."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.faces.http.live import listening
from tests.faces.http.served import issue
from tpwallet.faces.http.pools import ServedPool


class Hub(NamedTuple):
    """A served pool, where it is, and a key that may do everything."""

    url: str
    key: str
    pool: ServedPool


@contextmanager
def served(pool: ServedPool) -> Iterator[Hub]:
    """Serve a pool until the block ends."""
    key = issue(pool, "everything")
    with listening([pool]) as url:
        yield Hub(url, key, pool)


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


class Wire:
    """A relay with an address that stays, to a hub that may change; it can lose answers."""

    def __init__(self, target: str | None = None) -> None:
        self.target = target
        self.answers_to_lose = 0  # after the hub has answered
        self.bytes_to_show = 0  # of an answer that is lost
        self.requests_to_lose = 0  # before the hub hears of them
        self.is_silent = False  # answers are taken, and not passed on
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Cut every connection."""
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(near,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, near: socket.socket) -> None:
        if self.target is None:
            near.close()
            return
        parts = urlsplit(self.target)
        try:
            far = socket.create_connection((parts.hostname, parts.port), 5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        self._open |= {near, far}
        back = threading.Thread(target=self._answers, args=(far, near))
        back.start()
        self._asks(near, far)
        back.join()
        self._open -= {near, far}
        near.close()
        far.close()

    def _asks(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := near.recv(65_536):
                if self.requests_to_lose > 0:
                    self.requests_to_lose -= 1
                    near.shutdown(socket.SHUT_RDWR)
                    break
                far.sendall(piece)
        with contextlib.suppress(OSError):
            far.shutdown(socket.SHUT_RDWR)

    def _answers(self, far: socket.socket, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := far.recv(65_536):
                if self.answers_to_lose > 0:
                    self.answers_to_lose -= 1
                    near.sendall(piece[: self.bytes_to_show])
                    break
                if not self.is_silent:
                    near.sendall(piece)
        with contextlib.suppress(OSError):
            near.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(target: str | None = None) -> Iterator[Wire]:
    """A wire, until the block ends."""
    made = Wire(target)
    try:
        yield made
    finally:
        made.close()
