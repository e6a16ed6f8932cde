"""Files that are there whole or not at all: exports, manifests, proofs, reports.

A file is written beside its place under a name that nobody else has, `NAME.<16 hex digits>.part`,
made durable and then given its own; what bears the name is complete. An existing file is not
replaced, so that what an operator keeps is not lost to a slip, unless its writer says that it is
one of its own.

A part that a crash left is cleared away when the same file is written again. It is known by its
name and by nobody's holding its lock; a part that is still being written is held.
"""

import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tpwallet.kernel.errors import Malformed

_CHUNK_BYTES = 1 << 20
_RANDOM_BYTES = 8
# What a file system says that gives a file only one name (exFAT and other foreign ones).
_NO_SECOND_NAMES: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


def write_whole(
    path: Path, chunks: Iterable[bytes], *, is_private: bool = False, replaces: bool = False
) -> int:
    """Write a new file durably, or put it in an old one's place where it `replaces`; returns its
    length in bytes. A private file is for its owner alone.

    **Rejects** with `Malformed` a path that exists and is not to be replaced, or that exists once
    the file is written, and with `OSError` one that cannot be written.
    """
    if not replaces:
        _check_new(path)
    _clear_leftovers(path)
    part = path.with_name(f"{path.name}.{secrets.token_hex(_RANDOM_BYTES)}.part")
    length = 0
    mode = 0o600 if is_private else 0o644
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _try_lock(descriptor)
            for chunk in chunks:
                length += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            if replaces:
                part.replace(path)
            else:
                _give_name(part, path)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)
    return length


def _check_new(path: Path) -> None:
    if path.exists():
        raise _taken(path)


def _taken(path: Path) -> Malformed:
    return Malformed(f"{path} exists and is not replaced", parameter="out")


def _give_name(part: Path, path: Path) -> None:
    """Give a finished part its name, unless somebody has taken it meanwhile."""
    try:
        path.hardlink_to(part)  # unlike a renaming, it replaces nothing
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        if error.errno not in _NO_SECOND_NAMES:
            raise
        _check_new(path)
        part.rename(path)


def _clear_leftovers(path: Path) -> None:
    """Take away the parts of this file whose writers are gone.

    A writer that has made its part and not locked it yet may lose it here: two are writing the same
    file then, of whom only one can succeed anyway.
    """
    name = re.compile(rf"{re.escape(path.name)}\.[0-9a-f]{{{2 * _RANDOM_BYTES}}}\.part")
    for part in [one for one in path.parent.iterdir() if name.fullmatch(one.name)]:
        with suppress(OSError):  # just finished, or not ours to open
            descriptor = os.open(part, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if _try_lock(descriptor):
                    part.unlink()
            finally:
                os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """Whether nobody else holds the lock of a file, which is held until it is closed. Where a file
    system has no locks nobody gets one, and what a crash left there stays.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


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
