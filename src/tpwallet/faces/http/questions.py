"""Where the event loop hands questions to a pool's reading half and gets the answers back.

Reading blocks: it looks into files and may replay a past state. So questions are answered by a few
threads, and one that demands a position the views have not reached waits here, on the loop, where
waiting costs nothing, rather than in a thread that others need.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tpwallet.faces.http import limits
from tpwallet.faces.http.movement import Movement
from tpwallet.faces.reading import Reader, ReadSide
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import DeadlineExceeded, Overloaded
from tpwallet.kernel.journal import Journal
from tpwallet.processes.errors import FollowerUnavailable, PositionNotReached

T = TypeVar("T")
OpenReading = Callable[[PoolDirectory], Journal]

_SECOND = 1_000_000_000


def open_for_reading(directory: PoolDirectory) -> Journal:
    """The journal a pool's settings name, for a follower."""
    return open_journal(directory, read_only=True)


class Questions:
    """One pool's reading half, as the event loop sees it."""

    def __init__(
        self, directory: PoolDirectory, *, open_reading: OpenReading = open_for_reading
    ) -> None:
        """Nothing is answered before `open`."""
        self._directory = directory
        self._open_reading = open_reading
        self._threads = ThreadPoolExecutor(limits.READ_THREADS, thread_name_prefix="read")
        self._waiting = 0
        self.movement = Movement(lambda: self.position)
        self._changing = threading.Lock()
        self._closed = False
        self._resources = contextlib.ExitStack()
        self._side: ReadSide | None = None
        self._reader: Reader | None = None

    def open(self) -> None:
        """Open the reading half, again if it has failed, and follow the journal.

        **Rejects** as `ReadSide` does.
        """
        with self._changing:
            self._let_go()
            if not self._closed:
                self._open()

    def _open(self) -> None:
        with contextlib.ExitStack() as opened:
            journal = self._open_reading(self._directory)
            opened.callback(journal.close)
            side = ReadSide(self._directory, journal)
            opened.callback(side.close)
            side.start()
            self._resources = opened.pop_all()
        self._reader = Reader(side, wait_ns_max=limits.DEADLINE_GRACE_MS * 1_000_000)
        self._side = side

    def _let_go(self) -> None:
        self._side = self._reader = None
        self._resources.close()

    def close(self) -> None:
        """Answer what was asked, and let go of everything."""
        self._threads.shutdown()
        with self._changing:
            self._closed = True
            self._let_go()

    @property
    def position(self) -> int:
        """The last position that answers reflect."""
        return 0 if self._side is None else self._side.follower.position

    @property
    def is_answering(self) -> bool:
        """Whether the reading half is open and has not failed."""
        return self._side is not None and self._side.follower.failure is None

    async def ask(
        self, question: Callable[[Reader], T], *, at_least: int | None = None, deadline: int
    ) -> T:
        """Put a question once answers reflect `at_least`, and wait for the answer.

        **Rejects** with `PositionNotReached` when that takes longer than the deadline, with
        `DeadlineExceeded` when the answer does, and with `Overloaded` when too many wait.
        """
        if self._waiting >= limits.QUESTIONS_MAX:
            raise Overloaded("too many questions are waiting", limit=limits.QUESTIONS_MAX)
        self._waiting += 1
        try:
            await self.reach(at_least, deadline)
            return await self._answer(question, deadline)
        finally:
            self._waiting -= 1

    async def reach(self, at_least: int | None, deadline: int) -> None:
        """Wait until answers reflect a position."""
        while at_least is not None and self.position < at_least:
            if not self.is_answering:
                raise FollowerUnavailable("reads are not answered at the moment")
            left = _seconds_to(deadline)
            if not left:
                raise PositionNotReached(
                    f"position {at_least} is not reached yet",
                    at_least=at_least,
                    position=self.position,
                )
            await self.movement.past(at_least - 1, min(left, 1.0))

    async def _answer(self, question: Callable[[Reader], T], deadline: int) -> T:
        reader = self._reader
        if reader is None:
            raise FollowerUnavailable("reads are not answered at the moment")
        loop = asyncio.get_running_loop()
        answering = loop.run_in_executor(self._threads, question, reader)
        try:
            return await asyncio.wait_for(answering, _seconds_to(deadline))
        except TimeoutError:
            raise DeadlineExceeded("no answer by the deadline") from None


def _seconds_to(deadline: int) -> float:
    return max(deadline - time.monotonic_ns(), 0) / _SECOND
