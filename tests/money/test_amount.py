"""Exact amounts: text, arithmetic, order, and the floats and other assets that stay out."""

import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.samples import (
    DUST,
    ETH,
    EUR,
    JPY,
    NOT_INTEGERS,
    USD,
    amounts,
    assets,
    euros,
)
from tpwallet.money import (
    Amount,
    AmountOutOfRange,
    Asset,
    AssetKind,
    AssetMismatch,
    MalformedDecimal,
    TooManyDecimals,
    standard_catalogue,
)
from tpwallet.money.limits import AMOUNT_TEXT_LENGTH_MAX, MINOR_MAX, UNSIGNED_MINOR_MAX

ORDERS = (operator.lt, operator.le, operator.gt, operator.ge)
NOT_DECIMALS = [
    *("", "-", ".", ".5", "5.", "1.2.3", "+1", "--1", "-+1", "1-", "1e3", "1E3", "1e-2", "0x10"),
    *("NaN", "nan", "sNaN", "inf", "Infinity", "-Infinity", "1_000", "1,000.00", "1,5", "1'000"),
    *(" 1", "1 ", "1\n", "1 000", "\t1", "1.0\x00", "1/2", "1.00 EUR", "$1", "(1)"),
    *("\N{ARABIC-INDIC DIGIT ONE}", "\N{FULLWIDTH DIGIT ONE}", "1.\N{DEVANAGARI DIGIT TWO}"),
    *("\N{MINUS SIGN}1", "\N{SUPERSCRIPT TWO}", "1\N{ARABIC DECIMAL SEPARATOR}5"),
]
NOT_AMOUNTS = (1, 1.0, True, Decimal(1), Fraction(1), "1.00 EUR", None)


@pytest.mark.parametrize(
    ("text", "asset", "minor"),
    [
        ("12.34", EUR, 1234),
        ("12.3", EUR, 1230),
        ("12", EUR, 1200),
        ("-0.05", EUR, -5),
        ("-0", EUR, 0),
        ("007.50", EUR, 750),
        ("150", JPY, 150),
        ("0.000000000000000001", ETH, 1),
        ("0." + "0" * 35 + "1", DUST, 1),
    ],
)
def test_a_plain_decimal_is_read_exactly(text: str, asset: Asset, minor: int) -> None:
    assert Amount.parse(text, asset) == Amount(minor, asset)


@pytest.mark.parametrize("text", NOT_DECIMALS)
def test_any_other_text_is_rejected(text: str) -> None:
    with pytest.raises(MalformedDecimal) as refusal:
        Amount.parse(text, EUR)
    assert refusal.value.code == "malformed_decimal"
    assert refusal.value.facts == {"text": text}


@given(st.text(alphabet="0123456789.-+eE_, N", max_size=12))
def test_what_is_read_is_the_number_decimal_reads(text: str) -> None:
    try:
        amount = Amount.parse(text, DUST)
    except MalformedDecimal:
        return
    assert Fraction(amount.minor, DUST.minor_per_unit) == Fraction(Decimal(text))


@pytest.mark.parametrize(
    ("text", "asset", "decimals"),
    [("1.000", EUR, 3), ("1.0", JPY, 1), ("0.0000000000000000001", ETH, 19)],
)
def test_more_decimals_than_the_scale_are_rejected(text: str, asset: Asset, decimals: int) -> None:
    with pytest.raises(TooManyDecimals) as refusal:
        Amount.parse(text, asset)
    assert refusal.value.facts == {
        "text": text,
        "asset": asset.code,
        "decimals": decimals,
        "scale": asset.scale,
    }


def test_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert Amount.parse("0" * (AMOUNT_TEXT_LENGTH_MAX - 1) + "7", EUR) == Amount(700, EUR)
    with pytest.raises(MalformedDecimal) as refusal:
        Amount.parse("0" * AMOUNT_TEXT_LENGTH_MAX + "7", EUR)
    assert refusal.value.facts == {"length": 81, "length_max": 80}


