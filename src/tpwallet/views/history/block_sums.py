"""Checksums of a file that only grows: a CRC-32 (zlib's) of every block in use.

A block is `SUMMED_BLOCK_BYTES`; the last one is as long as what is in use of it. Bytes in use never
change, so they are summed once, right after they were written and while the processor still has
them at hand: about 10 ns a transfer.

A CRC finds what a disk, a cable or a stray write does. It is no signature: whoever means to deceive
can compute it anew. Nothing that is proved to others comes from these files.
"""

import errno
import os
import zlib
from array import array

import numpy as np

from tpwallet.views.history import limits

_BLOCK = limits.SUMMED_BLOCK_BYTES


def blocks_in(used: int) -> int:
    """How many blocks so many bytes are.

    >>> [blocks_in(used) for used in (0, 1, 2 * _BLOCK, 2 * _BLOCK + 1)]
    [0, 1, 2, 3]
    """
    return -(-used // _BLOCK)


class BlockSums:
    """The checksums of one file, as far as it is summed."""

    def __init__(self, sums: np.ndarray, used: int) -> None:
        """`sums` (u32) are those of the first `used` bytes."""
        known = sums.tolist()
        self._begun = known.pop() if used % _BLOCK else 0  # of the block that is not full yet
        self._full = array("I", known)
        self._used = used

    def extend(self, content: memoryview, used: int) -> None:
        """Sum what was written since the last time; `content` begins with the file's first byte,
        and `used` of it are in use.
        """
        while self._used < used:
            end = min(self._used - self._used % _BLOCK + _BLOCK, used)
            self._begun = zlib.crc32(content[self._used : end], self._begun)
            if end % _BLOCK == 0:
                self._full.append(self._begun)
                self._begun = 0
            self._used = end

    def known(self) -> np.ndarray:
        """The checksum of each block (u32), the last of which may not be full."""
        begun = [self._begun] if self._used % _BLOCK else []
        return np.array([*self._full, *begun], np.uint32)


def first_damaged(descriptor: int, sums: np.ndarray, used: int) -> int | None:
    """The first block of a file's first `used` bytes that is not the one that was summed, or that
    the disk does not give back; None: all are as they were written.
    """
    for block, expected in enumerate(sums.tolist()):
        start = block * _BLOCK
        length = min(_BLOCK, used - start)
        content = _read(descriptor, length, start)
        if len(content) != length or zlib.crc32(content) != expected:
            return block
    return None


def _read(descriptor: int, length: int, start: int) -> bytes:
    try:
        return os.pread(descriptor, length, start)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""  # a bad sector
