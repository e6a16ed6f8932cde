"""Marks choose the same records one by one as they do from many at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.domains.ledger.marks import Marks
from tpwallet.domains.ledger.records import (
    U128_MAX,
    Account,
    Transfer,
    pack_account,
    pack_transfer,
    words_of,
)

FIELDS = {"code": 16, "user_data_128": 128, "user_data_64": 64, "user_data_32": 32}


def _near(bits: int) -> st.SearchStrategy[int]:
    """Few values, so that records agree in some: the least, the most, and both sides of a word."""
    found = {0, 1, (1 << bits) - 1, 1 << (bits // 2), (1 << (bits // 2)) - 1}
    return st.sampled_from(sorted(found))


values = st.fixed_dictionaries({name: _near(bits) for name, bits in FIELDS.items()})
wanted = st.fixed_dictionaries(
    {name: st.none() | _near(bits) for name, bits in FIELDS.items()}
).map(lambda found: Marks(**found))


@given(wanted, st.lists(values, max_size=8))
def test_many_at_once_are_chosen_as_one_by_one(marks: Marks, rows: list[dict[str, int]]) -> None:
    transfers = [
        Transfer(id=1, ledger=(1 << 32) - 1, flags=0xFFFF, timeout=(1 << 32) - 1, **row)
        for row in rows
    ]
    accounts = [Account(id=U128_MAX, ledger=(1 << 32) - 1, flags=0xFFFF, **row) for row in rows]
    expected = [
        all(one in (None, row[name]) for name, one in marks._asdict().items()) for row in rows
    ]
    for records, packed in (
        (transfers, b"".join(map(pack_transfer, transfers))),
        (accounts, b"".join(map(pack_account, accounts))),
    ):
        assert marks.among(words_of(packed)).tolist() == expected
        assert [marks.fit(record) for record in records] == expected


@pytest.mark.parametrize("name", FIELDS)
def test_nothing_is_a_value_as_any_other(name: str) -> None:
    plain, other = Transfer(id=1), Transfer(id=1, **{name: 1})
    words = words_of(pack_transfer(plain) + pack_transfer(other))
    assert Marks(**{name: 0}).among(words).tolist() == [True, False]
    assert Marks().among(words).tolist() == [True, True]
