"""The assets a pool knows, looked up by code and by ledger number.

A catalogue never changes; adding an asset gives a new catalogue, so whoever holds one can rely on
it. Assets are only ever added: a delisted asset stays, because old records still name its ledger.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from tpwallet.money.asset import Asset
from tpwallet.money.crypto import CRYPTO
from tpwallet.money.errors import CatalogueFull, DuplicateAsset, UnknownAsset
from tpwallet.money.exactness import require_instance, require_int
from tpwallet.money.iso4217 import ISO_4217
from tpwallet.money.limits import CATALOGUE_ASSETS_MAX


class Catalogue:
    """A set of assets in which each code and each ledger number occurs once.

    **Rejects** a second asset with a code or ledger number already there (`duplicate_asset`), and
    more assets than `CATALOGUE_ASSETS_MAX` (`catalogue_full`).

    >>> standard_catalogue().by_ledger(978).code
    'EUR'
    """

    __slots__ = ("_by_code", "_by_ledger")

    def __init__(self, assets: Iterable[Asset] = ()) -> None:
        self._by_code: dict[str, Asset] = {}
        self._by_ledger: dict[int, Asset] = {}
        for asset in assets:
            self._add(asset)

    def by_code(self, code: str) -> Asset:
        """The asset with this code. **Rejects** a code not listed (`unknown_asset`)."""
        require_instance("code", code, str)
        asset = self._by_code.get(code)
        if asset is None:
            raise UnknownAsset("no asset has this code", code=code)
        return asset

    def by_ledger(self, ledger: int) -> Asset:
        """The asset with this ledger number. **Rejects** one not listed (`unknown_asset`)."""
        require_int("ledger", ledger)
        asset = self._by_ledger.get(ledger)
        if asset is None:
            raise UnknownAsset("no asset has this ledger number", ledger=ledger)
        return asset

    def with_asset(self, asset: Asset) -> "Catalogue":
        """A new catalogue that also has `asset`; this one is left as it was.

        **Rejects** a code or ledger number already listed (`duplicate_asset`), even by the very
        same asset; a full catalogue (`catalogue_full`).

        >>> from tpwallet.money.asset import AssetKind
        >>> points = Asset("POINTS", scale=0, ledger=20_001, kind=AssetKind.CUSTOM)
        >>> "POINTS" in standard_catalogue().with_asset(points), "POINTS" in standard_catalogue()
        (True, False)
        """
        extended = Catalogue()
        extended._by_code.update(self._by_code)
        extended._by_ledger.update(self._by_ledger)
        extended._add(asset)
        return extended

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Asset]:
        """The assets in the order they were added."""
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def _add(self, asset: Asset) -> None:
        require_instance("asset", asset, Asset)
        if len(self._by_code) == CATALOGUE_ASSETS_MAX:
            raise CatalogueFull(
                f"a catalogue holds at most {CATALOGUE_ASSETS_MAX} assets",
                code=asset.code,
                assets_max=CATALOGUE_ASSETS_MAX,
            )
        holder = self._by_code.get(asset.code) or self._by_ledger.get(asset.ledger)
        if holder is not None:
            raise DuplicateAsset(
                f"{asset.code} (ledger {asset.ledger}) is already taken by "
                f"{holder.code} (ledger {holder.ledger})",
                code=asset.code,
                ledger=asset.ledger,
                holder_code=holder.code,
                holder_ledger=holder.ledger,
            )
        self._by_code[asset.code] = asset
        self._by_ledger[asset.ledger] = asset


@cache
def standard_catalogue() -> Catalogue:
    """Every currency of `ISO_4217` and every coin of `CRYPTO`, always the same object.

    >>> standard_catalogue().by_code("ETH").scale
    18
    """
    return Catalogue((*ISO_4217, *CRYPTO))
