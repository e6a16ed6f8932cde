"""A log's hashes in a file: hash number n is the 32 bytes at 32 n.

It is only ever appended to, and cut off at its end after a crash. Reads take single hashes from
anywhere; the operating system's cache is the cache.
"""

import os
from pathlib import Path

from tpwallet.proofs.merkle import HASH_BYTES


class HashFile:
    """An append-only run of 32-byte hashes (port: `tpwallet.ports.log_files.HashFile`)."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; part of a hash at its end is cut off."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._count = os.fstat(self._descriptor).st_size // HASH_BYTES
        self._closed = False
        self.truncate(self._count)

    def count(self) -> int:
        """How many hashes the file holds."""
        return self._count

    def append(self, hashes: bytes) -> None:
        """Add a run of 32-byte hashes at the end, all of them or none.

        **Rejects** with `OSError` a full disk, and with `ValueError` what is not whole hashes.
        """
        if len(hashes) % HASH_BYTES:
            raise ValueError(f"{len(hashes)} bytes are not whole hashes")
        start = self._count * HASH_BYTES
        written = 0
        while written < len(hashes):
            written += os.pwrite(self._descriptor, hashes[written:], start + written)
        self._count += len(hashes) // HASH_BYTES

    def read(self, number: int) -> bytes:
        """The hash with this number. **Rejects** with `IndexError` one that is not there."""
        if not 0 <= number < self._count:
            raise IndexError(f"hash {number} of {self._count}")
        return os.pread(self._descriptor, HASH_BYTES, number * HASH_BYTES)

    def truncate(self, count: int) -> None:
        """Forget all but the first `count` hashes."""
        os.ftruncate(self._descriptor, count * HASH_BYTES)
        self._count = count

    def flush(self) -> None:
        """Make every appended hash durable."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of the file; closing twice is allowed."""
        if not self._closed:
            self._closed = True
            os.close(self._descriptor)
