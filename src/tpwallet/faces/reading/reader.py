"""A pool, for reading only, beside whoever writes it."""

from collections.abc import Callable
from typing import TypeVar

from tpwallet.faces.reading import limits
from tpwallet.faces.reading.half import Half
from tpwallet.faces.reading.reads import Reads
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.state import PoolState

T = TypeVar("T")


class Reader(Reads):
    """Who answers every question, from an opened reading half."""

    def __init__(
        self,
        side: ReadSide,
        *,
        at_least: Callable[[], int] | None = None,
        wait_ns_max: int = limits.WAIT_NS_MAX,
    ) -> None:
        """`at_least` says which position every answer reflects, None: whichever was reached;
        `wait_ns_max` is how long a question waits for it.
        """
        self._opened = Half(side, at_least=at_least, wait_ns_max=wait_ns_max)

    def _half(self) -> Half:
        return self._opened

    def _now(self, read: Callable[[PoolState], T]) -> T:
        half = self._opened
        half.footing.reach()
        with half.side.follower.reading() as state:
            return read(state)
