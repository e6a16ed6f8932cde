"""A hub in processes of its own, as `tpwallet serve` runs it, for tests of a whole server."""

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.faces.http.served import ALICE, BANK
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.faces.operations.founding import found_pool
from tpwallet.flows.accounts import OpenAccount
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer

_PROGRAM = """
import sys
from pathlib import Path
from tpwallet.faces.http.serve import serve
serve([Path(path) for path in sys.argv[1:]], port=0)
"""


def found(folder: Path) -> str:
    """Make a pool with two accounts; returns the token of a key that may do everything."""
    token = found_pool(folder, name=folder.name, base_asset="EUR").key.token
    writer = Writer(PoolDirectory(folder))
    for address, kind in ((BANK, AccountKind.ASSET), (ALICE, AccountKind.LIABILITY)):
        writer.run(OpenAccount(address=address, asset="EUR", kind=kind))
    writer.close()
    return token


def await_end(process: int) -> None:
    """Wait until a process that is not ours to wait for has ended; one that nobody has taken note
    of yet has.
    """
    end = time.monotonic() + 60
    while any(pid == process and state != "Z" for pid, _, state in _processes()):
        if time.monotonic() > end:
            raise TimeoutError(f"process {process} goes on")
        time.sleep(0.05)


def _processes() -> Iterator[tuple[int, int, str]]:
    """Number, parent and state of every process (proc(5), stat)."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            yield int(stat.parent.name), int(parent), state


class Hub:
    """A running hub."""

    def __init__(self, folders: Sequence[Path], log: Path) -> None:
        self._log = log
        with log.open("a") as lines:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *map(str, folders)],
                stdout=subprocess.PIPE,
                stderr=lines,
                text=True,
            )
        if self.process.stdout is None:
            raise RuntimeError("the hub has no output")
        self.line = self.process.stdout.readline()
        self.address = self.line.rpartition(" ")[2].strip()

    @property
    def log(self) -> str:
        """What it has logged."""
        return self._log.read_text()

    def follower(self) -> int:
        """The follower's process."""
        [found] = (pid for pid, parent, _ in _processes() if parent == self.process.pid)
        return found

    def fill_disk(self, *, is_full: bool) -> None:
        """Let the writer's process write nothing any more to any file, or again."""
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        limits = (1, hard) if is_full else (hard, hard)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, limits)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(60)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


@contextmanager
def hub(*folders: Path) -> Iterator[Hub]:
    """A hub that serves some pools."""
    running = Hub(folders, folders[0].parent / "hub.log")
    try:
        yield running
    finally:
        running.stop()


def until(answer: int, client: httpx.Client, path: str) -> httpx.Response:
    """Ask until the answer has a status."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = client.get(path)
        if found.status_code == answer:
            return found
        time.sleep(0.02)
    raise TimeoutError(f"{path} does not answer {answer}")
