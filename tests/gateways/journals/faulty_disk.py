"""A disk that fails on command: an SQLite VFS that every file is opened through meanwhile."""

from typing import Any, Self

import apsw


class FaultyDisk:
    """`with FaultyDisk() as disk:` and then set what fails; it concerns write-ahead logs only."""

    def __init__(self) -> None:
        self.sync_fails = False  # the data is written, and the sync reports an error
        self.is_full = False
        self.syncs = 0

    def __enter__(self) -> Self:
        self._vfs = _Vfs(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._vfs.unregister()


class _Vfs(apsw.VFS):
    def __init__(self, disk: FaultyDisk) -> None:
        super().__init__("faulty disk", "unix", makedefault=True)
        self._disk = disk

    def _open(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return _File(self._disk, name, flags)

    xOpen = _open  # noqa: N815 - what SQLite calls


class _File(apsw.VFSFile):
    def __init__(self, disk: FaultyDisk, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._disk = disk
        self._is_log = bool(flags[0] & apsw.SQLITE_OPEN_WAL)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._disk.syncs += self._is_log
        if self._is_log and self._disk.sync_fails:
            raise apsw.IOError("the disk failed to sync")

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        if self._is_log and self._disk.is_full:
            raise apsw.FullError("the disk is full")
        super().xWrite(data, offset)
