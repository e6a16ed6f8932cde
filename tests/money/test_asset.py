"""What may be an asset, and what may not."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.samples import EUR, NOT_INTEGERS
from tpwallet.money import Asset, AssetKind, InvalidAsset
from tpwallet.money.limits import ASSET_CODE_LENGTH_MAX, LEDGER_MAX, SCALE_MAX

NOT_CODES = [
    *("", "eur", "EUR ", " EUR", "EUR\n", "GOLD_BAR", "-GOLD", "GOLD-", "GOLD--BAR", "123", "1-2"),
    *(
        "ÉUR",
        "EUR/USD",
        "A.B",
        "\N{FULLWIDTH LATIN CAPITAL LETTER A}",
        "A\N{ARABIC-INDIC DIGIT ONE}",
    ),
]
HUGE = pytest.param(10**5_000, id="more digits than Python prints")


def custom(code: str = "TOKEN", scale: int = 2, ledger: int = 20_000) -> Asset:
    return Asset(code, scale, ledger, AssetKind.CUSTOM)


@pytest.mark.parametrize("code", ["EUR", "GOLD-BAR", "1INCH", "A", "TBILL-2031-06", "4-H"])
def test_codes_of_capitals_digits_and_single_hyphens_are_accepted(code: str) -> None:
    assert custom(code=code).code == code


@pytest.mark.parametrize("code", NOT_CODES)
def test_other_codes_are_rejected(code: str) -> None:
    with pytest.raises(InvalidAsset) as refusal:
        custom(code=code)
    assert refusal.value.facts == {"code": code}


def test_a_code_may_be_as_long_as_the_limit_and_no_longer() -> None:
    longest = "A" * ASSET_CODE_LENGTH_MAX
    assert custom(code=longest).code == longest
    with pytest.raises(InvalidAsset) as refusal:
        custom(code="A" * (ASSET_CODE_LENGTH_MAX + 1))
    assert refusal.value.facts == {"length": 33, "length_max": 32}


@pytest.mark.parametrize("scale", [0, SCALE_MAX])
def test_the_scales_at_the_limits_are_accepted(scale: int) -> None:
    assert custom(scale=scale).minor_per_unit == 10**scale


@pytest.mark.parametrize("scale", [-1, SCALE_MAX + 1, HUGE])
def test_the_scales_past_the_limits_are_rejected(scale: int) -> None:
    with pytest.raises(InvalidAsset) as refusal:
        custom(scale=scale)
    assert refusal.value.facts["scale"] == scale


@pytest.mark.parametrize("ledger", [1, LEDGER_MAX])
def test_the_ledger_numbers_at_the_limits_are_accepted(ledger: int) -> None:
    assert custom(ledger=ledger).ledger == ledger


@pytest.mark.parametrize("ledger", [-1, 0, LEDGER_MAX + 1, HUGE])
def test_the_ledger_numbers_past_the_limits_are_rejected(ledger: int) -> None:
    with pytest.raises(InvalidAsset) as refusal:
        custom(ledger=ledger)
    assert refusal.value.facts["ledger"] == ledger


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_a_scale_or_ledger_that_is_not_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="scale must be int"):
        custom(scale=wrong)
    with pytest.raises(TypeError, match="ledger must be int"):
        custom(ledger=wrong)


def test_a_code_or_kind_of_another_type_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="code must be str, not bytes"):
        custom(code=b"EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="kind must be AssetKind, not str"):
        Asset("EUR", 2, 978, "fiat")  # type: ignore[arg-type]


def test_an_asset_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        EUR.scale = 3  # type: ignore[misc]


def test_assets_that_differ_in_scale_alone_are_different() -> None:
    assert custom(scale=2) != custom(scale=3)


@given(st.sampled_from(AssetKind), st.integers(0, SCALE_MAX), st.integers(1, LEDGER_MAX))
def test_equal_assets_have_equal_hashes_and_survive_pickling(
    kind: AssetKind, scale: int, ledger: int
) -> None:
    asset = Asset("TOKEN", scale, ledger, kind)
    copied = pickle.loads(pickle.dumps(asset))
    assert copied == asset
    assert hash(copied) == hash(asset)


def test_an_asset_prints_as_its_code() -> None:
    assert str(custom(code="GOLD-BAR")) == "GOLD-BAR"
