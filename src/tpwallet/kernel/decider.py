"""Deciding: one command after another against the live state, in memory, before anything is
durable.

Nothing here writes to disk or waits. What comes out is a group: the entries one append will make
durable, and for each command what its caller is told once that has happened.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tpwallet.kernel import limits
from tpwallet.kernel.access import CLOCK, AccessState, authorize
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Past, Rehearsal, Request, Route, Routes
from tpwallet.kernel.commit import Entry, Envelope, encode_envelope, entry_length
from tpwallet.kernel.errors import (
    NOT_DONE,
    DeadlineExceeded,
    InvariantBroken,
    Malformed,
    OutcomeUnknown,
    Poisoned,
    Rejected,
    TpwalletError,
)
from tpwallet.kernel.facts import Refused, Unchanged
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.state import PoolState
from tpwallet.kernel.unit import Unit
from tpwallet.kernel.wire import Event, encode_event

# What a caller is told: a reply, or the error to raise.
Answer = Any
Deliver = Callable[[Answer], None]
Read = Callable[[PoolState], object]
Work = Request | Rehearsal | Read


@dataclass(slots=True)
class Group:
    """What one append makes durable, and whom to tell then."""

    first_position: int
    entries: list[Entry] = field(default_factory=list)
    waiting: deque[tuple[Work, Deliver, Answer]] = field(default_factory=deque)
    repeats: list[Request] = field(default_factory=list)  # of those, what was done before
    bytes: int = 0  # of the entries

    @property
    def is_full(self) -> bool:
        """Whether the next command belongs to another group."""
        return (
            len(self.waiting) >= limits.GROUP_COMMANDS_MAX or self.bytes >= limits.GROUP_BYTES_MAX
        )

    @property
    def last_position(self) -> int:
        """Position of its last event."""
        return self.entries[-1].last_position if self.entries else self.first_position - 1


class Decider:
    """Decides commands against one pool's state."""

    def __init__(
        self,
        *,
        state: PoolState,
        idempotency: IdempotencyState,
        routes: Routes,
        clock: PoolClock,
        past: "Recorded",
    ) -> None:
        self.state = state
        self.clock = clock
        self._idempotency = idempotency
        self._routes = routes
        self._past = past

    def decide(self, request: Request, group: Group) -> Answer:
        """Decide one command into a group; returns its answer, which is not to be told before the
        group is durable.
        """
        try:
            route = self._route_of(request)
            key = self._idempotency.key_of(request.actor.name, request.command_id)
            first = self._idempotency.position_of(key)
            if first:
                group.repeats.append(request)
                return self._repeat_of(request, route, first)
            self._check_deadline(request)
            now = self._time_of(request, route)
            self._admit(request, route, now)
            self._check_room(request)
            entry = self._decide_new(request, route, now)
            if route.vouches_for_clock:
                self.clock.believe(entry.envelope.time)
        except InvariantBroken:
            raise
        except TpwalletError as error:
            return error
        except Exception as error:  # noqa: BLE001 - told as our fault; nothing of it is left
            return self._poisoned(request, error)
        self._idempotency.remember(key, entry.first_position)
        self._past.add(entry)
        group.entries.append(entry)
        group.bytes += entry_length(entry)
        return self._first_answer(request, route, entry)

    def rehearse(self, request: Request) -> Answer:
        """What a command would be answered now; everything it does is taken back.

        **Rejects** with `Malformed` a bulk batch, which cannot be taken back.
        """
        try:
            route = self._route_of(request)
            if not route.rehearsable:
                raise Malformed(f"{route.name} cannot be rehearsed", parameter="dry_run")
            now = self.clock.now() + route.times(request.command)
            self._admit(request, route, now)
            self._check_room(request)
            unit = self._unit(request, now)
            try:
                route.decide(unit, request.command)
                if not unit.events:
                    unit.record(Unchanged(route.name))
                return self._answer(request, route, self._entry(request, now, unit))
            finally:
                unit.rollback()
        except InvariantBroken:
            raise
        except TpwalletError as error:
            return error
        except Exception as error:  # noqa: BLE001 - told as our fault; nothing of it is left
            return self._poisoned(request, error)

    def _time_of(self, request: Request, route: Route) -> int:
        if route.vouches_for_clock:
            return self.clock.vouched()
        return self.clock.take(route.times(request.command))

    def _route_of(self, request: Request) -> Route:
        command_id = request.command_id
        is_fit = 0 < len(command_id) <= limits.COMMAND_ID_LENGTH_MAX and command_id.isprintable()
        if not is_fit:
            raise Malformed(
                f"a command id has 1 to {limits.COMMAND_ID_LENGTH_MAX} printable characters",
                parameter="command_id",
            )
        route = self._routes.get(type(request.command))
        if route is None:
            raise InvariantBroken(f"no route for {type(request.command).__name__}")
        return route

    def _check_deadline(self, request: Request) -> None:
        if request.deadline is not None and self.clock.has_passed(request.deadline):
            raise DeadlineExceeded(f"the deadline passed before this was begun; {NOT_DONE}")

    def _admit(self, request: Request, route: Route, now: int) -> None:
        """The door, for everything that is new: who was let in at the hub may not be any more."""
        key_id = request.actor.key_id
        if key_id is not None:
            self.state.part(AccessState).check_key(key_id, now)
        authorize(request.actor, route.name, route.scope)

    def _check_room(self, request: Request) -> None:
        """A command that could not be remembered is not begun; nor is its refusal recorded."""
        keys = self._idempotency
        if keys.has_room() or (request.actor == CLOCK and keys.has_room(for_expiry=True)):
            return
        raise Rejected("too_many_commands", kept=len(keys))

    def _unit(self, request: Request, now: int) -> Unit:
        return Unit(
            self.state,
            actor=request.actor,
            command_id=request.command_id,
            now=now,
            past=self._past,
        )

    def _decide_new(self, request: Request, route: Route, now: int) -> Entry:
        """Decide a command that is new; whatever fails, nothing of it is left."""
        unit = self._unit(request, now)
        try:
            route.decide(unit, request.command)
            if not unit.events:
                unit.record(Unchanged(route.name))
            entry = self._entry(request, now, unit)
        except Rejected as refusal:
            unit.rollback()
            return self._refuse(request, route, now, refusal, unit.policies)
        except InvariantBroken:
            raise
        except Exception:
            unit.rollback()
            raise
        unit.settle()
        return entry

    def _refuse(
        self, request: Request, route: Route, now: int, refusal: Rejected, policies: dict[str, int]
    ) -> Entry:
        unit = self._unit(request, now)
        facts = dict(refusal.facts)
        unit.record(Refused(route.name, refusal.code, str(refusal), facts, dict(policies)))
        entry = self._entry(request, now, unit)
        unit.settle()
        return entry

    @staticmethod
    def _entry(request: Request, now: int, unit: Unit) -> Entry:
        envelope = Envelope(
            request.command_id, request.actor.name, request.cause, request.digest, now
        )
        events: tuple[Event, ...] = unit.events
        entry = Entry(
            envelope,
            unit.position - len(events),
            events,
            encode_envelope(envelope),
            tuple(encode_event(event) for event in events),
        )
        if entry_length(entry) > limits.ENTRY_BYTES_MAX:
            raise Malformed(
                f"what a command leads to has at most {limits.ENTRY_BYTES_MAX} bytes",
                parameter="command",
            )
        return entry

    def _repeat_of(self, request: Request, route: Route, first: int) -> Answer:
        """The answer of a command that was done before; a fault in making it must not read as if
        it was not.
        """
        try:
            return self._repeat(request, route, first)
        except TpwalletError:
            raise
        except Exception as error:  # noqa: BLE001 - told; the command itself stands
            return _untold(request, error)

    def _repeat(self, request: Request, route: Route, first: int) -> Answer:
        """The first outcome again. A key is 128 bits, so a stranger's entry is a broken
        invariant.
        """
        entry = self._past.entry_at(first)
        envelope = entry.envelope
        if (envelope.actor, envelope.command_id) != (request.actor.name, request.command_id):
            raise InvariantBroken("an idempotency key leads to another command's entry")
        if envelope.digest != request.digest:
            return Rejected(
                "idempotency_conflict",
                "this command id was used for another request",
                command_id=request.command_id,
                position=first,
            )
        if self.clock.now() - envelope.time > limits.IDEMPOTENCY_NS_MIN:
            return Rejected(
                "idempotency_expired",
                "this command was executed so long ago that its answer is no longer kept",
                command_id=request.command_id,
                position=first,
            )
        return self._answer(request, route, entry)

    def _first_answer(self, request: Request, route: Route, entry: Entry) -> Answer:
        """The answer of a command just decided. It is part of the group by now, so a fault in
        making its answer must not read as if nothing was done.
        """
        try:
            return self._answer(request, route, entry)
        except InvariantBroken:
            raise
        except Exception as error:  # noqa: BLE001 - told; the command itself stands
            return _untold(request, error)

    def _poisoned(self, request: Request, fault: Exception) -> Poisoned:
        route = self._routes.get(type(request.command))
        poisoned = Poisoned(
            f"this command failed in a way nobody foresaw; {NOT_DONE}",
            command=type(request.command).__name__ if route is None else route.name,
        )
        poisoned.__cause__ = fault
        return poisoned

    def _answer(self, request: Request, route: Route, entry: Entry) -> Answer:
        fact = entry.events[0]
        if isinstance(fact, Refused):
            return Rejected(fact.code, fact.message, position=entry.first_position, **fact.facts)
        return route.reply(request.command, entry, self.state, self._past)


