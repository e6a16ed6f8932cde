"""Whose twin an account is: the way back from a twin's address misses no account."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.domains.ledger.records import Account
from tpwallet.domains.ledger.rescaling import Rescaling, Twin, conversion_account, twin_address
from tpwallet.domains.ledger.reserved import CREDIT_LINE, is_reserved
from tpwallet.domains.ledger.twins import check_twins_differ, sources_of
from tpwallet.kernel.errors import Rejected
from tpwallet.money import Asset, AssetKind

RESCALING = Rescaling(
    Asset("OLD", 2, 50_000, AssetKind.CUSTOM),
    Asset("NEW", 2, 50_001, AssetKind.CUSTOM),
    Fraction(1),
)
SEGMENTS = st.sampled_from(
    ("customer", "1", "OLD", "NEW", "control", "conversion", "rescaling", CREDIT_LINE)
)
ADDRESSES = st.lists(SEGMENTS, min_size=1, max_size=6).map("/".join)


@given(ADDRESSES)
def test_every_account_is_a_source_of_its_twin(address: str) -> None:
    assert address in set(sources_of(RESCALING, twin_address(address, "OLD", "NEW")))


@given(ADDRESSES)
def test_every_source_leads_to_the_twin(twin: str) -> None:
    assert {twin_address(one, "OLD", "NEW") for one in sources_of(RESCALING, twin)} <= {twin}


@given(ADDRESSES)
def test_the_twin_of_an_ordinary_account_is_ordinary_and_of_a_system_account_is_not(
    address: str,
) -> None:
    assert is_reserved(twin_address(address, "OLD", "NEW")) is is_reserved(address)


@pytest.mark.parametrize("asset", [RESCALING.asset, RESCALING.successor])
def test_no_twin_is_a_conversion_account(asset: Asset) -> None:
    """As it would be of an account at `conversion/rescaling`, opened before that was reserved."""
    twin = Twin(
        Account(id=1, ledger=50_000, code=1), None, conversion_account(asset)[0], None, 5, 5
    )
    check_twins_differ(RESCALING, [])
    with pytest.raises(Rejected) as refused:
        check_twins_differ(RESCALING, [twin])
    assert refused.value.code == "rescale_twin_taken"
