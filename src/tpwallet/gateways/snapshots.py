"""Snapshots as files: one for a position, `<position>.snapshot`, in a directory of their own.

A file is written under another name, made durable and renamed, so that what bears a snapshot's
name is whole. Whether it is intact and may be used is for `kernel.snapshot` to say. A pool's writer
and its follower may both keep one as they close: they take turns.
"""

import fcntl
import mmap
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = re.compile(r"([0-9]{20})\.snapshot")
_NEWEST = 2  # never pruned: the newest, and the one before it in case that is damaged


class SnapshotDirectory:
    """The snapshots of one pool (port: `tpwallet.ports.snapshots.SnapshotStore`)."""

    def __init__(self, path: Path) -> None:
        """The directory is made when the first snapshot is kept."""
        self._path = path

    def positions(self) -> list[int]:
        """The positions there are snapshots of, in order."""
        if not self._path.exists():
            return []
        found = (_NAME.fullmatch(file.name) for file in self._path.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def save(self, position: int, chunks: Iterable[bytes]) -> None:
        """Keep a snapshot durably, whole or not at all. **Rejects** with `OSError` a full disk."""
        target = self._file(position)
        part = target.with_suffix(".part")
        with self._alone() as folder:
            try:
                with part.open("wb") as file:
                    for chunk in chunks:
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
            os.fsync(folder)

    def open(self, position: int) -> memoryview:
        """The bytes of a snapshot, mapped and not read yet.

        **Rejects** with `OSError` one that is not there any more.
        """
        with self._file(position).open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return memoryview(b"")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def prune(self, keep: int) -> None:
        """Delete snapshots until `keep` are left, never one of the newest two."""
        for position in redundant(self.positions(), keep):
            self._file(position).unlink(missing_ok=True)

    def _file(self, position: int) -> Path:
        return self._path / f"{position:020d}.snapshot"

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Be the only one who saves here; what a crash left unfinished is taken away."""
        self._path.mkdir(exist_ok=True)
        folder = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            for unfinished in self._path.glob("*.part"):
                unfinished.unlink()
            yield folder
        finally:
            os.close(folder)


def redundant(positions: list[int], keep: int) -> list[int]:
    """Which snapshots to delete so that `keep` are left and lie evenly over the past.

    Time travel starts from the nearest snapshot before a moment, so the one that goes is the one
    whose neighbours are closest together.

    >>> redundant([10, 20, 30, 100, 110, 120], 4)
    [10, 20]
    """
    left = list(positions)
    while len(left) > max(keep, _NEWEST):
        before = [0, *left]
        spans = [left[at + 1] - before[at] for at in range(len(left) - _NEWEST)]
        del left[spans.index(min(spans))]
    return sorted(set(positions) - set(left))
