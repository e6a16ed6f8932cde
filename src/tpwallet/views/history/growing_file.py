"""A file that only grows at its end, mapped into memory.

Room is allocated before it is written to, so that a full disk is an error here and not a signal
in a compiled loop. How much of the room is in use is the caller's to know and to keep; what lies
past it is nothing. Growing may move the mapping: `at` is asked for again after `make_room`.
"""

import mmap
import os
from pathlib import Path

import numpy as np

from tpwallet.kernel.words import address_of
from tpwallet.views.history import limits


class GrowingFile:
    """One file, open for reading and appending."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make it."""
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.room = 0  # bytes allocated and mapped
        self._map: mmap.mmap | None = None
        self._bytes = np.empty(0, np.uint8)

    @property
    def at(self) -> int:
        """Address of the first byte, once there is room."""
        return address_of(self._bytes)

    @property
    def content(self) -> memoryview:
        """Every byte there is room for; not to be kept, for growing moves it."""
        return self._bytes.data

    def truncate(self, used: int) -> None:
        """Forget everything past `used`, and map the rest with room to grow."""
        self._unmap()
        os.ftruncate(self._descriptor, used)
        self._extend(used)

    def make_room(self, used: int, more: int) -> None:
        """Have room for `more` bytes after `used`. **Rejects** with `OSError` a full disk."""
        if used + more > self.room:
            self._extend(used + more)

    def _extend(self, needed: int) -> None:
        spare = max(limits.FILE_GROWTH_BYTES_MIN, min(needed // 4, limits.FILE_GROWTH_BYTES_MAX))
        room = -(-(needed + spare) // mmap.PAGESIZE) * mmap.PAGESIZE
        _allocate(self._descriptor, os.fstat(self._descriptor).st_size, room)
        self._unmap()
        self._map = mmap.mmap(self._descriptor, room)
        self._bytes = np.frombuffer(self._map, np.uint8)
        self.room = room

    def _unmap(self) -> None:
        self._bytes = np.empty(0, np.uint8)
        self.room = 0
        if self._map is not None:
            self._map.close()
            self._map = None

    def flush(self) -> None:
        """Make everything written durable."""
        if self._map is not None:
            self._map.flush()
        os.fsync(self._descriptor)

    def close(self, used: int | None = None) -> None:
        """Let go of the file; with `used`, give the room after it back."""
        self._unmap()
        if used is not None:
            os.ftruncate(self._descriptor, used)
        os.close(self._descriptor)


def _allocate(descriptor: int, size: int, room: int) -> None:
    """Give a file real room, of zeros, from `size` to `room`."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, size, room - size)
        return
    zeros = bytes(1 << 20)
    while size < room:
        size += os.pwrite(descriptor, zeros[: room - size], size)
