"""What the firm's assets are worth in one another over one day.

Currencies: the European Central Bank's reference rates of that day, one for the whole day. Coins: a
series *generated* from the seed, one price for each quarter of an hour, because no open source of
coin prices ships with a package. The two are told apart everywhere: a generated rate names the
source `lab:generated` and is marked *stale*, the worst quality there is, so that no policy that
looks at quality can take it for a market price.

Every rate goes through the euro, exactly, and carries both rates it was computed from.
"""

import random
from enum import Enum
from fractions import Fraction

from tpwallet.lab.day.ecb import ReferenceRates
from tpwallet.lab.day.limits import SECONDS_PER_DAY
from tpwallet.money import Amount, Asset, Rate, RateQuality, Rounding, standard_catalogue

GENERATED_SOURCE = "lab:generated"
CURRENCIES = ("EUR", "USD", "CNY", "JPY")
COINS = ("BTC", "ETH", "USDC")
TRADED = (*CURRENCIES, *COINS)

_SECONDS_PER_PRICE = 900
_PRICES = SECONDS_PER_DAY // _SECONDS_PER_PRICE
_NANOSECONDS = 1_000_000_000
_MICRO = 1_000_000
# Where a series starts, in millionths of a euro (of a dollar for USDC), and how far one step goes
# at most, in hundredths of a basis point of the price.
_SERIES = {"BTC": (84_000 * _MICRO, 3_000), "ETH": (2_900 * _MICRO, 4_000), "USDC": (_MICRO, 100)}


class Origin(Enum):
    """Where an asset's worth comes from."""

    BASE = "base"  # it is the currency values are shown in
    ECB = "ecb"
    GENERATED = "generated"


class Prices:
    """The day's exchange rates between the assets in `TRADED`, by second of the day."""

    def __init__(self, reference: ReferenceRates, *, base: Asset, seed: int) -> None:
        """`base`: what values are shown in; `seed` makes the coins' series."""
        self.reference = reference
        self.base = base
        self._euro = standard_catalogue().by_code("EUR")
        self._series = {code: _series(code, seed) for code in COINS}
        self._known: dict[tuple[str, str, int], Rate] = {}

    def origin(self, asset: Asset) -> Origin:
        """Where the worth of an asset in the base currency comes from."""
        if asset == self.base:
            return Origin.BASE
        return Origin.GENERATED if asset.code in COINS else Origin.ECB

    def rate(self, sold: Asset, bought: Asset, *, second: int) -> Rate:
        """How much of `bought` one unit of `sold` is worth at a second of the day.

        Times past the day's end keep its last price. **Rejects** (`invalid_rate`) an asset to
        itself, and (`RatesMissing`) one the firm does not trade.
        """
        quarter = min(second // _SECONDS_PER_PRICE, _PRICES - 1)
        key = (sold.code, bought.code, quarter)
        if key not in self._known:
            self._known[key] = self._cross(sold, bought, quarter)
        return self._known[key]

    def worth(self, amount: Amount, *, second: int) -> Amount:
        """An amount in the base currency, to its nearest minor unit: a figure to show, not to book.

        **Rejects** as `rate` does.
        """
        if amount.asset == self.base:
            return amount
        rate = self.rate(amount.asset, self.base, second=second)
        return rate.convert(amount, Rounding.HALF_EVEN)

    def sized(self, base_minor: int, asset: Asset, *, second: int) -> Amount:
        """About so much of the base currency, in `asset`, rounded down."""
        amount = Amount(base_minor, self.base)
        if asset == self.base:
            return amount
        return self.rate(self.base, asset, second=second).convert(amount, Rounding.DOWN)

    def _cross(self, sold: Asset, bought: Asset, quarter: int) -> Rate:
        if sold == self._euro:
            return self._of_one_euro(bought, quarter)
        if bought == self._euro:
            return self._of_one_euro(sold, quarter).inverse()
        through_euro = self._of_one_euro(sold, quarter).inverse()
        return through_euro.cross(self._of_one_euro(bought, quarter))

    def _of_one_euro(self, asset: Asset, quarter: int) -> Rate:
        if asset.code not in COINS:
            return self.reference.rate(asset)
        price = Fraction(self._series[asset.code][quarter], _MICRO)
        if asset.code == "USDC":
            price /= self.reference.rate(standard_catalogue().by_code("USD")).value
        midnight_ns = self.reference.observed_at_ns // _DAY_NS * _DAY_NS
        generated = Rate(
            asset,
            self._euro,
            price,
            source=GENERATED_SOURCE,
            observed_at_ns=midnight_ns + quarter * _SECONDS_PER_PRICE * _NANOSECONDS,
            quality=RateQuality.STALE,
        )
        return generated.inverse()


_DAY_NS = SECONDS_PER_DAY * _NANOSECONDS


def _series(code: str, seed: int) -> tuple[int, ...]:
    """A random walk of whole numbers: one price for each quarter of an hour."""
    source = random.Random(f"{code} {seed}")
    price, step_max = _SERIES[code]
    series = []
    for _ in range(_PRICES):
        series.append(price)
        price += price * source.randint(-step_max, step_max) // _MICRO
    return tuple(series)
