"""Exact values: assets, amounts, rates, rounding and splitting.

This room is the bottom of the house: it imports nothing of ours, knows no clock, no store and no
business rule, and lets no float in. Import from here; the modules behind are private to the room.

>>> from tpwallet.money import Amount, split_evenly, standard_catalogue
>>> euro = standard_catalogue().by_code("EUR")
>>> [str(part) for part in split_evenly(Amount.parse("10.00", euro), 3)]
['3.34 EUR', '3.33 EUR', '3.33 EUR']
"""

from tpwallet.money.allocation import allocate, split_bps, split_evenly
from tpwallet.money.amount import Amount, parse_minor
from tpwallet.money.asset import Asset, AssetKind
from tpwallet.money.catalogue import Catalogue, standard_catalogue
from tpwallet.money.crypto import CRYPTO
from tpwallet.money.errors import (
    AmountOutOfRange,
    AssetMismatch,
    CatalogueFull,
    DuplicateAsset,
    InvalidAsset,
    InvalidRate,
    InvalidSplit,
    MalformedDecimal,
    MoneyError,
    TooManyDecimals,
    UnknownAsset,
    ZeroDivisor,
)
from tpwallet.money.iso4217 import ISO_4217, ISO_4217_PUBLISHED
from tpwallet.money.quality import RateQuality
from tpwallet.money.rate import Rate
from tpwallet.money.rounding import Rounding, divide

__all__ = [
    "CRYPTO",
    "ISO_4217",
    "ISO_4217_PUBLISHED",
    "Amount",
    "AmountOutOfRange",
    "Asset",
    "AssetKind",
    "AssetMismatch",
    "Catalogue",
    "CatalogueFull",
    "DuplicateAsset",
    "InvalidAsset",
    "InvalidRate",
    "InvalidSplit",
    "MalformedDecimal",
    "MoneyError",
    "Rate",
    "RateQuality",
    "Rounding",
    "TooManyDecimals",
    "UnknownAsset",
    "ZeroDivisor",
    "allocate",
    "divide",
    "parse_minor",
    "split_bps",
    "split_evenly",
    "standard_catalogue",
]
