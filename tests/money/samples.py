"""Assets and strategies the money tests share."""

from typing import Final

from hypothesis import strategies as st

from tpwallet.money import Amount, Asset, AssetKind, Rounding, standard_catalogue

EUR: Final = standard_catalogue().by_code("EUR")
USD: Final = standard_catalogue().by_code("USD")
JPY: Final = standard_catalogue().by_code("JPY")
ETH: Final = standard_catalogue().by_code("ETH")
DUST: Final = Asset("DUST", scale=36, ledger=30_036, kind=AssetKind.CUSTOM)

assets = st.sampled_from([EUR, USD, JPY, ETH, DUST])
minors = st.one_of(
    st.integers(-1_000, 1_000),
    st.integers(-(2**130), 2**130),
    st.sampled_from([2**256 - 1, 1 - 2**256]),
)
amounts = st.builds(Amount, minors, assets)
euros = st.builds(Amount, st.integers(-(2**130), 2**130), st.just(EUR))
roundings = st.sampled_from(Rounding)

NOT_INTEGERS: Final = (1.0, True, "1", None, b"1", 1 + 0j)
"""Things that pass for a whole number somewhere and may not here."""
