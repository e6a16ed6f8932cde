"""One leg of a posting, the same at every door: a posting is one or many of them, all or none."""

from typing import Final

import msgspec

from tpwallet.domains.ledger.forms import AccountName, AssetCode, Decimal, TransferCode

DEFAULT_CODE: Final = 1


class Leg(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One movement from `debit` to `credit`; `amount` is decimal, in `asset`."""

    debit: AccountName
    credit: AccountName
    amount: Decimal
    asset: AssetCode
    code: TransferCode = DEFAULT_CODE  # what kind of movement, 1 to 65,535
