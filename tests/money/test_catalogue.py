"""Lookup by code and by ledger number, and what may be added."""

import pytest

from tests.money.samples import EUR, NOT_INTEGERS, USD
from tpwallet.money import (
    CRYPTO,
    ISO_4217,
    Asset,
    AssetKind,
    Catalogue,
    CatalogueFull,
    DuplicateAsset,
    UnknownAsset,
    standard_catalogue,
)
from tpwallet.money.limits import CATALOGUE_ASSETS_MAX


def custom(code: str, ledger: int) -> Asset:
    return Asset(code, 2, ledger, AssetKind.CUSTOM)


def test_an_asset_is_found_by_code_and_by_ledger_number() -> None:
    catalogue = Catalogue([EUR, USD])
    assert catalogue.by_code("EUR") is EUR
    assert catalogue.by_ledger(840) is USD


def test_an_unknown_code_is_refused_never_guessed() -> None:
    with pytest.raises(UnknownAsset) as refusal:
        Catalogue([EUR]).by_code("eur")
    assert refusal.value.code == "unknown_asset"
    assert refusal.value.facts == {"code": "eur"}


@pytest.mark.parametrize("ledger", [0, 1, -978, pytest.param(10**5_000, id="huge")])
def test_an_unknown_ledger_number_is_refused(ledger: int) -> None:
    with pytest.raises(UnknownAsset) as refusal:
        Catalogue([EUR]).by_ledger(ledger)
    assert refusal.value.facts == {"ledger": ledger}


@pytest.mark.parametrize("wrong", NOT_INTEGERS)
def test_a_ledger_number_that_is_not_an_integer_is_a_type_error(wrong: int) -> None:
    with pytest.raises(TypeError, match="ledger must be int"):
        Catalogue([custom("ONE", 1)]).by_ledger(wrong)


def test_a_code_that_is_not_text_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="code must be str"):
        Catalogue([EUR]).by_code(978)  # type: ignore[arg-type]


def test_adding_leaves_the_old_catalogue_as_it_was() -> None:
    old = Catalogue([EUR])
    new = old.with_asset(USD)
    assert list(old) == [EUR]
    assert list(new) == [EUR, USD]
    assert (len(old), len(new)) == (1, 2)
    assert "USD" not in old


@pytest.mark.parametrize(
    "second", [custom("EUR", 20_000), custom("TOKEN", 978), EUR], ids=["code", "ledger", "same"]
)
def test_a_second_asset_with_the_same_code_or_ledger_is_rejected(second: Asset) -> None:
    catalogue = Catalogue([EUR])
    with pytest.raises(DuplicateAsset) as refusal:
        catalogue.with_asset(second)
    assert refusal.value.facts["holder_code"] == "EUR"
    assert refusal.value.facts["ledger"] == second.ledger
    assert list(catalogue) == [EUR]
    with pytest.raises(DuplicateAsset):
        Catalogue([EUR, second])


def test_only_an_asset_can_be_added() -> None:
    with pytest.raises(TypeError, match="asset must be Asset"):
        Catalogue().with_asset("EUR")  # type: ignore[arg-type]


def test_a_catalogue_holds_its_limit_and_no_more() -> None:
    full = Catalogue(custom(f"T{number}", number) for number in range(1, CATALOGUE_ASSETS_MAX + 1))
    assert len(full) == CATALOGUE_ASSETS_MAX
    with pytest.raises(CatalogueFull) as refusal:
        full.with_asset(custom("EXTRA", CATALOGUE_ASSETS_MAX + 1))
    assert refusal.value.facts == {"code": "EXTRA", "assets_max": CATALOGUE_ASSETS_MAX}


def test_the_standard_catalogue_has_every_currency_and_coin_once() -> None:
    assert list(standard_catalogue()) == [*ISO_4217, *CRYPTO]


def test_the_standard_catalogue_is_one_object() -> None:
    assert standard_catalogue() is standard_catalogue()
