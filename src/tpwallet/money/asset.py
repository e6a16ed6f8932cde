"""What a unit of value is: its code, how finely it divides, and its number in the ledger.

An asset is a name and a scale, nothing else. It is not a token on a given chain (the same coin can
have other decimals on another network; gateways convert), not an account, and not a price.

A scale is for ever: amounts are stored as minor units, and changing the scale would change what
every stored integer means. A rescaled asset is a new asset with a new code and ledger number.
"""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from tpwallet.money.errors import InvalidAsset
from tpwallet.money.exactness import require_instance, require_int
from tpwallet.money.limits import ASSET_CODE_LENGTH_MAX, LEDGER_MAX, SCALE_MAX

_CODE: Final = re.compile(r"(?=[0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*")


class AssetKind(Enum):
    """What stands behind an asset."""

    FIAT = "fiat"
    """Money issued under a state's law, numbered by ISO 4217."""
    CRYPTO = "crypto"
    """Native to, or issued on, a public chain."""
    CUSTOM = "custom"
    """Anything else an operator registers: metal, points, a tokenised bond."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A unit of value: `code`, `scale` in decimal places, `ledger` number, and `kind`.

    `code` is capital letters and digits in groups joined by single hyphens, with at least one
    letter. `ledger` (1 to 2^32 - 1) names the asset in 128-byte records.

    **Rejects** a code, scale or ledger outside these rules (`invalid_asset`).

    >>> gold = Asset("GOLD-BAR", scale=3, ledger=4_000_000_000, kind=AssetKind.CUSTOM)
    >>> gold.minor_per_unit
    1000
    """

    code: str
    scale: int = field(hash=False)
    ledger: int
    kind: AssetKind = field(hash=False)

    def __post_init__(self) -> None:
        require_instance("code", self.code, str)
        require_int("scale", self.scale)
        require_int("ledger", self.ledger)
        require_instance("kind", self.kind, AssetKind)
        if len(self.code) > ASSET_CODE_LENGTH_MAX:
            raise InvalidAsset(
                f"an asset code of {len(self.code)} characters is longer than "
                f"{ASSET_CODE_LENGTH_MAX}",
                length=len(self.code),
                length_max=ASSET_CODE_LENGTH_MAX,
            )
        if _CODE.fullmatch(self.code) is None:
            raise InvalidAsset(f"{self.code!r} is not an asset code", code=self.code)
        if not 0 <= self.scale <= SCALE_MAX:
            raise InvalidAsset(
                f"the scale of {self.code} is not within 0 to {SCALE_MAX}",
                code=self.code,
                scale=self.scale,
                scale_max=SCALE_MAX,
            )
        if not 1 <= self.ledger <= LEDGER_MAX:
            raise InvalidAsset(
                f"the ledger number of {self.code} is not within 1 to {LEDGER_MAX}",
                code=self.code,
                ledger=self.ledger,
                ledger_max=LEDGER_MAX,
            )

    @property
    def minor_per_unit(self) -> int:
        """Minor units in one whole unit: 100 for the euro, 1 for the yen."""
        return int(10**self.scale)

    def __str__(self) -> str:
        return self.code
