"""The ledger's facts."""

import msgspec

from tpwallet.kernel.wire import Event, event


@event("ledger.accounts_created", 1)
class AccountsCreated(Event, frozen=True):
    """A batch of accounts was decided: what was stored, and what was refused and why."""

    records: bytes  # 128 bytes each, as stored
    refusals: bytes  # 24 bytes each (reference: journal-format, "Batch events")


@event("ledger.batch_applied", 1)
class BatchApplied(Event, frozen=True):
    """A batch of transfers was decided: what was stored, and what was refused and why."""

    records: bytes
    refusals: bytes


@event("ledger.expired", 1)
class Expired(Event, frozen=True):
    """Reservations ran out: what they held was given back."""

    ids: bytes  # 16 bytes each, in the order they were released
    time: int  # nanoseconds


@event("ledger.account_named", 1)
class AccountNamed(Event, frozen=True):
    """An account got its address in the chart of accounts, and what is known of it."""

    account_id: bytes
    address: str
    guarded: bool  # moved by flows and granted bulk callers only
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    sealed: dict[str, bytes] = msgspec.field(default_factory=dict)  # name: sealed reference


@event("ledger.transfer_noted", 1)
class TransferNoted(Event, frozen=True):
    """What a transfer means beside its amounts."""

    transfer_id: bytes
    effective_date: str | None = None  # ISO 8601 date; None: the booking's own
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    sealed: dict[str, bytes] = msgspec.field(default_factory=dict)


@event("ledger.account_closed", 1)
class AccountClosed(Event, frozen=True):
    """An account moves no money until it is reopened by voiding this reservation."""

    account_id: bytes
    transfer_id: bytes  # the closing reservation
    reason: str  # frozen or closed


@event("ledger.account_reopened", 1)
class AccountReopened(Event, frozen=True):
    """An account moves money again."""

    account_id: bytes


@event("ledger.credit_line_set", 1)
class CreditLineSet(Event, frozen=True):
    """An account may be overdrawn up to a limit, lent to it by its line account."""

    account_id: bytes
    line_account_id: bytes
    limit_minor: str  # decimal: amounts go past 64 bits


@event("ledger.asset_registered", 1)
class AssetRegistered(Event, frozen=True):
    """A custom asset may be used from here on."""

    code: str
    scale: int
    ledger: int
    kind: str


@event("ledger.asset_delisted", 1)
class AssetDelisted(Event, frozen=True):
    """No account is opened in this asset any more, and none holds any of it."""

    code: str
    successor: str | None = None  # the asset its balances were rescaled into


@event("ledger.accounts_rescaled", 1)
class AccountsRescaled(Event, frozen=True):
    """Some accounts' balances in one asset became balances of their twins in another, at an exact
    ratio. The transfers are in the same entry.
    """

    code: str
    successor: str
    ratio: str  # whole units of the successor for one whole unit, as a fraction: 1/1000
    accounts: int
    cursor: bytes | None  # id of the last account that was rescaled; None: none was left after it


@event("ledger.period_closed", 1)
class PeriodClosed(Event, frozen=True):
    """Nothing is booked with an effective date up to this day any more."""

    through: str  # ISO 8601 date


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """What one bulk caller may move besides open accounts."""

    bit: int  # 1 to 61, its bit in the access words
    holder: str  # the actor's name
    subtrees: tuple[str, ...]
    ledgers: tuple[int, ...]  # empty: every asset


@event("ledger.bulk_granted", 1)
class BulkGranted(Event, frozen=True):
    """A bulk caller may move the accounts of some subtrees."""

    grant: Grant


@event("ledger.bulk_grant_ended", 1)
class BulkGrantEnded(Event, frozen=True):
    """A bulk grant is over."""

    bit: int