def test_text_that_is_not_a_string_is_a_type_error() -> None:
    for wrong in (12, 12.34, True, b"12.34", Decimal("12.34"), None):
        with pytest.raises(TypeError, match="text must be str"):
            Amount.parse(wrong, EUR)  # type: ignore[arg-type]


@given(amounts)
def test_every_amount_reads_back_from_its_decimal(amount: Amount) -> None:
    assert Amount.parse(amount.decimal(), amount.asset) == amount


def test_the_widest_amount_has_the_longest_text() -> None:
    widest = Amount(-MINOR_MAX, EUR)
    assert len(widest.decimal()) == AMOUNT_TEXT_LENGTH_MAX
    assert Amount.parse(widest.decimal(), EUR) == widest


@given(euros)
def test_every_amount_reads_back_from_its_text(amount: Amount) -> None:
    decimal, code = str(amount).split(" ")
    assert Amount.parse(decimal, standard_catalogue().by_code(code)) == amount


@given(amounts)
def test_display_is_the_text_with_commas(amount: Amount) -> None:
    assert amount.display().replace(",", "") == str(amount)


@pytest.mark.parametrize(
    ("minor", "asset", "text"),
    [
        (123450, EUR, "1,234.50 EUR"),
        (-123456789, EUR, "-1,234,567.89 EUR"),
        (99999, EUR, "999.99 EUR"),
        (0, EUR, "0.00 EUR"),
        (1234567, JPY, "1,234,567 JPY"),
        (1234 * 10**18 + 5, ETH, "1,234.000000000000000005 ETH"),
    ],
)
def test_display_groups_whole_units_by_thousands(minor: int, asset: Asset, text: str) -> None:
    assert Amount(minor, asset).display() == text


@pytest.mark.parametrize("wrong", [*NOT_INTEGERS, Decimal(1), Fraction(1)])
def test_minor_units_that_are_not_an_integer_are_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="minor must be int"):
        Amount(wrong, EUR)


def test_an_asset_given_by_its_code_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="asset must be Asset, not str"):
        Amount(1, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="asset must be Asset, not str"):
        Amount.parse("1", "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("minor", [MINOR_MAX, -MINOR_MAX])
def test_an_amount_may_be_as_wide_as_the_limit_and_no_wider(minor: int) -> None:
    widest = Amount(minor, EUR)
    step = Amount(1 if minor > 0 else -1, EUR)
    with pytest.raises(AmountOutOfRange) as refusal:
        widest + step
    assert refusal.value.facts == {"asset": "EUR", "bits": 257}
    with pytest.raises(AmountOutOfRange):
        Amount(minor * 10**5_000, EUR)


def test_text_past_the_widest_amount_is_rejected() -> None:
    with pytest.raises(AmountOutOfRange):
        Amount.parse("9" * 78, EUR)


@given(euros, euros, euros)
def test_addition_is_a_commutative_group(one: Amount, two: Amount, three: Amount) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + Amount.zero(EUR) == one
    assert one - two == one + -two
    assert not one + -one


@given(euros, euros, st.integers(-1_000, 1_000))
def test_multiplication_is_repeated_addition(one: Amount, two: Amount, times: int) -> None:
    assert (one + two) * times == times * one + times * two
    assert one * (times + 1) == one * times + one


@given(euros, euros)
def test_order_is_that_of_the_minor_units(one: Amount, two: Amount) -> None:
    for order in ORDERS:
        assert order(one, two) == order(one.minor, two.minor)
    assert (one == two) == (one.minor == two.minor)
    assert abs(one).minor == abs(one.minor)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, *ORDERS])
