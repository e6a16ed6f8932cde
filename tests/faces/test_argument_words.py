"""What is wrong with an argument is said in words: not in those of the decoder."""

from typing import Any

import pytest

from tpwallet.domains.ledger.forms import AccountName, Decimal
from tpwallet.faces import bodies
from tpwallet.faces.arguments import checked_value
from tpwallet.kernel.errors import Malformed

LEG = {"debit": "a", "credit": "b", "amount": "1", "asset": "EUR"}
AMOUNT = "A decimal amount in the asset's own scale: `12.50`"


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (Decimal, 12.5, f"expected text, got a float. {AMOUNT}"),
        (Decimal | None, 12.5, f"expected text, got a float. {AMOUNT}"),
        (Decimal, "twelve", f"expected text of another form. {AMOUNT}"),
        (Decimal, "1" * 81, f"expected text of at most 80 characters. {AMOUNT}"),
        (AccountName, None, "expected text, got None. An account's address, or `#` and its id"),
        (bodies.CommandId, "", "expected text of at least 1 characters. A name of yours for"),
        (bodies.AccountKindName, "gift", "expected one of asset, clearing, equity, expense,"),
        (bodies.AccountKindName, 5, "expected one of asset, clearing, equity, expense,"),
        (bodies.Timeout, -1, "expected a whole number of at least 0"),
        (bodies.Timeout, 2**128, "expected a whole number of at most 4294967295"),
        (bodies.Timeout, True, "expected a whole number, got True or False"),
        (bodies.Metadata, ["a"], "expected a mapping, got a list. Public notes"),
        (bodies.Scopes, "admin", "expected a list, got text"),
        (bool, 1, "expected True or False, got a whole number"),
        (int | str, 12.9, "expected a whole number or text, got a float"),
        (int, 2**64, "expected a whole number of at most 63 bits"),
        (int, "\ud800", "expected text, got half of a surrogate pair"),
        (str, "\ud800", "expected text, got half of a surrogate pair"),
    ],
)
def test_complaint_is_a_sentence(kind: Any, value: Any, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        checked_value(kind, value, parameter="it")
    assert str(refused.value).startswith(sentence)
    assert refused.value.facts == {"parameter": "it"}


@pytest.mark.parametrize(
    ("legs", "parameter"),
    [
        ([LEG, {**LEG, "amount": 1.5}], "legs[1].amount"),
        ([LEG, 5], "legs[1]"),
        ([], "legs"),
    ],
)
def test_part_at_fault_is_named(legs: Any, parameter: str) -> None:
    with pytest.raises(Malformed) as refused:
        checked_value(bodies.Legs, legs, parameter="legs")
    assert refused.value.facts["parameter"] == parameter


def test_meaning_of_a_part_is_told_with_it() -> None:
    with pytest.raises(Malformed, match="decimal amount"):
        checked_value(bodies.Legs, [{**LEG, "amount": 1.5}], parameter="legs")


def test_text_is_no_base64_of_bytes() -> None:
    with pytest.raises(Malformed, match="expected bytes, got text"):
        checked_value(bytes, "abcd", parameter="content")
