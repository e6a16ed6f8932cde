"""Address space reserved once, touched when needed.

State arrays of the core grow for years, but a writer that stops to copy a gigabyte into a larger
array stops every payment. So an array reserves the address space of its largest named size and
the operating system gives it memory page by page as rows are first touched; growing costs nothing
and moves nothing.

The system clears a page before it gives it, which takes longer than what is written there, so
`Ahead` has the pages that come next touched by a thread of its own.

This is not an allocator: an array is reserved for the life of its state and released with it.
"""

import mmap
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

import numpy as np

from tpwallet.kernel.words import address_of, touch_pages

# Parts of a state as they come from a snapshot: read where they lie, which may be in a file.
Dumped: TypeAlias = Sequence[bytes | memoryview]

_NORESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)
_HUGE_PAGE = 2 << 20
_STEP = 2 << 20  # bytes that are touched at a time
_toucher = ThreadPoolExecutor(1, thread_name_prefix="memory-ahead")


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


class Ahead:
    """Touches the pages of an array that fills from its beginning, before they are needed."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self._touched = 0
        self._last: Future[None] | None = None

    def need(self, used: int) -> None:
        """So many bytes are in use: have the memory for what comes next touched meanwhile."""
        if self._touched < used:
            self._touched = used - used % _STEP
        if used + _STEP > self._touched and self._touched + _STEP <= self._array.nbytes:
            if self._last is not None and self._last.done():
                self._last.result()  # a failure is told here
            self._last = _toucher.submit(self._touch, self._touched)
            self._touched += _STEP

    def _touch(self, offset: int) -> None:
        touch_pages(address_of(self._array) + offset, _STEP)
