"""The real SQLite journal with its checkpoints taken out of their thread: each is done right after
the append that made it due, so that a seed decides everything that reaches the disk, in its order.
"""

from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.journals.sqlite_checkpoints import Checkpointer
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.journal import Outcome


class SteppedCheckpointer(Checkpointer):
    """Does a checkpoint only when it is told to."""

    def _start_thread(self) -> None:
        """There is none."""


class SteppedSqliteJournal(SqliteJournal):
    """A journal that nobody works on but its owner."""

    checkpoints = SteppedCheckpointer

    def append(self, commit: Commit) -> Outcome:
        """Keep a commit (port), and then do the checkpoint that is due."""
        outcome = super().append(commit)
        self._checkpointer.run_due()
        return outcome
