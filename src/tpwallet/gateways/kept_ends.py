"""What a pool's directory says of how far its journal reached: the witnesses of a lost end.

A journal that was cut off is a good journal, only shorter. What gives it away is what was made of
it before: the writer's own note of where it ended, the state the last writer kept, the checkpoints
that were signed, the snapshots. Each was made of durable commits only, so none is ever ahead of an
unharmed journal, and the journal must reach them all.

Only how far is asked here. That the journal holds the very commits that were signed or kept is
for those who compare them (`processes.restoring`, `processes.verification`); they also tell of a
witness that cannot be read, which here is none.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tpwallet.gateways import journal_end
from tpwallet.gateways.checkpoint_file import last_kept_note, latest_note
from tpwallet.gateways.live_state import kept_position
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.proofs.checkpoint import unverified_checkpoint


class KeptEnd(NamedTuple):
    """A position that a journal had reached, and who says so: `what` it is before its number."""

    what: str
    position: int

    def cut_off(self, end: int) -> JournalCorrupt:
        """What is told of a journal that ends before it, at `end`."""
        return JournalCorrupt(
            f"the journal ends at {end}, but {self.what} {self.position}: it was cut off",
            position=end + 1,
            end=end,
            witness=self.position,
        )


def kept_ends(directory: PoolDirectory) -> Iterator[KeptEnd]:
    """Every witness there is that can be read."""
    end = journal_end.read_end(directory.path / journal_end.NAME)
    if end is not None:
        yield KeptEnd("its writer had reached", end)
    live = kept_position(directory.path)
    if live is not None:
        yield KeptEnd("its last writer kept the state at", live)
    kept = last_kept_note(directory.log_path)
    if kept is not None:
        yield KeptEnd("a checkpoint was signed at", kept)
    newest = _newest_signed(directory)
    if newest is not None:
        yield KeptEnd("a checkpoint was signed at", newest)
    snapshots = SnapshotDirectory(directory.snapshots_path).positions()
    if snapshots:
        yield KeptEnd("a snapshot was made at", snapshots[-1])


def furthest_end(directory: PoolDirectory) -> KeptEnd | None:
    """The witness that reaches furthest; None: there is none."""
    return max(kept_ends(directory), key=lambda end: end.position, default=None)


def _newest_signed(directory: PoolDirectory) -> int | None:
    try:
        note = latest_note(directory.log_path)
    except JournalCorrupt:  # told of by whoever compares what was signed
        return None
    return None if note is None else unverified_checkpoint(note).position
