"""From a moment to what existed at it: how many movements, and which accounts."""

from bisect import bisect_left

from tpwallet.kernel.errors import Malformed
from tpwallet.views.history import limits
from tpwallet.views.history.loops import times
from tpwallet.views.history.loops.words import (
    ACCOUNTS,
    CREATED_AT,
    CREATED_POSITION,
    MOVEMENTS,
)
from tpwallet.views.history.moments import AtPosition, AtTime, Moment
from tpwallet.views.history.store import Store


def moment_of(position: int | None, time: int | None) -> Moment | None:
    """The moment that one of two arguments names; None: now. **Rejects** both at once."""
    if position is not None and time is not None:
        raise Malformed("a moment is a position or a time, not both", parameter="at_time")
    if position is not None:
        return AtPosition(position)
    return None if time is None else AtTime(time)


def movements_by(store: Store, moment: Moment | None) -> int:
    """How many movements had been made by a moment.

    **Rejects** with `Malformed` a position that is not in the history, and a time that is none.
    """
    match moment:
        case None:
            return int(store.block[MOVEMENTS])
        case AtPosition(position):
            if not 0 <= position <= store.position:
                raise Malformed(
                    f"the history reaches from position 0 to {store.position}",
                    parameter="at_position",
                    position=store.position,
                )
            return int(times.movements_at_position(store.at, position))
        case AtTime(time):
            if not 0 <= time <= limits.TIME_MAX:
                raise Malformed(
                    f"a time is 0 to {limits.TIME_MAX} nanoseconds", parameter="at_time"
                )
            return int(times.movements_at_time(store.at, time))


def existed(store: Store, row: int, moment: Moment | None) -> bool:
    """Whether the account in a row existed at a moment."""
    match moment:
        case None:
            return True
        case AtPosition(position):
            return int(store.accounts[row, CREATED_POSITION]) <= position
        case AtTime(time):
            return int(store.accounts[row, CREATED_AT]) <= time


def accounts_by(store: Store, moment: Moment | None) -> int:
    """How many accounts existed at a moment: positions and times of creation only rise, so they
    are the first rows.
    """
    rows = range(int(store.block[ACCOUNTS]))
    return bisect_left(rows, True, key=lambda row: not existed(store, row, moment))
