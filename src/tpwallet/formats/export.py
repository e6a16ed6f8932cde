"""An exported journal (`.tpwx`): the whole truth of a pool in one file.

Head, commits with the checkpoints that end on them, and an end that counts and hashes what came
before. Anybody who has the file can replay it, recompute every hash and check every signature with
nothing of ours; a pool restored from it is the same pool.

Writing and reading are streams: of the journal, one commit is in memory at a time. The reader
yields what it has checked so far; only a file whose end has been yielded is whole.

Source: docs/reference/journal-format.md, "Exported journal".
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from tpwallet.formats.export_items import (
    ExportDone,
    ExportedCommit,
    ExportedNote,
    ExportHead,
    ExportRejected,
    Item,
    done_json,
    head_json,
    parse_done,
    parse_head,
    parse_header,
)
from tpwallet.formats.export_order import ExportOrder
from tpwallet.formats.frames import PAYLOAD_BYTES_MAX, Frame, frame, read_frames


def write_export(
    head: ExportHead, items: Iterable[Item], *, root: bytes | Callable[[], bytes]
) -> Iterator[bytes]:
    """The file, frame by frame.

    `items` are all commits of the positions the head names, in order, each followed by the notes
    that end on it; `root` is the log's 32-byte root at the last position, or what gives it once
    all items were taken.

    **Rejects** (ExportRejected) what `read_export` would, and (ValueError) a head or note that does
    not fit a frame.

    >>> head = ExportHead(pool=bytes(16), name="new", origin="example.com/new", vkeys=(),
    ...                   blinding_key=bytes(32), first_position=1, last_position=0)
    >>> file = b"".join(write_export(head, (), root=sha256(b"").digest()))
    >>> [type(found).__name__ for found in read_export([file])]
    ['ExportHead', 'ExportDone']
    """
    order, tally = ExportOrder(head), _Tally()
    yield tally.added(frame("HEAD", head_json(head)))
    for item in items:
        match item:
            case ExportedCommit():
                order.commit(item)
                yield tally.added(frame("CMIT", item.header))
                for start in range(0, len(item.body), PAYLOAD_BYTES_MAX):
                    yield tally.added(frame("BODY", item.body[start : start + PAYLOAD_BYTES_MAX]))
            case ExportedNote():
                order.note(item)
                yield tally.added(frame("NOTE", item.text.encode()))
    order.end()
    yield frame("DONE", done_json(tally.done(order, root() if callable(root) else root)))


def read_export(chunks: Iterable[bytes]) -> Iterator[ExportHead | Item | ExportDone]:
    """What the file holds, in its order, each part once it has been checked.

    **Rejects** (FrameDamaged, FileCutShort) as `read_frames` does, and (ExportRejected) texts of
    another form, frames and commits out of order, bodies and counts and a file hash that do not
    fit, and a file without an end or with anything behind it.
    """
    tally = _Tally()
    frames = tally.counted(read_frames(chunks))
    head = _read_head(frames)
    order = ExportOrder(head)
    yield head
    for found in frames:
        match found.kind:
            case "CMIT":
                commit = _read_commit(found, frames)
                order.commit(commit)
                yield commit
            case "NOTE":
                note = _read_note(found)
                order.note(note)
                yield note
            case "DONE":
                order.end()
                yield _read_done(found, frames, tally, order)
                return
            case misplaced:
                raise ExportRejected("frame_misplaced", kind=misplaced, offset=found.offset)
    raise ExportRejected("cut_short", frames=tally.frames)


class _Tally:
    """Counts and hashes the frames that go by, the last one (`DONE`) apart."""

    def __init__(self) -> None:
        self.frames = 0
        self._hash = sha256()

    def added(self, raw: bytes) -> bytes:
        self.frames += 1
        self._hash.update(raw)
        return raw

    def counted(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for found in frames:
            if found.kind != "DONE":
                self.added(frame(found.kind, found.payload))
            yield found

    def done(self, order: ExportOrder, root: bytes) -> ExportDone:
        return ExportDone(
            frames=self.frames,
            commits=order.commits,
            events=order.events,
            root=root,
            sha256=self._hash.digest(),
        )


def _read_head(frames: Iterator[Frame]) -> ExportHead:
    found = next(frames, None)
    if found is None:
        raise ExportRejected("cut_short", frames=0)
    if found.kind != "HEAD":
        raise ExportRejected("frame_misplaced", kind=found.kind, offset=found.offset)
    return parse_head(found.payload)


def _read_commit(found: Frame, frames: Iterator[Frame]) -> ExportedCommit:
    missing = parse_header(found.payload).body_length
    parts: list[bytes] = []
    while missing:
        part = next(frames, None)
        if part is None:
            raise ExportRejected("cut_short", body_bytes_missing=missing)
        if part.kind != "BODY" or len(part.payload) != min(missing, PAYLOAD_BYTES_MAX):
            raise ExportRejected("frame_misplaced", kind=part.kind, offset=part.offset)
        parts.append(part.payload)
        missing -= len(part.payload)
    return ExportedCommit(found.payload, b"".join(parts))


def _read_note(found: Frame) -> ExportedNote:
    try:
        return ExportedNote(found.payload.decode())
    except UnicodeDecodeError:
        raise ExportRejected("malformed", what="note", offset=found.offset) from None


def _read_done(
    found: Frame, frames: Iterator[Frame], tally: _Tally, order: ExportOrder
) -> ExportDone:
    stated = parse_done(found.payload)
    counted = tally.done(order, stated.root)
    if stated.sha256 != counted.sha256:
        raise ExportRejected(
            "digest_mismatch", stated=stated.sha256.hex(), computed=counted.sha256.hex()
        )
    if stated != counted:
        raise ExportRejected("count_mismatch", stated=repr(stated), counted=repr(counted))
    behind = next(frames, None)
    if behind is not None:
        raise ExportRejected("frame_misplaced", kind=behind.kind, offset=behind.offset)
    return stated
