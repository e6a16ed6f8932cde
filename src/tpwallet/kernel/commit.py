"""A commit: what one durable write holds (reference: journal-format, "Commit").

The header's hash chains commits; the header holds the body's hash. A body is a run of entries,
and an entry is one command's envelope with the events it led to.
"""

import hashlib
import struct

import msgspec

from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.kernel.wire import Event, decode_event

MAGIC = b"TPWCMT01"
HEADER = struct.Struct("<8s16sQQIIQQ32s32s")
GENESIS = bytes(32)  # the hash before the first commit


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """Who asked, what for, when: the part of an entry that is the same for every event in it."""

    command_id: str
    actor: str
    cause: str | None
    digest: bytes  # keyed digest of the command's body, 16 bytes
    time: int  # nanoseconds


class Entry(msgspec.Struct, frozen=True):
    """One command's outcome, with the bytes it has in the journal."""

    envelope: Envelope
    first_position: int
    events: tuple[Event, ...]
    envelope_bytes: bytes
    event_bytes: tuple[bytes, ...]

    @property
    def last_position(self) -> int:
        """Position of its last event."""
        return self.first_position + len(self.events) - 1


class Header(msgspec.Struct, frozen=True):
    """The 128 bytes before a body."""

    pool_id: bytes
    epoch: int
    first_position: int
    event_count: int
    entry_count: int
    time: int
    body_length: int
    previous: bytes
    body_hash: bytes

    @property
    def last_position(self) -> int:
        """Position of the commit's last event."""
        return self.first_position + self.event_count - 1

    def pack(self) -> bytes:
        """The header's 128 bytes."""
        return HEADER.pack(
            MAGIC,
            self.pool_id,
            self.epoch,
            self.first_position,
            self.event_count,
            self.entry_count,
            self.time,
            self.body_length,
            self.previous,
            self.body_hash,
        )

    @classmethod
    def unpack(cls, data: bytes) -> "Header":
        """Read a header. **Rejects** with `ValueError` what is not one."""
        if len(data) != HEADER.size:
            raise ValueError(f"a header has {HEADER.size} bytes, not {len(data)}")
        magic, *fields = HEADER.unpack(data)
        if magic != MAGIC:
            raise ValueError(f"a header begins with {MAGIC!r}, not {magic!r}")
        return cls(*fields)


def commit_hash(header: bytes) -> bytes:
    """The hash that the next commit names as `previous`."""
    return hashlib.sha256(header).digest()


def array_header(length: int) -> bytes:
    """The msgpack header of an array."""
    if length < 16:
        return bytes((0x90 | length,))
    if length < 1 << 16:
        return b"\xdc" + length.to_bytes(2, "big")
    return b"\xdd" + length.to_bytes(4, "big")


_encode_envelope = msgspec.msgpack.Encoder().encode


def encode_envelope(envelope: Envelope) -> bytes:
    """The bytes of an envelope."""
    return _encode_envelope(envelope)


def entry_length(entry: Entry) -> int:
    """How many bytes an entry takes in a body."""
    events = entry.event_bytes
    return 1 + len(entry.envelope_bytes) + len(array_header(len(events))) + sum(map(len, events))


def encode_body(entries: list[Entry]) -> bytes:
    """The bytes of a body."""
    parts = [array_header(len(entries))]
    for entry in entries:
        parts += (b"\x92", entry.envelope_bytes, array_header(len(entry.event_bytes)))
        parts += entry.event_bytes
    return b"".join(parts)


_decode_body = msgspec.msgpack.Decoder(list[tuple[msgspec.Raw, list[msgspec.Raw]]]).decode
_decode_envelope = msgspec.msgpack.Decoder(Envelope).decode


