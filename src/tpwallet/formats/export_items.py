"""What an exported journal holds, as values: its head, commits, notes and end.

The two JSON texts, at the head and at the end, are read strictly: an unknown or missing field, or a
number or hex text of the wrong size, is refused rather than guessed at. Commits and notes are the
very bytes and text of the journal; nothing here looks into a commit's body.

Source: docs/reference/journal-format.md, "Commit" and "Exported journal".
"""

import base64
import struct
from typing import Final, Literal, TypeAlias, TypeVar

import msgspec

HEADER_BYTES: Final = 128
HASH_BYTES: Final = 32
POOL_BYTES: Final = 16
BLINDING_KEY_BYTES: Final = 32

COMMIT_BODY_BYTES_MAX: Final = 256 * 1024 * 1024
"""The longest body of a commit that is read: it is the one thing held in memory whole."""

_HEADER = struct.Struct("<8s16sQQIIQQ32s32s")
_MAGIC: Final = b"TPWCMT01"

Code: TypeAlias = Literal[
    "malformed",  # a JSON text, header or note is not of the documented form
    "too_long",  # past a named limit
    "frame_misplaced",  # a kind of frame that may not stand here
    "commit_misplaced",  # not the commit that follows: position, pool, epoch or previous hash
    "body_mismatch",  # the body is not the one whose hash the header holds
    "note_misplaced",  # a checkpoint that does not end on the commit before it
    "count_mismatch",  # the end counts other frames, commits, events or positions
    "digest_mismatch",  # the end states another SHA-256 of the file
    "cut_short",  # no end
]


class ExportRejected(Exception):
    """An export that is not of the documented form or order, with a code and the facts.

    >>> str(ExportRejected("cut_short", frames=3))
    'cut_short: frames=3'
    """

    def __init__(self, code: Code, **facts: int | str) -> None:
        self.code = code
        self.facts = facts
        shown = ", ".join(f"{name}={fact!r}" for name, fact in facts.items())
        super().__init__(f"{code}: {shown}")


class ExportHead(msgspec.Struct, frozen=True, kw_only=True):
    """Whose journal it is and which positions the file holds, both ends included.

    A journal without events ends one position before it begins.
    """

    pool: bytes
    name: str
    origin: str
    vkeys: tuple[str, ...]
    blinding_key: bytes
    first_position: int
    last_position: int


class ExportedCommit(msgspec.Struct, frozen=True):
    """One commit: its 128-byte header and its body."""

    header: bytes
    body: bytes


class ExportedNote(msgspec.Struct, frozen=True):
    """A signed checkpoint, as text, that ends on the commit before it."""

    text: str


class ExportDone(msgspec.Struct, frozen=True, kw_only=True):
    """The end of the file: what was written, the log's root at its last position, and the file's
    hash.

    `frames` counts the frames before this one, `sha256` covers all their bytes.
    """

    frames: int
    commits: int
    events: int
    root: bytes
    sha256: bytes


Item: TypeAlias = ExportedCommit | ExportedNote


class CommitHeader(msgspec.Struct, frozen=True):
    """The fields of a commit's header, in their order."""

    pool: bytes
    epoch: int
    first_position: int
    event_count: int
    entry_count: int
    time_ns: int
    body_length: int
    previous: bytes
    body_hash: bytes


def parse_header(header: bytes) -> CommitHeader:
    """The fields of a 128-byte commit header.

    **Rejects** (ExportRejected) `malformed` for another length or magic, position 0, and a commit
    without events, entries or body; `too_long` past `COMMIT_BODY_BYTES_MAX`.
    """
    if len(header) != HEADER_BYTES:
        raise ExportRejected("malformed", what="header", expected=HEADER_BYTES, found=len(header))
    magic, *fields = _HEADER.unpack(header)
    parsed = CommitHeader(*fields)
    counts = (parsed.first_position, parsed.event_count, parsed.entry_count, parsed.body_length)
    if magic != _MAGIC or 0 in counts:
        raise ExportRejected("malformed", what="header", found=header.hex())
    if parsed.body_length > COMMIT_BODY_BYTES_MAX:
        raise ExportRejected("too_long", what="body", found=parsed.body_length)
    return parsed


def head_json(head: ExportHead) -> bytes:
    """The payload of the `HEAD` frame. **Rejects** (ExportRejected) what `parse_head` would."""
    text = msgspec.json.encode(
        _HeadText(
            format="tpwallet-journal-1",
            pool=head.pool.hex(),
            name=head.name,
            origin=head.origin,
            vkeys=head.vkeys,
            blinding_key=head.blinding_key.hex(),
            first_position=head.first_position,
            last_position=head.last_position,
        )
    )
    parse_head(text)
    return text


def parse_head(text: bytes) -> ExportHead:
    """The head of an export. **Rejects** (ExportRejected `malformed`) any other form."""
    read = _parsed(text, msgspec.json.Decoder(_HeadText))
    if not 0 < read.first_position <= read.last_position + 1 <= 2**63:
        raise ExportRejected("malformed", first=read.first_position, last=read.last_position)
    return ExportHead(
        pool=_hex("pool", read.pool, POOL_BYTES),
        name=read.name,
        origin=read.origin,
        vkeys=read.vkeys,
        blinding_key=_hex("blinding_key", read.blinding_key, BLINDING_KEY_BYTES),
        first_position=read.first_position,
        last_position=read.last_position,
    )


def done_json(done: ExportDone) -> bytes:
    """The payload of the `DONE` frame. **Rejects** (ExportRejected) what `parse_done` would."""
    text = msgspec.json.encode(
        _DoneText(
            frames=done.frames,
            commits=done.commits,
            events=done.events,
            root=base64.b64encode(done.root).decode("ascii"),
            sha256=done.sha256.hex(),
        )
    )
    parse_done(text)
    return text


def parse_done(text: bytes) -> ExportDone:
    """The end of an export. **Rejects** (ExportRejected `malformed`) any other form."""
    read = _parsed(text, msgspec.json.Decoder(_DoneText))
    return ExportDone(
        frames=read.frames,
        commits=read.commits,
        events=read.events,
        root=_root(read.root),
        sha256=_hex("sha256", read.sha256, HASH_BYTES),
    )


class _HeadText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["tpwallet-journal-1"]
    pool: str
    name: str
    origin: str
    vkeys: tuple[str, ...]
    blinding_key: str
    first_position: int
    last_position: int


class _DoneText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    frames: int
    commits: int
    events: int
    root: str
    sha256: str


_Read = TypeVar("_Read")


def _parsed(text: bytes, decoder: msgspec.json.Decoder[_Read]) -> _Read:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise ExportRejected("malformed", what="JSON", why=str(error)) from error


def _hex(what: str, text: str, length: int) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise ExportRejected("malformed", what=what, found=text) from None
    if value.hex() != text or len(value) != length:
        raise ExportRejected("malformed", what=what, found=text)
    return value


def _root(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        raise ExportRejected("malformed", what="root", found=text) from None
    if len(value) != HASH_BYTES or base64.b64encode(value).decode("ascii") != text:
        raise ExportRejected("malformed", what="root", found=text)
    return value
