"""Address space reserved once, touched when needed.

State arrays of the core grow for years, but a writer that stops to copy a gigabyte into a larger
array stops every payment. So an array reserves the address space of its largest named size and
the operating system gives it memory page by page as rows are first touched; growing costs nothing
and moves nothing.

This is not an allocator: an array is reserved for the life of its state and released with it.
"""

import mmap
import sys
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

# Parts of a state as they come from a snapshot: read where they lie, which may be in a file.
Dumped: TypeAlias = Sequence[bytes | memoryview]

_NORESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)
_HUGE_PAGE = 2 << 20


def reserve(shape: tuple[int, ...], dtype: np.dtype | type) -> np.ndarray:
    """Return a zeroed array of `shape` whose memory is committed only where it is written.

    **Rejects** with `MemoryError` when the address space is not to be had (a strict overcommit
    policy or an address-space limit); reserve fewer rows then, by the limits of the state.
    """
    kind = np.dtype(dtype)
    items = int(np.prod(shape))
    length = max(items * kind.itemsize, mmap.PAGESIZE)
    try:
        area = mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NORESERVE)
    except OSError as error:
        raise MemoryError(f"cannot reserve {length} bytes of address space: {error}") from error
    if length >= _HUGE_PAGE and hasattr(mmap, "MADV_HUGEPAGE"):
        area.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(area, dtype=kind, count=items).reshape(shape)
