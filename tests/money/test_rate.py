"""Rates: exact, sourced, dated, and never assumed."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.samples import DUST, ETH, EUR, JPY, NOT_INTEGERS, USD, roundings
from tpwallet.money import (
    Amount,
    AmountOutOfRange,
    Asset,
    AssetKind,
    AssetMismatch,
    InvalidRate,
    MalformedDecimal,
    Rate,
    RateQuality,
    Rounding,
)
from tpwallet.money.limits import (
    EVIDENCE_RATES_MAX,
    MINOR_MAX,
    RATE_BITS_MAX,
    RATE_TEXT_LENGTH_MAX,
    SOURCE_NAME_LENGTH_MAX,
    TIME_NS_MAX,
)

WORST_LAST = [RateQuality.LIVE, RateQuality.DERIVED, RateQuality.DELAYED, RateQuality.STALE]

values = st.fractions(min_value=Fraction(1, 10**12), max_value=10**12)
qualities = st.sampled_from(RateQuality)
names = st.from_regex(r"[a-z][a-z0-9:@/-]{0,8}", fullmatch=True)
times = st.integers(1, TIME_NS_MAX)


def seen(
    text: str,
    base: Asset = EUR,
    quote: Asset = USD,
    *,
    source: str = "ecb",
    observed_at_ns: int = 1_000,
    quality: RateQuality = RateQuality.LIVE,
) -> Rate:
    return Rate.parse(
        text, base, quote, source=source, observed_at_ns=observed_at_ns, quality=quality
    )


def rates(base: Asset, quote: Asset) -> st.SearchStrategy[Rate]:
    return st.builds(
        Rate,
        st.just(base),
        st.just(quote),
        values,
        source=names,
        observed_at_ns=times,
        quality=qualities,
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.0850", Fraction(217, 200)),
        ("160", Fraction(160)),
        ("0.000000012345", Fraction(12345, 10**12)),
    ],
)
def test_a_rate_reads_exactly_from_a_decimal(text: str, value: Fraction) -> None:
    assert seen(text).value == value


@pytest.mark.parametrize("text", ["", "1e3", "NaN", "inf", " 1", "1,5", "+1", "1/3", ".5"])
def test_a_rate_in_any_other_text_is_rejected(text: str) -> None:
    with pytest.raises(MalformedDecimal):
        seen(text)


def test_a_rate_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert seen("0." + "0" * (RATE_TEXT_LENGTH_MAX - 3) + "1").value == Fraction(1, 10**38)
    with pytest.raises(MalformedDecimal):
        seen("0." + "0" * (RATE_TEXT_LENGTH_MAX - 2) + "1")


@pytest.mark.parametrize("text", ["0", "0.00", "-0", "-1", "-0.01"])
def test_a_rate_that_is_not_positive_is_rejected(text: str) -> None:
    with pytest.raises(InvalidRate) as refusal:
        seen(text)
    assert refusal.value.code == "invalid_rate"
    assert refusal.value.facts == {"base": "EUR", "quote": "USD"}


@pytest.mark.parametrize("wrong", [1.085, 1, True, Decimal("1.085"), "1.085", None])
def test_a_value_that_is_not_a_fraction_is_a_type_error(wrong: Fraction) -> None:
    with pytest.raises(TypeError, match="value must be Fraction"):
        Rate(EUR, USD, wrong, source="ecb", observed_at_ns=1, quality=RateQuality.LIVE)


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_a_time_that_is_not_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="observed_at_ns must be int"):
        seen("1", observed_at_ns=wrong)


def test_a_quality_or_asset_given_by_its_text_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="quality must be RateQuality"):
        seen("1", quality="live")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="quote must be Asset"):
        seen("1", EUR, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="base must be Asset"):
        seen("1", "EUR", USD)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="source must be str"):
        seen("1", source=None)  # type: ignore[arg-type]


def test_a_rate_cannot_be_made_without_source_time_and_quality() -> None:
    with pytest.raises(TypeError, match="source"):
        Rate(EUR, USD, Fraction(1))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "quote",
    [EUR, Asset("EUR", 4, 20_000, AssetKind.CUSTOM), Asset("EURO", 2, 978, AssetKind.CUSTOM)],
    ids=["same", "same code", "same ledger"],
)
def test_an_asset_has_no_rate_to_itself(quote: Asset) -> None:
    with pytest.raises(InvalidRate):
        seen("1", EUR, quote)


@pytest.mark.parametrize("time_ns", [1, TIME_NS_MAX])
def test_a_time_within_the_limits_is_kept(time_ns: int) -> None:
    assert seen("1", observed_at_ns=time_ns).observed_at_ns == time_ns


@pytest.mark.parametrize("time_ns", [0, -1, TIME_NS_MAX + 1])
def test_a_time_past_the_limits_is_rejected(time_ns: int) -> None:
    with pytest.raises(InvalidRate) as refusal:
        seen("1", observed_at_ns=time_ns)
    assert refusal.value.facts["observed_at_ns"] == time_ns


@pytest.mark.parametrize(
    "source", ["ecb", "kraken:spot", "composite/usd@3", "a" * SOURCE_NAME_LENGTH_MAX, "ecb+boj"]
)
def test_a_named_source_is_kept(source: str) -> None:
    assert seen("1", source=source).source == source


@pytest.mark.parametrize(
    "source",
    [
        *("", " ", "my bank", "ecb\n", "+", "ecb+", "+ecb", "é", "-ecb"),
        *("a" * (SOURCE_NAME_LENGTH_MAX + 1), "+".join("abcdefghi")),
    ],
)
def test_a_nameless_source_is_rejected(source: str) -> None:
    with pytest.raises(InvalidRate) as refusal:
        seen("1", source=source)
    assert refusal.value.facts["length"] == len(source)


@pytest.mark.parametrize("power", [1, -1], ids=["numerator", "denominator"])
def test_a_value_may_be_as_wide_as_the_limit_and_no_wider(power: int) -> None:
    widest = replace(seen("1"), value=Fraction(2**RATE_BITS_MAX - 1) ** power)
    with pytest.raises(InvalidRate) as refusal:
        replace(widest, value=Fraction(2**RATE_BITS_MAX) ** power)
    assert refusal.value.facts["bits"] == RATE_BITS_MAX + 1


@given(st.integers(-(10**25), 10**25), values, st.sampled_from([USD, JPY, ETH, DUST]), roundings)
def test_a_conversion_and_its_remainder_are_the_exact_worth(
    minor: int, value: Fraction, quote: Asset, rounding: Rounding
) -> None:
    rate = replace(seen("1", EUR, quote), value=value)
    converted, remainder = rate.convert_with_remainder(Amount(minor, EUR), rounding)
    exact = Fraction(minor, EUR.minor_per_unit) * value * quote.minor_per_unit
    assert converted.asset == quote
    assert converted.minor + remainder == exact
    assert abs(remainder) < 1
    assert rate.convert(Amount(minor, EUR), rounding) == converted


@pytest.mark.parametrize(
    ("rounding", "minor"),
    [
        (Rounding.HALF_EVEN, 1602),
        (Rounding.HALF_UP, 1603),
        (Rounding.HALF_DOWN, 1602),
        (Rounding.UP, 1603),
        (Rounding.DOWN, 1602),
        (Rounding.CEILING, 1603),
        (Rounding.FLOOR, 1602),
    ],
)
def test_a_conversion_rounds_as_named(rounding: Rounding, minor: int) -> None:
    assert seen("160.25", EUR, JPY).convert(Amount(1000, EUR), rounding) == Amount(minor, JPY)


def test_a_conversion_crosses_scales_exactly() -> None:
    assert seen("2500.5", ETH, USD).convert(
        Amount.parse("2.0", ETH), Rounding.DOWN
    ) == Amount.parse("5001.00", USD)
    assert seen("2500", ETH, USD).inverse().convert(
        Amount.parse("5000.00", USD), Rounding.DOWN
    ) == Amount.parse("2", ETH)


def test_an_amount_of_another_asset_is_not_converted() -> None:
    with pytest.raises(AssetMismatch) as refusal:
        seen("1.085").convert(Amount(100, USD), Rounding.DOWN)
    assert (refusal.value.facts["left"], refusal.value.facts["right"]) == ("USD", "EUR")


def test_a_conversion_past_the_widest_amount_is_refused() -> None:
    with pytest.raises(AmountOutOfRange):
        seen("2").convert(Amount(MINOR_MAX, EUR), Rounding.DOWN)


def test_only_an_amount_is_converted_and_only_with_a_rounding() -> None:
    with pytest.raises(TypeError, match="amount must be Amount, not float"):
        seen("1.085").convert(100.0, Rounding.DOWN)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="rounding must be Rounding"):
        seen("1.085").convert(Amount(100, EUR), "down")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        seen("1.085").convert(Amount(100, EUR))  # type: ignore[call-arg]


@given(rates(EUR, USD))
def test_an_inverse_is_exact_and_keeps_its_evidence(rate: Rate) -> None:
    inverse = rate.inverse()
    assert (inverse.base, inverse.quote) == (USD, EUR)
    assert inverse.value * rate.value == 1
    assert (inverse.source, inverse.observed_at_ns) == (rate.source, rate.observed_at_ns)
    assert inverse.evidence == (rate,)
    assert inverse.inverse().value == rate.value
    assert inverse.inverse().evidence == (rate,)


@given(rates(EUR, USD), rates(USD, JPY))
def test_a_cross_is_exact_and_carries_both_inputs(first: Rate, second: Rate) -> None:
    cross = first.cross(second)
    assert (cross.base, cross.quote) == (EUR, JPY)
    assert cross.value == first.value * second.value
    assert cross.observed_at_ns == min(first.observed_at_ns, second.observed_at_ns)
    assert cross.evidence == (first, second)
    assert cross.source.split("+") == list(dict.fromkeys([first.source, second.source]))


@given(rates(EUR, USD), rates(USD, JPY))
def test_a_computed_rate_is_never_better_than_derived_or_its_inputs(
    first: Rate, second: Rate
) -> None:
    ranks = [WORST_LAST.index(rate.quality) for rate in (first, second)]
    derived = WORST_LAST.index(RateQuality.DERIVED)
    assert WORST_LAST.index(first.cross(second).quality) == max(derived, *ranks)
    assert WORST_LAST.index(first.inverse().quality) == max(derived, ranks[0])


@given(rates(EUR, USD), rates(USD, JPY), rates(JPY, ETH))
def test_the_order_of_crossing_does_not_matter(first: Rate, second: Rate, third: Rate) -> None:
    assert first.cross(second).cross(third) == first.cross(second.cross(third))


@given(rates(EUR, USD), rates(USD, JPY))
def test_the_inverse_of_a_cross_is_the_cross_of_the_inverses(first: Rate, second: Rate) -> None:
    one_way = first.cross(second).inverse()
    other_way = second.inverse().cross(first.inverse())
    assert one_way.value == other_way.value
    assert one_way.quality == other_way.quality
    assert set(one_way.evidence) == set(other_way.evidence)


def test_a_rate_marked_stale_after_it_was_computed_stays_stale_onwards() -> None:
    marked = replace(seen("1.25").inverse(), quality=RateQuality.STALE)
    assert marked.inverse().quality is RateQuality.STALE


def test_rates_that_share_no_asset_do_not_cross() -> None:
    with pytest.raises(AssetMismatch) as refusal:
        seen("1.25", EUR, USD).cross(seen("160", EUR, JPY))
    assert (refusal.value.facts["left"], refusal.value.facts["right"]) == ("USD", "EUR")
    with pytest.raises(TypeError, match="onward must be Rate"):
        seen("1.25").cross(1.25)  # type: ignore[arg-type]


def test_a_cross_that_leads_back_is_not_a_rate() -> None:
    with pytest.raises(InvalidRate):
        seen("1.25").cross(seen("1.25").inverse())


def chain(links: int) -> Rate:
    assets = [Asset(f"T{n}", 2, 20_000 + n, AssetKind.CUSTOM) for n in range(links + 1)]
    rate = seen("2", assets[0], assets[1], source="s0")
    for n in range(1, links):
        rate = rate.cross(seen("2", assets[n], assets[n + 1], source=f"s{n}"))
    return rate


def test_a_rate_comes_from_as_many_rates_as_the_limit_and_no_more() -> None:
    longest = chain(EVIDENCE_RATES_MAX)
    assert longest.value == 2**EVIDENCE_RATES_MAX
    assert longest.source == "s0+s1+s2+s3+s4+s5+s6+s7"
    with pytest.raises(InvalidRate):
        chain(EVIDENCE_RATES_MAX + 1)
    with pytest.raises(InvalidRate) as refusal:
        replace(seen("2"), evidence=(seen("2"),) * (EVIDENCE_RATES_MAX + 1))
    assert refusal.value.facts["evidence"] == EVIDENCE_RATES_MAX + 1


def test_evidence_is_what_was_observed() -> None:
    with pytest.raises(InvalidRate):
        replace(seen("2"), evidence=(seen("2").inverse(),))
    with pytest.raises(TypeError, match="evidence must be Rate"):
        replace(seen("2"), evidence=("ecb",))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="evidence must be tuple"):
        replace(seen("2"), evidence=[seen("2")])  # type: ignore[arg-type]


def test_a_rate_prints_as_what_it_says() -> None:
    assert str(seen("1.25")) == "1 EUR = 5/4 USD (ecb)"
