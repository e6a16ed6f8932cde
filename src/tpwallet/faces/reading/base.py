"""What every kind of reading stands on."""

from collections.abc import Callable
from typing import Any

from tpwallet.faces.reading import limits
from tpwallet.faces.reading.finding import Finding
from tpwallet.faces.reading.read_side import ReadSide
from tpwallet.faces.reading.records import Records
from tpwallet.faces.reading.standing import Footing
from tpwallet.faces.reading.statements import Statements
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.state import PoolState

Live = Callable[[Callable[[PoolState], Any]], Any]


class Reading:
    """One pool's reading half, and the means to ask it."""

    def __init__(
        self,
        side: ReadSide,
        *,
        live: Live | None = None,
        wait_ns_max: int = limits.WAIT_NS_MAX,
    ) -> None:
        """`live` reads the writer's state, where the caller has it; `wait_ns_max` is how long a
        question waits for a position.
        """
        self._side = side
        self._live = live
        self._footing = Footing(side, wait_ns_max=wait_ns_max)
        self._records = Records(side.journal)
        self._finding = Finding(side, self._records)
        self._statements = Statements(side, self._records, self._finding)


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
