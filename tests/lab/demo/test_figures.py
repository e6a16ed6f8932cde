from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.day.days import prices
from tests.lab.demo.pieces import asset_totals, totals
from tpwallet.faces.reading_shapes import Totals
from tpwallet.lab.day.prices import TRADED
from tpwallet.lab.demo.books import double_entry_finding, identity_finding
from tpwallet.lab.demo.figures import SHARES, Shares, figures_of, shares_of


@pytest.mark.parametrize("code", TRADED)
def test_the_shares_of_an_asset_are_read_off_its_totals(code: str) -> None:
    assert shares_of(asset_totals(code)) == Shares(
        total=640_000, available=580_000, locked=40_000, in_flight=20_000, fees=60_000
    )


@given(st.integers(0, 10**24))
def test_the_base_s_sum_adds_exact_values_before_it_rounds(liabilities: int) -> None:
    table = prices()
    figures = figures_of(totals(liabilities=liabilities), table, second=0)
    exact = Fraction(0)
    for one in figures.assets:
        value = Fraction(1)
        if one.asset != figures.base:
            value = table.rate(one.asset, figures.base, second=0).value
        exact += one.shares.total * value * figures.base.minor_per_unit / one.asset.minor_per_unit
    assert abs(figures.in_base.total - exact) <= Fraction(1, 2)


def test_an_asset_without_accounts_shows_zeros() -> None:
    figures = figures_of(Totals(assets=[], checked=True, position=3), prices(), second=0)
    assert [one.asset.code for one in figures.assets] == list(TRADED)
    assert figures.in_base == Shares()


def test_another_share_is_unknown() -> None:
    assert [Shares(fees=3).of(name) for name in SHARES][-1] == 3
    with pytest.raises(KeyError):
        Shares().of("profit")


def test_totals_that_balance_hold() -> None:
    assert double_entry_finding(totals()).holds
    assert identity_finding(totals()).holds


SIDES = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
PARTS = (
    "liabilities",
    "available",
    "locked",
    "in_flight",
    "assets",
    "equity",
    "income",
    "clearing",
)


@given(st.sampled_from(SIDES), st.integers(1, 10**30))
def test_debits_that_are_off_by_anything_are_found(field: str, by: int) -> None:
    plain = 60_000 if field.endswith("pending") else 1_310_000
    found = double_entry_finding(totals(**{field: plain + by}))
    assert not found.holds
    assert found.wrong[0].startswith(TRADED[0])


@given(st.sampled_from(PARTS), st.integers(1, 10**30))
def test_a_part_that_is_off_by_anything_is_found(field: str, by: int) -> None:
    assert not identity_finding(totals(**{field: 10**40 + by})).holds


def test_no_accounts_prove_nothing() -> None:
    assert not double_entry_finding(Totals(assets=[], checked=True, position=0)).holds
