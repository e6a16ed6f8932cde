"""A segment (`.tpws`): whole commits of a journal in a file of their own, with an index.

What an export is to an auditor, a segment is to the journal itself: the commits from one position
to another, moved out of the database and still read as if they were in it. The index, at the end,
says where each commit begins, so that one of millions is found at once.

Writing is a stream. Nothing here knows what follows what: that the commits are a chain, and the
chain of this journal, is for who writes and reads them to check.

Source: docs/reference/journal-format.md, "Segment".
"""

import sys
from array import array
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final, Literal, TypeVar

import msgspec

from tpwallet.formats.export_items import HASH_BYTES, POOL_BYTES
from tpwallet.formats.frames import (
    PAYLOAD_BYTES_MAX,
    FileCutShort,
    Frame,
    FrameDamaged,
    frame,
    read_frames,
)

INDEX_ROW_BYTES: Final = 16
TAIL_BYTES: Final = 1024  # of which the last frame is never longer

_LAST_FRAME: Final = b"TPXFDONE"
_COUNT_MAX: Final = 2**63 - 1


class SegmentDamaged(Exception):
    """A file that is no segment, or not the one that was written."""


class SegmentHead(msgspec.Struct, frozen=True, kw_only=True):
    """Whose commits these are, from which position to which, and the hash they hang on: of the
    commit before the first, 32 zero bytes at the journal's beginning.
    """

    pool: bytes
    first_position: int
    last_position: int
    previous: bytes


class SegmentDone(msgspec.Struct, frozen=True, kw_only=True):
    """The end: what was written, where the index begins, and the hash of the last commit.

    `sha256` covers all bytes before this frame.
    """

    commits: int
    events: int
    index_offset: int
    commit_hash: bytes
    sha256: bytes


