"""The real shard with its two threads taken apart into steps, so that a seed orders them.

Deciding and appending are the shard's own code; only who calls it is different. Between two steps
the simulation may let commands arrive, time pass or the machine crash, which is every interleaving
the two threads can show to the outside.
"""

from queue import Empty

from tpwallet.kernel.decider import Group
from tpwallet.kernel.shard import Shard


class SteppedShard(Shard):
    """A shard that does nothing until it is stepped. `call` is not for it: use `submit`."""

    @property
    def is_appending(self) -> bool:
        """Whether a group waits to be appended, or is being."""
        return not self._to_append.empty()

    @property
    def has_undecided(self) -> bool:
        """Whether anything waits to be decided, or was and waits to be handed over."""
        return not self._queue.empty() or bool(self._group.waiting)

    def decide_step(self) -> None:
        """Decide all that waits, and hand a group over if none is being appended."""
        try:
            item = self._queue.get_nowait()
        except Empty:
            self._hand_over(wait=False)
            return
        with self._deciding:
            self._decide_waiting(item)

    def append_step(self) -> None:
        """Append the group that was handed over, if there is one, and tell its callers."""
        if self.is_appending:
            group = self._to_append.get_nowait()
            if isinstance(group, Group):
                self._append_next(group)

    def _start_threads(self) -> None:
        """There are none."""
