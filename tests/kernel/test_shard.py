"""The shard: order, grouping, and that nobody is told anything before it is durable."""

import threading
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from tests.kernel.counters import Add, Counters, Total, add
from tests.kernel.gated import PATIENCE_SECONDS, GatedJournal
from tests.kernel.pools import POOL, CountingPool, replica_of, request
from tpwallet.kernel import limits
from tpwallet.kernel.command import Rehearsal
from tpwallet.kernel.decider import Answer
from tpwallet.kernel.errors import Halted, Overloaded, Rejected
from tpwallet.kernel.state import PoolState
from tpwallet.lab.journals import MemoryStorage

Told = SimpleQueue[tuple[str, Answer]]


def value_of_a(state: PoolState) -> int:
    return state.part(Counters).value("a")


class GatedPool(CountingPool):
    """A pool whose appends wait at a gate."""

    def __init__(self) -> None:
        storage = MemoryStorage(POOL)
        self.gate = GatedJournal(storage)
        self.told: Told = SimpleQueue()
        super().__init__(storage, journal=self.gate)

    def submit(self, name: str, work: object) -> None:
        self.shard.submit(work, lambda answer: self.told.put((name, answer)))  # type: ignore[arg-type]

    def submit_add(self, name: str, by: int = 1) -> None:
        self.submit(name, request(add("a", by), name))

    def next_told(self) -> tuple[str, Answer]:
        return self.told.get(timeout=PATIENCE_SECONDS)


@pytest.fixture
def gated() -> Iterator[GatedPool]:
    pool = GatedPool()
    yield pool
    pool.gate.open()
    pool.shard.close()


def test_a_lone_caller_runs_its_command_itself() -> None:
    pool = CountingPool()
    threads = threading.active_count()
    assert pool.run(add("a"), "c1") == Total(1, pool.clocks.now)
    assert threading.active_count() == threads
    assert pool.shard.durable_position == 1
    assert pool.commits == [(1, 1)]


def test_a_refusal_is_raised_and_durable() -> None:
    pool = CountingPool()
    with pytest.raises(Rejected, match="below zero"):
        pool.run(add("a", -1), "c1")
    assert pool.shard.durable_position == 1


