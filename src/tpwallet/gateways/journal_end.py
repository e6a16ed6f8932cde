"""Where a pool's journal ended when its writer last looked: a witness beside the journal.

A journal that lost its end reads as a shorter one, and nothing in it tells. So its writer keeps, in
a file of its own, a position that is durable. A journal that does not reach it was cut off,
whatever took the end away: a deleted write-ahead log, a lost page, a bit.

    journal.end    the position in 20 digits, and their CRC-32 in 8 hex digits: a line of text

The file is never ahead of the journal, because what stands in it was durable before it was written,
and so it need not be synced: after a power cut it may be older, or torn and then none. It is
written by a thread of its own, `WITNESS_MS` after an append at the latest, and when the
journal is closed; whoever appends only says what it appended. A disk that takes no line costs
nothing but the witness.
"""

import os
import threading
import zlib
from pathlib import Path
from typing import Final

from tpwallet.kernel.commit import Commit, Header

NAME: Final = "journal.end"
WITNESS_MS: Final = 200
_DIGITS: Final = 20


class JournalEnd:
    """The witness of one writer's appends. One thread notes and closes."""

    def __init__(self, path: Path) -> None:
        """Nothing is written before something was noted."""
        self._path = path
        self._noted: bytes | None = None  # a commit's header
        self._written: bytes | None = None
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, commit: Commit) -> None:
        """A commit is durable."""
        self._noted = commit.header_bytes
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="journal-end")
            self._thread.start()

    def close(self) -> None:
        """Write what was noted last, and stop; closing twice is allowed."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        self._write()

    def _run(self) -> None:
        while not self._closing.wait(WITNESS_MS / 1000):
            self._write()

    def _write(self) -> None:
        with self._writing:
            header = self._noted
            if header is None or header is self._written:
                return
            try:
                _write_line(self._path, _line_of(Header.unpack(header).last_position))
            except OSError:
                return  # no room: the witness stays older, and the next one is tried
            self._written = header


def read_end(path: Path) -> int | None:
    """A position that a journal had reached, as its witness says; None: there is no witness, or a
    power cut tore it.
    """
    try:
        line = path.read_bytes()
    except FileNotFoundError:
        return None
    digits = line[:_DIGITS]
    return int(digits) if digits.isdigit() and line == _line_of(int(digits)) else None


def _line_of(position: int) -> bytes:
    stated = f"{position:0{_DIGITS}d}".encode()
    return stated + f" {zlib.crc32(stated):08x}\n".encode()


def _write_line(path: Path, line: bytes) -> None:
    """Write the line in place, so that nothing but itself is written to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.pwrite(descriptor, line, 0)
        os.ftruncate(descriptor, len(line))
    finally:
        os.close(descriptor)