class Commit:
    """A commit as stored: its header's bytes and its body's."""

    __slots__ = ("_body_hash", "_hash", "_header", "body", "header_bytes")

    def __init__(self, header_bytes: bytes, body: bytes, header: Header | None = None) -> None:
        """`header` is what the bytes say, if that is known; else they are read when asked for."""
        self.header_bytes = header_bytes
        self.body = body
        self._header = header
        self._hash: bytes | None = None
        self._body_hash: bytes | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Commit):
            return NotImplemented
        return (self.header_bytes, self.body) == (other.header_bytes, other.body)

    def __hash__(self) -> int:
        return hash(self.header_bytes)

    @property
    def header(self) -> Header:
        """The header, read."""
        if self._header is None:
            self._header = Header.unpack(self.header_bytes)
        return self._header

    @property
    def hash(self) -> bytes:
        """The commit's hash."""
        if self._hash is None:
            self._hash = commit_hash(self.header_bytes)
        return self._hash

    @property
    def body_hash(self) -> bytes:
        """The hash that the body has; the header says which it should have."""
        if self._body_hash is None:
            self._body_hash = hashlib.sha256(self.body).digest()
        return self._body_hash

    def entries(self) -> list[Entry]:
        """The body's entries, with events decoded.

        **Rejects** with `JournalCorrupt` a body that does not fit its header.
        """
        position = self.header.first_position
        try:
            raw_entries = _decode_body(self.body)
            entries = []
            for raw_envelope, raw_events in raw_entries:
                event_bytes = tuple(bytes(raw) for raw in raw_events)
                entries.append(
                    Entry(
                        _decode_envelope(raw_envelope),
                        position,
                        tuple(decode_event(data) for data in event_bytes),
                        bytes(raw_envelope),
                        event_bytes,
                    )
                )
                position += len(event_bytes)
        except (ValueError, msgspec.MsgspecError) as error:
            raise JournalCorrupt(f"commit cannot be read: {error}", position=position) from error
        wrong = None
        if position != self.header.last_position + 1 or len(entries) != self.header.entry_count:
            wrong = "commit's counts differ from its body"
        elif not all(entry.events for entry in entries):
            wrong = "commit has an entry without events"
        elif entries[-1].envelope.time != self.header.time:
            wrong = "commit's time is not its last entry's"
        if wrong is not None:
            raise JournalCorrupt(wrong, position=self.header.first_position)
        return entries


def seal_commit(
    *, pool_id: bytes, epoch: int, first_position: int, previous: bytes, entries: list[Entry]
) -> Commit:
    """Make the commit of some entries, in order."""
    body = encode_body(entries)
    header = Header(
        pool_id=pool_id,
        epoch=epoch,
        first_position=first_position,
        event_count=sum(len(entry.events) for entry in entries),
        entry_count=len(entries),
        time=entries[-1].envelope.time,
        body_length=len(body),
        previous=previous,
        body_hash=hashlib.sha256(body).digest(),
    )
    return Commit(header.pack(), body, header)


def check_link(commit: Commit, *, pool_id: bytes, previous: bytes, after: int, epoch: int) -> None:
    """Check that a commit follows the one before it and holds its body.

    **Rejects** with `JournalCorrupt`, naming the first position that cannot be trusted.
    """
    try:
        header = commit.header
    except ValueError as error:
        raise JournalCorrupt(f"commit header: {error}", position=after + 1) from error
    wrong = None
    if header.first_position != after + 1:
        wrong = f"positions jump from {after} to {header.first_position}"
    elif header.event_count < 1 or header.entry_count < 1:
        wrong = "commit without events"
    elif header.pool_id != pool_id:
        wrong = "commit of another pool"
    elif header.previous != previous:
        wrong = "commit does not follow the one before it (hash of previous differs)"
    elif header.epoch < epoch:
        wrong = f"epoch falls from {epoch} to {header.epoch}"
    elif header.body_length != len(commit.body):
        wrong = f"body has {len(commit.body)} bytes, its header says {header.body_length}"
    elif commit.body_hash != header.body_hash:
        wrong = "body does not match its hash"
    if wrong is not None:
        raise JournalCorrupt(wrong, position=after + 1)
