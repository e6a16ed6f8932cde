"""From a time to a position: what had been booked by then.

Every entry is decided at a time later than any before it, so positions and times rise together and
a time is found by bisection over the commits, whose headers hold the time of their last entry.

This is when things were *booked*. When an imported transfer is said to have happened, or what day
a payment is effective, are other questions.
"""

from tpwallet.kernel.journal import Journal


def position_at(journal: Journal, time: int, *, until: int) -> int:
    """The last position up to `until` whose entry was decided by `time` (nanoseconds); 0: none."""
    low, high = 0, until + 1  # positions known to be booked by then, and known not to be
    later: int | None = None  # the position a commit begins at that ends after `time`
    while high - low > 1:
        header = journal.header_at((low + high) // 2)
        if header.time <= time:
            low = header.last_position
        else:
            high = later = header.first_position
        if low >= until:
            return until
    if later is not None:
        for entry in journal.commit_at(later).entries():
            if entry.envelope.time <= time:
                low = entry.last_position
    return min(low, until)
