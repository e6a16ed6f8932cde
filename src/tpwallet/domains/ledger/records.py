"""Records of 128 bytes, between Python values and the words the loops read."""

import struct
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


_WORDS = struct.Struct("<12QQIIIHHQ")  # six 128-bit fields, then the small ones
_LOW = (1 << 64) - 1


def pack_account(account: Account) -> bytes:
    """The 128 bytes of an account. **Rejects** with `struct.error` a value past its field."""
    a = account
    return _WORDS.pack(
        a.id & _LOW,
        a.id >> 64,
        a.debits_pending & _LOW,
        a.debits_pending >> 64,
        a.debits_posted & _LOW,
        a.debits_posted >> 64,
        a.credits_pending & _LOW,
        a.credits_pending >> 64,
        a.credits_posted & _LOW,
        a.credits_posted >> 64,
        a.user_data_128 & _LOW,
        a.user_data_128 >> 64,
        a.user_data_64,
        a.user_data_32,
        0,
        a.ledger,
        a.code,
        a.flags,
        a.timestamp,
    )


def pack_transfer(transfer: Transfer) -> bytes:
    """The 128 bytes of a transfer. **Rejects** with `struct.error` a value past its field."""
    t = transfer
    return _WORDS.pack(
        t.id & _LOW,
        t.id >> 64,
        t.debit_account_id & _LOW,
        t.debit_account_id >> 64,
        t.credit_account_id & _LOW,
        t.credit_account_id >> 64,
        t.amount & _LOW,
        t.amount >> 64,
        t.pending_id & _LOW,
        t.pending_id >> 64,
        t.user_data_128 & _LOW,
        t.user_data_128 >> 64,
        t.user_data_64,
        t.user_data_32,
        t.timeout,
        t.ledger,
        t.code,
        t.flags,
        t.timestamp,
    )


def unpack_account(data: bytes | memoryview) -> Account:
    """An account from its 128 bytes."""
    w = _WORDS.unpack(data)
    return Account(
        id=w[0] | w[1] << 64,
        debits_pending=w[2] | w[3] << 64,
        debits_posted=w[4] | w[5] << 64,
        credits_pending=w[6] | w[7] << 64,
        credits_posted=w[8] | w[9] << 64,
        user_data_128=w[10] | w[11] << 64,
        user_data_64=w[12],
        user_data_32=w[13],
        ledger=w[15],
        code=w[16],
        flags=w[17],
        timestamp=w[18],
    )


def unpack_transfer(data: bytes | memoryview) -> Transfer:
    """A transfer from its 128 bytes."""
    w = _WORDS.unpack(data)
    return Transfer(
        id=w[0] | w[1] << 64,
        debit_account_id=w[2] | w[3] << 64,
        credit_account_id=w[4] | w[5] << 64,
        amount=w[6] | w[7] << 64,
        pending_id=w[8] | w[9] << 64,
        user_data_128=w[10] | w[11] << 64,
        user_data_64=w[12],
        user_data_32=w[13],
        timeout=w[14],
        ledger=w[15],
        code=w[16],
        flags=w[17],
        timestamp=w[18],
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
