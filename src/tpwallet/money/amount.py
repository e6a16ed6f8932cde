"""An exact amount of one asset: a whole number of its minor units.

An amount may be negative (a difference, a loss); the ledger's own amounts are unsigned, and
`Amount.unsigned` is the door between the two. Amounts of different assets never mix: going from
one to another takes a `Rate`. Nothing here rounds; what would have to is in `rounding`, `rate` and
`allocation`, where the rounding has a name.
"""

from dataclasses import dataclass

from tpwallet.money.asset import Asset
from tpwallet.money.decimals import format_decimal, parse_decimal
from tpwallet.money.errors import AmountOutOfRange, AssetMismatch, TooManyDecimals
from tpwallet.money.exactness import require_instance, require_int
from tpwallet.money.limits import AMOUNT_TEXT_LENGTH_MAX, MINOR_MAX, UNSIGNED_MINOR_MAX


@dataclass(frozen=True, slots=True)
class Amount:
    """`minor` minor units of `asset`; `Amount(1234, EUR)` is 12.34 euro. False only when zero.

    Amounts of one asset add, subtract, negate and compare, and multiply by an `int`. Amounts of
    different assets are unequal, and anything else between them is refused.

    **Rejects** a magnitude past `MINOR_MAX` (`amount_out_of_range`), two assets in one operation
    (`asset_mismatch`), and every other type of number (`TypeError`).

    >>> from tpwallet.money.catalogue import standard_catalogue
    >>> euro = standard_catalogue().by_code("EUR")
    >>> str(Amount(1234, euro) + Amount(66, euro) * 2)
    '13.66 EUR'
    """

    minor: int
    asset: Asset

    def __post_init__(self) -> None:
        require_int("minor", self.minor)
        require_instance("asset", self.asset, Asset)
        if not -MINOR_MAX <= self.minor <= MINOR_MAX:
            raise AmountOutOfRange(
                f"an amount of {self.asset.code} is wider than 256 bits",
                asset=self.asset.code,
                bits=self.minor.bit_length(),
            )

    @classmethod
    def zero(cls, asset: Asset) -> "Amount":
        """No minor units of `asset`: where a `sum` starts.

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> yen = standard_catalogue().by_code("JPY")
        >>> str(sum([Amount(100, yen), Amount(50, yen)], Amount.zero(yen)))
        '150 JPY'
        """
        return cls(0, asset)

    @classmethod
    def parse(cls, text: str, asset: Asset) -> "Amount":
        """Read whole units written as a plain decimal, the inverse of `decimal`.

        **Rejects** text that is not a plain decimal or is past its limit (`malformed_decimal`),
        more decimals than the asset's scale, zeros included (`too_many_decimals`), and a magnitude
        past `MINOR_MAX` (`amount_out_of_range`).

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> Amount.parse("12.3", standard_catalogue().by_code("EUR")).minor
        1230
        """
        return cls(parse_minor(text, asset), asset)

    def decimal(self) -> str:
        """The whole units as a plain decimal, with all the decimals of the asset.

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> Amount(-5, standard_catalogue().by_code("EUR")).decimal()
        '-0.05'
        """
        return format_decimal(self.minor, self.asset.scale)

    def display(self) -> str:
        """The amount for a reader: thousands grouped by commas, then the asset's code.

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> Amount(123450, standard_catalogue().by_code("EUR")).display()
        '1,234.50 EUR'
        """
        return f"{format_decimal(self.minor, self.asset.scale, grouped=True)} {self.asset.code}"

    def unsigned(self) -> int:
        """The minor units as the ledger stores them: 0 to 2^128 - 1.

        **Rejects** a negative amount and one that is too wide (`amount_out_of_range`).

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> Amount(1234, standard_catalogue().by_code("EUR")).unsigned()
        1234
        """
        if not 0 <= self.minor <= UNSIGNED_MINOR_MAX:
            raise AmountOutOfRange(
                f"{self} does not fit an unsigned 128-bit amount",
                asset=self.asset.code,
                minor=self.minor,
            )
        return self.minor

    def __str__(self) -> str:
        return f"{self.decimal()} {self.asset.code}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __neg__(self) -> "Amount":
        return Amount(-self.minor, self.asset)

    def __abs__(self) -> "Amount":
        return Amount(abs(self.minor), self.asset)

    def __add__(self, other: "Amount") -> "Amount":
        if not isinstance(other, Amount):
            return NotImplemented
        self._require_same_asset(other)
        return Amount(self.minor + other.minor, self.asset)

    def __sub__(self, other: "Amount") -> "Amount":
        if not isinstance(other, Amount):
            return NotImplemented
        self._require_same_asset(other)
        return Amount(self.minor - other.minor, self.asset)

    def __mul__(self, times: int) -> "Amount":
        require_int("times", times)
        return Amount(self.minor * times, self.asset)

    __rmul__ = __mul__

    def __lt__(self, other: "Amount") -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        self._require_same_asset(other)
        return self.minor < other.minor

    def __le__(self, other: "Amount") -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        self._require_same_asset(other)
        return self.minor <= other.minor

    def __gt__(self, other: "Amount") -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        self._require_same_asset(other)
        return self.minor > other.minor

    def __ge__(self, other: "Amount") -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        self._require_same_asset(other)
        return self.minor >= other.minor

    def _require_same_asset(self, other: "Amount") -> None:
        if self.asset is not other.asset and self.asset != other.asset:
            raise AssetMismatch(
                f"{self} and {other} are of different assets",
                left=self.asset.code,
                right=other.asset.code,
                left_ledger=self.asset.ledger,
                right_ledger=other.asset.ledger,
            )


def parse_minor(text: str, asset: Asset) -> int:
    """The minor units of `asset` in whole units written as a plain decimal: `Amount.parse` for
    callers that need no more than the number, and hold it to limits of their own.

    **Rejects** what `Amount.parse` does, but for a magnitude past `MINOR_MAX`.

    >>> from tpwallet.money.catalogue import standard_catalogue
    >>> parse_minor("12.3", standard_catalogue().by_code("EUR"))
    1230
    """
    require_instance("asset", asset, Asset)
    unscaled, decimals = parse_decimal(text, length_max=AMOUNT_TEXT_LENGTH_MAX)
    if decimals > asset.scale:
        raise TooManyDecimals(
            f"{text} has {decimals} decimals and {asset.code} has {asset.scale}",
            text=text,
            asset=asset.code,
            decimals=decimals,
            scale=asset.scale,
        )
    return unscaled * int(10 ** (asset.scale - decimals))
