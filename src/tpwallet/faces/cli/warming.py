"""Warming: having every loop compiled before anybody waits for one.

Loops are compiled on first use and kept on disk (`tpwallet.compiled`). Met one by one they would
stop the first transfer for a second, the first refusal for another, and the first backup for ten.
So a scratch pool in a temporary directory is led through all of it once: batches with chains,
reservations posted, voided and run out, refusals taken back, imports, replay, snapshots, history,
proofs, verification. A marker beside the compiled code says that this was done for these sources.

`python -m tpwallet.faces.cli.warming` does it, and `make setup` does that.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tpwallet.compiled import cache_folder

_SECOND = 1_000_000_000


def marker() -> Path:
    """The file that says that every loop is compiled."""
    return cache_folder() / "warmed"


def is_warm() -> bool:
    """Whether every loop of these sources is compiled."""
    return marker().exists()


def warm() -> None:
    """Compile every loop: about half a minute, once; afterwards a second."""
    with tempfile.TemporaryDirectory(prefix="tpwallet-warming-") as folder:
        _lead_through(Path(folder))
    marker().touch()


def warm_once(tell: Callable[[], None]) -> None:
    """Compile every loop unless that was done; `tell` is called before, if it is to take time."""
    if not is_warm():
        tell()
        warm()


def _lead_through(folder: Path) -> None:
    from tpwallet.faces.cli.warming_pool import work_a_pool
    from tpwallet.faces.cli.warming_reads import read_a_pool
    from tpwallet.faces.operations.exporting import export_pool
    from tpwallet.faces.operations.verifying import verify_export, verify_pool
    from tpwallet.gateways.pool_directory import create_pool

    directory = create_pool(folder / "pool", name="warming", base_asset="EUR")
    work_a_pool(directory, skew=Skew())
    read_a_pool(directory, folder / "history")
    export = folder / "pool.tpwx"
    export_pool(directory, export)
    for report in (verify_pool(directory), verify_export(export)):
        if not report.ok:
            raise RuntimeError(f"the scratch pool does not verify: {report.verdict.findings}")


class Skew:
    """A wall clock that can be put forward, so that a reservation runs out at once."""

    def __init__(self) -> None:
        self._ahead_ns = 0

    def __call__(self) -> int:
        return time.time_ns() + self._ahead_ns

    def put_forward(self, seconds: int) -> None:
        """Let this much time go by."""
        self._ahead_ns += seconds * _SECOND


if __name__ == "__main__":
    warm()
