"""The shard: one pool's single writer.

Commands are decided in the order they come, applied in memory, gathered into a group, and told to
their callers once one append has made the group durable. While an append runs, the next group is
decided. Reads of live state take their turn among the commands and are told once what they saw is
durable.

A caller that finds the shard idle runs its command itself, in its own thread; otherwise it waits
in the queue for the shard's thread. Appends run in a thread of their own when there is something
to decide meanwhile. The journal drivers release the interpreter while they write.

Whatever may leave the state in memory ahead of the journal halts the shard, and nothing more is
decided on it: an append that was fenced, that wrote nothing, or whose outcome is unknown; a broken
invariant; a caller interrupted half-way through its own command. `on_halt` tells the owner, who
rebuilds from the journal. Each caller is told as much as is known: that its attempt did nothing, or
that only the journal can tell, which is also what a caller is told whose command an earlier attempt
had done.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from tpwallet.kernel import limits
from tpwallet.kernel.command import Rehearsal, Request
from tpwallet.kernel.commit import Commit, seal_commit
from tpwallet.kernel.decider import Answer, Decider, Deliver, Group, Recorded, Work
from tpwallet.kernel.errors import (
    NOT_DONE,
    Fact,
    Fenced,
    Halted,
    InvariantBroken,
    JournalUnavailable,
    OutcomeUnknown,
    Overloaded,
    TpwalletError,
)
from tpwallet.kernel.journal import Head, Journal, Outcome, not_said


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
        self._entering = threading.Lock()  # held while something enters the queue
        self._queue: SimpleQueue[tuple[Work, Deliver] | _Idle | _Stop] = SimpleQueue()
        self._deciding = threading.Lock()  # held by whoever decides
        self._appending = threading.Lock()  # held while a group is being appended
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
        with self._entering:
            self._check_open()
            if self._queue.qsize() >= limits.QUEUE_COMMANDS_MAX:
                raise Overloaded("the queue is full", limit=limits.QUEUE_COMMANDS_MAX)
            self._start_threads()
            self._queue.put((work, deliver))

    def close(self) -> None:
        """Finish what is queued or under way, and stop."""
        with self._entering:
            if not self._closed and self._threads:
                self._queue.put(_STOP)
            self._closed = True
        for thread in self._threads:
            thread.join()
        with self._deciding:  # a caller's own command may be under way
            return

    def _check_open(self) -> None:
        if self.halted is not None:
            raise Halted(f"the pool has stopped and is being rebuilt from its journal; {NOT_DONE}")
        if self._closed:
            raise Halted(f"the pool is closed; {NOT_DONE}")

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
        try:
            self._run(work, told.append)
            self._finish(self._group)
        except BaseException:  # an interrupt, anywhere
            if isinstance(work, Request | Rehearsal) or self._group.entries:
                self._halt(OutcomeUnknown("a caller was interrupted half-way through its command"))
            self._finish(self._group)
            raise
        finally:
            self._group = Group(self._decider.state.position + 1)
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
            answer = self._answer(work)
        except InvariantBroken as error:
            answer = error
            self._halt(error)
        except TpwalletError as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - it halts the shard and is told
            answer = InvariantBroken(f"deciding failed outside its unit: {error!r}")
            answer.__cause__ = error
            self._halt(answer)
        self._group.waiting.append((work, deliver, answer))

    def _answer(self, work: Work) -> Answer:
        if isinstance(work, Request):
            return self._decider.decide(work, self._group)
        if isinstance(work, Rehearsal):
            return self._decider.rehearse(work.request)
        try:
            return work(self._decider.state)
        except InvariantBroken:
            raise
        except Exception as error:  # noqa: BLE001 - the reader's own fault, and told to it alone
            return error

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
                    _tell(deliver, Halted(f"the pool has stopped and is being rebuilt; {NOT_DONE}"))
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
            self._append_next(group)

    def _append_next(self, group: Group) -> None:
        """Finish a group that was handed over, and wake whoever decides."""
        try:
            self._finish(group)
        finally:
            self._appending.release()
            self._queue.put(_IDLE)

    def _finish(self, group: Group) -> None:
        """Make a group durable and tell its callers."""
        failure = self.halted
        if group.entries and failure is None:
            failure = self._append(group)
        while group.waiting:
            work, deliver, answer = group.waiting.popleft()
            if failure is not None:
                was_done = any(work is repeat for repeat in group.repeats)
                answer = _in_place_of(answer, failure, work, was_done=was_done)
            _tell(deliver, answer)

    def _append(self, group: Group) -> TpwalletError | None:
        """Make a group's entries durable; returns why that failed, if it did."""
        try:
            self._note_durable(group, self._store(group))
        except (Fenced, InvariantBroken, JournalUnavailable, OutcomeUnknown) as error:
            self._halt(error)
            return error
        except Exception as error:  # noqa: BLE001 - it halts the shard and is told
            unknown = OutcomeUnknown(f"appending failed in an unforeseen way: {error!r}")
            unknown.__cause__ = error
            self._halt(unknown)
            return unknown
        return None

    def _store(self, group: Group) -> Commit:
        commit = seal_commit(
            pool_id=self._pool_id,
            epoch=self._epoch,
            first_position=group.first_position,
            previous=self._previous,
            entries=group.entries,
        )
        outcome = self._journal.append(commit)
        if outcome is Outcome.FENCED:
            raise Fenced("another owner has taken this pool")
        if outcome is Outcome.UNKNOWN:
            text, facts = not_said(self._journal, "the commit")
            raise OutcomeUnknown(text, **facts)
        return commit

    def _note_durable(self, group: Group, commit: Commit) -> None:
        """A group is durable: whatever fails from here on, nobody is told that it is not."""
        try:
            self._previous = commit.hash
            self.durable_position = group.last_position
            self._recorded.forget(group.entries)
            self._on_commit(len(group.entries), group.last_position)
        except Exception as error:
            raise OutcomeUnknown(f"what follows an append failed: {error!r}") from error

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


def _tell(deliver: Deliver, answer: Answer) -> None:
    """Tell one caller. A callback that fails is reported as a thread's failure is, and keeps nobody
    else waiting.
    """
    try:
        deliver(answer)
    except Exception as error:  # noqa: BLE001 - reported; the others are still to be told
        failed = (type(error), error, error.__traceback__, threading.current_thread())
        threading.excepthook(threading.ExceptHookArgs(failed))


def _in_place_of(
    answer: Answer, failure: TpwalletError, work: Work, *, was_done: bool
) -> TpwalletError:
    """What a caller is told whose command was decided and did not come into the journal, or of
    which that is not known; or whose command was done before and is not to read as if it was not.
    """
    broke_it = answer is failure
    match failure:
        case InvariantBroken() if broke_it:
            return failure
        case Fenced() | JournalUnavailable() if not was_done:  # nothing of it was written
            return type(failure)(f"{failure}; {NOT_DONE}", **failure.facts)
        case InvariantBroken() if not was_done:  # it was not appended
            return Halted(f"the pool has stopped; {NOT_DONE}")
        case _:
            return _unknown(work, failure)


def _unknown(work: Work, failure: TpwalletError) -> OutcomeUnknown:
    text = "whether this took effect is not known yet; ask again with the same command id"
    facts: dict[str, Fact] = {}
    if reason := failure.facts.get("reason"):
        text, facts = f"{text} ({reason})", {"reason": reason}
    if isinstance(work, Request):
        facts["command_id"] = work.command_id
    return OutcomeUnknown(text, **facts)
