"""Where snapshots are kept: one for a position, rebuildable, so losing one costs only time."""

from collections.abc import Iterable
from typing import Protocol


class SnapshotStore(Protocol):
    """The snapshots of one pool."""

    def positions(self) -> list[int]:
        """The positions there are snapshots of, in order."""
        ...

    def save(self, position: int, chunks: Iterable[bytes]) -> None:
        """Keep a snapshot durably, whole or not at all. **Rejects** with `OSError` a full disk."""
        ...

    def open(self, position: int) -> memoryview:
        """The bytes of a snapshot, without reading them yet.

        **Rejects** with `OSError` one that is not there any more.
        """
        ...

    def prune(self, keep: int) -> None:
        """Delete snapshots until `keep` are left, never one of the newest two."""
        ...
