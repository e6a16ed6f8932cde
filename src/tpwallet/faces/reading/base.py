"""What every kind of reading stands on: the opened half of a pool, and the newest state at hand.

The methods that answer are written once, in the classes beside this one. Who answers says how the
half is opened: `Reader` is given one, and a `Pool` opens its own with the first question. Until
then nothing is loaded that only an opened half needs.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tpwallet.faces.reading import limits
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.state import PoolState

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half

T = TypeVar("T")


class Reading(ABC):
    """One pool's reading, of some kind."""

    @abstractmethod
    def _half(self) -> "Half":
        """The reading half, opened."""

    @abstractmethod
    def _now(self, read: Callable[[PoolState], T]) -> T:
        """What is so in the newest state at hand, which stands meanwhile."""


def check_limit(limit: int | None) -> int:
    """How many lines a page has. **Rejects** with `Malformed` less than 1 and too many.

    >>> check_limit(None), check_limit(1000)
    (100, 1000)
    """
    if limit is None:
        return limits.PAGE
    if not 1 <= limit <= limits.PAGE_MAX:
        raise Malformed(f"a page has 1 to {limits.PAGE_MAX} lines", parameter="limit")
    return limit
