"""A whole simulated pool on a journal in memory: its owners, its callers, and what befalls them.

The seed decides everything: what is asked, in which order the shard's steps run, and what
happens. Every decision is compared with the books as they should be, every answer with what was
decided, and every rebuilt state with both.
"""

import random
from collections import Counter, deque
from collections.abc import Callable

from tpwallet.flows.clock import OverrideClock
from tpwallet.gateways.journals.voiding import standing
from tpwallet.kernel.access import OWNER
from tpwallet.kernel.command import Rehearsal, Request
from tpwallet.kernel.decider import Answer
from tpwallet.kernel.errors import Fenced, Halted, JournalUnavailable
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.kernel.state import PoolState
from tpwallet.lab.journals import MemoryStorage
from tpwallet.lab.sim.author import Author, request_of
from tpwallet.lab.sim.callers import Asked, Callers
from tpwallet.lab.sim.checks import account_of, check_state
from tpwallet.lab.sim.clocks import SECOND_NS, SimClocks
from tpwallet.lab.sim.failure import SimulationFailed, expect, require
from tpwallet.lab.sim.happenings import TROUBLES, Happening
from tpwallet.lab.sim.journal_checks import (
    check_entries,
    check_never_done,
    check_replay,
    markers_in,
    replayed,
)
from tpwallet.lab.sim.model.expectation import Expectation
from tpwallet.lab.sim.owner import POOL_ID, Owner
from tpwallet.lab.sim.storage import Crash, SimJournal, Trouble, Weather
from tpwallet.lab.sim.told import Fault, Refusal, Told, told_of

_TRACED = 40
_LOOKED_AT = 3  # one decision in so many has its state compared before and after
_MOMENT_NS_MAX = 86_400 * SECOND_NS
_ATTEMPTS_MAX = 12  # of starts and retries, when nothing stands in the way any more


