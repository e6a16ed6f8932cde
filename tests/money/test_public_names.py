"""The room's public namespace and the codes it promises."""

import pickle

import pytest

from tpwallet import money
from tpwallet.money import MoneyError, errors

STABLE_CODES = {
    "AmountOutOfRange": "amount_out_of_range",
    "AssetMismatch": "asset_mismatch",
    "CatalogueFull": "catalogue_full",
    "DuplicateAsset": "duplicate_asset",
    "InvalidAsset": "invalid_asset",
    "InvalidRate": "invalid_rate",
    "InvalidSplit": "invalid_split",
    "MalformedDecimal": "malformed_decimal",
    "MoneyError": "money_error",
    "TooManyDecimals": "too_many_decimals",
    "UnknownAsset": "unknown_asset",
    "ZeroDivisor": "zero_divisor",
}


def test_every_exported_name_exists_and_is_listed_once() -> None:
    assert all(hasattr(money, name) for name in money.__all__)
    assert len(set(money.__all__)) == len(money.__all__)


def test_every_refusal_is_exported_with_the_code_it_has_always_had() -> None:
    refusals = {
        name: member.code
        for name, member in vars(errors).items()
        if isinstance(member, type) and issubclass(member, MoneyError)
    }
    assert refusals == STABLE_CODES
    assert refusals.keys() <= set(money.__all__)


@pytest.mark.parametrize("name", sorted(STABLE_CODES))
def test_a_refusal_is_a_value_error_and_survives_pickling(name: str) -> None:
    refusal = getattr(money, name)("no", asset="EUR", minor=-1)
    copied = pickle.loads(pickle.dumps(refusal))
    assert issubclass(MoneyError, ValueError)
    assert isinstance(copied, MoneyError)
    assert (str(copied), copied.code, copied.facts) == (
        "no",
        STABLE_CODES[name],
        {"asset": "EUR", "minor": -1},
    )
