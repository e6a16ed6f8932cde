"""Frames: the envelope of exported journals and segments, which names the byte that was damaged.

A file of frames is read and written as a stream, one frame of at most 64 KiB in memory at a time.
Each frame carries a CRC-32 of its head and one of its payload. They prove nothing, since anybody
can compute them; the hashes in the journal do that. They say *where* a disk or a network failed.

A CRC is linear, so the difference between the stated and the computed one (the *syndrome*) depends
on the damage alone and not on what the bytes were. If the damage is confined to one byte, walking
the syndrome backwards through the CRC's register, a byte at a time, reaches the place and the bits.
No two damages of one byte share a syndrome in a frame of this size (the tests go through all 16.7
million), so the place found is the only one. Damage to several bytes looks like damage to one in 4
of 1,000 cases at most: the hashes confirm or refute it.

Source: docs/reference/journal-format.md, "Exported journal"; CRC-32 is that of zlib (RFC 1952).
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final
from zlib import crc32

import msgspec

PAYLOAD_BYTES_MAX: Final = 65_536
KINDS: Final = ("HEAD", "CMIT", "BODY", "NOTE", "INDX", "DONE")

_MAGIC: Final = b"TPXF"
_HEAD = struct.Struct("<4s4sI")
_CRC = struct.Struct("<I")
_HEAD_BYTES: Final = _HEAD.size + _CRC.size


class Frame(msgspec.Struct, frozen=True):
    """One frame, and the offset in bytes at which it starts in the file."""

    offset: int
    kind: str
    payload: bytes


class Suspect(msgspec.Struct, frozen=True):
    """The byte that explains the damage, and its wrong bits as a mask from 1 to 255.

    Bit 0 is the least significant. Exclusive or with the mask restores the byte.
    """

    offset: int
    flipped: int

    def __str__(self) -> str:
        bits = ", ".join(str(bit) for bit in range(8) if self.flipped >> bit & 1)
        return f"byte {self.offset}, bits {bits}"


class FrameDamaged(Exception):
    """A frame whose bytes are not those that were written.

    The damage lies in bytes `start` to `end` (excluded) of the file. If one byte alone explains it,
    `suspect` names that byte; if not, more than one is wrong, or the file is of another form.
    """

    def __init__(self, why: str, start: int, end: int, suspect: Suspect | None = None) -> None:
        self.start = start
        self.end = end
        self.suspect = suspect
        super().__init__(f"{why}: {suspect or f'bytes {start} to {end - 1}'}")

    @property
    def offset(self) -> int:
        """The first byte that may be wrong."""
        return self.suspect.offset if self.suspect else self.start


class FileCutShort(Exception):
    """A file that ends within a frame, which starts at byte `start`; the file has `end` bytes."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        super().__init__(f"the file ends at byte {end}, within the frame that starts at {start}")


def frame(kind: str, payload: bytes) -> bytes:
    """The bytes of one frame.

    **Rejects** (ValueError) a kind that is not of `KINDS` and a payload past `PAYLOAD_BYTES_MAX`.

    >>> frame("DONE", b"{}").hex(" ", -4)
    '54505846 444f4e45 02000000 207b812b 7b7d43bf a6a3'
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of frame")
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise ValueError(f"{len(payload)} bytes of payload, limit {PAYLOAD_BYTES_MAX}")
    head = _HEAD.pack(_MAGIC, kind.encode("ascii"), len(payload))
    return head + _CRC.pack(crc32(head)) + payload + _CRC.pack(crc32(payload))


def read_frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """The frames of a file that arrives in chunks of any size.

    Frames before the damage have been yielded when it is found.

    **Rejects** (FrameDamaged) a frame whose CRCs do not fit or whose head is not of the documented
    form, (FileCutShort) a file that ends within a frame.

    >>> file = frame("HEAD", b"{}") + frame("DONE", b"{}")
    >>> [(found.offset, found.kind) for found in read_frames([file[:5], file[5:]])]
    [(0, 'HEAD'), (22, 'DONE')]
    """
    reader = _ChunkReader(chunks)
    while not reader.ended():
        yield _next_frame(reader)


def _next_frame(reader: "_ChunkReader") -> Frame:
    start = reader.offset
    head = _sound(reader.take(_HEAD_BYTES, start), start, "frame head")
    magic, kind, length = _HEAD.unpack(head)
    if magic != _MAGIC or kind.decode("latin-1") not in KINDS or length > PAYLOAD_BYTES_MAX:
        raise FrameDamaged("not a frame head", start, start + _HEAD_BYTES)
    at = reader.offset
    payload = _sound(reader.take(length + _CRC.size, start), at, "payload")
    return Frame(start, kind.decode("ascii"), payload)


def _sound(checked: bytes, start: int, what: str) -> bytes:
    """The bytes without the CRC behind them, if it fits."""
    content, stated = checked[: -_CRC.size], _CRC.unpack(checked[-_CRC.size :])[0]
    syndrome = crc32(content) ^ stated
    if syndrome:
        suspect = _suspect(syndrome, start, len(checked))
        raise FrameDamaged(f"damaged {what}", start, start + len(checked), suspect)
    return content


def _suspect(syndrome: int, start: int, length: int) -> Suspect | None:
    """The one byte, of `length` with the CRC at their end, whose damage has this syndrome."""
    register = syndrome
    for _ in range(_CRC.size):
        register = register >> 8 ^ _REGISTER[register & 0xFF]
    for offset in reversed(range(length)):
        mask = _MASK_OF_TOP[register >> 24]
        if _REGISTER[mask] == register:
            return Suspect(start + offset, mask)
        # One byte back: what the register was before the byte behind this one entered it.
        register = ((register ^ _REGISTER[mask]) << 8 | mask) & 0xFFFFFFFF
    return None


def _register_after(mask: int) -> int:
    """What a byte that differs by `mask` makes of the register: the CRC's table."""
    register = mask
    for _ in range(8):
        register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    return register


_REGISTER: Final = tuple(_register_after(mask) for mask in range(256))
_MASK_OF_TOP: Final = tuple(
    mask for _, mask in sorted((register >> 24, mask) for mask, register in enumerate(_REGISTER))
)


class _ChunkReader:
    """Takes exact numbers of bytes from chunks of any size, and knows how far it is."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = bytearray()
        self.offset = 0

    def ended(self) -> bool:
        return not self._fill(1)

    def take(self, count: int, frame_start: int) -> bytes:
        if not self._fill(count):
            raise FileCutShort(frame_start, self.offset + len(self._held))
        taken = bytes(self._held[:count])
        del self._held[:count]
        self.offset += count
        return taken

    def _fill(self, count: int) -> bool:
        while len(self._held) < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._held += chunk
        return True