class World:
    """One pool and its surroundings."""

    def __init__(self, seed: int, *, refuses_stale: bool | None = None) -> None:
        self.rng = random.Random(seed)
        self.clocks = SimClocks()
        kind = self.rng.random() < 0.7 if refuses_stale is None else refuses_stale
        self.storage = MemoryStorage(POOL_ID, refuses_stale=kind)
        self.weather = Weather()
        self.callers = Callers(self.rng, Author(self.rng, self.clocks))
        self.expectation = Expectation()
        self.trace: deque[str] = deque(maxlen=_TRACED)
        self.happened: Counter[str] = Counter()
        self.commands = 0
        self.owners = 0
        self._pending: list[Asked] = []  # submitted to the current owner and not decided yet
        self._snapshot: bytes | None = None
        self._zombies: list[Owner] = []
        self._hashes: list[bytes] = []  # of the state's parts before a decision
        self._overrides = 0
        self._is_clock_refused = False
        self._patience = self.rng.choice((0.0, 0.02, 0.05))  # how often something happens
        self.owner = self._new_owner()

    def start(self) -> None:
        """The first owner takes the pool."""
        self._start(self.owner)

    # Steps

    def step(self) -> None:
        """One step, chosen by the seed."""
        if self.rng.random() < self._patience:
            self.happen(self.rng.choice(list(Happening)))
            return
        steps: dict[Callable[[], None], int] = {
            self.submit: 10,
            self.decide: 8,
            self.append: 8,
            self.read: 2,
            self.rehearse: 1,
            self.pass_time: 4,
            self.move_zombies: 1,
            self.repair: 3,
        }
        [chosen] = self.rng.choices(list(steps), list(steps.values()))
        chosen()

    def submit(self) -> None:
        """Let a few callers ask."""
        for _ in range(self.rng.randint(1, 4)):
            asked = self.callers.ask(self.expectation.books)
            self._submit(self.owner, asked)

    def _submit(self, owner: Owner, asked: Asked) -> None:
        self.note(f"ask {asked.request.command_id} {asked.request.command}")
        self.callers.note_asked(asked.request)
        try:
            owner.shard.submit(asked.request, lambda answer: self._told(owner, asked, answer))
        except Halted:
            self.callers.deny(asked.request)
        else:
            self._pending.append(asked)

    def decide(self) -> None:
        """Let the shard decide what waits."""
        self.owner.shard.decide_step()

    def append(self) -> None:
        """Let the shard append what was handed over."""
        self._survive(self.owner.shard.append_step)
        if self.owner.halted is None and self.owner.is_quiet:
            self.expectation.settle(self.owner.shard.durable_position)

    def read(self) -> None:
        """Let somebody read a balance, or everything."""
        owner = self.owner
        accounts = self.expectation.books.oracle.accounts()
        account_id = self.rng.choice(accounts).id if accounts else 1
        is_thorough = self.rng.random() < 0.3
        seen: list[int] = []

        def look(state: PoolState) -> int:
            if owner is self.owner and owner.halted is None:
                expected = self.expectation.books.oracle.account(account_id)
                expect(account_of(owner.ledger, account_id), expected, "balance that was read")
                if is_thorough:
                    check_state(state, self.expectation.books)
            seen.append(state.position)
            return state.position

        def told(answer: Answer) -> None:
            if not isinstance(answer, Exception):
                require(seen[0] <= owner.shard.durable_position, "a read was told too early")

        if owner.halted is None:
            owner.shard.submit(look, told)

    def rehearse(self) -> None:
        """Let somebody try what a command would come to."""
        request = self.callers.trial(self.expectation.books)
        if self.owner.halted is None:
            self.owner.shard.submit(Rehearsal(request), lambda _answer: None)

    def pass_time(self) -> None:
        """Let a moment pass, or just the time until something runs out."""
        due = self.expectation.books.oracle.next_expiry()
        moment = self.rng.choice((1, 1_000, SECOND_NS, 30 * SECOND_NS))
        if due is not None and self.rng.random() < 0.3:
            moment = due - self.clocks.wall() - self.rng.choice((0, 0, 1, 2))
        self.clocks.pass_time(moment if 0 < moment <= _MOMENT_NS_MAX else 1)

    def move_zombies(self) -> None:
        """Let owners that were overtaken go on, as if they did not know."""
        for zombie in list(self._zombies):
            try:
                zombie.shard.decide_step()
                zombie.shard.append_step()
            except Crash:
                self._zombies.remove(zombie)

    def repair(self) -> None:
        """Rebuild a shard that has halted; set right a clock that is not believed."""
        if self.owner.halted is not None:
            self.note(f"rebuild after {self.owner.halted.code}")
            self._rebuild()
        elif self._is_clock_refused:
            self.happen(Happening.OVERRIDE)

    # Happenings

    def happen(self, happening: Happening) -> None:
        """Something befalls the pool."""
        self.happened[happening.value] += 1
        self.note(f"! {happening.value}")
        match happening:
            case Happening.FULL:
                self.weather.bring(Trouble.FULL, self.rng.randint(1, 4))
            case Happening.POWER_CUT:
                self._crash()
            case Happening.RESTART:
                self._drain()
                self._replace_owner()
            case Happening.RESTART_FROM_SNAPSHOT:
                self._take_snapshot()
                self._drain()
                self._replace_owner(self._snapshot)
            case Happening.TAKEOVER:
                self._zombies = [*self._zombies, self.owner][-2:]
                self._replace_owner(self._snapshot)
            case Happening.JUMP:
                self.clocks.set_wall(self.rng.choice((61, 3_600, 86_400)) * SECOND_NS)
            case Happening.STEP_BACK:
                self.clocks.set_wall(-self.rng.randint(1, 50) * SECOND_NS)
            case Happening.FALL_BEHIND:
                self.clocks.set_wall(-self.rng.choice((70, 3_600)) * SECOND_NS)
            case Happening.OVERRIDE:
                self._override_clock()
            case Happening.MONTH:
                self.clocks.pass_time(self.rng.choice((2, 31)) * 86_400 * SECOND_NS)
            case _:
                self.weather.bring(TROUBLES[happening])

    def _override_clock(self) -> None:
        self._overrides += 1
        command_id = f"override-{self._overrides}"
        request = request_of(OverrideClock(reason="checked"), OWNER, command_id)
        self._submit(self.owner, Asked(request))

    def _take_snapshot(self) -> None:
        replica = replayed(POOL_ID, self.storage.commits)
        self._snapshot = b"".join(take_snapshot(replica).chunks())

    def _crash(self) -> None:
        """The machine is gone, with all that was not durable."""
        self._replace_owner(self._snapshot if self.rng.random() < 0.5 else None)

    def _survive(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Crash:
            self.note("crash")
            self._crash()

    # Owners

    def _new_owner(self, snapshot: bytes | None = None) -> Owner:
        self.owners += 1
        return Owner(
            f"owner-{self.owners}",
            open_journal=lambda: SimJournal(self.storage, self.weather),
            clocks=self.clocks,
            watch=self,
            snapshot=snapshot,
        )

    def _replace_owner(self, snapshot: bytes | None = None) -> None:
        self._pending.clear()
        self.owner = self._new_owner(snapshot)
        self._start(self.owner)

    def _markers(self) -> dict[int, int]:
        return markers_in(commit.header for commit in self.storage.commits)

    def _rebuild(self) -> None:
        """Rebuild in the same process, as the hub does; who was overtaken gives way."""
        owner = self.owner
        while owner.shard.has_undecided or owner.shard.is_appending:
            owner.shard.decide_step()
            owner.shard.append_step()
        self._pending.clear()
        if isinstance(owner.halted, Fenced):
            self._replace_owner()
        else:
            self._start(owner)

    def _start(self, owner: Owner) -> None:
        for _ in range(_ATTEMPTS_MAX):
            try:
                owner.start()
            except (Fenced, JournalUnavailable) as again:
                self.note(f"{owner.name} does not start: {again}")
                continue
            except Crash:
                self.note("crash while starting")
                self._crash()
                return
            head = owner.replica.head
            promised = self.callers.promised_position
            require(head.position > promised, f"position {promised} was promised and is lost")
            self.expectation.rewind(head.position, self._markers())
            self._is_clock_refused = False
            check_state(owner.replica.state, self.expectation.books)
            for key in self.callers.never_done():
                found = owner.replica.idempotency.position_of(IdempotencyState.key_of(*key))
                require(not found, f"{key} was told that nothing was done, and is in the journal")
            return
        raise SimulationFailed(f"{owner.name} does not come to own the pool")

    # Watching

    def before(self, owner: Owner, request: Request) -> None:
        """A request is about to be decided or tried."""
        self._hashes = _hashes(owner) if self._looks_at(request) else []

    def after(self, owner: Owner, request: Request, answer: Answer) -> None:
        """A request was decided: it should be told what the books say."""
        if owner is not self.owner:
            return
        expected = self.expectation.answer(request, owner.expected_clock)
        told = told_of(answer)
        expect(told, expected, f"answer of {request.command_id} {request.command}")
        asked = next(one for one in self._pending if one.request is request)
        self._pending.remove(asked)
        asked.expected = told
        self.note(f"  {request.command_id}: {_short(told)}")
        if isinstance(told, Refusal | Fault):
            self._require_no_trace(owner, told)
        self.commands += 1
        self._is_clock_refused = told == Fault("clock_refused")

    def rehearsed(self, owner: Owner, request: Request, answer: Answer) -> None:
        """A request was tried: it should be told what the books say, and leave nothing."""
        told = told_of(answer)
        self._require_no_trace(owner, told)
        if owner is self.owner:
            expected = self.expectation.rehearse(request, owner.expected_clock)
            expect(told, expected, f"rehearsal of {request.command}")

    def _looks_at(self, request: Request) -> bool:
        """Whether the state is compared around this one: it takes as long as deciding it."""
        return request.digest[0] % _LOOKED_AT == 0

    def _require_no_trace(self, owner: Owner, told: Told) -> None:
        if self._hashes:
            require(self._hashes == _hashes(owner), f"{told} left a trace")

    def _told(self, owner: Owner, asked: Asked, answer: Answer) -> None:
        if owner is not self.owner:
            asked.is_astray = True
        self.callers.hear(asked, answer, durable_position=owner.shard.durable_position)

    # The end

    def _drain(self) -> None:
        """Let the shard finish all it has, if it can."""
        while self.owner.halted is None and (
            self.owner.shard.has_undecided or self.owner.shard.is_appending
        ):
            self.decide()
            self.append()

    def finish(self) -> None:
        """Let the weather clear, ask again whatever was not answered, and look at everything."""
        self.weather.clear()
        for _ in range(_ATTEMPTS_MAX):
            self.repair()
            self._drain()
            self.move_zombies()
            if not self.callers.unanswered and self.owner.halted is None:
                break
            self._override_clock()
            for request in list(self.callers.unanswered.values()):
                self._submit(self.owner, Asked(request))
        require(not self.callers.unanswered, f"never answered: {list(self.callers.unanswered)}")
        check_state(self.owner.replica.state, self.expectation.books)
        commits = self.storage.commits
        expect(list(standing(self.storage.log)), commits, "commits that stand")
        outcomes = self.expectation.books.outcomes.values()
        check_entries(commits, outcomes, self.callers.acknowledged)
        check_never_done(commits, self.callers.never_done())
        check_replay(replayed(POOL_ID, commits), self.owner.replica)

    def note(self, what: str) -> None:
        """Keep a line of what was done."""
        self.trace.append(what[:400])


def _hashes(owner: Owner) -> list[bytes]:
    return [part.state_hash() for part in owner.replica.state.parts.values()]


def _short(told: Told) -> str:
    return f"{type(told).__name__} {tuple(told)}"[:200]
