"""Which commits of a log stand, where the storage itself cannot refuse a stale owner.

A log such as Kafka's takes whatever a producer sends: it has no expected position. The fence is
then in the log itself, and everybody who reads it applies the same rule (reference:
journal-format, "Commit"). In the order of the log a commit is void if

- its epoch is lower than that of a commit that stands before it: a stale owner wrote it; or
- its first position is taken by a commit that stands before it: its owner lost a race for that
  place, or the log holds it twice.

A void commit has no positions, no place in the chain and no leaf. An owner reads each commit back
and stops at the first that is void, so nothing is ever built on one; a commit that is not void and
yet does not follow is damage, not a contender, and `check_link` says so. SQLite and PostgreSQL need
none of this, because their append is conditional.
"""

from collections.abc import Iterable, Iterator

from tpwallet.gateways.journals.rows import end_of
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.journal import Head


def stands(commit: Commit, head: Head) -> bool:
    """Whether a commit stands, given the head of those that stand before it in the log."""
    header = commit.header
    return header.epoch >= head.epoch and header.first_position > head.position


def standing(log: Iterable[Commit], head: Head | None = None) -> Iterator[Commit]:
    """The commits of a log that stand, in order; `head` is what stood before the log's first."""
    reached = head or Head()
    for commit in log:
        if stands(commit, reached):
            reached = end_of(commit.header)
            yield commit
