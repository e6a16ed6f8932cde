"""A whole simulated pool as it is installed: the hub's own writer on the SQLite driver, on a disk
that loses what was not synced. Slower and closer to the metal than `world`.

One caller asks at a time, so every command is a commit; what this world adds is every place at
which SQLite can be interrupted.
"""

import random
import shutil
from collections import Counter, deque
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from tpwallet.flows.clock import Expire, OverrideClock
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.hub import Writer, empty_replica
from tpwallet.kernel.access import CLOCK, OWNER
from tpwallet.kernel.errors import Fenced, Halted, JournalUnavailable, OutcomeUnknown, TpwalletError
from tpwallet.kernel.journal import Journal
from tpwallet.lab.sim.author import Author, request_of
from tpwallet.lab.sim.callers import Asked, Callers
from tpwallet.lab.sim.checks import check_state
from tpwallet.lab.sim.clocks import SECOND_NS, SimClocks
from tpwallet.lab.sim.failure import SimulationFailed, expect, require
from tpwallet.lab.sim.journal_checks import check_entries, check_never_done, markers_in, replayed
from tpwallet.lab.sim.model.clock import ExpectedClock
from tpwallet.lab.sim.model.expectation import Expectation
from tpwallet.lab.sim.sqlite_disk import SqliteDisk, Strike
from tpwallet.lab.sim.stepped_journal import SteppedSqliteJournal
from tpwallet.lab.sim.storage import Crash
from tpwallet.lab.sim.told import Fault
from tpwallet.processes.taking import take_pool

_TRACED = 40
_ATTEMPTS_MAX = 6


class Mishap(Enum):
    """What may befall a pool beside what befalls its disk."""

    POWER_CUT = "crash between commands"
    RESTART = "restart"
    JUMP = "clock jumps ahead"
    RIVAL = "another process takes the pool"


