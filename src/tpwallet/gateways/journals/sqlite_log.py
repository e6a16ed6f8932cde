"""Whether a SQLite write-ahead log still holds what was synced into it.

SQLite reads its log from the beginning and stops at the first frame whose salts or checksum are not
as they should be: that is how it finds the end, and how it passes over a transaction that a power
cut tore. A flipped bit looks the same to it. Everything behind that frame is then gone without a
word, commits that were acknowledged long ago among them, and the next append writes over it. So we
look first.

**What proves that synced frames were damaged.** A frame's checksum goes on from the one stored in
the frame before it, so two neighbours that agree were written one after the other by one chain of
writers. Let the frame at which reading stops be *broken*. If there is, at it or behind it, the last
frame of a transaction, and the frame next to that one is of the same generation (both salts of the
log's header) and goes on from its checksum, then somebody began another transaction there. Nobody
does so before the log was synced up to that frame: with `synchronous=FULL` SQLite syncs at the end
of each transaction, and a writer that finds a log syncs it before it writes (`sync_log`), because
the process before it may have been killed between writing and syncing. So everything up to there
was on the disk, the broken frame with it, and no power cut can have broken it.

**What proves nothing, and is passed over.**

- The last transaction, broken: it may never have been synced, and nobody was told of it.
- Frames of other salts: the log is written over in place, and older generations lie behind its end.
- Frames of this generation whose checksum does not go on from their neighbour: what is left of a
  transaction that was rolled back (`grow_wal` leaves megabytes of it), or torn by an earlier power
  cut and partly written over since. Its last frame has no follower: nobody went on from it.
- A broken frame's own word that it ends a transaction, if its header lies across two sectors: a
  power cut may leave one of them old. Within one sector (512 bytes, which disks write whole or not
  at all) header and checksum are of one writing.

The log's header is synced before the first frame of its generation, so one that is broken although
the first frame goes on from it was damaged too.

Damage in the very last transaction is for other witnesses to tell (`gateways.journal_end`). Only
the log is opened here: SQLite holds no lock on it, and so none is lost when it is closed.
Source: https://sqlite.org/fileformat2.html#walformat and https://sqlite.org/walformat.html.

The checksum of a run of words is linear in them, with Fibonacci numbers as weights and modulo 2^32,
so that all frames are summed at once: some 30 ms for a log of 32 MiB.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from tpwallet.gateways.journals.sqlite_file import PAGE_BYTES

HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24
_SECTOR_BYTES: Final = 512
_VERSION: Final = 3_007_000
_MAGIC: Final = 0x377F0682  # and one more when checksums are made of big-endian words
_PAGE_BYTES: Final = range(512, 65_537)
_PIECE_BYTES: Final = 4 << 20  # read at a time
_LOOKS_MAX: Final = 5

_Words = np.ndarray
_Pair = tuple[int, int]


class BrokenFrame(NamedTuple):
    """A place where a log was damaged after it had been synced; frame 0 is the log's header."""

    frame: int
    byte: int
    salts: bytes


class _Header(NamedTuple):
    """What a log's first 32 bytes say, if its checksums are made of words of one type."""

    word: str
    page_bytes: int  # 0: none that there is
    salts: bytes
    stored: _Pair  # the checksum, as it is written …
    computed: _Pair  # … and as it should be
    is_known: bool  # whether it says that it is a log's, of such words

    @property
    def is_sound(self) -> bool:
        return self.is_known and self.page_bytes > 0 and self.stored == self.computed


class _Frames(NamedTuple):
    """All frames of a log, an element of each array for a frame."""

    salts: _Words  # as one u64 each
    ends: _Words  # whether it ends a transaction
    agrees: _Words  # whether its checksum goes on from the frame before it

    def prefix(self, salts: int) -> int:
        """How many frames SQLite reads, given the header's salts."""
        wrong = np.flatnonzero(~(self.agrees & (self.salts == salts)))
        return int(wrong[0]) if len(wrong) else len(self.salts)


def log_of(path: Path) -> Path:
    """The write-ahead log of a database.

    >>> log_of(Path("pool/journal.db")).name
    'journal.db-wal'
    """
    return path.with_name(path.name + "-wal")


def broken_frame(log: Path) -> BrokenFrame | None:
    """The first frame of a log that was damaged after it had been synced; None: there is none, or
    no log. It may be written meanwhile. **Rejects** with `OSError` one that cannot be read.
    """
    seen = _look(log)
    for _ in range(_LOOKS_MAX):
        if seen is None:
            return None
        again = _look(log)
        if again == seen:  # a writer at work would have passed it
            return seen
        seen = again
    return None


