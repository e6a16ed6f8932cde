"""Whose twin an account is: the way back from a twin's address misses no account."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tpwallet.domains.ledger.rescaling import CREDIT_LINE, Rescaling, twin_address
from tpwallet.domains.ledger.twins import sources_of
from tpwallet.money import Asset, AssetKind

RESCALING = Rescaling(
    Asset("OLD", 2, 50_000, AssetKind.CUSTOM),
    Asset("NEW", 2, 50_001, AssetKind.CUSTOM),
    Fraction(1),
)
SEGMENTS = st.sampled_from(("customer", "1", "OLD", "NEW", CREDIT_LINE))
ADDRESSES = st.lists(SEGMENTS, min_size=1, max_size=6).map("/".join)


@given(ADDRESSES)
def test_every_account_is_a_source_of_its_twin(address: str) -> None:
    assert address in set(sources_of(RESCALING, twin_address(address, "OLD", "NEW")))


@given(ADDRESSES)
def test_every_source_leads_to_the_twin(twin: str) -> None:
    assert {twin_address(one, "OLD", "NEW") for one in sources_of(RESCALING, twin)} <= {twin}
