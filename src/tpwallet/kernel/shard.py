"""The shard: one pool's single writer.

Commands are decided in the order they come, applied in memory, gathered into a group, and told to
their callers once one append has made the group durable. While an append runs, the next group is
decided. Reads of live state take their turn among the commands and are told once what they saw is
durable.

A caller that finds the shard idle runs its command itself, in its own thread; otherwise it waits
in the queue for the shard's thread. Appends run in a thread of their own when there is something
to decide meanwhile. The journal drivers release the interpreter while they write.

An append that ends `unknown` or `fenced` halts the shard: the state in memory may be ahead of the
journal, so nothing more is decided on it. `on_halt` tells the owner, who rebuilds from the
journal.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from tpwallet.kernel import limits
from tpwallet.kernel.command import Rehearsal, Request
from tpwallet.kernel.commit import seal_commit
from tpwallet.kernel.decider import Answer, Decider, Deliver, Group, Recorded
from tpwallet.kernel.errors import (
    Fenced,
    Halted,
    InvariantBroken,
    JournalUnavailable,
    OutcomeUnknown,
    Overloaded,
    TpwalletError,
)
from tpwallet.kernel.journal import Head, Journal, Outcome
from tpwallet.kernel.state import PoolState

Read = Callable[[PoolState], object]
Work = Request | Rehearsal | Read


class _Idle:
    """Token in the queue: the appending thread has finished a group."""


class _Stop:
    """Token in the queue: the shard is closing."""


_IDLE, _STOP = _Idle(), _Stop()


class Shard:
    """Runs commands and reads against one pool."""

    def __init__(
        self,
        *,
        decider: Decider,
        recorded: Recorded,
        journal: Journal,
        head: Head,
        pool_id: bytes,
        epoch: int,
        on_halt: Callable[[TpwalletError], None] = lambda _reason: None,
        on_commit: Callable[[int, int], None] = lambda _commands, _position: None,
    ) -> None:
        """`head` is the journal's, as replayed into the decider's state; `epoch` this owner's."""
        self._decider = decider
        self._recorded = recorded
        self._journal = journal
        self._pool_id = pool_id
        self._epoch = epoch
        self._on_halt = on_halt
        self._on_commit = on_commit
        self._previous = head.hash
        self.durable_position = head.position
        self.halted: TpwalletError | None = None
        self._queue: SimpleQueue[tuple[Work, Deliver] | _Idle | _Stop] = SimpleQueue()
        self._deciding = threading.Lock()  # held by whoever decides
        self._appending = threading.Semaphore(1)  # held while a group is being appended
        self._to_append: SimpleQueue[Group | _Stop] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._group = Group(decider.state.position + 1)
        self._closed = False

    @property
    def queue_depth(self) -> int:
        """How many commands and reads wait."""
        return self._queue.qsize()

    # Callers

    def call(self, work: Work) -> Answer:
        """Run a command or a read and wait for its answer; raises it when it is an error."""
        if self._take_idle():
            try:
                answer = self._run_alone(work)
            finally:
                self._appending.release()
                self._deciding.release()
        else:
            answer = self._wait_for(work)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def submit(self, work: Work, deliver: Deliver) -> None:
        """Queue a command or a read; `deliver` is called from another thread with its answer.

        **Rejects** with `Overloaded` when the queue is full and `Halted` when the shard has
        stopped.
        """
        self._check_open()
        if self._queue.qsize() >= limits.QUEUE_COMMANDS_MAX:
            raise Overloaded("the queue is full", limit=limits.QUEUE_COMMANDS_MAX)
        self._start_threads()
        self._queue.put((work, deliver))

    def close(self) -> None:
        """Finish what is queued and stop."""
        if self._closed:
            return
        self._closed = True
        if self._threads:
            self._queue.put(_STOP)
            for thread in self._threads:
                thread.join()
        self._turn_away_late()

    def _turn_away_late(self) -> None:
        """Answer what came into the queue after its end."""
        while not self._queue.empty():
            item = self._queue.get()
            if isinstance(item, tuple):
                item[1](Halted("the pool is closed"))

    def _check_open(self) -> None:
        if self.halted is not None:
            raise Halted("the pool has stopped and is being rebuilt from its journal")
        if self._closed:
            raise Halted("the pool is closed")

    def _take_idle(self) -> bool:
        """Become the one who decides, if nobody is and nothing waits or is being appended."""
        if not self._queue.empty() or not self._deciding.acquire(blocking=False):
            return False
        if self._queue.empty() and self._appending.acquire(blocking=False):
            return True
        self._deciding.release()
        return False

    def _run_alone(self, work: Work) -> Answer:
        self._check_open()
        told: list[Answer] = []
        self._run(work, told.append)
        group, self._group = self._group, Group(self._decider.state.position + 1)
        self._finish(group)
        return told[0]

    def _wait_for(self, work: Work) -> Answer:
        done = threading.Event()
        told: list[Answer] = []

        def deliver(answer: Answer) -> None:
            told.append(answer)
            done.set()

        self.submit(work, deliver)
        done.wait()
        return told[0]

    # Deciding

    def _run(self, work: Work, deliver: Deliver) -> None:
        """Decide a command or take a read, into the current group."""
        try:
            if isinstance(work, Request):
                answer = self._decider.decide(work, self._group)
            elif isinstance(work, Rehearsal):
                answer = self._decider.rehearse(work.request)
            else:
                answer = work(self._decider.state)
        except InvariantBroken as error:
            answer = error
            self._halt(error)
        except TpwalletError as error:
            answer = error
        self._group.waiting.append((deliver, answer))

    def _decide_loop(self) -> None:
        while True:
            item = self._queue.get()
            with self._deciding:
                stop = self._decide_waiting(item)
            if stop:
                self._to_append.put(_STOP)
                return

    def _decide_waiting(self, item: tuple[Work, Deliver] | _Idle | _Stop) -> bool:
        """Decide what waits, handing a group over whenever the last one is through."""
        stop = False
        while True:
            if isinstance(item, _Stop):
                stop = True
            elif not isinstance(item, _Idle):
                work, deliver = item
                if self.halted is not None:
                    deliver(Halted("the pool has stopped and is being rebuilt"))
                else:
                    self._run(work, deliver)
            if self._group.is_full or stop:
                self._hand_over(wait=True)
            try:
                item = self._queue.get_nowait()
            except Empty:
                self._hand_over(wait=stop)
                if stop or self._queue.empty():
                    return stop
                item = self._queue.get_nowait()

    def _hand_over(self, *, wait: bool) -> None:
        """Give the group to the appending thread, if that is idle or `wait`."""
        if self._group.waiting and self._appending.acquire(blocking=wait):
            group, self._group = self._group, Group(self._decider.state.position + 1)
            self._to_append.put(group)

    # Appending

    def _append_loop(self) -> None:
        while True:
            group = self._to_append.get()
            if isinstance(group, _Stop):
                return
            try:
                self._finish(group)
            finally:
                self._appending.release()
                self._queue.put(_IDLE)

    def _finish(self, group: Group) -> None:
        """Make a group durable and tell its callers."""
        if group.entries and self.halted is None:
            self._append(group)
        failure = self.halted
        for deliver, answer in group.waiting:
            deliver(answer if failure is None else _undecided(failure))

    def _append(self, group: Group) -> None:
        try:
            commit = seal_commit(
                pool_id=self._pool_id,
                epoch=self._epoch,
                first_position=group.first_position,
                previous=self._previous,
                entries=group.entries,
            )
            outcome = self._journal.append(commit)
        except TpwalletError as error:
            self._halt(error)
            return
        if outcome is Outcome.DURABLE:
            self._previous = commit.hash
            self.durable_position = group.last_position
            self._recorded.forget(group.entries)
            self._on_commit(len(group.entries), group.last_position)
        elif outcome is Outcome.FENCED:
            self._halt(Fenced("another owner has taken this pool"))
        else:
            self._halt(OutcomeUnknown("the journal did not say whether it kept the commit"))

    def _halt(self, reason: TpwalletError) -> None:
        if self.halted is None:
            self.halted = reason
            self._on_halt(reason)

    def _start_threads(self) -> None:
        if self._threads:
            return
        for target in (self._decide_loop, self._append_loop):
            thread = threading.Thread(target=target, daemon=True, name=f"shard{target.__name__}")
            self._threads.append(thread)
            thread.start()


def _undecided(failure: TpwalletError) -> TpwalletError:
    """What a caller is told whose command's fate depends on the journal."""
    if isinstance(failure, Fenced | JournalUnavailable):
        return failure  # nothing was written
    return OutcomeUnknown(
        "whether this took effect is not known yet; ask again with the same command id"
    )
