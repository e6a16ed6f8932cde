"""A disk under SQLite that loses what was not synced.

While a disk is in, SQLite opens every file through it. The files lie in a folder as the operating
system would show them; beside that the disk remembers what a power cut would leave of each: what
was synced, and of the writes since then whatever the seed keeps, sector by sector. Shared memory
and locks are the operating system's, because they do not outlive it anyway.

Faults strike the thread that asks for them, so that one that reads beside it cannot take them away.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, Self

import apsw

from tpwallet.lab.sim.storage import Crash

_SECTOR_BYTES = 512
_NAME = "tpwallet simulated disk"
_STRUCK = "journal."  # what the names of files begin with that something befalls


class Strike(Enum):
    """What befalls a write or a sync."""

    CRASH_BEFORE_WRITE = "crash before a write"
    CRASH_IN_WRITE = "crash in a write, which is torn"
    CRASH_BEFORE_SYNC = "crash before a sync"
    CRASH_AFTER_SYNC = "crash after a sync"
    SYNC_ERROR = "a sync reports an error"
    FULL = "no space"


_IN_WRITES = (Strike.CRASH_BEFORE_WRITE, Strike.CRASH_IN_WRITE, Strike.FULL)
_IN_SYNCS = (Strike.CRASH_BEFORE_SYNC, Strike.CRASH_AFTER_SYNC, Strike.SYNC_ERROR)


class _Write(NamedTuple):
    offset: int
    data: bytes | None  # None: the file was cut off at the offset


class _Image:
    """What is certain of one file, and what came after it."""

    def __init__(self, content: bytes = b"") -> None:
        self.synced = bytearray(content)
        self.unsynced: list[_Write] = []

    def sync(self) -> None:
        for write in self.unsynced:
            _apply(self.synced, write)
        self.unsynced.clear()

    def after_power_cut(self, rng: random.Random) -> bytes:
        """The file as it comes back: any sector of any unsynced write may be there or not."""
        content = bytearray(self.synced)
        share = rng.choice((0.0, 0.5, 0.9, 1.0, 1.0))
        for write in self.unsynced:
            for part in _sectors(write):
                if rng.random() < share:
                    _apply(content, part)
        return bytes(content)


def _apply(content: bytearray, write: _Write) -> None:
    if write.data is None:
        del content[write.offset :]
        return
    content.extend(bytes(max(write.offset - len(content), 0)))
    content[write.offset : write.offset + len(write.data)] = write.data


def _sectors(write: _Write) -> Iterator[_Write]:
    if write.data is None:
        yield write
        return
    for start in range(0, len(write.data), _SECTOR_BYTES):
        yield _Write(write.offset + start, write.data[start : start + _SECTOR_BYTES])


class SqliteDisk:
    """The disk that SQLite's files lie on while it is mounted; one at a time in a process."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        # A connection that nobody holds any more is closed whenever memory is tidied up, so
        # perhaps by a thread that is here already.
        self._lock = threading.RLock()
        self._images: dict[Path, _Image] = {}
        self._gone: set[Path] = set()  # folders of machines that lost power
        self._strike: Strike | None = None
        self._patience = 0
        self._thread = threading.get_ident()

    @contextmanager
    def mounted(self) -> Iterator[Self]:
        """Let SQLite open its files on this disk."""
        vfs = _Vfs(self)
        try:
            yield self
        finally:
            vfs.unregister()

    def will(self, strike: Strike, after: int) -> None:
        """Let something befall this thread's next write or sync but `after`."""
        self._strike, self._patience = strike, after

    def clear(self) -> None:
        """Let nothing befall it."""
        self._strike = None

    def cut_power(self, folder: Path) -> None:
        """Nothing that is still on its way to a folder's files arrives."""
        with self._lock:
            self._gone.add(folder)

    def restore(self, folder: Path, into: Path) -> None:
        """Write what a power cut leaves of a folder's files into another folder."""
        self.cut_power(folder)
        for path in sorted(path for path in self._images if path.parent == folder):
            image = self._images.pop(path)
            rng = random.Random(f"{self._seed} {path.parent.name} {path.name}")
            content = image.after_power_cut(rng)
            (into / path.name).write_bytes(content)
            self._images[into / path.name] = _Image(content)

    def note_open(self, path: Path) -> None:
        """A file was opened, and perhaps made."""
        with self._lock:
            self._images.setdefault(path, _Image())

    def note_delete(self, path: Path) -> None:
        """A file was deleted."""
        with self._lock:
            if path.parent not in self._gone:
                self._images.pop(path, None)

    def note_cut_off(self, path: Path, size: int) -> None:
        """A file was cut off."""
        self._keep(path, _Write(size, None))

    def write(self, path: Path, data: bytes, offset: int) -> None:
        """A write is on its way. Raises what befalls it."""
        strike = self._falls(path, *_IN_WRITES)
        if strike is Strike.FULL:
            raise apsw.FullError("the simulated disk is full")
        if strike is not Strike.CRASH_BEFORE_WRITE:
            self._keep(path, _Write(offset, data))
        if strike is not None:
            self.cut_power(path.parent)
            raise Crash

    def sync(self, path: Path) -> None:
        """A sync is asked for. Raises what befalls it."""
        strike = self._falls(path, *_IN_SYNCS)
        if strike is Strike.SYNC_ERROR:
            raise apsw.IOError("the simulated disk failed to sync")
        if strike is not Strike.CRASH_BEFORE_SYNC:
            self._sync_image(path)
        if strike is not None:
            self.cut_power(path.parent)
            raise Crash

    def _sync_image(self, path: Path) -> None:
        with self._lock:
            if path.parent not in self._gone:
                self._images[path].sync()

    def _keep(self, path: Path, write: _Write) -> None:
        with self._lock:
            if path.parent not in self._gone:
                self._images[path].unsynced.append(write)

    def _falls(self, path: Path, *strikes: Strike) -> Strike | None:
        """What befalls this call, if it is its turn."""
        is_struck = path.name.startswith(_STRUCK) and path.parent not in self._gone
        is_spared = not is_struck or threading.get_ident() != self._thread
        if self._strike not in strikes or is_spared:
            return None
        self._patience -= 1
        if self._patience >= 0:
            return None
        strike, self._strike = self._strike, None
        return strike


class _Vfs(apsw.VFS):
    def __init__(self, disk: SqliteDisk) -> None:
        super().__init__(_NAME, "unix", makedefault=True)
        self._disk = disk

    def _open(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return _File(self._disk, name, flags)

    xOpen = _open  # noqa: N815 - what SQLite calls

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self._disk.note_delete(Path(filename))


class _File(apsw.VFSFile):
    def __init__(self, disk: SqliteDisk, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._disk = disk
        self._path = Path(str(name.filename() if isinstance(name, apsw.URIFilename) else name))
        disk.note_open(self._path)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self._disk.write(self._path, bytes(data), offset)
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.note_cut_off(self._path, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.sync(self._path)  # and no more: the folder need not outlive this process
