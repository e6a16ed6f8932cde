"""Where a transparency log lies: its hashes, and the checkpoints that were signed over them.

Hashes can be computed again from the journal. Checkpoints cannot be computed again from a journal
that was cut or rewritten, so they are evidence and are only ever added to.
"""

from typing import Protocol

from tpwallet.proofs.hash_store import HashStore


class HashFile(HashStore, Protocol):
    """An append-only run of hashes that can be cut off at its end and made durable."""

    def truncate(self, count: int) -> None:
        """Forget all but the first `count` hashes."""
        ...

    def flush(self) -> None:
        """Make every appended hash durable."""
        ...

    def close(self) -> None:
        """Let go of the storage; closing twice is allowed."""
        ...


class CheckpointStore(Protocol):
    """Signed checkpoints, by the position they end on."""

    def latest(self) -> str | None:
        """The newest note that was made durable."""
        ...

    def replace_latest(self, note: str) -> None:
        """Make a note the newest, durably; the one it replaces need not be kept."""
        ...

    def keep(self, position: int, note: str) -> None:
        """Keep a note for ever, durably. Positions only rise."""
        ...

    def kept_positions(self) -> list[int]:
        """The positions of the notes that are kept, in order."""
        ...

    def kept(self, position: int) -> str | None:
        """The note that is kept for a position."""
        ...
