"""Files that are there whole or not at all: exports, manifests, proofs, reports.

A file is written under another name, made durable and then given its own; what bears the name is
complete. An existing file is never replaced: what an operator keeps is not lost to a slip.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tpwallet.kernel.errors import Malformed

_CHUNK_BYTES = 1 << 20


def write_whole(path: Path, chunks: Iterable[bytes], *, is_private: bool = False) -> int:
    """Write a new file durably; returns its length in bytes. A private file is for its owner alone.

    **Rejects** with `Malformed` a path that exists, and with `OSError` one that cannot be written.
    """
    if path.exists():
        raise Malformed(f"{path} exists and is not replaced", parameter="out")
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    length = 0
    try:
        mode = 0o600 if is_private else 0o644
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                length += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)
    return length


def read_chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, in pieces. **Rejects** with `OSError` one that cannot be read."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def file_digest(path: Path) -> str:
    """A file's SHA-256, in hex. **Rejects** with `OSError` one that cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
