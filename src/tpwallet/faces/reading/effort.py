"""How much more one page may look through before it ends early, with a cursor to go on from.

What is rare may stand anywhere, and looking for it reads the journal: so a page stops after a named
number of postings or commits, found or not, rather than keep others waiting.
"""

from tpwallet.faces.reading import limits
from tpwallet.kernel.commit import Commit


class Effort:
    """What is left for one page."""

    def __init__(self) -> None:
        self.postings = limits.SCAN_POSTINGS_MAX  # to be passed over
        self._commits = limits.SCAN_COMMITS_MAX
        self._bytes = limits.SCAN_BYTES_MAX
        self._last = 0  # first position of the commit looked at last

    def look_at(self, commit: Commit) -> None:
        """Count a commit; the same one again at once costs nothing."""
        first = commit.header.first_position
        if first != self._last:
            self._last = first
            self._commits -= 1
            self._bytes -= len(commit.body)

    @property
    def is_spent(self) -> bool:
        """Whether the page ends here."""
        return min(self.postings, self._commits, self._bytes) <= 0
