"""The journal: a port. Drivers live in gateways/journals and pass one contract suite.

A journal keeps commits in order and refuses a stale owner. An append ends in one of three ways,
and `unknown` is not a failure: a commit whose write reported an error has been found present
after recovery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tpwallet.kernel.commit import GENESIS, Commit


class Outcome(Enum):
    """How an append ended."""

    DURABLE = "durable"
    FENCED = "fenced"  # another owner has written; nothing of ours was
    UNKNOWN = "unknown"  # it may be there or not; only reading the journal tells


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a journal. An empty one has position 0."""

    position: int = 0
    hash: bytes = GENESIS
    epoch: int = 0
    time: int = 0


class Journal(Protocol):
    """One pool's journal. One thread appends; any may read."""

    def append(self, commit: Commit) -> Outcome:
        """Make a commit durable if it follows the head and its epoch is not below the head's."""
        ...

    def head(self) -> Head:
        """The end of what is durable.

        **Rejects** with `JournalUnavailable` when the storage does not answer, and with
        `JournalCorrupt` when what it answers is no journal.
        """
        ...

    def read(self, after: int = 0) -> Iterator[Commit]:
        """Commits with positions after `after`, in order, to the head as of the first read."""
        ...

    def commit_at(self, position: int) -> Commit:
        """The commit that holds a position. **Rejects** with `LookupError` one past the head."""
        ...

    def bytes_used(self) -> int:
        """Bytes of storage the journal takes."""
        ...

    def close(self) -> None:
        """Let go of the storage."""
        ...
