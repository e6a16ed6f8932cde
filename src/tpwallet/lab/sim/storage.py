"""A journal in memory whose next append meets what the simulation wants it to meet.

A crash is a `BaseException`: like a power cut it passes every handler, and whoever is above it has
no machine any more.
"""

from enum import Enum
from itertools import count

from tpwallet.kernel.commit import Commit
from tpwallet.kernel.journal import Outcome
from tpwallet.lab.journals import Fault, MemoryJournal, MemoryStorage


class Crash(BaseException):
    """The machine lost power."""


class Trouble(Enum):
    """What an append meets."""

    CRASH_BEFORE = "crash before the append"
    CRASH_AFTER = "crash after the append, before its answer"
    KEPT = "error, and the commit is there"
    LOST = "error, and the commit is not there"
    LATE = "error, and the commit comes to be there later"
    FULL = "no space"


_FAULTS = {
    Trouble.KEPT: Fault.KEPT,
    Trouble.LOST: Fault.LOST,
    Trouble.LATE: Fault.LATE,
    Trouble.FULL: Fault.UNAVAILABLE,
}


class Weather:
    """What the next appends meet, whoever makes them."""

    def __init__(self) -> None:
        self._coming: list[Trouble] = []

    def bring(self, trouble: Trouble, times: int = 1) -> None:
        """Let the next appends meet a trouble."""
        self._coming += [trouble] * times

    def clear(self) -> None:
        """Let the next appends meet nothing."""
        self._coming.clear()

    def draw(self) -> Trouble | None:
        """What this append meets."""
        return self._coming.pop(0) if self._coming else None


class SimJournal(MemoryJournal):
    """One owner's journal on a storage under some weather."""

    def __init__(self, storage: MemoryStorage, weather: Weather) -> None:
        self._weather = weather
        self._fault: Fault | None = None
        super().__init__(storage, faults=(self._fault for _ in count()))

    def append(self, commit: Commit) -> Outcome:
        """Keep a commit, or meet what the weather brings (port)."""
        trouble = self._weather.draw()
        if trouble is Trouble.CRASH_BEFORE:
            raise Crash
        self._fault = _FAULTS.get(trouble) if trouble is not None else None
        outcome = super().append(commit)
        if trouble is Trouble.CRASH_AFTER:
            raise Crash
        return outcome