def sync_log(log: Path) -> None:
    """Make durable what another process may have left unsynced. **Rejects** with `OSError`."""
    with suppress(FileNotFoundError):
        descriptor = os.open(log, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _look(log: Path) -> BrokenFrame | None:
    try:
        descriptor = os.open(log, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        first = os.pread(descriptor, HEADER_BYTES, 0)
        if len(first) < HEADER_BYTES:
            return None
        readings = [_read_header(first, order) for order in range(2)]
        for header in readings:
            if header.is_sound:
                return _break_in(descriptor, header)
        return _broken_header(descriptor, readings)
    finally:
        os.close(descriptor)


def _read_header(first: bytes, order: int) -> _Header:
    word = ">u4" if order else "<u4"
    magic, version, page = (int.from_bytes(first[at : at + 4], "big") for at in (0, 4, 8))
    low, high = _sums(np.frombuffer(first[:24], word)[None], *_weights(6))
    return _Header(
        word=word,
        page_bytes=page if page in _PAGE_BYTES and page & (page - 1) == 0 else 0,
        salts=first[16:24],
        stored=(int.from_bytes(first[24:28], "big"), int.from_bytes(first[28:32], "big")),
        computed=(int(low[0]), int(high[0])),
        is_known=(magic, version) == (_MAGIC + order, _VERSION),
    )


def _break_in(descriptor: int, header: _Header) -> BrokenFrame | None:
    """Where a log with a sound header is broken, if what lies behind proves that it was synced."""
    frames = _frames(descriptor, header, header.stored)
    salts = int.from_bytes(header.salts, "big")
    count = len(frames.salts)
    at = frames.prefix(salts)
    if at + 1 >= count:
        return None
    frame_bytes = FRAME_HEADER_BYTES + header.page_bytes
    ours = frames.salts == salts
    starts = (HEADER_BYTES + np.arange(count, dtype=np.int64) * frame_bytes) % _SECTOR_BYTES
    in_one_sector = starts + FRAME_HEADER_BYTES <= _SECTOR_BYTES
    ends = frames.ends & (frames.agrees | in_one_sector) & ours
    ends[at] = frames.ends[at] and in_one_sector[at]  # whatever is broken of it, even its salts
    goes_on = frames.agrees & ours
    if not np.any(ends[at:-1] & goes_on[at + 1 :]):
        return None
    return BrokenFrame(at + 1, HEADER_BYTES + at * frame_bytes, header.salts)


def _broken_header(descriptor: int, readings: Iterable[_Header]) -> BrokenFrame | None:
    """Whether a header that cannot be read was whole when the first frame was written."""
    for found, page_bytes in product(readings, (PAGE_BYTES, 0)):
        header = found._replace(page_bytes=page_bytes or found.page_bytes or PAGE_BYTES)
        for begins in (header.stored, header.computed):
            frames = _frames(descriptor, header, begins, frames_max=1)
            if len(frames.salts) and frames.agrees[0]:
                return BrokenFrame(0, 0, header.salts)
    return None


def _frames(
    descriptor: int, header: _Header, before: _Pair, *, frames_max: int | None = None
) -> _Frames:
    """A log's frames, read in pieces; `before` is the checksum that the first one goes on from."""
    frame_bytes = FRAME_HEADER_BYTES + header.page_bytes
    words = 2 + header.page_bytes // 4
    low, high = (_beside_fields(weights) for weights in _weights(words))
    step = _step(words)
    salts, ends, agrees = [], [], []
    for rows in _pieces(descriptor, frame_bytes, frames_max):
        fields = np.ascontiguousarray(rows[:, :FRAME_HEADER_BYTES]).view(">u4").astype(np.uint32)
        stored = fields[:, 4:6]
        ahead = np.vstack((np.array([before], np.uint32), stored[:-1]))
        sums = np.column_stack(_sums(rows.view(header.word), low, high))
        sums = sums + ahead @ step
        is_page = fields[:, 0] != 0
        agrees.append(is_page & np.all(sums == stored, axis=1))
        ends.append(fields[:, 1] != 0)
        salts.append(fields[:, 2].astype(np.uint64) << np.uint64(32) | fields[:, 3])
        before = (int(stored[-1, 0]), int(stored[-1, 1]))
    if not salts:
        return _Frames(np.zeros(0, np.uint64), np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    return _Frames(np.concatenate(salts), np.concatenate(ends), np.concatenate(agrees))


def _pieces(descriptor: int, frame_bytes: int, frames_max: int | None) -> Iterator[_Words]:
    """Whole frames, one in a row; part of a frame at the end is none."""
    at, taken = HEADER_BYTES, 0
    room = max(_PIECE_BYTES // frame_bytes, 1)
    while frames_max is None or taken < frames_max:
        data = os.pread(descriptor, room * frame_bytes, at)
        count = len(data) // frame_bytes
        if count == 0:
            return
        yield np.frombuffer(data, np.uint8, count * frame_bytes).reshape(count, frame_bytes)
        at += count * frame_bytes
        taken += count


def _sums(words: _Words, low: _Words, high: _Words) -> tuple[_Words, _Words]:
    """What rows of words add to a checksum, in its two halves, modulo 2^32."""
    ours = words.astype(np.uint32, copy=False)
    return ours @ low, ours @ high


@cache
def _fibonacci(count: int) -> _Words:
    """The first Fibonacci numbers, from 0 and 1 on, modulo 2^32."""
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append((numbers[-1] + numbers[-2]) & 0xFFFF_FFFF)
    return np.array(numbers[:count], np.uint32)


def _weights(words: int) -> tuple[_Words, _Words]:
    """How much each of a run's words counts in either half of a checksum.

    A step is s0 += x0 + s1; s1 += x1 + s0.
    """
    numbers = _fibonacci(words + 1)
    return numbers[words - 1 :: -1], numbers[:0:-1]


def _step(words: int) -> _Words:
    """What becomes of a checksum, as a row, over a run of words that are all 0."""
    before, at, after = _fibonacci(words + 2)[words - 1 :]
    return np.array(((before, at), (at, after)), np.uint32)


def _beside_fields(weights: _Words) -> _Words:
    """The weights of a frame's words: its salts and its checksum, words 2 to 5, count nothing."""
    return np.concatenate((weights[:2], np.zeros(4, np.uint32), weights[2:]))
