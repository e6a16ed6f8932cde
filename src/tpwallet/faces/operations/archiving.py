"""Archiving the journal's beginning in a segment file, and dropping it from the database.

Three steps, in this order, each durable before the next: the file is written and read back from the
disk; the journal records its hash; the database drops what the file holds. Before the last one a
snapshot beyond the segment is kept, so that the pool opens without the file from then on. A crash
between any two loses nothing: asked again with the same position, it goes on where it stopped.

The file may then be moved anywhere. Whoever wants what is in it, to verify or export the whole
journal or to repeat an old answer, is told its name.
"""

from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import msgspec

from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import reading
from tpwallet.flows.archiving import ArchiveSegment
from tpwallet.formats.segment import SegmentHead
from tpwallet.gateways.journals.segment_file import Verified
from tpwallet.gateways.journals.segment_folder import SegmentFolder
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub import Writer, empty_replica
from tpwallet.kernel.commit import GENESIS
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.kernel.facts import KernelState, SegmentArchived
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.snapshot import take_snapshot
from tpwallet.kernel.state import PoolState
from tpwallet.processes.limits import SNAPSHOTS_KEPT
from tpwallet.processes.restoring import restore


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment that was archived, and whether its file is where it was put."""

    first_position: int
    last_position: int
    commit_hash: str  # hexadecimal, as is the next
    sha256: str
    bytes: int
    file: str
    at_hand: bool


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """The segments of a pool, in order. Up to `trimmed` the journal is in their files alone."""

    segments: list[Segment]
    trimmed: int


class _End(NamedTuple):
    """Where a segment ends: on which commit, and on which one it hangs."""

    position: int
    hash: bytes
    first_position: int
    previous: bytes


def archive_segment(
    directory: PoolDirectory,
    through: int,
    *,
    folder: Path | None = None,
    progress: Progress = no_progress,
) -> Segment:
    """Archive the journal from the last segment's end to the last commit that ends at `through` or
    before, and drop it from the database. `folder` is where the file goes; None: into the pool.

    **Rejects** with `Halted` a pool that another process writes, with `Malformed` a position that
    is not in the journal or was archived before, and with `JournalCorrupt` a file that is not read
    back as it was written.
    """
    segments = SegmentFolder(directory.segments_path, directory.pool_id)
    writer = Writer(directory, owner="archiving")
    try:
        journal = writer.journal
        archived = writer.read(_archived)
        end = _end_of(journal, archived, through)
        if end.position not in archived or _is_left(journal, end):
            path, verified = _write(segments, journal, end, folder, progress)
            _record(writer, archived.get(end.position), verified)
            segments.keep_card(verified, path)
            _keep_snapshot(directory, journal, end, progress)
            journal.trim(end.position, lambda at: progress(Stage.TRIMMING, at, end.position))
    finally:
        writer.close()
    return next(one for one in _segments(segments) if one.last_position == end.position)


def list_segments(directory: PoolDirectory) -> Segments:
    """The segments of a pool, which may be in use.

    **Rejects** with `JournalUnavailable` and `JournalCorrupt` as the journal's driver does.
    """
    segments = SegmentFolder(directory.segments_path, directory.pool_id)
    with reading(directory) as journal:
        return Segments(segments=_segments(segments), trimmed=journal.trimmed())


def _segments(segments: SegmentFolder) -> list[Segment]:
    return [
        Segment(
            first_position=card.first_position,
            last_position=card.last_position,
            commit_hash=card.commit_hash,
            sha256=card.sha256,
            bytes=card.bytes,
            file=str(segments.path_of(card)),
            at_hand=segments.is_at_hand(card),
        )
        for card in segments.cards()
    ]


def _archived(state: PoolState) -> dict[int, SegmentArchived]:
    return dict(state.part(KernelState).segments)


def _end_of(journal: Journal, archived: Mapping[int, SegmentArchived], through: int) -> _End:
    head = journal.head().position
    if not 1 <= through <= head:
        raise Malformed(f"the journal reaches from 1 to {head}", parameter="through")
    if through in archived:
        position, end_hash = through, archived[through].commit_hash
    elif through <= journal.trimmed():
        raise _archived_before(max(archived))
    else:
        commit = journal.commit_at(through)
        ends_there = commit.header.last_position == through
        position = through if ends_there else commit.header.first_position - 1
        end_hash = commit.hash if ends_there else commit.header.previous
    last = max(archived, default=0)
    if position not in archived and position <= last:
        raise _archived_before(last)
    before = max((other for other in archived if other < position), default=0)
    previous = archived[before].commit_hash if before else GENESIS
    return _End(position, end_hash, before + 1, previous)


def _archived_before(last: int) -> Malformed:
    if last == 0:
        return Malformed("no commit ends there or before", parameter="through")
    return Malformed(f"the journal is archived through {last} already", parameter="through")


def _is_left(journal: Journal, end: _End) -> bool:
    """Whether the database still has what a trim through this end would drop."""
    trimmed = journal.trimmed()
    if end.position <= trimmed:
        return False
    return journal.commit_at(end.position).header.first_position > trimmed + 1


def _write(
    segments: SegmentFolder,
    journal: Journal,
    end: _End,
    folder: Path | None,
    progress: Progress,
) -> tuple[Path, Verified]:
    """Write the file, unless an earlier attempt did, and read it back from the disk."""
    head = SegmentHead(
        pool=segments.pool_id,
        first_position=end.first_position,
        last_position=end.position,
        previous=end.previous,
    )
    path = segments.write(
        head,
        takewhile(
            lambda commit: commit.header.last_position <= end.position,
            journal.read(end.first_position - 1),
        ),
        folder=folder,
        progress=lambda at: progress(Stage.ARCHIVING, at, end.position),
    )
    verified = segments.verify(path, lambda at: progress(Stage.VERIFYING, at, end.position))
    if (verified.head, verified.commit_hash) != (head, end.hash):
        raise JournalCorrupt(
            f"segment {path} holds other commits than the journal", position=end.first_position
        )
    return path, verified


def _record(writer: Writer, known: SegmentArchived | None, verified: Verified) -> None:
    """Have the journal say what the file is, unless it does."""
    fact = SegmentArchived(verified.head.last_position, verified.commit_hash, verified.sha256)
    if known is None:
        writer.run(
            ArchiveSegment(through=fact.through, commit_hash=fact.commit_hash, sha256=fact.sha256)
        )
    elif known != fact:
        raise JournalCorrupt(
            "the segment file is not the one the journal was told of",
            position=verified.head.first_position,
        )


def _keep_snapshot(
    directory: PoolDirectory, journal: Journal, end: _End, progress: Progress
) -> None:
    """Make sure that a start needs nothing of what is about to be dropped."""
    store = SnapshotDirectory(directory.snapshots_path)
    replica, _ = restore(store, journal, lambda: empty_replica(directory.pool_id))
    if replica.head.position >= end.position:
        return
    head = journal.head().position
    progress(Stage.REPLAYING, replica.head.position, head)
    replica.catch_up(journal)
    progress(Stage.REPLAYING, replica.head.position, head)
    snapshot = take_snapshot(replica)
    store.save(snapshot.position, snapshot.chunks())
    store.prune(SNAPSHOTS_KEPT)
