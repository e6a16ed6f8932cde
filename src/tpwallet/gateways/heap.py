"""The heap of a process that is ours: freed memory is kept for the next batch.

A batch passes through a few megabytes that live for some milliseconds. By default the C library
gives such memory back to the system as soon as it is freed and asks for it again at once, and the
system clears every page of it anew: a fifth of what a batch costs. So the processes of a hub ask
for it to be kept. The price is that a process holds its largest need until it ends.

This changes the whole process, so that the library never does it to a program it is a guest of;
such a program sets `MALLOC_TRIM_THRESHOLD_` and `MALLOC_MMAP_THRESHOLD_` where it is started.

Source: mallopt(3) of the GNU C library; other C libraries are left as they are.
"""

import ctypes
from typing import Final

_TRIM_THRESHOLD: Final = -1  # M_TRIM_THRESHOLD: free memory at the top that is kept
_MMAP_THRESHOLD: Final = -3  # M_MMAP_THRESHOLD: blocks from this size on are mapped one by one
_KEPT_BYTES: Final = 512 << 20
_MAPPED_FROM_BYTES: Final = 32 << 20  # the largest that the C library allows


def keep_freed_memory() -> bool:
    """Keep what is freed from now on; returns whether the C library does that."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    mallopt.argtypes, mallopt.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    wanted = ((_TRIM_THRESHOLD, _KEPT_BYTES), (_MMAP_THRESHOLD, _MAPPED_FROM_BYTES))
    return all(mallopt(what, size) == 1 for what, size in wanted)
