"""The machine: versions, compiled loops, the clock, the disk."""

import os
import platform
import shutil
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Final

import apsw

from tpwallet.compiled import cache_folder
from tpwallet.faces.operations.examining.diagnosis import Diagnosis, State
from tpwallet.gateways.journals.sqlite_file import check_library
from tpwallet.kernel.errors import JournalUnavailable
from tpwallet.kernel.limits import CLOCK_LAG_NS_MAX

SPACE_BYTES_WARN: Final = 5 << 30
SPACE_BYTES_FAIL: Final = 256 << 20
SYNCS_PER_SECOND_WARN: Final = 100
_SYNC_SECONDS: Final = 0.5
_SYNC_BYTES: Final = 4096
_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "glusterfs"})
_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


def examine_versions() -> Diagnosis:
    """Which releases are at work."""
    return Diagnosis(
        name="versions",
        state=State.OK,
        message="tpwallet {tpwallet} on Python {python}",
        facts={
            "tpwallet": version("tpwallet"),
            "python": platform.python_version(),
            "sqlite": apsw.sqlite_lib_version(),
            "numba": version("numba"),
            "numpy": version("numpy"),
            "platform": platform.platform(),
        },
    )


def examine_sqlite() -> Diagnosis:
    """Whether the SQLite library is one a journal may be trusted to."""
    found = apsw.sqlite_lib_version()
    try:
        check_library(found)
    except JournalUnavailable as error:
        return Diagnosis(
            name="sqlite",
            state=State.FAIL,
            message="SQLite {version}: {reason}",
            advice="Install a newer apsw: pip install --upgrade apsw",
            facts={"version": found, "reason": str(error)},
        )
    return Diagnosis(
        name="sqlite", state=State.OK, message="SQLite {version}", facts={"version": found}
    )


def examine_loops(*, is_warm: bool) -> Diagnosis:
    """Whether every loop is compiled."""
    folder = str(cache_folder())
    if not is_warm:
        return Diagnosis(
            name="compiled loops",
            state=State.WARN,
            message="not all compiled yet: the first commands will wait for it",
            advice="Run: python -m tpwallet.faces.cli.warming",
            facts={"folder": folder},
        )
    return Diagnosis(
        name="compiled loops", state=State.OK, message="all compiled", facts={"folder": folder}
    )


def examine_clock(journal_time: int) -> Diagnosis:
    """Whether the wall clock is not behind the journal's last entry, in nanoseconds."""
    behind = journal_time - time.time_ns()
    if behind > CLOCK_LAG_NS_MAX:
        return Diagnosis(
            name="clock",
            state=State.FAIL,
            message="the clock is {behind_ms} ms behind the journal",
            advice="Set the clock right (chrony, ntpd) before writing to this pool.",
            facts={"behind_ms": behind // 1_000_000},
        )
    if behind > 0:
        return Diagnosis(
            name="clock",
            state=State.WARN,
            message="the clock is {behind_ms} ms behind the journal",
            advice="Keep the clock in step with chrony or ntpd.",
            facts={"behind_ms": behind // 1_000_000},
        )
    return Diagnosis(name="clock", state=State.OK, message="not behind the journal")


def examine_space(path: Path) -> Diagnosis:
    """How much room there is where the pool lies."""
    free = shutil.disk_usage(path).free
    state, advice = State.OK, ""
    if free < SPACE_BYTES_FAIL:
        state = State.FAIL
        advice = "Make room now: without it the pool stops accepting commands."
    elif free < SPACE_BYTES_WARN:
        state, advice = State.WARN, "Make room, or move the pool to a larger disk."
    return Diagnosis(
        name="disk space",
        state=state,
        message="{free_gib} GiB free",
        advice=advice,
        facts={"free_bytes": free, "free_gib": f"{free / 2**30:.1f}"},
    )


def examine_syncing(path: Path) -> Diagnosis:
    """How many times a second the disk makes a write durable: each is one commit."""
    count = 0
    with tempfile.TemporaryFile(dir=path, prefix="tpwallet-doctor-") as file:
        descriptor = file.fileno()
        started = time.monotonic()
        while (elapsed := time.monotonic() - started) < _SYNC_SECONDS:
            os.pwrite(descriptor, bytes(_SYNC_BYTES), count * _SYNC_BYTES % (1 << 20))
            os.fdatasync(descriptor)
            count += 1
    rate = int(count / elapsed)
    message = "{per_second} durable writes a second"
    if rate < SYNCS_PER_SECOND_WARN:
        return Diagnosis(
            name="disk sync",
            state=State.WARN,
            message=message,
            advice="A disk with a protected write cache (most server SSDs) makes payments faster.",
            facts={"per_second": rate},
        )
    return Diagnosis(name="disk sync", state=State.OK, message=message, facts={"per_second": rate})


def examine_file_system(path: Path) -> Diagnosis:
    """Whether the pool lies where locks and durable writes mean what they say."""
    kind = _file_system_of(path)
    if kind in _NETWORK:
        return Diagnosis(
            name="file system",
            state=State.FAIL,
            message="{kind}: a network file system",
            advice="Keep the pool on a local disk: over a network locks cannot be trusted.",
            facts={"kind": kind},
        )
    if kind in _MEMORY:
        return Diagnosis(
            name="file system",
            state=State.WARN,
            message="{kind}: memory, not a disk",
            advice="Move the pool to a disk: this one is gone when the machine stops.",
            facts={"kind": kind},
        )
    return Diagnosis(
        name="file system", state=State.OK, message="{kind}", facts={"kind": kind or "?"}
    )


def _file_system_of(path: Path) -> str:
    """The kind of file system a path lies on; empty where the system does not tell."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    target = path.resolve()
    best, kind = -1, ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if target.is_relative_to(point) and len(point) > best:
            best, kind = len(point), found
    return kind
