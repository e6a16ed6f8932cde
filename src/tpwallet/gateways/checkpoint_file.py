"""Checkpoints in files: the newest as the note it is, and those kept for ever, one a line.

    latest-checkpoint    the note itself, for anybody to read and publish
    checkpoints.jsonl    a JSON array a line: [position, note]; only ever added to

A line that a crash cut short is cut off when the file is opened; what it held was published to
nobody, because it was not durable.
"""

import os
from bisect import bisect_left
from pathlib import Path
from typing import Final

import msgspec

from tpwallet.gateways.whole_file import sync
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt
from tpwallet.proofs.checkpoint import unverified_checkpoint
from tpwallet.proofs.rejection import ProofRejected

LATEST: Final = "latest-checkpoint"
_Line = tuple[int, str]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Line).decode


class CheckpointFile:
    """Checkpoints of one log (port: `tpwallet.ports.log_files.CheckpointStore`)."""

    def __init__(self, directory: Path) -> None:
        """Open what a directory holds.

        **Rejects** with `InvariantBroken` a kept line that cannot be read: it is evidence, so
        nobody but an operator may put it aside.
        """
        self._latest = directory / LATEST
        self._kept = directory / "checkpoints.jsonl"
        self._positions: list[int] = []
        self._places: list[int] = []
        self._end = 0
        self._read_places()

    def _read_places(self) -> None:
        """Find where each line begins, and cut off what follows the last whole one."""
        if not self._kept.exists():
            return
        with self._kept.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._positions.append(_read_line(line)[0])
                self._places.append(self._end)
                self._end += len(line)
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
        """The note that is kept for a position."""
        row = bisect_left(self._positions, position)
        if row == len(self._positions) or self._positions[row] != position:
            return None
        with self._kept.open("rb") as file:
            file.seek(self._places[row])
            return _read_line(file.readline())[1]


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
            f"the newest checkpoint cannot be read: {error}", position=1
        ) from error
    return note


def _read_line(line: bytes) -> _Line:
    try:
        found: _Line = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvariantBroken(f"a kept checkpoint cannot be read: {error}") from error
    return found
