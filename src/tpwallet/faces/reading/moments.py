"""Moments as callers write them: a position of the journal, or a time (RFC 3339)."""

import re

from tpwallet.faces.times import parse_time
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.journal import Journal
from tpwallet.views.timeline import position_at

_POSITION = re.compile(r"[0-9]{1,19}")


def position_of(moment: int | str, journal: Journal, *, now: int, parameter: str) -> int:
    """The position a moment stands for: itself, or the last one booked by a time.

    `now` is the position reached; a time after it stands for `now`.

    **Rejects** with `Malformed` what is no moment, and a position below 0.
    """
    if isinstance(moment, str) and not _POSITION.fullmatch(moment):
        return position_at(journal, parse_time(moment, parameter=parameter), until=now)
    position = int(moment)
    if position < 0:
        raise Malformed(
            "a moment is a position, or a time like 2026-01-31T12:00:00Z", parameter=parameter
        )
    return position
