"""The journal: a port. Drivers live in gateways/journals and pass one contract suite.

A journal keeps commits in order and refuses a stale owner. An append ends in one of three ways,
and `unknown` is not a failure: a commit whose write reported an error has been found present
after recovery.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from tpwallet.kernel.commit import GENESIS, Commit, Header

NO_SPACE: Final = "No space left"  # what storage says that is full, in words for callers


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
    """One pool's journal. One thread appends and trims; any may read."""

    def append(self, commit: Commit) -> Outcome:
        """Make a commit durable if it follows the head and its epoch is not below the head's.

        It follows when its first position is the next and the previous hash it names is the head's;
        otherwise the outcome is `FENCED`. After `UNKNOWN` this journal appends no more: whoever
        owns it opens another.

        **Rejects** with `JournalUnavailable` when certainly nothing was written, and with
        `InvariantBroken`, before writing anything, a commit that no kernel hands out.
        """
        ...

    @property
    def is_full(self) -> bool:
        """Whether the last append ended `UNKNOWN` because there was no room."""
        ...

    def head(self) -> Head:
        """The end of what is durable.

        **Rejects** with `JournalUnavailable` when the storage does not answer, and with
        `JournalCorrupt` when what it answers is no journal.
        """
        ...

    def read(self, after: int = 0) -> Iterator[Commit]:
        """Commits with positions after `after`, in order, to the head as of the first read.

        The first may begin at `after` or before, if it also holds a position beyond.

        **Rejects** with `SegmentNotAtHand` what was trimmed and no segment file gives back, and
        with `JournalCorrupt` what cannot be read, naming the first such position.
        """
        ...

    def headers(self, after: int = 0) -> Iterator[bytes]:
        """The headers of what `read` gives, 128 bytes each, without touching a body. **Rejects** as
        `read` does.
        """
        ...

    def commit_at(self, position: int) -> Commit:
        """The commit that holds a position, its body checked against its header.

        **Rejects** with `LookupError` one past the head, and as `read` does.
        """
        ...

    def header_at(self, position: int) -> Header:
        """The header of the commit that holds a position, without touching its body. **Rejects** as
        `commit_at` does.
        """
        ...

    def trimmed(self) -> int:
        """The last position that was trimmed; 0: everything is here."""
        ...

    def trim(self, through: int, progress: Callable[[int], None] | None = None) -> None:
        """Forget the commits before the one that ends at `through`; that one stays, because what
        follows hangs on it. What was trimmed before stays trimmed: a lower `through` does nothing.

        It goes in steps, each durable and whole, so that a crash leaves a journal that is trimmed
        as far as it says; `progress` is told how far. Only what a segment file holds that was read
        back may be trimmed (reference: journal-format, "Segment").

        **Rejects** with `InvariantBroken` a position at which no commit ends, and the head; with
        `JournalUnavailable` when the storage does not do it.
        """
        ...

    def bytes_used(self) -> int:
        """Bytes of storage the journal takes."""
        ...

    def close(self) -> None:
        """Let go of the storage."""
        ...


def not_said(journal: Journal, what: str) -> tuple[str, dict[str, str]]:
    """The sentence and the facts of an append that ended `UNKNOWN`: with the reason, if the storage
    gave one that callers can act on.
    """
    text = f"the journal did not say whether it kept {what}"
    return (f"{text}: {NO_SPACE}", {"reason": NO_SPACE}) if journal.is_full else (text, {})
