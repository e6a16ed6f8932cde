"""Checkpoints in files: the newest as the note it is, and those kept for ever, one a line.

    latest-checkpoint    the note itself, for anybody to read and publish
    checkpoints.jsonl    a JSON array a line: [position, note]; only ever added to

A line that a crash cut short is cut off when the file is opened; what it held was published to
nobody, because it was not durable.
"""

import os
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tpwallet.gateways.whole_file import sync
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.proofs.checkpoint import unverified_checkpoint
from tpwallet.proofs.rejection import ProofRejected

LATEST: Final = "latest-checkpoint"
_KEPT: Final = "checkpoints.jsonl"
_LINE_BYTES_MAX: Final = 64 << 10  # far beyond what a note with all its signatures takes
_Line = tuple[int, str]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Line).decode


class KeptNote(NamedTuple):
    """A line of the kept notes; `end` is the byte after it."""

    position: int
    note: str
    end: int


class CheckpointFile:
    """Checkpoints of one log (port: `tpwallet.ports.log_files.CheckpointStore`)."""

    def __init__(self, directory: Path) -> None:
        """Open what a directory holds.

        **Rejects** as `kept_notes` does.
        """
        self._latest = directory / LATEST
        self._kept = directory / _KEPT
        self._positions: list[int] = []
        self._places: list[int] = []
        self._end = 0
        self._read_places()

    def _read_places(self) -> None:
        """Find where each line begins, and cut off what follows the last whole one."""
        if not self._kept.exists():
            return
        for position, _, end in kept_notes(self._kept.parent):
            self._positions.append(position)
            self._places.append(self._end)
            self._end = end
        os.truncate(self._kept, self._end)

    def latest(self) -> str | None:
        """The newest note that was made durable. **Rejects** as `latest_note` does."""
        return latest_note(self._latest.parent)

    def replace_latest(self, note: str) -> None:
        """Make a note the newest, durably."""
        fresh = self._latest.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._latest)
        sync(self._latest.parent)

    def keep(self, position: int, note: str) -> None:
        """Keep a note for ever, durably. Positions only rise."""
        line = _encode((position, note)) + b"\n"
        with self._kept.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if not self._positions:
            sync(self._kept.parent)  # the file may be new
        self._positions.append(position)
        self._places.append(self._end)
        self._end += len(line)

    def kept_positions(self) -> list[int]:
        """The positions of the notes that are kept, in order."""
        return list(self._positions)

    def kept(self, position: int) -> str | None:
        """The note that is kept for a position.

        **Rejects** with `JournalCorrupt` a line that has changed since it was opened.
        """
        row = bisect_left(self._positions, position)
        if row == len(self._positions) or self._positions[row] != position:
            return None
        with self._kept.open("rb") as file:
            file.seek(self._places[row])
            line = file.readline()
        found = _line_of(line)
        if found is None or found[0] != position:
            raise _damaged(self._kept, number=row + 1, place=self._places[row])
        return found[1]


def latest_note(directory: Path) -> str | None:
    """The newest note that was made durable in a directory, or None; nobody else reads its file.

    **Rejects** with `JournalCorrupt` one that cannot be read: it is evidence, so it is not passed
    over, and what it was signed over cannot be known.
    """
    path = directory / LATEST
    if not path.exists():
        return None
    try:
        note = path.read_bytes().decode()
        unverified_checkpoint(note)
    except (ProofRejected, UnicodeDecodeError) as error:
        raise JournalCorrupt(
            f"the newest checkpoint, {LATEST}, cannot be read: {error}",
            position=1,
            file=str(path),
        ) from error
    return note


def last_kept_note(directory: Path) -> int | None:
    """The position of the last note that was kept for ever in a directory; None: there is none, or
    its line cannot be read, which `kept_notes` tells of. Only the file's end is read.
    """
    path = directory / _KEPT
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2 * _LINE_BYTES_MAX, 0))
        lines = file.read().split(b"\n")[:-1]  # what follows the last line's end is no line
    found = _line_of(lines[-1]) if lines else None
    return None if found is None else found[0]


def kept_notes(directory: Path) -> Iterator[KeptNote]:
    """The notes kept for ever in a directory, in order of their positions, up to the last whole
    line; files are left alone.

    **Rejects** with `JournalCorrupt` a line that cannot be read, or whose position is before the
    one above it: it is evidence, so nobody but an operator may put it aside.
    """
    path = directory / _KEPT
    if not path.exists():
        return
    place = last = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            found = _line_of(line)
            if found is None or found[0] < last:
                raise _damaged(path, number=number, place=place)
            last, note = found
            place += len(line)
            yield KeptNote(last, note, place)


def _line_of(line: bytes) -> _Line | None:
    """What a line says; None: it cannot be read."""
    try:
        found: _Line = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found


def _damaged(path: Path, *, number: int, place: int) -> JournalCorrupt:
    """What is told of a damaged line. What was signed cannot be known without it, so nothing is
    trusted from position 1 on.
    """
    return JournalCorrupt(
        f"line {number} of {path.name} (byte {place}) is no checkpoint that follows the one before",
        position=1,
        file=str(path),
        line=number,
        byte=place,
    )
