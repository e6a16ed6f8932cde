"""How far a price may be trusted, and how trust survives computing with it.

Age and lag are judged by whoever watches the source; here a quality is only carried, and never
improves: a result is at most as good as the worst thing it came from.
"""

from enum import Enum
from typing import Final


class RateQuality(Enum):
    """How far a rate may be trusted, best first."""

    LIVE = "live"
    """Straight from a working source."""
    DERIVED = "derived"
    """Computed from live rates: exact, but nobody quoted it."""
    DELAYED = "delayed"
    """From a source known to lag, or computed from such a rate."""
    STALE = "stale"
    """Older than its source should ever be, or computed from such a rate."""


_BEST_FIRST: Final = tuple(RateQuality)


def derived_quality(*inputs: RateQuality) -> RateQuality:
    """The quality of a rate computed from `inputs`: the worst of them and of derived.

    >>> derived_quality(RateQuality.LIVE, RateQuality.LIVE).value
    'derived'
    >>> derived_quality(RateQuality.STALE, RateQuality.LIVE).value
    'stale'
    """
    return max(RateQuality.DERIVED, *inputs, key=_BEST_FIRST.index)
