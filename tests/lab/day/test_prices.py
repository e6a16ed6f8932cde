from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.lab.day.days import prices
from tpwallet.lab.day.ecb import SOURCE
from tpwallet.lab.day.limits import SECONDS_PER_DAY
from tpwallet.lab.day.prices import COINS, CURRENCIES, GENERATED_SOURCE, TRADED, Origin
from tpwallet.money import Amount, RateQuality, standard_catalogue

ASSETS = {code: standard_catalogue().by_code(code) for code in TRADED}
codes = st.permutations(TRADED).map(lambda order: order[:3])
seconds = st.integers(0, 2 * SECONDS_PER_DAY)


@given(codes, seconds, st.integers(0, 100))
def test_rates_agree_with_one_another_exactly(three: list[str], second: int, seed: int) -> None:
    of, through, to = (ASSETS[code] for code in three)
    table = prices(seed)
    direct = table.rate(of, to, second=second).value
    first, onward = table.rate(of, through, second=second), table.rate(through, to, second=second)
    assert first.value * onward.value == direct
    assert direct * table.rate(to, of, second=second).value == 1


def test_currencies_are_priced_at_the_reference_rate() -> None:
    rate = prices().rate(ASSETS["USD"], ASSETS["JPY"], second=0)
    assert rate.value == Fraction("171.94") / Fraction("1.0705")
    assert rate.source == SOURCE
    assert rate.quality is RateQuality.DELAYED


@given(st.sampled_from(COINS), st.sampled_from(CURRENCIES), seconds)
def test_a_generated_price_says_so(coin: str, currency: str, second: int) -> None:
    rate = prices().rate(ASSETS[coin], ASSETS[currency], second=second)
    assert GENERATED_SOURCE in rate.source.split("+")
    assert rate.quality is RateQuality.STALE


def test_origins_tell_the_base_real_rates_and_generated_ones_apart() -> None:
    origins = {code: prices(base="USD").origin(ASSETS[code]) for code in TRADED}
    assert origins["USD"] is Origin.BASE
    assert {origins[code] for code in COINS} == {Origin.GENERATED}
    assert {origins[code] for code in ("EUR", "CNY", "JPY")} == {Origin.ECB}


def test_the_same_seed_gives_the_same_series_and_another_one_another() -> None:
    def series(seed: int) -> list[Fraction]:
        table = prices(seed)
        quarters = range(0, SECONDS_PER_DAY, 900)
        return [table.rate(ASSETS["BTC"], ASSETS["EUR"], second=one).value for one in quarters]

    assert series(1) == series(1) != series(2)
    assert all(
        abs(after / before - 1) <= Fraction(3_000, 10**6) for before, after in pairwise(series(1))
    )


@given(st.sampled_from(TRADED), st.integers(0, 10**12), seconds)
def test_a_worth_is_within_half_a_minor_unit_of_the_exact_one(
    code: str, minor: int, second: int
) -> None:
    table, amount = prices(), Amount(minor, ASSETS[code])
    worth = table.worth(amount, second=second)
    assert worth.asset.code == "EUR"
    if code == "EUR":
        assert worth == amount
        return
    rate = table.rate(amount.asset, worth.asset, second=second).value
    exact = minor * rate * worth.asset.minor_per_unit / amount.asset.minor_per_unit
    assert abs(worth.minor - exact) <= Fraction(1, 2)
