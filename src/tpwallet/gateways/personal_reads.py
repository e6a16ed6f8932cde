"""Who has opened which personal text, and when: a line each, durable before the text is told.

It holds references only, nothing personal, and is never shortened here. It is not part of the
journal: a read changes nothing in the books.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

_encode = msgspec.json.Encoder().encode


class PersonalReads:
    """The list of reads of one pool, in a file of JSON lines."""

    def __init__(self, path: Path, *, wall: Callable[[], int] = time.time_ns) -> None:
        """`wall` gives nanoseconds since 1970 UTC. The file is made with the first read."""
        self._path = path
        self._wall = wall

    def note(self, reader: str, reference: str) -> None:
        """Write down that somebody opens a text. **Rejects** with `OSError` a full disk: then the
        text must not be told.
        """
        line = _encode({"time_ns": self._wall(), "reader": reader, "reference": reference})
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