class DeepWorld:
    """One pool in a folder, and its surroundings."""

    def __init__(self, seed: int, folder: Path) -> None:
        """`folder` is empty, and used up by the simulation."""
        self.rng = random.Random(seed)
        self.clocks = SimClocks()
        self.callers = Callers(self.rng, Author(self.rng, self.clocks))
        self.expectation = Expectation()
        self.trace: deque[str] = deque(maxlen=_TRACED)
        self.happened: Counter[str] = Counter()
        self.commands = 0
        self.owners = 0
        self._seed = seed
        self._folder = folder
        self._overrides = 0
        self._pulses = 0
        self._is_clock_refused = False
        self._is_overtaken = False  # the writer, by a rival
        self._mishaps = self.rng.choice((0.03, 0.1))
        self.directory = create_pool(folder / "0", name="simulated", base_asset="EUR")
        self.disk = SqliteDisk(seed)
        self.writer: Writer
        self.clock: ExpectedClock

    def start(self) -> None:
        """The first process opens the pool."""
        self._start()

    # Steps

    def step(self) -> None:
        """One step, chosen by the seed."""
        if self.rng.random() < self._mishaps:
            self._mishap()
        if self._is_clock_refused and self.rng.random() < 0.5:
            self._override_clock()
        if self.rng.random() < 0.2:
            self.clocks.pass_time(self.rng.choice((1, SECOND_NS, 30 * SECOND_NS)))
        elif self.rng.random() < 0.1:
            self._survive(self.read)
        else:
            asked = self.callers.ask(self.expectation.books)
            self._survive(lambda: self.ask(asked))
        if self.writer.halted is not None and self.rng.random() < 0.6:
            # What came of the last append shows on another machine, or to another process.
            self.befall(self.rng.choice((Mishap.POWER_CUT, Mishap.POWER_CUT, Mishap.RIVAL)))

    def _mishap(self) -> None:
        mishap: Mishap | Strike = self.rng.choice([*Mishap, *Strike, *Strike])
        if isinstance(mishap, Strike):
            self.strike(mishap)
            if self.rng.random() < 0.2:
                self.befall(Mishap.RESTART)  # which it may strike
        else:
            self.befall(mishap)

    def strike(self, strike: Strike) -> None:
        """Something befalls the disk, soon."""
        self._note_happened(strike)
        self.disk.will(strike, self.rng.choice((0, 0, 1, 2, 5, 20)))

    def befall(self, mishap: Mishap) -> None:
        """Something befalls the pool."""
        self._note_happened(mishap)
        match mishap:
            case Mishap.POWER_CUT:
                self._crash()
            case Mishap.RESTART:
                self._survive(self._restart)
            case Mishap.JUMP:
                self.clocks.set_wall(self.rng.choice((61, 3_600)) * SECOND_NS)
            case Mishap.RIVAL:
                self._survive(self._rival)

    def _note_happened(self, what: Strike | Mishap) -> None:
        self.happened[what.value] += 1
        self.note(f"! {what.value}")

    def ask(self, asked: Asked) -> None:
        """Ask the writer something, and compare what it says."""
        request = asked.request
        self.note(f"ask {request.command_id} {request.command}")
        self.callers.note_asked(request)
        self._pulse()
        asked.expected = self.expectation.answer(request, self.clock)
        self._is_clock_refused = asked.expected == Fault("clock_refused")
        self.commands += 1
        try:
            answer = self.writer.run(
                request.command, actor=request.actor, command_id=request.command_id
            )
        except TpwalletError as error:
            answer = error
        told = self.callers.hear(asked, answer, durable_position=self.writer.position)
        self.note(f"  {request.command_id}: {type(told).__name__} {tuple(told)}")
        if self.writer.halted is None:
            self.expectation.settle(self.writer.position)

    def read(self) -> None:
        """Compare the live state with the books."""
        self._pulse()
        try:
            self.writer.read(lambda state: check_state(state, self.expectation.books))
        except (Fenced, Halted, JournalUnavailable, OutcomeUnknown) as error:
            self.note(f"a read was told {error.code}")

    def _pulse(self) -> None:
        """Let the writer release what has run out, as it does before it runs or reads anything."""
        self._revive()
        due = self.expectation.books.oracle.next_expiry()
        if due is None or due > self.clock.now():
            return
        self._pulses += 1
        self.expectation.answer(request_of(Expire(), CLOCK, f"pulse-{self._pulses}"), self.clock)
        try:
            self.writer.pulse()
        except (Fenced, JournalUnavailable, OutcomeUnknown) as error:
            self.note(f"the pulse was told {error.code}")
            self._pulse()

    def _override_clock(self) -> None:
        self._overrides += 1
        request = request_of(OverrideClock(reason="checked"), OWNER, f"override-{self._overrides}")
        self._survive(lambda: self.ask(Asked(request)))

    # Processes

    def _survive(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Crash:
            self.note("crash")
            self._crash()

    def _open_journal(self, directory: PoolDirectory) -> Journal:
        return SteppedSqliteJournal(directory.journal_path, pool_id=directory.pool_id, wal_bytes=0)

    def _start(self) -> None:
        """A new process opens the pool's folder."""
        for _ in range(_ATTEMPTS_MAX):
            self.owners += 1
            self._is_overtaken = False
            self.clock = ExpectedClock(self.clocks)
            try:
                self.writer = Writer(
                    self.directory,
                    owner=f"owner-{self.owners}",
                    wall=self.clocks.wall,
                    monotonic=self.clocks.monotonic,
                    open_journal=self._open_journal,
                )
            except JournalUnavailable as again:
                self.note(f"does not start: {again}")
                continue
            except Crash:
                self.note("crash while starting")
                self._move()
                continue
            self._find_journal()
            return
        raise SimulationFailed("nobody comes to own the pool")

    def _crash(self) -> None:
        """The machine loses power; another one finds its disk."""
        self.disk.cut_power(self.directory.path)
        dead = self.writer
        self._move()
        dead.close()  # what the operating system does for a process that is gone
        self._start()

    def _move(self) -> None:
        """What a power cut leaves of the folder becomes the folder."""
        left = self.directory.path
        found = self._folder / str(int(left.name) + 1)
        shutil.copytree(left, found, ignore=shutil.ignore_patterns("*.db*", "writer.lock"))
        self.disk.restore(left, found)
        self.directory = PoolDirectory(found)

    def _restart(self) -> None:
        self.writer.close()
        self._start()

    def _rival(self) -> None:
        """Another process takes the pool and dies, in spite of the lock file: as on a file system
        that keeps no locks.
        """
        try:
            journal = self._open_journal(self.directory)
        except JournalUnavailable as error:
            self.note(f"a rival was told {error}")
            return
        try:
            replica = empty_replica(self.directory.pool_id)
            replica.catch_up(journal)
            self.owners += 1
            name = f"rival-{self.owners}"
            take_pool(journal, replica, owner=name, token=name, now=self.clock.now())
            self._is_overtaken = True
        except (Fenced, JournalUnavailable) as error:
            self.note(f"a rival was told {error}")
        finally:
            journal.close()

    def _revive(self) -> None:
        """Rebuild a shard that has halted."""
        if self.writer.halted is None:
            return
        self.note(f"rebuild after {self.writer.halted.code}")
        for _ in range(_ATTEMPTS_MAX):
            try:
                self.writer.recover()
            except JournalUnavailable as again:
                self.note(f"does not recover: {again}")
                continue
            except Fenced:
                self._restart()
                return
            require(not self._is_overtaken, "a writer that was overtaken took the pool back")
            self._find_journal()
            return
        raise SimulationFailed("the pool does not come to be rebuilt")

    def _find_journal(self) -> None:
        """The journal ends somewhere, and its state is as the books were there."""
        head = self.writer.journal.head()
        promised = self.callers.promised_position
        require(head.position > promised, f"position {promised} was promised and is lost")
        commits = list(self.writer.journal.read())
        check_never_done(commits, self.callers.never_done())
        self.clock.note(head.time)
        self.expectation.rewind(head.position, markers_in(commit.header for commit in commits))
        self._is_clock_refused = False

    # The end

    def finish(self) -> None:
        """Let everything be well, ask again whatever was not answered, and look at everything."""
        self.disk.clear()
        for _ in range(_ATTEMPTS_MAX):
            for request in list(self.callers.unanswered.values()):
                self.ask(Asked(request))
            if not self.callers.unanswered:
                break
            self._override_clock()
        require(not self.callers.unanswered, f"never answered: {list(self.callers.unanswered)}")
        self._restart()
        self.read()
        commits = list(self.writer.journal.read())
        outcomes = self.expectation.books.outcomes.values()
        check_entries(commits, outcomes, self.callers.acknowledged)
        check_never_done(commits, self.callers.never_done())
        replica = replayed(self.directory.pool_id, commits)
        live = self.writer.read(lambda state: (state.position, state.state_hash()))
        expect((replica.state.position, replica.state.state_hash()), live, "replayed state")
        self.writer.close()

    def note(self, what: str) -> None:
        """Keep a line of what was done."""
        self.trace.append(what[:400])
