"""Division of integers where the rounding is always named.

The seven modes and their meanings are those of IEEE 754-2019 section 4.3 and of the General
Decimal Arithmetic specification, so that the same name gives the same result in other systems.
"Up" and "down" speak of magnitude (away from zero, towards zero); "ceiling" and "floor" speak of
the number line. There is no default mode: who rounds, and for whom, is a decision.
"""

from enum import Enum
from typing import assert_never

from tpwallet.money.errors import ZeroDivisor
from tpwallet.money.exactness import require_instance, require_int


class Rounding(Enum):
    """Where an inexact quotient goes."""

    HALF_EVEN = "half_even"
    """Nearest; a tie goes to the even neighbour. No drift over many roundings."""
    HALF_UP = "half_up"
    """Nearest; a tie goes away from zero. What invoices and tax forms mean by rounding."""
    HALF_DOWN = "half_down"
    """Nearest; a tie goes towards zero."""
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero: truncation."""
    CEILING = "ceiling"
    """Towards plus infinity."""
    FLOOR = "floor"
    """Towards minus infinity."""


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide exactly, then round as named. What is cut off is `numerator - result * denominator`.

    **Rejects** a zero denominator (`zero_divisor`); anything but integers (`TypeError`).

    >>> divide(5, 2, Rounding.HALF_EVEN), divide(5, 2, Rounding.HALF_UP)
    (2, 3)
    >>> divide(-7, 2, Rounding.DOWN), divide(-7, 2, Rounding.FLOOR)
    (-3, -4)
    """
    require_int("numerator", numerator)
    require_int("denominator", denominator)
    require_instance("rounding", rounding, Rounding)
    if denominator == 0:
        raise ZeroDivisor("cannot divide by zero", numerator=numerator)
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    floor, above_floor = divmod(numerator, denominator)
    if above_floor == 0:
        return floor
    past_half = 2 * above_floor - denominator
    return floor + _goes_up(floor, past_half, rounding)


def _goes_up(floor: int, past_half: int, rounding: Rounding) -> bool:
    """Whether a quotient strictly between `floor` and `floor + 1` becomes the upper of the two.

    `past_half` has the sign of its distance from the middle; `floor >= 0` says it is positive.
    """
    match rounding:
        case Rounding.HALF_EVEN:
            return past_half > 0 or (past_half == 0 and floor % 2 == 1)
        case Rounding.HALF_UP:
            return past_half > 0 or (past_half == 0 and floor >= 0)
        case Rounding.HALF_DOWN:
            return past_half > 0 or (past_half == 0 and floor < 0)
        case Rounding.UP:
            return floor >= 0
        case Rounding.DOWN:
            return floor < 0
        case Rounding.CEILING:
            return True
        case Rounding.FLOOR:
            return False
        case _:
            assert_never(rounding)
