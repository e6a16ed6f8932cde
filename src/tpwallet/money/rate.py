"""An exchange rate: an exact price of one asset in another, with where and when it was seen.

A rate is worth nothing without its evidence, so every rate names its source, the time it was
observed and its quality, and one computed from others carries those others. There is no default
rate, no rate of an asset to itself and no assumption that two assets are worth the same, pegged or
not. A rate has no bid or ask side and no expiry: those belong to a quote.

The value is a ratio of integers. `Fraction(0.1)` is accepted by Python and is not a tenth; build
values from text (`Rate.parse`) or from integers.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from tpwallet.money.amount import Amount
from tpwallet.money.asset import Asset
from tpwallet.money.decimals import parse_decimal
from tpwallet.money.errors import AssetMismatch, Fact, InvalidRate
from tpwallet.money.exactness import require_fraction, require_instance, require_int
from tpwallet.money.limits import (
    EVIDENCE_RATES_MAX,
    RATE_BITS_MAX,
    RATE_TEXT_LENGTH_MAX,
    TIME_NS_MAX,
)
from tpwallet.money.quality import RateQuality, derived_quality
from tpwallet.money.rounding import Rounding, divide
from tpwallet.money.source import is_source, join_sources


@dataclass(frozen=True, slots=True)
class Rate:
    """One whole unit of `base` is worth `value` whole units of `quote`.

    `source` is the name of who said so, or several joined by `+`; `observed_at_ns` is nanoseconds
    since 1970 UTC. `evidence` holds the observed rates a computed one came from, and is empty for a
    rate that was itself observed.

    **Rejects** a value that is zero, negative or past `RATE_BITS_MAX`, `base` equal to `quote`, a
    nameless source, a time that is not positive or past `TIME_NS_MAX`, more than
    `EVIDENCE_RATES_MAX` pieces of evidence or evidence that was itself computed (`invalid_rate`),
    and any value but a `Fraction` (`TypeError`).

    >>> from tpwallet.money.catalogue import standard_catalogue
    >>> euro, dollar = map(standard_catalogue().by_code, ("EUR", "USD"))
    >>> rate = Rate.parse(
    ...     "1.0850", euro, dollar, source="ecb", observed_at_ns=1, quality=RateQuality.LIVE
    ... )
    >>> str(rate.convert(Amount(1001, euro), Rounding.DOWN))
    '10.86 USD'
    """

    base: Asset
    quote: Asset
    value: Fraction
    source: str = field(kw_only=True)
    observed_at_ns: int = field(kw_only=True)
    quality: RateQuality = field(kw_only=True)
    evidence: tuple["Rate", ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        self._require_types()
        if self.base.code == self.quote.code or self.base.ledger == self.quote.ledger:
            raise self._refusal("an asset has no rate to itself")
        if self.value <= 0:
            raise self._refusal("a rate is positive")
        bits = max(self.value.numerator.bit_length(), self.value.denominator.bit_length())
        if bits > RATE_BITS_MAX:
            raise self._refusal(f"a rate has at most {RATE_BITS_MAX} bits", bits=bits)
        if not 1 <= self.observed_at_ns <= TIME_NS_MAX:
            raise self._refusal("a rate has a time", observed_at_ns=self.observed_at_ns)
        if not is_source(self.source):
            raise self._refusal("a rate names its source", length=len(self.source))
        if len(self.evidence) > EVIDENCE_RATES_MAX:
            raise self._refusal(
                f"a rate comes from at most {EVIDENCE_RATES_MAX} observed rates",
                evidence=len(self.evidence),
            )
        if any(rate.evidence for rate in self.evidence):
            raise self._refusal("evidence is rates that were observed, not computed")

    @classmethod
    def parse(
        cls,
        text: str,
        base: Asset,
        quote: Asset,
        *,
        source: str,
        observed_at_ns: int,
        quality: RateQuality,
    ) -> "Rate":
        """Read an observed rate from a plain decimal: whole units of `quote` for one of `base`.

        **Rejects** text that is not a plain decimal of at most `RATE_TEXT_LENGTH_MAX` characters
        (`malformed_decimal`), and whatever `Rate` rejects (`invalid_rate`).
        """
        unscaled, decimals = parse_decimal(text, length_max=RATE_TEXT_LENGTH_MAX)
        return cls(
            base,
            quote,
            Fraction(unscaled, 10**decimals),
            source=source,
            observed_at_ns=observed_at_ns,
            quality=quality,
        )

    def convert(self, amount: Amount, rounding: Rounding) -> Amount:
        """What `amount` of `base` is worth in `quote`, rounded to its minor unit as named.

        **Rejects** an amount of another asset than `base` (`asset_mismatch`), and a result past
        `MINOR_MAX` (`amount_out_of_range`).
        """
        numerator, denominator = self._exact_minor(amount)
        return Amount(divide(numerator, denominator, rounding), self.quote)

    def convert_with_remainder(self, amount: Amount, rounding: Rounding) -> tuple[Amount, Fraction]:
        """As `convert`, and what rounding left over: the exact worth less the rounded one.

        The remainder is in minor units of `quote`, strictly between -1 and 1; whoever rounds says
        who keeps it. **Rejects** what `convert` does.

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> euro, yen = map(standard_catalogue().by_code, ("EUR", "JPY"))
        >>> rate = Rate.parse(
        ...     "160.25", euro, yen, source="ecb", observed_at_ns=1, quality=RateQuality.LIVE
        ... )
        >>> converted, remainder = rate.convert_with_remainder(Amount(1000, euro), Rounding.UP)
        >>> str(converted), remainder
        ('1603 JPY', Fraction(-1, 2))
        """
        numerator, denominator = self._exact_minor(amount)
        minor = divide(numerator, denominator, rounding)
        remainder = Fraction(numerator - minor * denominator, denominator)
        return Amount(minor, self.quote), remainder

    def inverse(self) -> "Rate":
        """The exact price of `quote` in `base`, computed from this rate.

        Its quality is the worse of derived and this rate's; source and time stay.

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> euro, dollar = map(standard_catalogue().by_code, ("EUR", "USD"))
        >>> seen = Rate.parse(
        ...     "1.25", euro, dollar, source="ecb", observed_at_ns=1, quality=RateQuality.LIVE
        ... )
        >>> seen.inverse().value, seen.inverse().quality.value, seen.inverse().evidence == (seen,)
        (Fraction(4, 5), 'derived', True)
        """
        return _derive(self.quote, self.base, 1 / self.value, self)

    def cross(self, onward: "Rate") -> "Rate":
        """The exact price of `base` in `onward`'s `quote`, through the asset the two share.

        Its time is the older of the two, its quality the worst of derived and both, and its source
        and evidence are those of both, in order.

        **Rejects** an `onward` rate that does not start from this rate's `quote`
        (`asset_mismatch`), one that leads back to `base`, too much evidence, too wide a value
        (`invalid_rate`).

        >>> from tpwallet.money.catalogue import standard_catalogue
        >>> euro, dollar, yen = map(standard_catalogue().by_code, ("EUR", "USD", "JPY"))
        >>> first = Rate.parse(
        ...     "1.25", euro, dollar, source="ecb", observed_at_ns=7, quality=RateQuality.LIVE
        ... )
        >>> second = Rate.parse(
        ...     "150", dollar, yen, source="boj", observed_at_ns=5, quality=RateQuality.STALE
        ... )
        >>> both = first.cross(second)
        >>> str(both), both.observed_at_ns, both.quality.value
        ('1 EUR = 375/2 JPY (ecb+boj)', 5, 'stale')
        """
        require_instance("onward", onward, Rate)
        if self.quote != onward.base:
            raise AssetMismatch(
                f"{self} and {onward} do not share {self.quote.code}",
                left=self.quote.code,
                right=onward.base.code,
                left_ledger=self.quote.ledger,
                right_ledger=onward.base.ledger,
            )
        return _derive(self.base, onward.quote, self.value * onward.value, self, onward)

    def observations(self) -> tuple["Rate", ...]:
        """The observed rates behind this one: its evidence, or itself when it was observed."""
        return self.evidence or (self,)

    def __str__(self) -> str:
        return f"1 {self.base.code} = {self.value} {self.quote.code} ({self.source})"

    def _exact_minor(self, amount: Amount) -> tuple[int, int]:
        """The exact worth in minor units of `quote`, as numerator and denominator."""
        require_instance("amount", amount, Amount)
        if amount.asset != self.base:
            raise AssetMismatch(
                f"{amount} is not an amount of {self.base.code}",
                left=amount.asset.code,
                right=self.base.code,
                left_ledger=amount.asset.ledger,
                right_ledger=self.base.ledger,
            )
        numerator = amount.minor * self.value.numerator * self.quote.minor_per_unit
        return numerator, self.value.denominator * self.base.minor_per_unit

    def _require_types(self) -> None:
        require_instance("base", self.base, Asset)
        require_instance("quote", self.quote, Asset)
        require_fraction("value", self.value)
        require_instance("source", self.source, str)
        require_int("observed_at_ns", self.observed_at_ns)
        require_instance("quality", self.quality, RateQuality)
        require_instance("evidence", self.evidence, tuple)
        for rate in self.evidence:
            require_instance("evidence", rate, Rate)

    def _refusal(self, message: str, **facts: Fact) -> InvalidRate:
        pair = f"{self.base.code}/{self.quote.code}"
        return InvalidRate(
            f"{pair}: {message}", base=self.base.code, quote=self.quote.code, **facts
        )


def _derive(base: Asset, quote: Asset, value: Fraction, *inputs: Rate) -> Rate:
    return Rate(
        base,
        quote,
        value,
        source=join_sources(*(rate.source for rate in inputs)),
        observed_at_ns=min(rate.observed_at_ns for rate in inputs),
        quality=derived_quality(*(rate.quality for rate in inputs)),
        evidence=tuple(seen for rate in inputs for seen in rate.observations()),
    )
