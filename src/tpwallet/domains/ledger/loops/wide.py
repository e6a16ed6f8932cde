"""128-bit unsigned arithmetic on (low, high) pairs of words."""

from tpwallet.compiled import compiled
from tpwallet.domains.ledger.loops.words import MAX_64, U0, U1


@compiled
def add(a_low, a_high, b_low, b_high):
    """`a + b`, modulo 2^128."""
    low = a_low + b_low
    carry = U1 if low < a_low else U0
    return low, a_high + b_high + carry


@compiled
def overflows(a_low, a_high, b_low, b_high):
    """Whether `a + b` is 2^128 or more: b exceeds the room above a."""
    room_low = MAX_64 - a_low
    room_high = MAX_64 - a_high
    return b_high > room_high or (b_high == room_high and b_low > room_low)


@compiled
def subtract(a_low, a_high, b_low, b_high):
    """`a - b`, modulo 2^128."""
    borrow = U1 if a_low < b_low else U0
    return a_low - b_low, a_high - b_high - borrow


@compiled
def less(a_low, a_high, b_low, b_high):
    """Whether `a < b`."""
    return a_high < b_high or (a_high == b_high and a_low < b_low)


@compiled
def floored_difference(a_low, a_high, b_low, b_high):
    """`max(a - b, 0)`."""
    if less(a_low, a_high, b_low, b_high):
        return U0, U0
    return subtract(a_low, a_high, b_low, b_high)


@compiled
def smaller(a_low, a_high, b_low, b_high):
    """`min(a, b)`."""
    if less(b_low, b_high, a_low, a_high):
        return b_low, b_high
    return a_low, a_high
