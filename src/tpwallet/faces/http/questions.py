"""Where the event loop hands questions to a pool's reading half and gets the answers back.

Reading blocks: it looks into files and may replay a past state. So questions are answered by a few
threads, and one that demands a position the views have not reached waits here, on the loop, where
waiting costs nothing, rather than in a thread that others need. So does one that turns out to need
such a position while it is answered (an entry, a proof, a past moment the journal has and the views
have not read yet), and one that comes while the reading half is being opened. All wait within the
caller's own deadline: how slow the machine is decides when they are answered, not whether.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from tpwallet.faces.http import limits
from tpwallet.faces.http.movement import Movement
from tpwallet.faces.reading.reader import Reader
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.hub.reading import OpenJournal, ReadSide, open_to_read
from tpwallet.kernel.errors import DeadlineExceeded, Overloaded
from tpwallet.processes.errors import FollowerUnavailable, PositionNotReached

T = TypeVar("T")

_SECOND = 1_000_000_000
_AWAY = "reads are not answered at the moment"


class _Half(NamedTuple):
    """An open reading half, and who answers from it."""

    side: ReadSide
    reader: Reader


class _Behind(Exception):
    """The journal reaches a position that an answer may need, and the views do not yet."""

    def __init__(self, position: int) -> None:
        super().__init__(f"the views have not read up to {position}")
        self.position = position


class Questions:
    """One pool's reading half, as the event loop sees it."""

    def __init__(
        self, directory: PoolDirectory, *, open_journal: OpenJournal = open_to_read
    ) -> None:
        """Nothing is answered before `open`."""
        self._directory = directory
        self._open_journal = open_journal
        self._threads = ThreadPoolExecutor(limits.READ_THREADS, thread_name_prefix="read")
        self._waiting = 0
        self.movement = Movement(lambda: self.position)
        self._changing = threading.Lock()
        self._closed = False
        self._half: _Half | None = None
        self._opening: Future[None] = Future()  # done when the attempt under way has ended

    def open(self) -> None:
        """Open the reading half, again if it has failed, and follow the journal.

        **Rejects** as `ReadSide` does.
        """
        with self._changing:
            if self._opening.done():
                self._opening = Future()
            try:
                self._let_go()
                if not self._closed:
                    self._open()
            finally:
                self._opening.set_result(None)

    def _open(self) -> None:
        side = ReadSide(self._directory, open_journal=self._open_journal)
        self._half = _Half(side, Reader(side, wait_ns_max=0))  # who waits, waits on the loop
        side.start()

    def _let_go(self) -> None:
        half, self._half = self._half, None
        if half is not None:
            half.side.close()

    def close(self) -> None:
        """Answer what was asked, and let go of everything."""
        self._threads.shutdown()
        with self._changing:
            self._closed = True
            self._let_go()
            if not self._opening.done():  # nobody waits for what is not opened any more
                self._opening.set_result(None)

    @property
    def position(self) -> int:
        """The last position that answers reflect."""
        half = self._half
        return 0 if half is None else half.side.follower.position

    @property
    def is_answering(self) -> bool:
        """Whether the reading half is open and has not failed."""
        return self._half is not None and self.failure is None

    @property
    def failure(self) -> BaseException | None:
        """Why the open reading half has stopped, or None."""
        half = self._half
        return None if half is None else half.side.follower.failure

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
            return await self._answered(question, at_least, deadline)
        finally:
            self._waiting -= 1

    async def _answered(
        self, question: Callable[[Reader], T], at_least: int | None, deadline: int
    ) -> T:
        wanted = at_least
        while True:
            await self._opened(deadline)
            await self.reach(wanted, deadline)
            try:
                return await self._answer(question, deadline)
            except _Behind as behind:
                wanted = behind.position

    async def _opened(self, deadline: int) -> None:
        """Wait while the reading half is being opened, if it is."""
        if self._half is None and not self._opening.done():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_seconds_to(deadline)):
                    await asyncio.shield(asyncio.wrap_future(self._opening))

    async def reach(self, at_least: int | None, deadline: int) -> None:
        """Wait until answers reflect a position."""
        while at_least is not None and self.position < at_least:
            if not self.is_answering:
                raise FollowerUnavailable(_AWAY)
            left = _seconds_to(deadline)
            if not left:
                raise PositionNotReached(
                    f"position {at_least} is not reached yet",
                    at_least=at_least,
                    position=self.position,
                )
            await self.movement.past(at_least - 1, min(left, 1.0))

    async def _answer(self, question: Callable[[Reader], T], deadline: int) -> T:
        half = self._half
        if half is None:
            raise FollowerUnavailable(_AWAY)
        loop = asyncio.get_running_loop()
        answering = loop.run_in_executor(self._threads, _put, question, half)
        try:
            return await asyncio.wait_for(answering, _seconds_to(deadline))
        except TimeoutError:
            raise DeadlineExceeded("no answer by the deadline") from None


def _put(question: Callable[[Reader], T], half: _Half) -> T:
    """Have a question answered, in one of the threads."""
    try:
        return question(half.reader)
    except PositionNotReached as error:
        end = half.side.journal.head().position
        if half.side.follower.position < end:
            raise _Behind(end) from error
        raise


def _seconds_to(deadline: int) -> float:
    return max(deadline - elapsed_ns(), 0) / _SECOND
