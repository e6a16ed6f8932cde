"""The kernel's own events: refusals, epochs, the clock."""

import msgspec

from tpwallet.kernel.state import TableState
from tpwallet.kernel.table import Table
from tpwallet.kernel.wire import Event, event


@event("kernel.refused", 1)
class Refused(Event, frozen=True):
    """A command was refused; its id and digest are in the envelope."""

    command: str
    code: str
    message: str
    facts: dict[str, str | int | bool | None]
    policies: dict[str, int]  # versions of the documents the decision read


@event("kernel.unchanged", 1)
class Unchanged(Event, frozen=True):
    """A command was accepted and found everything as it asks."""

    command: str


@event("kernel.epoch_started", 1)
class EpochStarted(Event, frozen=True):
    """A writer took this pool; every older writer is fenced from here on."""

    epoch: int
    owner: str
    release: str


@event("kernel.clock_overridden", 1)
class ClockOverridden(Event, frozen=True):
    """An operator vouched for the clock after it was refused."""

    reason: str


@event("kernel.log_key_added", 1)
class LogKeyAdded(Event, frozen=True):
    """Checkpoints are signed by this key from here on (C2SP vkey)."""

    vkey: str


class _Mark(msgspec.Struct, frozen=True, array_like=True):
    value: str


class KernelState(TableState):
    """What the kernel remembers of its own events."""

    def __init__(self) -> None:
        self.marks: Table[str, _Mark] = Table("kernel", str, _Mark)
        super().__init__(self.marks)

    def handles(self, event: Event) -> bool:
        """The events of this module."""
        return isinstance(event, Refused | Unchanged | EpochStarted | ClockOverridden | LogKeyAdded)

    def apply(self, event: Event, position: int) -> None:
        """Remember epochs and signing keys; a refusal changes nothing but the journal."""
        match event:
            case EpochStarted(epoch):
                self.marks.put("epoch", _Mark(str(epoch)))
            case LogKeyAdded(vkey):
                self.marks.put(f"vkey.{position}", _Mark(vkey))
            case _:
                pass

    @property
    def vkeys(self) -> list[str]:
        """Every key that has signed checkpoints, oldest first."""
        found = [(int(k[5:]), mark.value) for k, mark in self.marks if k.startswith("vkey.")]
        return [vkey for _, vkey in sorted(found)]
