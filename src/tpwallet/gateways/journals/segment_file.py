"""One segment file, read: by whoever wants its commits, and once from end to end to verify it.

A file is opened for each reading and closed after it, so that it may be moved away or brought back
at any time; only its index is remembered. What is read alone is checked as a driver checks a row
(its place, its body's hash); the chain is `check_link`'s matter in every reader, and the file's own
when it is verified.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from tpwallet.formats.frames import FileCutShort, FrameDamaged, read_frames
from tpwallet.formats.segment import (
    TAIL_BYTES,
    SegmentDamaged,
    SegmentDone,
    SegmentHead,
    last_frame_bytes,
    parse_done,
    parse_head,
    parse_index,
    read_items,
)
from tpwallet.gateways.journals.limits import SEGMENT_CHUNK_BYTES
from tpwallet.gateways.journals.rows import check_body
from tpwallet.kernel.commit import Commit, Header, check_link
from tpwallet.kernel.errors import JournalCorrupt

_DAMAGE = (SegmentDamaged, FrameDamaged, FileCutShort, ValueError)
_HEADER_FRAME_BYTES = 16 + 128 + 4
Progress = Callable[[int], None]  # is told the position reached


class SegmentIndex(NamedTuple):
    """What is remembered of a file: its head, its end, and where each commit begins."""

    head: SegmentHead
    done: SegmentDone
    positions: np.ndarray  # u64[commits]: first positions
    offsets: np.ndarray  # u64[commits]

    def row_of(self, position: int) -> int:
        """The number of the commit that holds a position of this segment."""
        return int(np.searchsorted(self.positions, np.uint64(position), side="right")) - 1


class Verified(NamedTuple):
    """A file that was read from end to end and holds together."""

    head: SegmentHead
    commit_hash: bytes  # of its last commit
    sha256: bytes  # of the file
    bytes: int


def read_index(path: Path, pool_id: bytes) -> SegmentIndex:
    """Open a segment as far as its index.

    **Rejects** with `JournalCorrupt` a file that is damaged or another pool's, and with `OSError`
    one that cannot be read.
    """
    with path.open("rb") as file:
        try:
            head = parse_head(file.read(TAIL_BYTES))
            end = file.seek(0, 2)
            file.seek(max(end - TAIL_BYTES, 0))
            tail = file.read(TAIL_BYTES)
            done = parse_done(tail)
            file.seek(done.index_offset)
            rows = parse_index(file.read(end - last_frame_bytes(tail) - done.index_offset))
        except _DAMAGE as error:
            raise JournalCorrupt(f"segment {path.name}: {error}", position=1) from error
    if head.pool != pool_id:
        raise JournalCorrupt(f"segment {path.name} is another pool's", position=1)
    words = np.frombuffer(rows, "<u8").reshape(-1, 2)
    positions, offsets = np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])
    if len(positions) != done.commits or int(positions[0]) != head.first_position:
        raise JournalCorrupt(
            f"segment {path.name}: its index is of other commits", position=head.first_position
        )
    return SegmentIndex(head, done, positions, offsets)


def read_commits(path: Path, index: SegmentIndex, after: int) -> Iterator[Commit]:
    """The commits of a segment from the one that holds `after` + 1 to its last.

    **Rejects** with `JournalCorrupt`, naming the first position that cannot be read, and with
    `OSError` a file that is gone.
    """
    begins = int(index.offsets[index.row_of(after + 1)])
    position = int(index.positions[index.row_of(after + 1)])
    with path.open("rb") as file:
        chunks = _chunks(file, begins, index.done.index_offset)
        try:
            for _, header_bytes, body in read_items(read_frames(chunks)):
                commit = _placed(Commit(header_bytes, body), position)
                yield commit
                position = commit.header.last_position + 1
        except _DAMAGE as error:
            raise JournalCorrupt(f"segment {path.name}: {error}", position=position) from error
    if position != index.head.last_position + 1:
        raise JournalCorrupt(f"segment {path.name} ends early", position=position)


def read_headers(path: Path, index: SegmentIndex, after: int) -> Iterator[bytes]:
    """The headers of what `read_commits` gives, without reading bodies. **Rejects** as it does."""
    with path.open("rb") as file:
        for row in range(index.row_of(after + 1), len(index.positions)):
            position, offset = int(index.positions[row]), int(index.offsets[row])
            chunks = _chunks(file, offset, offset + _HEADER_FRAME_BYTES)
            try:
                [(_, header_bytes, _)] = read_items(read_frames(chunks))
                _require_place(Header.unpack(header_bytes), position)
            except _DAMAGE as error:
                raise JournalCorrupt(f"segment {path.name}: {error}", position=position) from error
            yield header_bytes


def read_commit(path: Path, index: SegmentIndex, position: int) -> Commit:
    """The commit that holds a position of the segment, its body checked. **Rejects** as
    `read_commits` does.
    """
    row = index.row_of(position)
    is_last = row + 1 == len(index.offsets)
    end = index.done.index_offset if is_last else int(index.offsets[row + 1])
    first = int(index.positions[row])
    with path.open("rb") as file:
        chunks = _chunks(file, int(index.offsets[row]), end)
        try:
            [(_, header_bytes, body)] = read_items(read_frames(chunks))
            return check_body(_placed(Commit(header_bytes, body), first))
        except _DAMAGE as error:
            raise JournalCorrupt(f"segment {path.name}: {error}", position=first) from error


def verify_segment(path: Path, pool_id: bytes, progress: Progress | None = None) -> Verified:
    """Read a segment from end to end: every frame, every body, the chain, the index and the end.

    **Rejects** with `JournalCorrupt`, naming the first position that cannot be trusted, and with
    `OSError` a file that cannot be read.
    """
    index = read_index(path, pool_id)
    reached, previous, epoch = index.head.first_position - 1, index.head.previous, 0
    for row, commit in enumerate(read_commits(path, index, reached)):
        header = commit.header
        if row >= len(index.positions) or int(index.positions[row]) != header.first_position:
            raise JournalCorrupt(
                f"segment {path.name}: its index is of other commits",
                position=header.first_position,
            )
        check_link(commit, pool_id=pool_id, previous=previous, after=reached, epoch=epoch)
        reached, previous, epoch = header.last_position, commit.hash, header.epoch
        if progress is not None:
            progress(reached)
    whole, covered = _digests(path)
    if (previous, covered) != (index.done.commit_hash, index.done.sha256):
        raise JournalCorrupt(
            f"segment {path.name} is not the one that was written",
            position=index.head.first_position,
        )
    return Verified(index.head, previous, whole, path.stat().st_size)


def _placed(commit: Commit, position: int) -> Commit:
    """The commit itself, if it begins where the index says and its body is as long as it says."""
    header = commit.header
    _require_place(header, position)
    if header.body_length != len(commit.body):
        raise SegmentDamaged(f"a body has {len(commit.body)} bytes, not {header.body_length}")
    return commit


def _require_place(header: Header, position: int) -> None:
    if header.first_position != position:
        raise SegmentDamaged(f"position {position} is expected, not {header.first_position}")


def _chunks(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (chunk := file.read(min(SEGMENT_CHUNK_BYTES, end - start))):
        yield chunk
        start += len(chunk)


def _digests(path: Path) -> tuple[bytes, bytes]:
    """SHA-256 of the whole file, and of all but its last frame."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(end - TAIL_BYTES, 0))
        tail = file.read()
        last = tail[len(tail) - last_frame_bytes(tail) :]
        digest = hashlib.sha256()
        for chunk in _chunks(file, 0, end - len(last)):
            digest.update(chunk)
        covered = digest.digest()
        digest.update(last)
        return digest.digest(), covered
