"""A view: a read model of the journal, kept by whoever follows it.

A view is a fold of the journal and nothing else, so it may be lost, and is then built again from
the first position. It takes entries in order and in runs of whole commits.
"""

from collections.abc import Sequence
from typing import Protocol

from tpwallet.kernel.commit import Entry


class View(Protocol):
    """One read model of one pool."""

    @property
    def position(self) -> int:
        """The last position it reflects."""
        ...

    def apply(self, entries: Sequence[Entry]) -> None:
        """Add the entries that come next, of one or several whole commits."""
        ...

    def flush(self) -> None:
        """Make what was added durable. What was not is applied again after a crash."""
        ...

    def close(self) -> None:
        """Let go of the storage; closing twice is allowed."""
        ...
