"""One process that owns the pool: the real replica, decider and shard, put together as the hub
does, with every decision watched.
"""

from collections.abc import Callable
from typing import Protocol

from tpwallet.domains.ledger.state import LedgerState
from tpwallet.hub import ROUTES, empty_replica
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Request
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.decider import Answer, Decider, Group, Recorded
from tpwallet.kernel.errors import Fenced, TpwalletError
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import load_snapshot
from tpwallet.keys.signing import KeyPair
from tpwallet.lab.sim.clocks import SimClocks
from tpwallet.lab.sim.failure import expect
from tpwallet.lab.sim.model.clock import ExpectedClock
from tpwallet.lab.sim.stepped_shard import SteppedShard
from tpwallet.processes.taking import holds_pool, take_pool
from tpwallet.proofs.vkey import Vkey

POOL_ID = bytes(range(16))
_VKEY = Vkey("tpwallet/simulated", KeyPair(bytes(32)).public_key)


class Watch(Protocol):
    """Who looks at every decision."""

    def before(self, owner: "Owner", request: Request) -> None:
        """A request is about to be decided."""
        ...

    def after(self, owner: "Owner", request: Request, answer: Answer) -> None:
        """A request was decided."""
        ...

    def rehearsed(self, owner: "Owner", request: Request, answer: Answer) -> None:
        """A request was tried and taken back."""
        ...


class WatchedDecider(Decider):
    """The real decider; somebody looks on."""

    owner: "Owner"
    watch: Watch

    def decide(self, request: Request, group: Group) -> Answer:
        """Decide, and let it be seen."""
        self.watch.before(self.owner, request)
        answer = super().decide(request, group)
        self.watch.after(self.owner, request, answer)
        return answer

    def rehearse(self, request: Request) -> Answer:
        """Rehearse, and let it be seen."""
        self.watch.before(self.owner, request)
        answer = super().rehearse(request)
        self.watch.rehearsed(self.owner, request, answer)
        return answer


class Owner:
    """A process, from its start to its crash or its end."""

    def __init__(
        self,
        name: str,
        *,
        open_journal: Callable[[], Journal],
        clocks: SimClocks,
        watch: Watch,
        snapshot: bytes | None = None,
    ) -> None:
        """Nothing is read before `start`; `snapshot` is where its first start begins."""
        self.name = name
        self._open_journal = open_journal
        self._watch = watch
        self._snapshot = snapshot
        self._clock = PoolClock(clocks.wall, clocks.monotonic, last=0)
        self.expected_clock = ExpectedClock(clocks)
        self.has_started = False
        self.replica: Replica
        self.shard: SteppedShard
        self._journal: Journal

    def start(self) -> None:
        """Read the journal and take the pool.

        **Rejects** with `Fenced` and `JournalUnavailable`, as the hub does; try again.
        """
        self._journal = self._open_journal()
        replica = empty_replica(POOL_ID)
        if self._snapshot is not None:
            load_snapshot(memoryview(self._snapshot), replica)
        replica.catch_up(self._journal)
        if self.has_started and not holds_pool(replica, self.name):
            raise Fenced("another owner has taken the pool")
        self._snapshot = None
        found = replica.head
        self._clock.go_on_from(found.time)
        self.expected_clock.note(found.time)
        epoch = take_pool(
            self._journal,
            replica,
            owner=self.name,
            token=self.name,
            now=self._clock.now(),
            vkey=_VKEY,
        )
        time = max(self.expected_clock.now(), found.time + 1)
        expect(replica.head.time, time, "time of the epoch marker")
        expect(epoch, found.epoch + 1, "epoch")
        self._clock.go_on_from(time)
        self.expected_clock.note(time)
        self._run(replica, epoch)

    def _run(self, replica: Replica, epoch: int) -> None:
        self.replica = replica
        recorded = Recorded(self._read_entry)
        decider = WatchedDecider(
            state=replica.state,
            idempotency=replica.idempotency,
            routes=ROUTES,
            clock=self._clock,
            past=recorded,
        )
        decider.owner, decider.watch = self, self._watch
        self.shard = SteppedShard(
            decider=decider,
            recorded=recorded,
            journal=self._journal,
            head=replica.head,
            pool_id=POOL_ID,
            epoch=epoch,
        )
        self.has_started = True

    def _read_entry(self, position: int) -> Entry:
        for entry in self._journal.commit_at(position).entries():
            if entry.first_position <= position <= entry.last_position:
                return entry
        raise LookupError(f"no entry holds position {position}")

    @property
    def ledger(self) -> LedgerState:
        """The live ledger."""
        return self.replica.state.part(LedgerState)

    @property
    def halted(self) -> TpwalletError | None:
        """Why the shard has stopped, or None."""
        return self.shard.halted

    @property
    def is_quiet(self) -> bool:
        """Whether all that was decided is durable."""
        return self.shard.durable_position == self.replica.state.position
