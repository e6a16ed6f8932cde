"""Naming accounts and transfers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.kinds import AccountKind, is_debit_normal, kind_of_code
from tpwallet.domains.ledger.records import U128_MAX
from tpwallet.domains.ledger.references import derived_transfer_id, parse_account, parse_id
from tpwallet.kernel.errors import Malformed


@given(st.integers(1, U128_MAX - 1))
def test_an_id_is_its_decimal(number: int) -> None:
    assert parse_id(str(number), parameter="id") == number
    assert parse_account(f"#{number}", parameter="debit") == number


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "+1", "1.0", " 1", "1_0", "٣", "x", str(U128_MAX), "1" * 40]
)
def test_anything_else_is_no_id(text: str) -> None:
    for parse, given_text in ((parse_id, text), (parse_account, f"#{text}")):
        with pytest.raises(Malformed) as error:
            parse(given_text, parameter="pending_id")
        assert error.value.facts["parameter"] == "pending_id"


def test_an_account_is_named_by_its_address() -> None:
    assert parse_account("a/b", parameter="debit") == account_id_of("a/b")
    with pytest.raises(Malformed) as error:
        parse_account("a//b", parameter="debit")
    assert error.value.facts["parameter"] == "debit"


def test_a_derived_id_follows_from_who_asks_what_and_which_leg() -> None:
    ids = {
        derived_transfer_id("a", "b", 0),
        derived_transfer_id("a", "b", 1),
        derived_transfer_id("a", "c", 0),
        derived_transfer_id("b", "b", 0),
    }
    assert len(ids) == 4
    assert derived_transfer_id("a", "b", 0) in ids
    assert all(0 < number < U128_MAX for number in ids)


@pytest.mark.parametrize("kind", AccountKind)
def test_a_kind_has_a_thousand_codes(kind: AccountKind) -> None:
    assert kind_of_code(kind.code) is kind_of_code(kind.code + 999) is kind
    assert kind_of_code(kind.code - 1) is not kind
    assert kind_of_code(kind.code + 1000) is not kind


def test_only_assets_and_expenses_have_their_balance_in_debits() -> None:
    found = {kind for kind in AccountKind if is_debit_normal(kind.code)}
    assert found == {AccountKind.ASSET, AccountKind.EXPENSE}
    assert not is_debit_normal(0)