def test_two_assets_never_mix(operation: Callable[[Amount, Amount], object]) -> None:
    with pytest.raises(AssetMismatch) as refusal:
        operation(Amount(1, EUR), Amount(1, USD))
    assert refusal.value.facts == {
        "left": "EUR",
        "right": "USD",
        "left_ledger": 978,
        "right_ledger": 840,
    }


def test_a_namesake_of_another_ledger_is_another_asset() -> None:
    namesake = Asset("EUR", 2, 20_000, AssetKind.CUSTOM)
    with pytest.raises(AssetMismatch):
        Amount(1, EUR) + Amount(1, namesake)
    assert Amount(1, EUR) != Amount(1, namesake)


def test_an_equal_asset_from_elsewhere_is_the_same_asset() -> None:
    again = Asset("EUR", 2, 978, AssetKind.FIAT)
    assert Amount(1, EUR) + Amount(1, again) == Amount(2, EUR)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, *ORDERS])
@pytest.mark.parametrize("other", NOT_AMOUNTS)
def test_an_amount_meets_only_amounts(
    operation: Callable[[object, object], object], other: object
) -> None:
    with pytest.raises(TypeError):
        operation(Amount(1, EUR), other)
    with pytest.raises(TypeError):
        operation(other, Amount(1, EUR))
    assert Amount(1, EUR) != other


@pytest.mark.parametrize("wrong", [1.5, 2.0, True, False, Decimal(2), Fraction(1, 2), "2", None])
def test_an_amount_is_multiplied_only_by_an_integer(wrong: int) -> None:
    with pytest.raises(TypeError, match="times must be int"):
        Amount(1, EUR) * wrong
    with pytest.raises(TypeError, match="times must be int"):
        wrong * Amount(1, EUR)


def test_two_amounts_do_not_multiply() -> None:
    with pytest.raises(TypeError, match="times must be int"):
        Amount(2, EUR) * Amount(2, EUR)  # type: ignore[operator]


@pytest.mark.parametrize("operation", [operator.truediv, operator.floordiv, operator.mod])
def test_no_operator_divides_without_naming_the_rounding(
    operation: Callable[[object, object], object],
) -> None:
    with pytest.raises(TypeError):
        operation(Amount(10, EUR), 3)


@pytest.mark.parametrize("convert", [float, int, complex, round])
def test_an_amount_does_not_turn_into_a_bare_number(convert: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        convert(Amount(10, EUR))


def test_an_amount_has_no_numeric_format() -> None:
    with pytest.raises(TypeError):
        format(Amount(10, EUR), ".2f")


@given(assets)
def test_only_zero_is_false(asset: Asset) -> None:
    assert not Amount.zero(asset)
    assert Amount(1, asset)
    assert Amount(-1, asset)


def test_a_sum_starts_at_zero_of_the_asset() -> None:
    parts = [Amount(1, EUR), Amount(2, EUR)]
    assert sum(parts, Amount.zero(EUR)) == Amount(3, EUR)
    with pytest.raises(TypeError):
        sum(parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("minor", [0, 1, UNSIGNED_MINOR_MAX])
def test_what_the_ledger_can_store_passes_unsigned(minor: int) -> None:
    assert Amount(minor, EUR).unsigned() == minor


@pytest.mark.parametrize("minor", [-1, UNSIGNED_MINOR_MAX + 1, -MINOR_MAX, MINOR_MAX])
def test_what_the_ledger_cannot_store_is_refused(minor: int) -> None:
    with pytest.raises(AmountOutOfRange) as refusal:
        Amount(minor, EUR).unsigned()
    assert refusal.value.code == "amount_out_of_range"
    assert refusal.value.facts == {"asset": "EUR", "minor": minor}


def test_an_amount_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Amount(1, EUR).minor = 2  # type: ignore[misc]


@given(amounts)
def test_equal_amounts_have_equal_hashes_and_survive_pickling(amount: Amount) -> None:
    copied = pickle.loads(pickle.dumps(amount))
    assert copied == amount
    assert hash(copied) == hash(amount)
