"""The limits that are not ours to choose: widths of fields, and what must fit in what."""

from tpwallet.money import limits


def test_limits_are_the_widths_of_the_record_fields() -> None:
    assert limits.LEDGER_MAX == 0xFFFF_FFFF
    assert int("f" * 32, 16) == limits.UNSIGNED_MINOR_MAX
    assert int("f" * 16, 16) == limits.TIME_NS_MAX


def test_the_product_of_two_ledger_amounts_is_an_amount() -> None:
    assert limits.UNSIGNED_MINOR_MAX**2 <= limits.MINOR_MAX


def test_any_weighting_by_a_ledger_amount_is_allowed() -> None:
    assert limits.WEIGHT_MAX == limits.UNSIGNED_MINOR_MAX
