"""The clock that deadlines and the pool's own clock are held against: time that has passed, asleep
or awake.

Python's monotonic clock stands still while a Linux machine or a Mac sleeps, and the wall clock does
not: after a night the wall clock would look as if it had jumped (`kernel.clock`), and a request
whose caller gave up hours ago would still be in time. So the clock that goes on is read, where the
system has one. Every deadline is made and judged by this clock and no other.

Source: clock_gettime(2), CLOCK_BOOTTIME; on a Mac CLOCK_MONOTONIC is the one that goes on.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

_CLOCKS = ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC")  # the first that there is


def clock_that_goes_on() -> Callable[[], int]:
    """The system's reading, in nanoseconds, that never falls and does not stop for sleep."""
    for name in _CLOCKS:
        clock = getattr(time, name, None)
        if clock is not None:
            try:
                time.clock_gettime_ns(clock)
            except OSError:  # known to Python, and not to this kernel
                continue
            return partial(time.clock_gettime_ns, clock)
    return time.monotonic_ns


elapsed_ns: Final[Callable[[], int]] = clock_that_goes_on()