class SegmentCommit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit on its way into a segment."""

    first_position: int
    event_count: int
    header: bytes
    body: bytes


def write_segment(head: SegmentHead, commits: Iterable[SegmentCommit]) -> Iterator[bytes]:
    """The file, frame by frame. The index takes 16 bytes a commit in memory meanwhile.

    **Rejects** with `SegmentDamaged` commits that are not of the positions the head names, in
    order.
    """
    tally, rows = _Tally(), array("Q")
    next_position, last_header = head.first_position, b""
    yield tally.added(frame("HEAD", _head_json(head)))
    for commit in commits:
        if commit.first_position != next_position:
            raise SegmentDamaged(f"position {next_position} is followed by another commit")
        rows.extend((commit.first_position, tally.bytes))
        next_position, last_header = next_position + commit.event_count, commit.header
        for raw in _frames_of(commit):
            yield tally.added(raw)
    if next_position != head.last_position + 1:
        raise SegmentDamaged(f"the commits end at {next_position - 1}")
    index_offset = tally.bytes
    for raw in _index_frames(rows):
        yield tally.added(raw)
    done = SegmentDone(
        commits=len(rows) // 2,
        events=head.last_position + 1 - head.first_position,
        index_offset=index_offset,
        commit_hash=sha256(last_header).digest(),
        sha256=tally.digest(),
    )
    yield frame("DONE", _done_json(done))


class _Tally:
    """Counts and hashes the bytes that go by."""

    def __init__(self) -> None:
        self.bytes = 0
        self._hash = sha256()

    def added(self, raw: bytes) -> bytes:
        self.bytes += len(raw)
        self._hash.update(raw)
        return raw

    def digest(self) -> bytes:
        return self._hash.digest()


def _frames_of(commit: SegmentCommit) -> Iterator[bytes]:
    yield frame("CMIT", commit.header)
    for start in range(0, len(commit.body), PAYLOAD_BYTES_MAX):
        yield frame("BODY", commit.body[start : start + PAYLOAD_BYTES_MAX])


def _index_frames(rows: "array[int]") -> Iterator[bytes]:
    """Rows of two little-endian u64, as many as fit a frame."""
    if sys.byteorder != "little":
        rows.byteswap()
    data = rows.tobytes()
    for start in range(0, len(data), PAYLOAD_BYTES_MAX):
        yield frame("INDX", data[start : start + PAYLOAD_BYTES_MAX])


def read_items(frames: Iterable[Frame]) -> Iterator[tuple[int, bytes, bytes]]:
    """The commits among the frames of a segment, from some commit on: offset, header and body.

    **Rejects** with `SegmentDamaged` bodies without a header and frames that are none of a commit.
    """
    offset, header = 0, b""
    parts: list[bytes] = []
    for found in frames:
        if found.kind == "BODY" and header:
            parts.append(found.payload)
            continue
        if header:
            yield offset, header, b"".join(parts)
        if found.kind != "CMIT":
            raise SegmentDamaged(f"a {found.kind} frame stands among the commits")
        offset, header, parts = found.offset, found.payload, []
    if header:
        yield offset, header, b"".join(parts)


def parse_head(start: bytes) -> SegmentHead:
    """The head of a segment, from the file's first bytes. **Rejects** with `SegmentDamaged` what is
    no segment.
    """
    found = _first_frame(start)
    if found.kind != "HEAD":
        raise SegmentDamaged(f"it begins with a {found.kind} frame")
    text = _parsed(found.payload, _HeadText)
    if not 0 < text.first_position <= text.last_position <= _COUNT_MAX:
        raise SegmentDamaged(f"positions {text.first_position} to {text.last_position}")
    return SegmentHead(
        pool=_hex(text.pool, POOL_BYTES),
        first_position=text.first_position,
        last_position=text.last_position,
        previous=_hex(text.previous, HASH_BYTES),
    )


def parse_done(tail: bytes) -> SegmentDone:
    """The end of a segment, from the file's last `TAIL_BYTES`. **Rejects** with `SegmentDamaged` a
    file that was cut short.
    """
    place = tail.rfind(_LAST_FRAME)
    if place < 0:
        raise SegmentDamaged("it has no end: it was cut short")
    text = _parsed(_first_frame(tail[place:]).payload, _DoneText)
    return SegmentDone(
        commits=text.commits,
        events=text.events,
        index_offset=text.index_offset,
        commit_hash=_hex(text.commit_hash, HASH_BYTES),
        sha256=_hex(text.sha256, HASH_BYTES),
    )


def parse_index(data: bytes) -> bytes:
    """The index's rows, from the bytes between `index_offset` and the last frame: for each commit
    its first position and its offset, two u64.

    **Rejects** with `SegmentDamaged` what is no index.
    """
    parts = []
    try:
        for found in read_frames([data]):
            if found.kind != "INDX":
                raise SegmentDamaged(f"a {found.kind} frame stands in the index")
            parts.append(found.payload)
    except (FrameDamaged, FileCutShort) as error:
        raise SegmentDamaged(f"index: {error}") from error
    rows = b"".join(parts)
    if not rows or len(rows) % INDEX_ROW_BYTES:
        raise SegmentDamaged(f"an index of {len(rows)} bytes")
    return rows


def last_frame_bytes(tail: bytes) -> int:
    """How long the last frame is. **Rejects** as `parse_done` does."""
    place = tail.rfind(_LAST_FRAME)
    if place < 0:
        raise SegmentDamaged("it has no end: it was cut short")
    return len(tail) - place


def _first_frame(data: bytes) -> Frame:
    try:
        found = next(read_frames([data]), None)
    except (FrameDamaged, FileCutShort) as error:
        raise SegmentDamaged(str(error)) from error
    if found is None:
        raise SegmentDamaged("it is empty")
    return found


class _HeadText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["tpwallet-segment-1"]
    pool: str
    first_position: int
    last_position: int
    previous: str


class _DoneText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    commits: int
    events: int
    index_offset: int
    commit_hash: str
    sha256: str


def _head_json(head: SegmentHead) -> bytes:
    return msgspec.json.encode(
        _HeadText(
            format="tpwallet-segment-1",
            pool=head.pool.hex(),
            first_position=head.first_position,
            last_position=head.last_position,
            previous=head.previous.hex(),
        )
    )


def _done_json(done: SegmentDone) -> bytes:
    return msgspec.json.encode(
        _DoneText(
            commits=done.commits,
            events=done.events,
            index_offset=done.index_offset,
            commit_hash=done.commit_hash.hex(),
            sha256=done.sha256.hex(),
        )
    )


_Text = TypeVar("_Text", bound=msgspec.Struct)


def _parsed(text: bytes, kind: type[_Text]) -> _Text:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as error:
        raise SegmentDamaged(f"it is of another form: {error}") from None


def _hex(text: str, length: int) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise SegmentDamaged(f"{text!r} is no hexadecimal text") from None
    if value.hex() != text or len(value) != length:
        raise SegmentDamaged(f"{text!r} is not {length} bytes")
    return value
