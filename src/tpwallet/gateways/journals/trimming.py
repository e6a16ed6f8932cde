"""What every driver checks before it trims; how it drops commits is its own matter."""

from collections.abc import Callable

from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.journal import Journal

Progress = Callable[[int], None] | None  # is told the last position that was trimmed


def check_trim(journal: Journal, through: int) -> bool:
    """Whether there is anything to trim before the commit that ends at `through`.

    **Rejects** with `InvariantBroken` a position at which no commit ends, and the head: what is
    left must still say where the journal ends.
    """
    if through <= journal.trimmed():
        return False
    end = journal.head().position
    if not 0 < through < end:
        raise InvariantBroken("a trim ends before the head", through=through, head=end)
    last = journal.commit_at(through).header.last_position
    if last != through:
        raise InvariantBroken("a trim ends where a commit ends", through=through, commit_ends=last)
    return True
