"""Appends that fail, invariants that break, callers that are interrupted: who is told what."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from tests.kernel.counters import Counters, Fail, Mute, Total, add
from tests.kernel.gated import PATIENCE_SECONDS, FailingJournal, GatedJournal
from tests.kernel.pools import POOL, CountingPool, replica_of, request
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.decider import Answer
from tpwallet.kernel.errors import (
    Fenced,
    Halted,
    InvariantBroken,
    JournalUnavailable,
    OutcomeUnknown,
    Poisoned,
    TpwalletError,
)
from tpwallet.kernel.journal import Outcome
from tpwallet.kernel.state import PoolState
from tpwallet.lab.journals import Fault, MemoryStorage

Told = SimpleQueue[Answer]


def fenced(commit: Commit) -> Outcome:
    return Outcome.FENCED


def unknown(commit: Commit) -> Outcome:
    return Outcome.UNKNOWN


def unavailable(commit: Commit) -> Outcome:
    raise JournalUnavailable("no space")


def unfit(commit: Commit) -> Outcome:
    raise InvariantBroken("a commit is too long")


def unforeseen(commit: Commit) -> Outcome:
    raise ZeroDivisionError


def interrupted(commit: Commit) -> Outcome:
    raise KeyboardInterrupt


def failing(end: Callable[[Commit], Outcome]) -> CountingPool:
    storage = MemoryStorage(POOL)
    return CountingPool(storage, journal=FailingJournal(storage, end))


ENDS = [
    (fenced, Fenced),
    (unknown, OutcomeUnknown),
    (unavailable, JournalUnavailable),
    (unforeseen, OutcomeUnknown),
]


@pytest.mark.parametrize(("end", "kind"), ENDS)
def test_a_failed_append_is_told_as_what_is_known_of_it(
    end: Callable[[Commit], Outcome], kind: type[TpwalletError]
) -> None:
    pool = failing(end)
    with pytest.raises(kind):
        pool.run(add("a"), "c1")
    assert isinstance(pool.shard.halted, kind)
    assert pool.halts == [pool.shard.halted]
    assert pool.shard.durable_position == 0
    with pytest.raises(Halted, match="rebuilt"):
        pool.run(add("a"), "c2")
    with pytest.raises(Halted, match="rebuilt"):
        pool.shard.submit(lambda _state: 1, print)
    assert len(pool.halts) == 1


@pytest.mark.parametrize(("end", "kind"), ENDS)
def test_everybody_in_the_group_and_after_it_is_told(
    end: Callable[[Commit], Outcome], kind: type[TpwalletError]
) -> None:
    pool = failing(end)
    told: Told = SimpleQueue()
    for number in range(5):
        try:
            pool.shard.submit(request(add("a"), f"c{number}"), told.put)
        except Halted as late:
            told.put(late)
    answers = [told.get(timeout=PATIENCE_SECONDS) for _ in range(5)]
    assert {type(answer) for answer in answers} <= {kind, Halted}
    assert type(answers[0]) is kind
    assert len(set(map(id, answers))) == 5  # each thread raises its own
    pool.shard.close()


@pytest.mark.parametrize("fault", [Fault.KEPT, Fault.LOST])
def test_an_unknown_outcome_is_never_told_as_done_or_refused(fault: Fault) -> None:
    pool = CountingPool(faults=[None, fault])
    pool.run(add("a"), "c1")
    with pytest.raises(OutcomeUnknown, match="same command id"):
        pool.run(add("a", -9), "c2")
    rebuilt = CountingPool(pool.storage, clocks=pool.clocks)
    assert rebuilt.value("a") == 1
    if fault is Fault.KEPT:  # the refusal was recorded, and is answered now
        assert rebuilt.state.position == 2
    with pytest.raises(TpwalletError, match="below zero"):
        rebuilt.run(add("a", -9), "c2")
    assert rebuilt.state.position == 2


def test_groups_decided_on_a_commit_that_was_lost_are_lost_with_it() -> None:
    storage = MemoryStorage(POOL)
    gate = GatedJournal(storage)
    pool = CountingPool(storage, journal=gate)
    told: Told = SimpleQueue()
    pool.shard.submit(request(add("a"), "c1"), told.put)
    gate.await_arrival()
    decided = threading.Event()
    pool.shard.submit(request(add("b"), "c2"), told.put)
    pool.shard.submit(lambda _state: decided.set(), told.put)
    assert decided.wait(PATIENCE_SECONDS)
    storage.is_available = False
    gate.open()
    answers = [told.get(timeout=PATIENCE_SECONDS) for _ in range(3)]
    assert [type(answer) for answer in answers] == [JournalUnavailable] * 3
    pool.shard.close()
    storage.is_available = True
    assert replica_of(storage).state.position == 0


REFUSALS = [(fenced, Fenced), (unavailable, JournalUnavailable), (unfit, Halted)]


@pytest.mark.parametrize(("end", "kind"), REFUSALS)
def test_who_is_turned_away_is_told_of_this_attempt_alone(
    end: Callable[[Commit], Outcome], kind: type[TpwalletError]
) -> None:
    pool = failing(end)
    with pytest.raises(kind, match="this attempt did nothing, which says nothing of an earlier"):
        pool.run(add("a"), "c1")
    with pytest.raises(Halted, match="this attempt did nothing, which says nothing of an earlier"):
        pool.run(add("a"), "c1")


@pytest.mark.parametrize("end", [end for end, _ in REFUSALS])
def test_a_repeat_is_never_told_that_nothing_was_done(end: Callable[[Commit], Outcome]) -> None:
    """Its group fails, and what it asks for stands in the journal all the same."""
    storage = MemoryStorage(POOL)
    CountingPool(storage).run(add("a"), "c1")
    pool = CountingPool(storage, journal=FailingJournal(storage, end))
    told: Told = SimpleQueue()
    with pool.shard._deciding:  # so that both share a group
        pool.shard.submit(request(add("b"), "c2"), lambda _answer: None)
        pool.shard.submit(request(add("a"), "c1"), told.put)
    answer = told.get(timeout=PATIENCE_SECONDS)
    pool.shard.close()
    assert isinstance(answer, OutcomeUnknown)
    assert answer.facts == {"command_id": "c1"}


def test_an_unknown_outcome_names_the_command() -> None:
    with pytest.raises(OutcomeUnknown) as told:
        failing(unknown).run(add("a"), "c1")
    assert told.value.facts == {"command_id": "c1"}


def test_a_commit_that_the_journal_will_not_take_was_not_written() -> None:
    pool = failing(unfit)
    with pytest.raises(Halted):
        pool.run(add("a"), "c1")
    assert isinstance(pool.shard.halted, InvariantBroken)


def test_an_owner_that_fails_after_the_append_never_has_it_told_as_not_written() -> None:
    class Unwritable(CountingPool):
        def note_commit(self, commands: int, position: int) -> None:
            raise InvariantBroken("the owner's own")

    pool = Unwritable()
    with pytest.raises(OutcomeUnknown):
        pool.run(add("a"), "c1")
    assert replica_of(pool.storage).state.position == 1


def test_a_broken_invariant_halts_and_nothing_of_its_group_is_appended() -> None:
    pool = CountingPool()
    with pytest.raises(InvariantBroken, match="this cannot be"):
        pool.run(Fail("broken"), "c1")
    assert isinstance(pool.shard.halted, InvariantBroken)
    assert pool.storage.commits == []


def test_who_shares_a_group_with_a_broken_invariant_may_ask_again() -> None:
    storage = MemoryStorage(POOL)
    gate = GatedJournal(storage)
    pool = CountingPool(storage, journal=gate)
    told: Told = SimpleQueue()
    for command_id, command in (
        ("c1", add("a")),
        ("c2", add("a")),
        ("c3", Fail("broken")),
        ("c4", add("a")),
    ):
        pool.shard.submit(request(command, command_id), told.put)
        if command_id == "c1":
            gate.await_arrival()
    while pool.shard.halted is None or pool.shard.queue_depth:
        threading.Event().wait(0.001)
    gate.open()
    answers = [told.get(timeout=PATIENCE_SECONDS) for _ in range(4)]
    pool.shard.close()
    by_kind = {type(answer) for answer in answers}
    assert by_kind == {Total, Halted, InvariantBroken}
    assert sum(isinstance(answer, Halted) for answer in answers) == 2
    assert storage.head().position == 1


def test_a_poisoned_command_is_answered_and_the_shard_goes_on() -> None:
    pool = CountingPool()
    with pytest.raises(Poisoned, match="this attempt did nothing"):
        pool.run(Fail("fault"), "c1")
    assert pool.run(add("a"), "c2") == Total(1, pool.clocks.now + 1)
    assert pool.halts == []


def test_an_answer_that_cannot_be_made_stands_in_the_journal() -> None:
    pool = CountingPool()
    with pytest.raises(OutcomeUnknown, match="cannot be told"):
        pool.run(Mute(), "c1")
    assert replica_of(pool.storage).state.part(Counters).value("muted") == 1
    assert pool.halts == []


def test_a_fault_outside_a_unit_halts_the_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = CountingPool()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pool.replica.idempotency, "remember", fail)
    with pytest.raises(InvariantBroken, match="outside its unit"):
        pool.run(add("a"), "c1")
    assert pool.storage.commits == []


@pytest.mark.parametrize("in_threads", [True, False])
def test_a_reader_that_fails_is_told_its_own_fault(in_threads: bool) -> None:
    pool = CountingPool()

    def read(state: PoolState) -> int:
        raise LookupError("my own fault")

    if in_threads:
        told: Told = SimpleQueue()
        pool.shard.submit(read, told.put)
        assert isinstance(told.get(timeout=PATIENCE_SECONDS), LookupError)
    else:
        with pytest.raises(LookupError, match="my own fault"):
            pool.shard.call(read)
    assert isinstance(pool.run(add("a"), "c1"), Total)
    pool.shard.close()


def test_a_reader_that_finds_a_broken_invariant_halts_the_shard() -> None:
    pool = CountingPool()

    def read(state: PoolState) -> int:
        raise InvariantBroken("two and two")

    with pytest.raises(InvariantBroken, match="two and two"):
        pool.shard.call(read)
    assert pool.shard.halted is not None


def test_a_caller_that_cannot_be_told_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    pool = CountingPool()
    told: Told = SimpleQueue()

    def gone(answer: Answer) -> None:
        raise RuntimeError("the caller has gone")

    pool.shard.submit(request(add("a"), "c1"), gone)
    pool.shard.submit(request(add("a"), "c2"), told.put)
    assert isinstance(told.get(timeout=PATIENCE_SECONDS), Total)
    pool.shard.close()
    assert [str(one.exc_value) for one in reported] == ["the caller has gone"]


def test_an_interrupt_while_deciding_halts_the_shard() -> None:
    """Ctrl-C in a notebook: the state may hold half a command."""
    pool = CountingPool()
    pool.run(add("a"), "c1")
    with pytest.raises(KeyboardInterrupt):
        pool.run(Fail("interrupted"), "c2")
    assert isinstance(pool.shard.halted, OutcomeUnknown)
    with pytest.raises(Halted):
        pool.run(add("a"), "c3")
    rebuilt = CountingPool(pool.storage, clocks=pool.clocks)
    assert (rebuilt.value("a"), rebuilt.value("failing")) == (1, 0)


def test_an_interrupt_while_appending_halts_the_shard() -> None:
    pool = failing(interrupted)
    with pytest.raises(KeyboardInterrupt):
        pool.run(add("a"), "c1")
    assert isinstance(pool.shard.halted, OutcomeUnknown)


def test_an_interrupted_read_halts_nothing() -> None:
    pool = CountingPool()

    def read(state: PoolState) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pool.shard.call(read)
    assert isinstance(pool.run(add("a"), "c1"), Total)


class Uncounted(CountingPool):
    """A pool whose owner fails to count what was committed."""

    def note_commit(self, commands: int, position: int) -> None:
        raise ZeroDivisionError


def test_an_owner_that_fails_after_the_append_halts_its_shard_and_hangs_nobody() -> None:
    pool = Uncounted()
    told: Told = SimpleQueue()
    pool.shard.submit(request(add("a"), "c1"), told.put)
    assert isinstance(told.get(timeout=PATIENCE_SECONDS), OutcomeUnknown)
    assert isinstance(pool.shard.halted, OutcomeUnknown)
    pool.shard.close()
    assert replica_of(pool.storage).state.position == 1
