"""Noting in the journal that its beginning was archived in a segment file."""

from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import ADMIN
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.facts import KernelState, SegmentArchived, archive_segment
from tpwallet.kernel.unit import Unit

_HASH_BYTES = 32


class ArchiveSegment(Command, frozen=True, kw_only=True):
    """A verified file holds the journal from the segment before it through a commit's end.

    Whoever asks has read the file back; what the journal keeps is its SHA-256 and that of the
    commit it ends on, so that nobody can put another file in its place.
    """

    through: int
    commit_hash: bytes
    sha256: bytes


def _decide(unit: Unit, command: ArchiveSegment) -> None:
    if len(command.commit_hash) != _HASH_BYTES or len(command.sha256) != _HASH_BYTES:
        raise Malformed(f"a hash has {_HASH_BYTES} bytes", parameter="sha256")
    fact = SegmentArchived(command.through, command.commit_hash, command.sha256)
    unit.record(*archive_segment(unit.part(KernelState), fact, end=unit.position - 1))


ROUTES = (Route("kernel.archive_segment", ArchiveSegment, ADMIN, _decide, receipt_of),)
