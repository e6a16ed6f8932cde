"""A journal whose appends wait at a gate, and one that ends them as the test says."""

import threading
from collections.abc import Callable

from tpwallet.kernel.commit import Commit
from tpwallet.kernel.journal import Outcome
from tpwallet.lab.journals import MemoryJournal, MemoryStorage

PATIENCE_SECONDS = 20


class GatedJournal(MemoryJournal):
    """Appends wait until they are let through, one by one or all."""

    def __init__(self, storage: MemoryStorage) -> None:
        super().__init__(storage)
        self.arrived = threading.Semaphore(0)
        self._passes = threading.Semaphore(0)
        self._open = False

    def append(self, commit: Commit) -> Outcome:
        self.arrived.release()
        if not self._open and not self._passes.acquire(timeout=PATIENCE_SECONDS):
            raise AssertionError("nobody let the append through")
        return super().append(commit)

    def await_arrival(self) -> None:
        assert self.arrived.acquire(timeout=PATIENCE_SECONDS), "no append began"

    def let_one_through(self) -> None:
        self._passes.release()

    def open(self) -> None:
        """Let this append and all others through."""
        self._open = True
        self._passes.release()


class FailingJournal(MemoryJournal):
    """Appends end as a function of the commit says, which may raise."""

    def __init__(self, storage: MemoryStorage, end: Callable[[Commit], Outcome]) -> None:
        super().__init__(storage)
        self._end = end

    def append(self, commit: Commit) -> Outcome:
        return self._end(commit)
