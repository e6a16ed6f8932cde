"""Reading a pool beside whoever keeps its views: a folder apart, which is thrown away afterwards.

The views there are built from the journal. Of the pool's own files only those are used that another
may read while they are written: the settings, the snapshots, and a copy of the log, whose newest
checkpoint says how much of its hashes counts.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tpwallet.gateways.checkpoint_file import LATEST
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory

# In the order in which each is true of what comes after it, however much is added meanwhile.
_LOG: Final = (LATEST, "checkpoints.jsonl", "hashes")


class DirectoryApart(PoolDirectory):
    """A pool's directory, whose views and log are in another folder; nobody else has that open."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Copy the log into the folder. **Rejects** as `PoolDirectory` does."""
        super().__init__(path)
        self._folder = folder
        self.log_path.mkdir()
        for name in _LOG:
            source = super().log_path / name
            if source.exists():
                shutil.copyfile(source, self.log_path / name)

    @property
    def log_path(self) -> Path:
        """The transparency log."""
        return self._folder / "log"

    @property
    def views_path(self) -> Path:
        """Read models."""
        return self._folder / "views"

    @contextmanager
    def following(self) -> Iterator[None]:
        """Hold nothing: the folder is nobody else's."""
        yield


class SnapshotsApart(SnapshotDirectory):
    """The snapshots of a pool that somebody else keeps: they are read, and none is added."""

    def save(self, position: int, chunks: Iterable[bytes]) -> None:
        """Keep nothing."""

    def prune(self, keep: int) -> None:
        """Delete nothing."""
