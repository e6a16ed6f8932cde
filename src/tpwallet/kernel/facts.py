"""The kernel's own events: refusals, epochs, the clock, archived segments."""

import msgspec

from tpwallet.kernel.errors import Rejected
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


@event("kernel.segment_archived", 1)
class SegmentArchived(Event, frozen=True):
    """A segment file holds the journal from the segment before it through this position.

    From here on the journal may drop those commits (reference: journal-format, "Segment").
    """

    through: int  # where its last commit ends
    commit_hash: bytes  # of that commit
    sha256: bytes  # of the file


class _Mark(msgspec.Struct, frozen=True, array_like=True):
    value: str


class KernelState(TableState):
    """What the kernel remembers of its own events."""

    apply_version = 2

    def __init__(self) -> None:
        self.marks: Table[str, _Mark] = Table("kernel", str, _Mark)
        self.segments: Table[int, SegmentArchived] = Table("segments", int, SegmentArchived)
        super().__init__(self.marks, self.segments)

    def handles(self, event: Event) -> bool:
        """The events of this module."""
        return isinstance(
            event,
            Refused | Unchanged | EpochStarted | ClockOverridden | LogKeyAdded | SegmentArchived,
        )

    def apply(self, event: Event, position: int) -> None:
        """Remember epochs, signing keys and segments; a refusal changes nothing but the journal."""
        match event:
            case EpochStarted(epoch):
                self.marks.put("epoch", _Mark(str(epoch)))
            case LogKeyAdded(vkey):
                self.marks.put(f"vkey.{position}", _Mark(vkey))
            case SegmentArchived(through):
                self.segments.put(through, event)
            case _:
                pass

    @property
    def vkeys(self) -> list[str]:
        """Every key that has signed checkpoints, oldest first."""
        found = [(int(k[5:]), mark.value) for k, mark in self.marks if k.startswith("vkey.")]
        return [vkey for _, vkey in sorted(found)]

    @property
    def archived_through(self) -> int:
        """Where the last archived segment ends; 0: there is none."""
        return max((through for through, _ in self.segments), default=0)


def archive_segment(state: KernelState, fact: SegmentArchived, *, end: int) -> tuple[Event, ...]:
    """Note that a segment was archived; nothing to record when the very same was noted before.

    `end` is the journal's last position. **Rejects** `segment_out_of_order` one that does not end
    between the last one's end and the journal's.
    """
    if state.segments.get(fact.through) == fact:
        return ()
    archived = state.archived_through
    if not archived < fact.through <= end:
        raise Rejected(
            "segment_out_of_order",
            f"a segment ends between {archived + 1} and {end}",
            through=fact.through,
            archived_through=archived,
        )
    return (fact,)
