"""Raw records between the oracle's and the wire's form, and the ids that names stand for.

Written from docs/reference/journal-format.md, not from the code that the pool uses.
"""

import hashlib
import struct
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from tpwallet.lab.oracle import U128_MAX, OracleAccount, OracleTransfer

_RECORD = struct.Struct("<16s16s16s16s16s16sQIIIHHQ")
_ACCOUNT_FIELDS = (
    *("id", "debits_pending", "debits_posted", "credits_pending", "credits_posted"),
    *("user_data_128", "user_data_64", "user_data_32", "reserved"),
    *("ledger", "code", "flags", "timestamp"),
)
_TRANSFER_FIELDS = (
    *("id", "debit_account_id", "credit_account_id", "amount", "pending_id"),
    *("user_data_128", "user_data_64", "user_data_32", "timeout"),
    *("ledger", "code", "flags", "timestamp"),
)


def account_bytes(accounts: Sequence[OracleAccount]) -> bytes:
    """The records of some accounts."""
    return b"".join(_packed(account, _ACCOUNT_FIELDS) for account in accounts)


def transfer_bytes(transfers: Sequence[OracleTransfer]) -> bytes:
    """The records of some transfers."""
    return b"".join(_packed(transfer, _TRANSFER_FIELDS) for transfer in transfers)


def accounts_in(records: bytes) -> list[OracleAccount]:
    """The accounts in some records."""
    return [OracleAccount(**fields) for fields in _unpacked(records, _ACCOUNT_FIELDS)]


def transfers_in(records: bytes) -> list[OracleTransfer]:
    """The transfers in some records."""
    return [OracleTransfer(**fields) for fields in _unpacked(records, _TRANSFER_FIELDS)]


def _packed(record: OracleAccount | OracleTransfer, names: Sequence[str]) -> bytes:
    values = [getattr(record, name) for name in names]
    wide = [value.to_bytes(16, "little") for value in values[:6]]
    return _RECORD.pack(*wide, *values[6:])


def _unpacked(records: bytes, names: Sequence[str]) -> list[dict[str, int]]:
    found = []
    for values in _RECORD.iter_unpack(records):
        wide = [int.from_bytes(value, "little") for value in values[:6]]
        found.append(dict(zip(names, [*wide, *values[6:]], strict=True)))
    return found


def account_id(reference: str) -> int:
    """The id of an account, by its address or by `#` and the id itself."""
    if reference.startswith("#"):
        return int(reference[1:])
    return _first_half(b"tpwallet account\0" + reference.encode())


def derived_id(purpose: bytes, *parts: str) -> int:
    """The id of a transfer that follows from its command."""
    return _first_half(b"\0".join((purpose, *(part.encode() for part in parts))))


def _first_half(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:16], "little") or 1


def minor_units(text: str, scale: int) -> int | None:
    """The minor units of a decimal amount; None: it is none of an asset of this scale."""
    try:
        shifted = Decimal(text).scaleb(scale)
    except InvalidOperation:
        return None
    if shifted != shifted.to_integral_value() or not 0 <= shifted <= U128_MAX:
        return None
    return int(shifted)
