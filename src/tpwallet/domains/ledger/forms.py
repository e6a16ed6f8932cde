"""How accounts, assets and amounts are written: one form a text, the same at every door.

A request is held to these forms where it comes in, and OpenAPI tells them. What a text means, and
whether there is such an account or asset, is for whoever reads it (`references`, `posting`). This
module loads no part of the machine, so that a client of a hub can hold its arguments to them too.
"""

from typing import Annotated

import msgspec

from tpwallet.domains.ledger import limits
from tpwallet.money.limits import AMOUNT_TEXT_LENGTH_MAX, ASSET_CODE_LENGTH_MAX

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._:@\-]*"
_ADDRESS = f"{_SEGMENT}(/{_SEGMENT}){{0,{limits.ADDRESS_DEPTH_MAX - 1}}}"
_ID = r"[1-9][0-9]{0,38}"
ADDRESS_PATTERN = f"^{_ADDRESS}$"
ID_PATTERN = f"^{_ID}$"
ASSET_PATTERN = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"

Address = Annotated[
    str,
    msgspec.Meta(
        max_length=limits.ADDRESS_LENGTH_MAX,
        pattern=ADDRESS_PATTERN,
        description="A readable address: `customer/42/available/BTC`.",
    ),
]
AccountName = Annotated[
    str,
    msgspec.Meta(
        max_length=limits.ADDRESS_LENGTH_MAX,
        pattern=f"^(#{_ID}|{_ADDRESS})$",
        description="An account's address, or `#` and its id in decimal.",
    ),
]
Decimal = Annotated[
    str,
    msgspec.Meta(
        max_length=AMOUNT_TEXT_LENGTH_MAX,
        pattern=r"^[0-9]+(\.[0-9]+)?$",
        description="A decimal amount in the asset's own scale: `12.50`.",
    ),
]
AssetCode = Annotated[
    str,
    msgspec.Meta(
        max_length=ASSET_CODE_LENGTH_MAX,
        pattern=ASSET_PATTERN,
        description="An asset's code: `EUR`, `BTC`.",
    ),
]
TransferCode = Annotated[
    int, msgspec.Meta(ge=1, le=0xFFFF, description="What kind of movement this is.")
]
