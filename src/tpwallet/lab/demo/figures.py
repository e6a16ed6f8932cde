"""The figures on the screen, read off the pool's totals: where the firm's money is, and whose.

- *total*: what the firm owes its customers and merchants;
- *available*: what of it they can use now;
- *locked*: what purchases have reserved;
- *in flight*: what is on its way out to a bank or a chain;
- *fees*: what the firm has earned, beside the total.

Values in the base currency are for the eye: each is rounded to the nearest minor unit, and the sum
adds up exact values before it rounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tpwallet.faces.reading_shapes import AssetTotals, Totals
from tpwallet.lab.day.prices import TRADED, Origin, Prices
from tpwallet.money import Amount, Asset, Rounding, divide, standard_catalogue

SHARES = ("total", "available", "locked", "in_flight", "fees")
STYLES = {
    "total": "",
    "available": "green",
    "locked": "yellow",
    "in_flight": "cyan",
    "fees": "magenta",
}


@dataclass(frozen=True, slots=True)
class Shares:
    """One asset's money, in its minor units, or all of it in those of the base currency."""

    total: int = 0
    available: int = 0
    locked: int = 0
    in_flight: int = 0
    fees: int = 0

    def of(self, name: str) -> int:
        """The share of a name in `SHARES`. **Rejects** (`KeyError`) another."""
        if name not in SHARES:
            raise KeyError(name)
        return int(getattr(self, name))


@dataclass(frozen=True, slots=True)
class AssetFigures:
    """One asset's line: its shares, its total's worth in the base currency, and how known."""

    asset: Asset
    shares: Shares
    worth: Amount
    origin: Origin


@dataclass(frozen=True, slots=True)
class Figures:
    """Every asset's line, and all of them in the base currency."""

    position: int
    assets: tuple[AssetFigures, ...]
    base: Asset
    in_base: Shares


def figures_of(totals: Totals, prices: Prices, *, second: int) -> Figures:
    """The figures at the prices of a second of the day. An asset without accounts has zeros."""
    found = {one.asset: shares_of(one) for one in totals.assets}
    shares = {code: found.get(code, Shares()) for code in TRADED}
    assets = []
    for code in TRADED:
        asset = standard_catalogue().by_code(code)
        worth = prices.worth(Amount(shares[code].total, asset), second=second)
        assets.append(AssetFigures(asset, shares[code], worth, prices.origin(asset)))
    values = [_exact_value(code, prices, second) for code in TRADED]
    return Figures(
        position=totals.position,
        assets=tuple(assets),
        base=prices.base,
        in_base=Shares(
            **{name: _sum([one.of(name) for one in shares.values()], values) for name in SHARES}
        ),
    )


def shares_of(totals: AssetTotals) -> Shares:
    """One asset's shares."""
    asset = standard_catalogue().by_code(totals.asset)

    def minor(text: str) -> int:
        return Amount.parse(text, asset).minor

    return Shares(
        total=minor(totals.liabilities),
        available=minor(totals.available),
        locked=minor(totals.locked),
        in_flight=minor(totals.in_flight),
        fees=minor(totals.income),
    )


def _exact_value(code: str, prices: Prices, second: int) -> Fraction:
    """Minor units of the base currency in one minor unit of the asset."""
    asset = standard_catalogue().by_code(code)
    if asset == prices.base:
        return Fraction(1)
    value = prices.rate(asset, prices.base, second=second).value
    return value * prices.base.minor_per_unit / asset.minor_per_unit


def _sum(minors: Sequence[int], values: Sequence[Fraction]) -> int:
    exact = sum((minor * value for minor, value in zip(minors, values, strict=True)), Fraction())
    return divide(exact.numerator, exact.denominator, Rounding.HALF_EVEN)
