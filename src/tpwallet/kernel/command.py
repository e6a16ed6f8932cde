"""Commands: requests to change the pool, and the routes that decide them.

A command is a frozen struct. A route says what it is called, which scope the door asks for, how
it is decided inside a unit, and how its answer is read off the entry it led to. The answer is a
function of the recorded entry, so the first answer and every repetition are the same by
construction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from tpwallet.kernel.access import Actor
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.state import PoolState
from tpwallet.kernel.wire import Event


class Command(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request. Subclasses add its fields.

    Encoded, it leaves out what is at its default, and so does every struct inside it: a release
    that adds a field with a default encodes an older request as the older release did, and its
    repetition is known (`hub.routes.body_digest`). A default is therefore None, a claim, a small
    whole number or an empty collection, which are left out however they were come by.
    """


class Past(Protocol):
    """Recorded events by position, durable or about to be."""

    def event_at(self, position: int) -> Event:
        """The event at a position. **Rejects** with `LookupError` one that is not recorded."""
        ...


def _one(_command: Command) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Route:
    """How one kind of command is decided and answered."""

    name: str
    command: type[Command]
    scope: str
    decide: Callable[[Any, Any], None]  # (unit, command)
    reply: Callable[[Any, Entry, PoolState, Past], Any]  # (command, entry, state, past)
    times: Callable[[Any], int] = _one  # how many timestamps it takes
    rehearsable: bool = True  # whether all it does can be taken back
    vouches_for_clock: bool = False  # whether it makes the clock believe what it refused


Routes = Mapping[type[Command], Route]


def routes_of(*groups: tuple[Route, ...]) -> Routes:
    """All routes by command type. **Rejects** with `ValueError` a type that has two."""
    table: dict[type[Command], Route] = {}
    for group in groups:
        for route in group:
            if route.command in table:
                raise ValueError(f"two routes for {route.command.__name__}")
            table[route.command] = route
    return table


class Request(msgspec.Struct, frozen=True):
    """A command on its way: who asks, under which id, and the keyed digest of its body.

    Past its deadline a command that has not been begun is dropped.
    """

    command: Command
    actor: Actor
    command_id: str
    digest: bytes
    cause: str | None = None
    deadline: int | None = None  # nanoseconds of the monotonic clock


class Rehearsal(msgspec.Struct, frozen=True):
    """A command to be tried and taken back: what would it be answered now?"""

    request: Request
