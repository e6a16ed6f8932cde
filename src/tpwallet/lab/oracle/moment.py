"""The time of one event inside its batch.

A batch has one time; its n events get the n nanoseconds that end there, so timestamps are unique
and strictly increasing. An imported event is *stored* under its own past timestamp, but the moment
it is judged at (is this pending transfer expired by now?) is still the ledger's.
"""

from typing import NamedTuple


class Moment(NamedTuple):
    """`batch_ns` is the batch's time, `event_ns` the time the ledger's clock gives this event."""

    batch_ns: int
    event_ns: int


def moment_of(index: int, event_count: int, batch_ns: int) -> Moment:
    """Give event `index` (from 0) of a batch of `event_count` its moment.

    >>> [moment_of(index, 3, 100).event_ns for index in range(3)]
    [98, 99, 100]
    """
    return Moment(batch_ns, batch_ns - event_count + index + 1)
