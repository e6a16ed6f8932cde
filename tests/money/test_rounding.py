"""Integer division against two independent arithmetics: `fractions` and `decimal`."""

import decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.samples import NOT_INTEGERS, roundings
from tpwallet.money import Rounding, ZeroDivisor, divide

DECIMAL_MODES = {
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.CEILING: decimal.ROUND_CEILING,
    Rounding.FLOOR: decimal.ROUND_FLOOR,
}

numerators = st.one_of(st.integers(-50, 50), st.integers(-(2**256), 2**256))
denominators = st.one_of(st.integers(-12, 12), st.integers(-(2**130), 2**130)).filter(bool)
halves = st.integers(-(2**128), 2**128).map(lambda whole: (2 * whole + 1, 2))


@pytest.mark.parametrize(
    ("rounding", "quotients"),
    [
        (Rounding.HALF_EVEN, [-2, -2, -1, 0, 0, 0, 1, 2, 2]),
        (Rounding.HALF_UP, [-3, -2, -1, -1, 0, 1, 1, 2, 3]),
        (Rounding.HALF_DOWN, [-2, -1, -1, 0, 0, 0, 1, 1, 2]),
        (Rounding.UP, [-3, -2, -1, -1, 0, 1, 1, 2, 3]),
        (Rounding.DOWN, [-2, -1, -1, 0, 0, 0, 1, 1, 2]),
        (Rounding.CEILING, [-2, -1, -1, 0, 0, 1, 1, 2, 3]),
        (Rounding.FLOOR, [-3, -2, -1, -1, 0, 0, 1, 1, 2]),
    ],
)
def test_halves_round_as_the_mode_says(rounding: Rounding, quotients: list[int]) -> None:
    numerators = (-5, -3, -2, -1, 0, 1, 2, 3, 5)
    assert [divide(numerator, 2, rounding) for numerator in numerators] == quotients


@given(numerators, st.integers(1, 10**30), st.integers(0, 40), roundings)
def test_powers_of_ten_round_as_decimal_does(
    numerator: int, factor: int, places: int, rounding: Rounding
) -> None:
    numerator *= factor
    context = decimal.Context(prec=400)
    exact = decimal.Decimal(numerator).scaleb(-places, context)
    expected = exact.quantize(decimal.Decimal(1), DECIMAL_MODES[rounding], context)
    assert divide(numerator, 10**places, rounding) == int(expected)


@given(numerators, denominators, roundings)
def test_a_rounded_quotient_is_a_neighbour_of_the_exact_one(
    numerator: int, denominator: int, rounding: Rounding
) -> None:
    error = divide(numerator, denominator, rounding) - Fraction(numerator, denominator)
    assert abs(error) < 1
    if rounding.value.startswith("half"):
        assert abs(error) <= Fraction(1, 2)


@given(numerators, denominators)
def test_directed_modes_err_only_in_their_direction(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert divide(numerator, denominator, Rounding.FLOOR) <= exact
    assert divide(numerator, denominator, Rounding.CEILING) >= exact
    assert abs(divide(numerator, denominator, Rounding.DOWN)) <= abs(exact)
    assert abs(divide(numerator, denominator, Rounding.UP)) >= abs(exact)


@given(numerators, denominators)
def test_half_even_is_the_rounding_of_fractions(numerator: int, denominator: int) -> None:
    expected = round(Fraction(numerator, denominator))
    assert divide(numerator, denominator, Rounding.HALF_EVEN) == expected


@given(halves)
def test_a_tie_is_broken_as_the_mode_says(half: tuple[int, int]) -> None:
    numerator, denominator = half
    exact = Fraction(numerator, denominator)
    assert divide(numerator, denominator, Rounding.HALF_EVEN) % 2 == 0
    assert abs(divide(numerator, denominator, Rounding.HALF_UP)) > abs(exact)
    assert abs(divide(numerator, denominator, Rounding.HALF_DOWN)) < abs(exact)


@given(st.integers(), denominators, roundings)
def test_an_exact_quotient_is_never_moved(
    quotient: int, denominator: int, rounding: Rounding
) -> None:
    assert divide(quotient * denominator, denominator, rounding) == quotient


@given(numerators, denominators, roundings)
def test_the_signs_of_both_sides_cancel(
    numerator: int, denominator: int, rounding: Rounding
) -> None:
    turned = divide(-numerator, -denominator, rounding)
    assert turned == divide(numerator, denominator, rounding)


@given(st.integers(), roundings)
def test_division_by_zero_is_refused(numerator: int, rounding: Rounding) -> None:
    with pytest.raises(ZeroDivisor) as refusal:
        divide(numerator, 0, rounding)
    assert refusal.value.facts == {"numerator": numerator}


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_anything_but_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="numerator must be int"):
        divide(wrong, 2, Rounding.UP)
    with pytest.raises(TypeError, match="denominator must be int"):
        divide(2, wrong, Rounding.UP)


def test_a_rounding_given_by_its_text_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="rounding must be Rounding, not str"):
        divide(4, 2, "half_even")  # type: ignore[arg-type]
