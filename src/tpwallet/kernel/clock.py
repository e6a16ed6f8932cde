"""The pool's clock: it never runs backwards, and it does not believe a leap.

Times are nanoseconds since 1970 UTC. Every command gets a time of its own, later than any before
it, and a batch as many as it has requests. Readings come from outside as (wall, monotonic); the
monotonic one must go on while the machine sleeps, as the wall clock does.
Within one run a wall clock that gets ahead of elapsed monotonic time by more than
`CLOCK_JUMP_NS_MAX`, or falls behind the journal by more than `CLOCK_LAG_NS_MAX`, is refused until
an operator's override is in the journal: a single bad reading would otherwise expire every
reservation, and could never be taken back. Between two runs there is no elapsed time to compare
with, so a start believes the wall clock if it is not behind. An override of a clock that is behind
lets time stand nearly still, a nanosecond a request, until the clock has caught up.

An override counts as soon as it is decided, for what is decided after it becomes durable after it
or not at all. When the journal is read again after a failed append and does not have it, the clock
is as if it had never been.
"""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from tpwallet.kernel import limits
from tpwallet.kernel.errors import ClockRefused

Reading = Callable[[], int]


class _Believed(NamedTuple):
    """What readings are held against, in nanoseconds."""

    wall: int
    monotonic: int  # when the wall clock was read
    lag: int  # behind the journal, that an operator vouched for


class _Override(NamedTuple):
    """An override that may not be durable yet, and the clock before it."""

    time: int
    last_before: int
    believed_before: _Believed


class PoolClock:
    """Gives the times of commands."""

    def __init__(self, wall: Reading, monotonic: Reading, *, last: int) -> None:
        """`last` is the latest time in the journal."""
        self._wall = wall
        self._monotonic = monotonic
        self._last = last
        self._believed = _Believed(wall(), monotonic(), lag=0)
        # In one group while another is being appended: no more can be under way.
        self._overrides: deque[_Override] = deque(maxlen=2 * limits.GROUP_COMMANDS_MAX)

    def take(self, count: int = 1) -> int:
        """A time later than any given before by at least `count` nanoseconds.

        **Rejects** with `ClockRefused` while the wall clock cannot be believed.
        """
        now = self._wall()
        ahead = self._ahead(now)
        if ahead > limits.CLOCK_JUMP_NS_MAX:
            raise ClockRefused(
                "the clock jumped forward; once the time is known to be right, override it: "
                "tpwallet clock override REASON",
                ahead_ns=ahead,
                limit_ns=limits.CLOCK_JUMP_NS_MAX,
            )
        behind = self._last - now - self._believed.lag
        if behind > limits.CLOCK_LAG_NS_MAX:
            raise ClockRefused(
                "the clock is behind the journal; set it right, wait, or override it in the hub: "
                "tpwallet clock override REASON --url URL",
                behind_ns=behind,
                limit_ns=limits.CLOCK_LAG_NS_MAX,
            )
        self._last = max(now, self._last + count)
        return self._last

    def _ahead(self, now: int) -> int:
        """How far a wall reading is ahead of the time that has passed."""
        return now - (self._believed.wall + self._monotonic() - self._believed.monotonic)

    def now(self) -> int:
        """The latest time given, or the wall clock's if that is later and to be believed; gives
        nothing.
        """
        now = self._wall()
        return self._last if self._ahead(now) > limits.CLOCK_JUMP_NS_MAX else max(self._last, now)

    def has_passed(self, deadline: int) -> bool:
        """Whether a deadline, in nanoseconds of the monotonic clock, is over."""
        return self._monotonic() >= deadline

    def vouched(self) -> int:
        """The time of a command by which an operator vouches for the wall clock; gives nothing."""
        return max(self._wall(), self._last + 1)

    def believe(self, time: int) -> None:
        """An operator's override of this time was decided: start again from the wall clock."""
        self._overrides.append(_Override(time, self._last, self._believed))
        wall = self._wall()
        self._believed = _Believed(wall, self._monotonic(), lag=max(0, self._last - wall))
        self._last = max(self._last, time)

    def go_on_from(self, last: int) -> None:
        """The journal was read again, to a latest time; what was refused before still is, and an
        override that is not in it is forgotten.
        """
        for override in self._overrides:
            if override.time > last:
                self._last, self._believed = override.last_before, override.believed_before
                break
        self._overrides.clear()
        self._last = max(self._last, last)