def test_many_threads_are_each_answered_with_their_own() -> None:
    pool = CountingPool()
    answers: dict[str, Total] = {}

    def pay(caller: int) -> None:
        for number in range(40):
            command_id = f"{caller}-{number}"
            answers[command_id] = pool.run(add(f"n{caller}"), command_id)

    threads = [threading.Thread(target=pay, args=(caller,)) for caller in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.shard.close()
    replica = replica_of(pool.storage)
    assert replica.state.state_hash() == pool.state.state_hash()
    assert sorted(total.position for total in answers.values()) == list(range(1, 321))
    for command_id, total in answers.items():
        assert pool.read_entry(total.position).envelope.command_id == command_id
    assert [pool.value(f"n{caller}") for caller in range(8)] == [40] * 8


def test_nobody_is_told_before_the_append_is_through(gated: GatedPool) -> None:
    gated.submit_add("c1")
    gated.gate.await_arrival()
    assert gated.told.empty()
    assert gated.shard.durable_position == 0
    gated.gate.let_one_through()
    assert gated.next_told() == ("c1", Total(1, gated.clocks.now))
    assert gated.shard.durable_position == 1


def test_what_waits_meanwhile_becomes_one_commit(gated: GatedPool) -> None:
    gated.submit_add("c0")
    gated.gate.await_arrival()
    for number in range(1, 6):
        gated.submit_add(f"c{number}")
    gated.gate.open()
    told = [gated.next_told()[0] for _ in range(6)]
    assert told == [f"c{number}" for number in range(6)]
    counts = [commit.header.entry_count for commit in gated.storage.commits]
    assert counts[0] == 1
    assert sum(counts) == 6
    assert len(counts) <= 3  # one for the first; the rest in one, or two if the gate was quick
    assert sum(commands for commands, _ in gated.commits) == 6


def test_the_next_group_is_decided_while_one_is_appended(gated: GatedPool) -> None:
    gated.submit_add("c1")
    gated.gate.await_arrival()
    decided = threading.Event()
    gated.submit("r1", lambda _state: decided.set())
    assert decided.wait(PATIENCE_SECONDS)
    assert gated.told.empty()


def test_a_read_is_told_once_what_it_saw_is_durable(gated: GatedPool) -> None:
    gated.submit_add("c1", 5)
    gated.gate.await_arrival()
    gated.submit("r1", value_of_a)
    gated.submit("r2", lambda state: state.position)
    assert gated.told.empty()
    gated.gate.let_one_through()
    assert [gated.next_told()[0], gated.next_told(), gated.next_told()] == [
        "c1",
        ("r1", 5),
        ("r2", 1),
    ]


def test_a_lone_read_waits_for_the_append_it_could_see(gated: GatedPool) -> None:
    gated.submit_add("c1", 5)
    gated.gate.await_arrival()
    seen: Told = SimpleQueue()
    reader = threading.Thread(target=lambda: seen.put(("r", gated.shard.call(value_of_a))))
    reader.start()
    reader.join(0.05)
    assert seen.empty()
    gated.gate.let_one_through()
    reader.join(PATIENCE_SECONDS)
    assert seen.get() == ("r", 5)


def test_a_rehearsal_sees_what_came_before_it_and_is_not_recorded(gated: GatedPool) -> None:
    gated.submit_add("c1", 5)
    gated.gate.await_arrival()
    gated.submit("t1", Rehearsal(request(add("a", -5), "t1")))
    gated.submit("t2", Rehearsal(request(add("a", -6), "t2")))
    gated.gate.open()
    assert gated.next_told()[0] == "c1"
    assert isinstance(gated.next_told()[1], Total)
    assert gated.next_told()[1].code == "below_zero"
    assert gated.shard.durable_position == 1


def test_a_group_ends_at_its_limit(gated: GatedPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GROUP_COMMANDS_MAX", 3)
    gated.submit_add("c0")
    gated.gate.await_arrival()
    for number in range(1, 9):
        gated.submit_add(f"c{number}")
    gated.gate.open()
    assert [gated.next_told()[0] for _ in range(9)] == [f"c{number}" for number in range(9)]
    assert max(commit.header.entry_count for commit in gated.storage.commits) <= 3


def test_a_full_queue_turns_callers_away(gated: GatedPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GROUP_COMMANDS_MAX", 1)
    monkeypatch.setattr(limits, "QUEUE_COMMANDS_MAX", 4)
    gated.submit_add("c0")
    gated.gate.await_arrival()
    gated.submit_add("c1")  # decided, and waiting for the append: the shard's thread stands
    while gated.shard.queue_depth:
        threading.Event().wait(0.001)
    for number in range(2, 6):
        gated.submit_add(f"c{number}")
    with pytest.raises(Overloaded) as refused:
        gated.submit_add("c6")
    assert refused.value.facts == {"limit": 4}
    gated.gate.open()
    assert [gated.next_told()[0] for _ in range(6)] == [f"c{n}" for n in range(6)]


def test_closing_finishes_what_is_queued() -> None:
    gated = GatedPool()
    for number in range(20):
        gated.submit_add(f"c{number}")
    gated.gate.open()
    gated.shard.close()
    assert gated.told.qsize() == 20
    assert gated.shard.durable_position == 20
    assert gated.shard.queue_depth <= 20


def test_a_closed_shard_takes_nothing_more() -> None:
    pool = CountingPool()
    pool.run(add("a"), "c1")
    pool.shard.close()
    pool.shard.close()
    with pytest.raises(Halted, match="closed"):
        pool.run(add("a"), "c2")
    with pytest.raises(Halted, match="closed"):
        pool.shard.submit(value_of_a, print)
    assert replica_of(pool.storage).state.state_hash() == pool.state.state_hash()


def test_closing_waits_for_a_caller_that_runs_its_own_command(gated: GatedPool) -> None:
    caller = threading.Thread(target=lambda: gated.run(add("a"), "c1"))
    caller.start()
    gated.gate.await_arrival()
    closer = threading.Thread(target=gated.shard.close)
    closer.start()
    closer.join(0.05)
    assert closer.is_alive()
    gated.gate.let_one_through()
    closer.join(PATIENCE_SECONDS)
    assert not closer.is_alive()
    assert gated.shard.durable_position == 1


def test_first_callers_at_once_start_one_pair_of_threads() -> None:
    for _ in range(20):
        pool = CountingPool()
        gate = threading.Barrier(4)
        done: Told = SimpleQueue()

        def enter(
            pool: CountingPool = pool, gate: threading.Barrier = gate, done: Told = done
        ) -> None:
            gate.wait()
            pool.shard.submit(value_of_a, lambda answer: done.put(("r", answer)))

        callers = [threading.Thread(target=enter) for _ in range(4)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert [done.get(timeout=PATIENCE_SECONDS) for _ in range(4)] == [("r", 0)] * 4
        pool.shard.close()


def test_work_in_any_order_of_threads_is_replayed_to_the_same_state(gated: GatedPool) -> None:
    gated.gate.open()
    for number in range(200):
        gated.submit(f"c{number}", request(Add((("a", 1), ("b", 2))), f"c{number}"))
    told = [gated.next_told() for _ in range(200)]
    assert [name for name, _ in told] == [f"c{number}" for number in range(200)]
    assert [total.position for _, total in told] == list(range(2, 402, 2))
    replica = replica_of(gated.storage)
    assert replica.state.state_hash() == gated.state.state_hash()
