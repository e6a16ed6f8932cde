"""Refusals of the money room: what was asked cannot be an exact value.

Every class carries a stable `code`, safe to publish and to match on, and the `facts` it was
decided on. A value of the wrong *type* (a float, a bool, a string where a number belongs) is a
programming error, not a refusal: it raises `TypeError` and has no code.
"""

from typing import ClassVar, TypeAlias

Fact: TypeAlias = str | int


class MoneyError(ValueError):
    """A money value was refused; `code` says why for good, `facts` says about what.

    >>> try:
    ...     raise ZeroDivisor("cannot divide by zero", numerator=7)
    ... except MoneyError as refusal:
    ...     refusal.code, refusal.facts
    ('zero_divisor', {'numerator': 7})
    """

    code: ClassVar[str] = "money_error"

    def __init__(self, message: str, /, **facts: Fact) -> None:
        super().__init__(message)
        self.facts = facts


class InvalidAsset(MoneyError):
    """A code, scale or ledger number is outside its rules."""

    code = "invalid_asset"


class DuplicateAsset(MoneyError):
    """A catalogue already has this code or this ledger number."""

    code = "duplicate_asset"


class UnknownAsset(MoneyError):
    """A catalogue has no such code or ledger number."""

    code = "unknown_asset"


class CatalogueFull(MoneyError):
    """A catalogue is at its named limit."""

    code = "catalogue_full"


class AssetMismatch(MoneyError):
    """Two values of different assets met where one asset is required."""

    code = "asset_mismatch"


class MalformedDecimal(MoneyError):
    """A text is not a plain decimal number, or is longer than its named limit."""

    code = "malformed_decimal"


class TooManyDecimals(MoneyError):
    """A text has more decimals than its asset can hold."""

    code = "too_many_decimals"


class AmountOutOfRange(MoneyError):
    """An amount does not fit the width it must be stored in."""

    code = "amount_out_of_range"


class ZeroDivisor(MoneyError):
    """A division by zero was asked for."""

    code = "zero_divisor"


class InvalidRate(MoneyError):
    """A rate is not positive, not between two assets, or not properly sourced."""

    code = "invalid_rate"


class InvalidSplit(MoneyError):
    """The weights or shares of a split do not describe a whole."""

    code = "invalid_split"
