"""A pool of counters on a journal in memory, under clocks the test sets."""

from collections.abc import Iterable

from tests.kernel import counters
from tpwallet.kernel.access import OWNER, Actor
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Command, Request, Routes
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.decider import Answer, Decider, Group, Recorded
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.shard import Shard
from tpwallet.kernel.state import PoolState
from tpwallet.keys.digests import keyed_digest
from tpwallet.lab.journals import Fault, MemoryJournal, MemoryStorage

POOL = bytes(range(16))
START = 1_700_000_000 * 1_000_000_000
SECOND = 1_000_000_000


class Clocks:
    """Both clocks of a machine, in nanoseconds."""

    def __init__(self) -> None:
        self.now = START
        self.elapsed = 0

    def wall(self) -> int:
        return self.now

    def monotonic(self) -> int:
        return self.elapsed

    def pass_time(self, nanoseconds: int) -> None:
        self.now += nanoseconds
        self.elapsed += nanoseconds


def request(
    command: Command,
    command_id: str,
    *,
    actor: Actor = OWNER,
    deadline: int | None = None,
) -> Request:
    digest = keyed_digest(bytes(16), "command body", repr(command).encode())
    return Request(command, actor, command_id, digest, deadline=deadline)


class CountingPool:
    """One owner of a pool of counters: replica, decider and shard."""

    def __init__(
        self,
        storage: MemoryStorage | None = None,
        *,
        faults: Iterable[Fault | None] = (),
        journal: Journal | None = None,
        clocks: Clocks | None = None,
        routes: Routes = counters.ROUTES,
        epoch: int = 1,
    ) -> None:
        self.storage = storage or MemoryStorage(POOL)
        self.clocks = clocks or Clocks()
        self.journal = journal or MemoryJournal(self.storage, faults=faults)
        self.replica = replica_of(self.storage)
        self.recorded = Recorded(self.read_entry)
        self.decider = Decider(
            state=self.replica.state,
            idempotency=self.replica.idempotency,
            routes=routes,
            clock=PoolClock(self.clocks.wall, self.clocks.monotonic, last=self.replica.head.time),
            past=self.recorded,
        )
        self.halts: list[Exception] = []
        self.commits: list[tuple[int, int]] = []
        self.shard = Shard(
            decider=self.decider,
            recorded=self.recorded,
            journal=self.journal,
            head=self.replica.head,
            pool_id=POOL,
            epoch=epoch,
            on_halt=self.halts.append,
            on_commit=self.note_commit,
        )

    @property
    def state(self) -> PoolState:
        return self.replica.state

    def note_commit(self, commands: int, position: int) -> None:
        self.commits.append((commands, position))

    def read_entry(self, position: int) -> Entry:
        for entry in self.journal.commit_at(position).entries():
            if entry.first_position <= position <= entry.last_position:
                return entry
        raise LookupError(position)

    def run(self, command: Command, command_id: str, actor: Actor = OWNER) -> Answer:
        return self.shard.call(request(command, command_id, actor=actor))

    def decide(self, group: Group, command: Command, command_id: str) -> Answer:
        return self.decider.decide(request(command, command_id), group)

    def value(self, name: str) -> int:
        return self.state.part(counters.Counters).value(name)


def replica_of(storage: MemoryStorage) -> Replica:
    """What a follower reads from a journal."""
    replica = Replica(POOL, counters.empty_state(), IdempotencyState(5))
    replica.catch_up(MemoryJournal(storage))
    return replica
