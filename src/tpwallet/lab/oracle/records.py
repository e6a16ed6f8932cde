"""An account and a transfer, as plain frozen values of Python integers.

The fields are exactly those of the 128-byte records (docs/reference/journal-format.md), in their
order and with their names. A value that would not fit its field in the record is refused here,
once, so that no later rule has to think about negative amounts or 129-bit ids; every other
wrongness (a zero id, an unknown flag) is a legal record and is answered with a status.

Amounts are minor units of the ledger's asset. Timestamps are nanoseconds since 1970 UTC, timeouts
are seconds.
"""

from dataclasses import dataclass

from tpwallet.lab.oracle.flags import AccountFlag, TransferFlag

U128_MAX = 2**128 - 1
TIMESTAMP_MAX = 2**63 - 1
NANOSECONDS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class OracleAccount:
    """One account: what its owner declared, and the four balances transfers have given it.

    Rejects, with `ValueError`, a value that does not fit its field in the record.

    >>> OracleAccount(id=-1)
    Traceback (most recent call last):
    ...
    ValueError: id does not fit 128 unsigned bits: -1
    """

    id: int
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    reserved: int = 0
    ledger: int = 0
    code: int = 0
    flags: int = 0
    timestamp: int = 0

    def __post_init__(self) -> None:
        _require_fit(self, _ACCOUNT_BITS)

    def has(self, flag: AccountFlag) -> bool:
        """Tell whether every bit of `flag` is set."""
        return self.flags & flag == flag

    @property
    def linked(self) -> bool:
        """Whether this event shares its fate with the next one in the batch."""
        return self.has(AccountFlag.LINKED)

    @property
    def imported(self) -> bool:
        """Whether this event brings its own past timestamp."""
        return self.has(AccountFlag.IMPORTED)


@dataclass(frozen=True, slots=True)
class OracleTransfer:
    """One transfer: one debit and one credit of the same amount on one ledger.

    Rejects, with `ValueError`, a value that does not fit its field in the record.

    >>> OracleTransfer(id=7, flags=2).has(TransferFlag.PENDING)
    True
    """

    id: int
    debit_account_id: int = 0
    credit_account_id: int = 0
    amount: int = 0
    pending_id: int = 0
    user_data_128: int = 0
    user_data_64: int = 0
    user_data_32: int = 0
    timeout: int = 0
    ledger: int = 0
    code: int = 0
    flags: int = 0
    timestamp: int = 0

    def __post_init__(self) -> None:
        _require_fit(self, _TRANSFER_BITS)

    def has(self, flag: TransferFlag) -> bool:
        """Tell whether every bit of `flag` is set."""
        return self.flags & flag == flag

    @property
    def linked(self) -> bool:
        """Whether this event shares its fate with the next one in the batch."""
        return self.has(TransferFlag.LINKED)

    @property
    def imported(self) -> bool:
        """Whether this event brings its own past timestamp."""
        return self.has(TransferFlag.IMPORTED)

    @property
    def posts_or_voids(self) -> bool:
        """Whether this event resolves an earlier pending transfer."""
        return self.has(TransferFlag.POST_PENDING_TRANSFER) or self.has(
            TransferFlag.VOID_PENDING_TRANSFER
        )

    @property
    def expires_at(self) -> int | None:
        """Nanosecond from which a stored pending transfer is expired; `None` for never."""
        if self.timeout == 0:
            return None
        return self.timestamp + self.timeout * NANOSECONDS_PER_SECOND


_ACCOUNT_BITS = {
    "id": 128,
    "debits_pending": 128,
    "debits_posted": 128,
    "credits_pending": 128,
    "credits_posted": 128,
    "user_data_128": 128,
    "user_data_64": 64,
    "user_data_32": 32,
    "reserved": 32,
    "ledger": 32,
    "code": 16,
    "flags": 16,
    "timestamp": 64,
}

_TRANSFER_BITS = {
    "id": 128,
    "debit_account_id": 128,
    "credit_account_id": 128,
    "amount": 128,
    "pending_id": 128,
    "user_data_128": 128,
    "user_data_64": 64,
    "user_data_32": 32,
    "timeout": 32,
    "ledger": 32,
    "code": 16,
    "flags": 16,
    "timestamp": 64,
}


def _require_fit(record: OracleAccount | OracleTransfer, bits_by_field: dict[str, int]) -> None:
    for field, bits in bits_by_field.items():
        value: int = getattr(record, field)
        if not 0 <= value < 2**bits:
            raise ValueError(f"{field} does not fit {bits} unsigned bits: {value}")