def _untold(request: Request, fault: Exception) -> OutcomeUnknown:
    unknown = OutcomeUnknown(
        "this was decided, and its answer cannot be told now", command_id=request.command_id
    )
    unknown.__cause__ = fault
    return unknown


class Recorded(Past):
    """Recorded entries by position: those on their way to the journal, and those in it."""

    def __init__(self, read_entry: Callable[[int], Entry]) -> None:
        """`read_entry` reads the entry that holds a position from the journal."""
        self._read_entry = read_entry
        self._under_way: dict[int, Entry] = {}  # by every position of the entry
        self._last: Entry | None = None

    def add(self, entry: Entry) -> None:
        """An entry was decided and is not durable yet."""
        for position in range(entry.first_position, entry.last_position + 1):
            self._under_way[position] = entry

    def forget(self, entries: list[Entry]) -> None:
        """These are durable: from now on they are read from the journal."""
        for entry in entries:
            for position in range(entry.first_position, entry.last_position + 1):
                del self._under_way[position]

    def entry_at(self, position: int) -> Entry:
        """The entry that holds a position."""
        entry = self._under_way.get(position)
        if entry is not None:
            return entry
        if self._last is None or not (
            self._last.first_position <= position <= self._last.last_position
        ):
            self._last = self._read_entry(position)
        return self._last

    def event_at(self, position: int) -> Event:
        """The event at a position."""
        entry = self.entry_at(position)
        return entry.events[position - entry.first_position]
