"""State: a port, and the whole of one pool's state.

Every part of a pool's state is a fold of the journal: `apply` writes what an event says and
cannot refuse. A unit marks all parts and, when it is refused, rolls all of them back. Two kinds
of part exist: tables of frozen records, and the ledger's arrays.
"""

import hashlib
from collections.abc import Mapping
from typing import Protocol, TypeVar

from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.memory import Dumped
from tpwallet.kernel.table import Table, UndoLog, take_back
from tpwallet.kernel.wire import Event

S = TypeVar("S", bound="State")


class State(Protocol):
    """One part of a pool's state."""

    apply_version: int  # raised when the meaning of `apply` or the shape of a dump changes

    def mark(self) -> int:
        """Begin a unit."""
        ...

    def rollback(self, mark: int) -> None:
        """Take back everything since the mark."""
        ...

    def settle(self, mark: int) -> None:
        """Keep everything since the mark."""
        ...

    def handles(self, event: Event) -> bool:
        """Whether this part's `apply` has something to write for an event."""
        ...

    def apply(self, event: Event, position: int) -> None:
        """Write what an event says."""
        ...

    def state_hash(self) -> bytes:
        """32 bytes that two equal states share."""
        ...

    def dump(self) -> list[bytes]:
        """The state as bytes."""
        ...

    def load(self, parts: Dumped) -> None:
        """Replace the state by a dump."""
        ...


class TableState:
    """A part of state that is made of tables; subclasses name them and write `apply`."""

    apply_version = 1

    def __init__(self, *tables: Table) -> None:  # type: ignore[type-arg]
        self._tables = tables
        self._undo: UndoLog = []
        for table in tables:
            table.log_undo_to(self._undo)

    def mark(self) -> int:
        """Begin a unit: what came before is settled, so there is nothing to note."""
        return 0

    def rollback(self, mark: int) -> None:
        """Take back everything since the mark."""
        take_back(self._undo)

    def settle(self, mark: int) -> None:
        """Keep everything."""
        self._undo.clear()

    def state_hash(self) -> bytes:
        """32 bytes that two equal states share."""
        digest = hashlib.sha256()
        for table in self._tables:
            digest.update(table.name.encode() + table.digest.to_bytes(16, "little"))
        return digest.digest()

    def dump(self) -> list[bytes]:
        """The tables as bytes."""
        return [table.dump() for table in self._tables]

    def load(self, parts: Dumped) -> None:
        """Replace the tables by a dump."""
        for table, part in zip(self._tables, parts, strict=True):
            table.load(part)
        self._undo.clear()


class PoolState:
    """All parts of one pool's state, by name, at one position."""

    def __init__(self, parts: Mapping[str, State]) -> None:
        self.parts = dict(parts)
        self.position = 0
        self._by_type = {type(part): part for part in parts.values()}
        self._routes: dict[type[Event], tuple[State, ...]] = {}

    def _route(self, event: Event) -> tuple[State, ...]:
        kind = type(event)
        route = self._routes.get(kind)
        if route is None:
            route = tuple(part for part in self.parts.values() if part.handles(event))
            if not route:
                raise InvariantBroken(f"no state handles {event.wire_name}")
            self._routes[kind] = route
        return route

    def part(self, kind: type[S]) -> S:
        """The part that is of this type. **Rejects** with `LookupError` when there is none."""
        part = self._by_type.get(kind)
        if isinstance(part, kind):
            return part
        raise LookupError(f"the pool has no {kind.__name__}")

    def apply(self, event: Event, position: int) -> None:
        """Write what an event says into every part that it concerns."""
        for part in self._route(event):
            part.apply(event, position)

    def replay(self, event: Event, position: int) -> None:
        """Apply a recorded event, which must be the next."""
        if position != self.position + 1:
            raise InvariantBroken(f"replay at {self.position} met position {position}")
        self.apply(event, position)
        self.position = position

    def settle(self) -> None:
        """Keep what was replayed; nothing before this is taken back."""
        for part in self.parts.values():
            part.settle(0)

    def state_hash(self) -> bytes:
        """32 bytes that two equal states share, at any time and on any machine."""
        digest = hashlib.sha256(self.position.to_bytes(8, "little"))
        for name, part in sorted(self.parts.items()):
            digest.update(name.encode() + part.state_hash())
        return digest.digest()
