"""The currency table against the agency's own file, and against itself."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tpwallet.money import ISO_4217, ISO_4217_PUBLISHED, AssetKind


@pytest.fixture
def published_table(test_data: Path) -> ET.Element:
    return ET.parse(test_data / "fx" / "iso4217" / "table_a1.xml").getroot()


def test_the_table_is_every_published_code_that_has_minor_units(
    published_table: ET.Element,
) -> None:
    published = {
        (row.findtext("Ccy"), int(row.findtext("CcyNbr", "")), int(row.findtext("CcyMnrUnts", "")))
        for row in published_table.iter("CcyNtry")
        if row.findtext("Ccy") is not None and row.findtext("CcyMnrUnts") != "N.A."
    }
    assert {(asset.code, asset.ledger, asset.scale) for asset in ISO_4217} == published


def test_the_edition_is_the_one_published(published_table: ET.Element) -> None:
    assert published_table.get("Pblshd") == ISO_4217_PUBLISHED


def test_every_code_and_number_is_of_the_standard_form() -> None:
    assert len(ISO_4217) == 166
    assert all(len(asset.code) == 3 and asset.code.isalpha() for asset in ISO_4217)
    assert all(1 <= asset.ledger <= 999 for asset in ISO_4217)
    assert {asset.kind for asset in ISO_4217} == {AssetKind.FIAT}


def test_the_table_is_in_order_of_code() -> None:
    codes = [asset.code for asset in ISO_4217]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("code", ["XAU", "XAG", "XDR", "XTS", "XXX"])
def test_codes_without_minor_units_are_left_out(code: str) -> None:
    assert code not in {asset.code for asset in ISO_4217}
