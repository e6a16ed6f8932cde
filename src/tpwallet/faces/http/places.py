"""Places for what takes long: so many of a pool's at once, and no pool takes another's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Places:
    """How many places are taken, of so many as there are. Used on one event loop."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self.taken = 0

    @property
    def are_taken(self) -> bool:
        """Whether there is none left."""
        return self.taken >= self._limit()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place until the block ends; whoever takes it looked whether there is one."""
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
