"""The desk: where the event loop hands commands to a pool's shard and gets the answers back.

The shard answers from threads of its own, a whole group at a time. The answers of a burst wait in
a deque, and the loop is woken once for all of them. A caller waits until its deadline and a grace
past it: a command the shard had not begun by then is dropped by the shard, and of one it had begun
the outcome is unknown here, so the caller is told to ask again with the same key.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.faces.http import limits
from tpwallet.hub import Writer
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.command import Request
from tpwallet.kernel.decider import Answer, Work
from tpwallet.kernel.errors import NOT_DONE, Halted, JournalUnavailable, OutcomeUnknown
from tpwallet.kernel.state import PoolState
from tpwallet.money import Catalogue

T = TypeVar("T")
_GRACE = limits.DEADLINE_GRACE_MS * 1_000_000
_UNWRITABLE = f"the journal cannot be written; {NOT_DONE}"
_Waiting = asyncio.Future[Answer]


class Desk:
    """One pool's shard, as the event loop sees it. Made and used on one loop."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._told: deque[tuple[_Waiting, Answer]] = deque()
        self._is_woken = False
        self._deadlines: dict[_Waiting, tuple[int, Work]] = {}
        self._catalogue: Catalogue | None = None
        self._ledgers: set[int] = set()
        self.unwritable: JournalUnavailable | None = None  # halted, and the storage takes nothing

    async def read(self, read: Callable[[PoolState], T], deadline: int) -> T:
        """Read live state between two commands; what it shows is durable."""
        found: T = await self.ask(read, deadline)
        return found

    async def ask(self, work: Work, deadline: int) -> Answer:
        """Queue a command, a rehearsal or a read, and wait for its answer.

        **Rejects** with what it was refused for, and with `OutcomeUnknown` when its deadline
        passed while it was under way.
        """
        waiting: _Waiting = self._loop.create_future()
        try:
            self._writer.submit(work, partial(self._deliver, waiting))
        except Halted:
            if self.unwritable is not None:
                raise JournalUnavailable(_UNWRITABLE, **self.unwritable.facts) from None
            raise
        self._deadlines[waiting] = deadline + _GRACE, work
        try:
            answer = await waiting
        finally:
            self._deadlines.pop(waiting, None)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def known_catalogue(self, ledgers: set[int]) -> Catalogue | None:
        """The pool's assets as they were looked up last; None: never, or some of these ledger
        numbers were not known then. An asset never changes once it is registered.
        """
        return self._catalogue if ledgers <= self._ledgers else None

    async def catalogue(self, deadline: int) -> Catalogue:
        """The pool's assets as they are now."""
        self._catalogue = found = await self.read(_catalogue_of, deadline)
        self._ledgers = {asset.ledger for asset in found}
        return found

    def sweep(self) -> None:
        """Tell those whose time has run out."""
        now = elapsed_ns()
        late = [(one, work) for one, (until, work) in self._deadlines.items() if until <= now]
        for waiting, work in late:
            self._tell_one(waiting, _unknown(work))

    def _deliver(self, waiting: _Waiting, answer: Answer) -> None:
        """Take an answer; called in the shard's threads."""
        self._told.append((waiting, answer))
        if not self._is_woken:
            self._is_woken = True
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._is_woken = False
        while self._told:
            self._tell_one(*self._told.popleft())

    @staticmethod
    def _tell_one(waiting: _Waiting, answer: Answer) -> None:
        if not waiting.done():
            waiting.set_result(answer)


def _unknown(work: Work) -> OutcomeUnknown:
    text = "no answer in time; ask again with the same idempotency key"
    if isinstance(work, Request):
        return OutcomeUnknown(text, command_id=work.command_id)
    return OutcomeUnknown(text)


def _catalogue_of(state: PoolState) -> Catalogue:
    return state.part(LedgerFacts).catalogue
