"""The pool's clock: it never runs backwards, and it does not believe a leap.

Times are nanoseconds since 1970 UTC. Every command gets a time of its own, later than any before
it, and a batch as many as it has requests. Readings come from outside as (wall, monotonic).
Within one run a wall clock that gets ahead of elapsed monotonic time by more than
`CLOCK_JUMP_NS_MAX`, or falls behind the journal by more than `CLOCK_LAG_NS_MAX`, is refused until
an operator's override is in the journal: a single bad reading would otherwise expire every
reservation, and could never be taken back. Between two runs there is no elapsed time to compare
with, so a start believes the wall clock if it is not behind.
"""

from collections.abc import Callable

from tpwallet.kernel import limits
from tpwallet.kernel.errors import ClockRefused

Reading = Callable[[], int]


class PoolClock:
    """Gives the times of commands."""

    def __init__(self, wall: Reading, monotonic: Reading, *, last: int) -> None:
        """`last` is the latest time in the journal."""
        self._wall = wall
        self._monotonic = monotonic
        self._last = last
        self._wall_base = wall()
        self._monotonic_base = monotonic()

    def take(self, count: int = 1) -> int:
        """A time later than any given before by at least `count` nanoseconds.

        **Rejects** with `ClockRefused` while the wall clock cannot be believed.
        """
        now = self._wall()
        ahead = now - (self._wall_base + self._monotonic() - self._monotonic_base)
        if ahead > limits.CLOCK_JUMP_NS_MAX:
            raise ClockRefused(
                "the clock jumped forward; override it once the time is known to be right",
                ahead_ns=ahead,
                limit_ns=limits.CLOCK_JUMP_NS_MAX,
            )
        if self._last - now > limits.CLOCK_LAG_NS_MAX:
            raise ClockRefused(
                "the clock is behind the journal; set it right, or wait",
                behind_ns=self._last - now,
                limit_ns=limits.CLOCK_LAG_NS_MAX,
            )
        self._last = max(now, self._last + count)
        return self._last

    def now(self) -> int:
        """The latest time given, or the wall clock's if that is later; gives nothing."""
        return max(self._last, self._wall())

    def has_passed(self, deadline: int) -> bool:
        """Whether a deadline, in nanoseconds of the monotonic clock, is over."""
        return self._monotonic() >= deadline

    def believe(self) -> int:
        """An operator vouches for the wall clock: start again from it, and take its time."""
        self._wall_base, self._monotonic_base = self._wall(), self._monotonic()
        return self.take()
