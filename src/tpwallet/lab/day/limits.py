"""The limits of a business day, each named once."""

from typing import Final

SECONDS_PER_DAY: Final = 86_400
CUSTOMERS_MIN: Final = 4
CUSTOMERS_MAX: Final = 100_000
CUSTOMERS_PER_MERCHANT: Final = 8
MERCHANTS_MIN: Final = 8
"""Fewer could leave an asset that no merchant takes."""
