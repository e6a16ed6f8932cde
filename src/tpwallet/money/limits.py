"""The limits of the money room, each named once.

They keep every value small enough to store, print and compare in bounded time. They are not
business limits: what a customer may move is a policy, decided elsewhere.
"""

from typing import Final

ASSET_CODE_LENGTH_MAX: Final = 32
SCALE_MAX: Final = 36
"""Decimal places. Ether needs 18, NEAR 24; at 36 an unsigned amount still holds 340 whole units."""

LEDGER_MAX: Final = 2**32 - 1
"""The ledger field of a 128-byte record is a u32; 0 names no asset."""

CATALOGUE_ASSETS_MAX: Final = 65_536

UNSIGNED_MINOR_MAX: Final = 2**128 - 1
"""The amount field of a 128-byte record is a u128."""

MINOR_MAX: Final = 2**256 - 1
"""Magnitude of any amount: room for the sum, or the product, of ledger amounts."""

AMOUNT_TEXT_LENGTH_MAX: Final = 80
"""A minus, a point and the 78 digits of `MINOR_MAX`: every amount printed can be read back."""

RATE_TEXT_LENGTH_MAX: Final = 40
RATE_BITS_MAX: Final = 1_024
"""Width of a rate's numerator and of its denominator, in lowest terms."""

SOURCE_NAME_LENGTH_MAX: Final = 64
EVIDENCE_RATES_MAX: Final = 8
"""Observed rates behind one derived rate."""

TIME_NS_MAX: Final = 2**64 - 1

PARTS_MAX: Final = 10_000
"""Parts of one split."""

WEIGHT_MAX: Final = 2**128 - 1
"""A weight may itself be a ledger balance."""

BPS_PER_WHOLE: Final = 10_000
"""Basis points in one whole: a fact rather than a limit, kept beside them."""
