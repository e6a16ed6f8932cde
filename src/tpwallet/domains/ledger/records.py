"""Records of 128 bytes, between Python values and the words the loops read."""

import sys
from collections.abc import Sequence

import msgspec
import numpy as np

from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.loops.words import RECORD_BYTES, WORDS
from tpwallet.kernel.errors import InvariantBroken

if sys.byteorder != "little":
    raise InvariantBroken("records are little-endian words; this machine is big-endian")

U128_MAX = (1 << 128) - 1

_WIDE = np.dtype([("low", "<u8"), ("high", "<u8")])

ACCOUNT = np.dtype(
    [
        ("id", _WIDE),
        ("debits_pending", _WIDE),
        ("debits_posted", _WIDE),
        ("credits_pending", _WIDE),
        ("credits_posted", _WIDE),
        ("user_data_128", _WIDE),
        ("user_data_64", "<u8"),
        ("user_data_32", "<u4"),
        ("reserved", "<u4"),
        ("ledger", "<u4"),
        ("code", "<u2"),
        ("flags", "<u2"),
        ("timestamp", "<u8"),
    ]
)
TRANSFER = np.dtype(
    [
        ("id", _WIDE),
        ("debit_account_id", _WIDE),
        ("credit_account_id", _WIDE),
        ("amount", _WIDE),
        ("pending_id", _WIDE),
        ("user_data_128", _WIDE),
        ("user_data_64", "<u8"),
        ("user_data_32", "<u4"),
        ("timeout", "<u4"),
        ("ledger", "<u4"),
        ("code", "<u2"),
        ("flags", "<u2"),
        ("timestamp", "<u8"),
    ]
)
REFUSAL = np.dtype([("index", "<u4"), ("status", "<u4"), ("id", _WIDE)])


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as stored, its amounts in minor units."""

    id: int
    ledger: int
    code: int
    flags: int = AccountFlags.NONE
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    timestamp: int = 0


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as stored or asked for; its amount in minor units."""

    id: int
    debit_account_id: int = 0
    credit_account_id: int = 0
    amount: int = 0
    pending_id: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    timeout: int = 0  # seconds
    ledger: int = 0
    code: int = 0
    flags: int = TransferFlags.NONE
    timestamp: int = 0


def _wide(value: int) -> bytes:
    return value.to_bytes(16, "little")


def pack_account(account: Account) -> bytes:
    """The 128 bytes of an account. **Rejects** with `OverflowError` a value past its field."""
    return b"".join(
        (
            _wide(account.id),
            _wide(account.debits_pending),
            _wide(account.debits_posted),
            _wide(account.credits_pending),
            _wide(account.credits_posted),
            _wide(account.user_data_128),
            account.user_data_64.to_bytes(8, "little"),
            account.user_data_32.to_bytes(4, "little"),
            bytes(4),
            account.ledger.to_bytes(4, "little"),
            account.code.to_bytes(2, "little"),
            account.flags.to_bytes(2, "little"),
            account.timestamp.to_bytes(8, "little"),
        )
    )


def pack_transfer(transfer: Transfer) -> bytes:
    """The 128 bytes of a transfer. **Rejects** with `OverflowError` a value past its field."""
    return b"".join(
        (
            _wide(transfer.id),
            _wide(transfer.debit_account_id),
            _wide(transfer.credit_account_id),
            _wide(transfer.amount),
            _wide(transfer.pending_id),
            _wide(transfer.user_data_128),
            transfer.user_data_64.to_bytes(8, "little"),
            transfer.user_data_32.to_bytes(4, "little"),
            transfer.timeout.to_bytes(4, "little"),
            transfer.ledger.to_bytes(4, "little"),
            transfer.code.to_bytes(2, "little"),
            transfer.flags.to_bytes(2, "little"),
            transfer.timestamp.to_bytes(8, "little"),
        )
    )


def _u(data: bytes | memoryview, start: int, length: int) -> int:
    return int.from_bytes(data[start : start + length], "little")


def unpack_account(data: bytes | memoryview) -> Account:
    """An account from its 128 bytes."""
    return Account(
        id=_u(data, 0, 16),
        debits_pending=_u(data, 16, 16),
        debits_posted=_u(data, 32, 16),
        credits_pending=_u(data, 48, 16),
        credits_posted=_u(data, 64, 16),
        user_data_128=_u(data, 80, 16),
        user_data_64=_u(data, 96, 8),
        user_data_32=_u(data, 104, 4),
        ledger=_u(data, 112, 4),
        code=_u(data, 116, 2),
        flags=_u(data, 118, 2),
        timestamp=_u(data, 120, 8),
    )


def unpack_transfer(data: bytes | memoryview) -> Transfer:
    """A transfer from its 128 bytes."""
    return Transfer(
        id=_u(data, 0, 16),
        debit_account_id=_u(data, 16, 16),
        credit_account_id=_u(data, 32, 16),
        amount=_u(data, 48, 16),
        pending_id=_u(data, 64, 16),
        user_data_128=_u(data, 80, 16),
        user_data_64=_u(data, 96, 8),
        user_data_32=_u(data, 104, 4),
        timeout=_u(data, 108, 4),
        ledger=_u(data, 112, 4),
        code=_u(data, 116, 2),
        flags=_u(data, 118, 2),
        timestamp=_u(data, 120, 8),
    )


def words_of(records: bytes | bytearray | memoryview) -> np.ndarray:
    """The words of a run of records (u64[n, 16]), without copying them.

    **Rejects** with `ValueError` a run that is no whole number of records.
    """
    if len(records) % RECORD_BYTES:
        raise ValueError(f"{len(records)} bytes are no whole number of {RECORD_BYTES}-byte records")
    return np.frombuffer(records, np.uint64).reshape(-1, WORDS)


def pack_transfers(transfers: Sequence[Transfer]) -> bytes:
    """The bytes of several transfers, one after another."""
    return b"".join(map(pack_transfer, transfers))
