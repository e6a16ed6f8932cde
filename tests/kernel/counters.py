"""A small domain to run the kernel's machine on: named counters that may not fall below zero."""

import msgspec

from tpwallet.kernel.access import ADMIN, LEDGER_READ, LEDGER_WRITE
from tpwallet.kernel.command import Command, Past, Route, Routes, routes_of
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import (
    Forbidden,
    InvariantBroken,
    JournalUnavailable,
    Malformed,
    Rejected,
)
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.state import PoolState, TableState
from tpwallet.kernel.table import Table
from tpwallet.kernel.unit import Unit
from tpwallet.kernel.wire import Event, event


class Counter(msgspec.Struct, frozen=True, array_like=True):
    value: int


@event("test.counted", 1)
class Counted(Event, frozen=True):
    """A counter changed."""

    name: str
    by: int


class Counters(TableState):
    """Counters by name."""

    def __init__(self, table: str = "counters") -> None:
        self.values: Table[str, Counter] = Table(table, str, Counter)
        super().__init__(self.values)

    def handles(self, event: Event) -> bool:
        return isinstance(event, Counted)

    def apply(self, event: Event, position: int) -> None:
        if isinstance(event, Counted):
            self.values.put(event.name, Counter(self.value(event.name) + event.by))

    def value(self, name: str) -> int:
        counter = self.values.get(name)
        return 0 if counter is None else counter.value


class Add(Command, frozen=True):
    """Change counters, one event each, in order; one that would fall below zero refuses all."""

    changes: tuple[tuple[str, int], ...]


class Nothing(Command, frozen=True):
    """Find everything as it is asked for."""


class Fail(Command, frozen=True):
    """Change a counter, and then fail as `how` says."""

    how: str
    by: int = 1


class Recount(Command, frozen=True):
    """Needs an operator."""


class Mute(Command, frozen=True):
    """Change a counter; its answer cannot be made."""


class Total(msgspec.Struct, frozen=True):
    """The answer: the position reached and the time it was decided."""

    position: int
    time: int


def add(name: str, by: int = 1) -> Add:
    return Add(((name, by),))


def decide_add(unit: Unit, command: Add) -> None:
    counters = unit.part(Counters)
    for number, (name, by) in enumerate(command.changes):
        if counters.value(name) + by < 0:
            raise Rejected("below_zero", counter=name, change=number)
        unit.record(Counted(name, by))


def decide_nothing(unit: Unit, command: Nothing) -> None:
    pass


def decide_fail(unit: Unit, command: Fail) -> None:
    unit.record(Counted("failing", command.by))
    match command.how:
        case "malformed":
            raise Malformed("no", parameter="how")
        case "forbidden":
            raise Forbidden("no")
        case "unavailable":
            raise JournalUnavailable("the past cannot be read now")
        case "broken":
            raise InvariantBroken("this cannot be")
        case "interrupted":
            raise KeyboardInterrupt
        case "huge fact":
            raise Rejected("too_much", by=1 << 70)
        case _:
            raise ZeroDivisionError


def decide_recount(unit: Unit, command: Recount) -> None:
    unit.record(Counted("recounts", 1))


def decide_mute(unit: Unit, command: Mute) -> None:
    unit.record(Counted("muted", 1))


def total_of(command: Command, entry: Entry, state: PoolState, past: Past) -> Total:
    return Total(entry.last_position, entry.envelope.time)


def no_answer(command: Command, entry: Entry, state: PoolState, past: Past) -> Total:
    raise ZeroDivisionError


def times_of(command: Add) -> int:
    return len(command.changes)


ROUTES: Routes = routes_of(
    (
        Route("test.add", Add, LEDGER_WRITE, decide_add, total_of, times_of),
        Route("test.nothing", Nothing, LEDGER_READ, decide_nothing, total_of),
        Route("test.fail", Fail, LEDGER_WRITE, decide_fail, total_of),
        Route("test.recount", Recount, ADMIN, decide_recount, total_of, vouches_for_clock=True),
        Route("test.mute", Mute, LEDGER_WRITE, decide_mute, no_answer, rehearsable=False),
    )
)


def empty_state() -> PoolState:
    return PoolState({"kernel": KernelState(), "counters": Counters(), "twins": Twins()})


class Twins(Counters):
    """The same counters once more, in a part of their own: an event may concern several parts."""

    def __init__(self) -> None:
        super().__init__("twins")
