"""A view: a read model of the journal, kept by whoever follows it.

A view is a fold of the journal and nothing else, so it may be lost, and is then built again from
the first position. It takes entries in order and in runs of whole commits.

What a view stores may be damaged, and then whoever asks it is told so and the view is of no use: it
is let go, and begun again when it is opened the next time. Nothing else is at stake: no money, no
proof and nothing that a command depends on stands in a view.
"""

from collections.abc import Sequence
from typing import Protocol

from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import TpwalletError


class ViewDamaged(TpwalletError):
    """What a view stores is not what it wrote; `file` is where. Ask again: the view is begun again
    from the journal.
    """

    code = "follower_unavailable"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file} is damaged ({reason}) and is made again: ask again", file=file)
        self.reason = reason


class View(Protocol):
    """One read model of one pool."""

    @property
    def position(self) -> int:
        """The last position it reflects."""
        ...

    @property
    def damage(self) -> ViewDamaged | None:
        """What was found to be wrong with what it stores, since it was opened; None: nothing."""
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
