"""A unit: everything one command does, all of it or none.

A flow runs deciders of several domains inside one unit. Each event is applied as it is recorded,
so a later decider sees what an earlier one decided. If any of them rejects, the whole unit is
rolled back.
"""

from typing import TypeVar

from tpwallet.kernel.access import Actor
from tpwallet.kernel.command import Past
from tpwallet.kernel.state import PoolState, State
from tpwallet.kernel.wire import Event

S = TypeVar("S", bound=State)


class Unit:
    """The changes of one command, under way."""

    def __init__(
        self, state: PoolState, *, actor: Actor, command_id: str, now: int, past: Past
    ) -> None:
        self._state = state
        self._past = past
        self._first = state.position + 1
        self._events: list[Event] = []
        self._policies: dict[str, int] = {}
        self._marks = [(part, part.mark()) for part in state.parts.values()]
        self.actor = actor
        self.command_id = command_id
        self.now = now

    @property
    def position(self) -> int:
        """The position the next event gets."""
        return self._first + len(self._events)

    @property
    def events(self) -> tuple[Event, ...]:
        """What was recorded so far."""
        return tuple(self._events)

    @property
    def policies(self) -> dict[str, int]:
        """Versions of the documents that decisions in this unit have read."""
        return self._policies

    def part(self, kind: type[S]) -> S:
        """The part of the state that is of this type."""
        return self._state.part(kind)

    def read_policy(self, name: str, version: int) -> None:
        """Note that a decision read this version of a document."""
        self._policies[name] = version

    def record(self, *events: Event) -> None:
        """Record events and apply them."""
        for event in events:
            self._state.apply(event, self.position)
            self._events.append(event)

    def adopt(self, event: Event) -> None:
        """Record an event whose decider works in place and has applied it already: the ledger's."""
        self._events.append(event)

    def event_at(self, position: int) -> Event:
        """A recorded event, of this unit or before it."""
        if position >= self._first:
            return self._events[position - self._first]
        return self._past.event_at(position)

    def settle(self) -> None:
        """Keep everything."""
        for part, mark in self._marks:
            part.settle(mark)
        self._state.position += len(self._events)

    def rollback(self) -> None:
        """Take everything back, the last part first."""
        for part, mark in reversed(self._marks):
            part.rollback(mark)
        self._events.clear()
