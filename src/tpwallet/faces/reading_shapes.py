"""What reading answers with: the shapes of lists, totals, events and checkpoints.

They follow the rules of `shapes`: decimal strings for amounts and ids, RFC 3339 for times, and the
position of the journal that an answer reflects. `next_cursor` asks for the next page and is absent
on the last one; a page may be short of its limit, even empty, and still have a next.
"""

from typing import Any

import msgspec

from tpwallet.faces.shapes import Shape, Transfer


class Account(Shape, frozen=True, kw_only=True):
    """An account: what it is, what is known of it, and what it has.

    The user data are what its record was written with. `metadata` is public; `sealed` holds
    references (hexadecimal) to personal texts.
    """

    account: str
    account_id: str
    asset: str
    code: int
    kind: str | None = None  # asset, liability, equity, income, expense, clearing
    posted: str
    available: str
    opened_at: str
    opened_position: int
    guarded: bool = False
    closed: bool = False
    closed_reason: str | None = None  # frozen, closed; a raw closing transfer gives none
    credit_limit: str | None = None
    user_data_128: str = "0"
    user_data_64: str = "0"
    user_data_32: int = 0
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    sealed: dict[str, str] = msgspec.field(default_factory=dict)


class AccountPage(Shape, frozen=True, kw_only=True):
    """A page of accounts."""

    accounts: list[Account]
    position: int
    next_cursor: str | None = None


class FoundAccount(Shape, frozen=True, kw_only=True):
    """One account."""

    account: Account
    position: int


class FoundAccounts(Shape, frozen=True, kw_only=True):
    """Those of many accounts that there are, in the order they were asked for."""

    accounts: list[Account]
    position: int


class FoundTransfer(Shape, frozen=True, kw_only=True):
    """One transfer, with the note of its posting and, of a reservation, how it stands."""

    transfer: Transfer
    position: int


class FoundTransfers(Shape, frozen=True, kw_only=True):
    """Those of many transfers that there are, in the order they were asked for, each as if it had
    been looked up alone.
    """

    transfers: list[Transfer]
    position: int


class TransferPage(Shape, frozen=True, kw_only=True):
    """A page of transfers and expiries in the journal's order; of an expiry, `place` and `time` are
    its own and the rest is the reservation's.
    """

    transfers: list[Transfer]
    position: int
    next_cursor: str | None = None


class AssetTotals(Shape, frozen=True, kw_only=True):
    """One asset's totals: liabilities = available + locked + in_flight.

    `checked` says that this holds, and that debits equal credits, posted and pending;
    `difference` is by how much the first does not. Fee income and the like are beside the sum.
    """

    asset: str
    liabilities: str
    available: str
    locked: str
    in_flight: str
    assets: str
    equity: str
    income: str
    expense: str
    clearing: str
    unclassified: str
    debits_posted: str
    credits_posted: str
    debits_pending: str
    credits_pending: str
    difference: str
    checked: bool


class Totals(Shape, frozen=True, kw_only=True):
    """A pool's totals at a position; `checked` when every asset's are."""

    assets: list[AssetTotals]
    checked: bool
    position: int


class BranchBalance(Shape, frozen=True, kw_only=True):
    """What the accounts of one kind and asset under a path come to, on their own side."""

    asset: str
    kind: str | None = None
    accounts: int
    posted: str
    available: str
    debits_pending: str
    credits_pending: str


class Branch(Shape, frozen=True, kw_only=True):
    """What the accounts at a path and below it come to."""

    path: str
    balances: list[BranchBalance]
    position: int


class Event(Shape, frozen=True, kw_only=True):
    """One event of the journal; `body` depends on its `name`."""

    position: int
    name: str
    time: str
    command_id: str
    actor: str
    cause: str | None = None
    body: dict[str, Any]


class EventPage(Shape, frozen=True, kw_only=True):
    """Events in order; `next_after` is the position to go on from."""

    events: list[Event]
    position: int
    next_after: int


class Entry(Shape, frozen=True, kw_only=True):
    """What one command led to, and the commit that made it durable; hashes are hexadecimal.

    `position` is how far reading has come.
    """

    first_position: int
    last_position: int
    time: str
    command_id: str
    actor: str
    cause: str | None = None
    events: list[Event]
    commit_first_position: int
    commit_last_position: int
    commit_hash: str
    commit_previous: str
    epoch: int
    position: int


class ChangedBalance(Shape, frozen=True, kw_only=True):
    """One account's balance after a change, on its own side."""

    account: str
    account_id: str
    posted: str
    available: str


class Change(Shape, frozen=True, kw_only=True):
    """One movement of money, or one expiry, and both accounts' balances after it."""

    transfer: Transfer
    debit: ChangedBalance
    credit: ChangedBalance


class ChangePage(Shape, frozen=True, kw_only=True):
    """Changes in order; `next_after` is the place to go on from."""

    changes: list[Change]
    position: int
    next_after: str


class Checkpoint(Shape, frozen=True, kw_only=True):
    """A signed checkpoint of the pool's log. `note` is what is signed and published; the rest is
    what it says, with hashes in hexadecimal, and the keys that have signed for this log.
    """

    note: str
    origin: str
    position: int
    root: str
    commit: str
    time: str
    vkeys: list[str]


class Progress(Shape, frozen=True, kw_only=True):
    """How far reading has come, and how far behind the journal it is."""

    position: int
    journal_position: int
    lag_positions: int
    lag_seconds: str
    checkpoint_position: int
    snapshot_position: int
    unverified_positions: int  # before the snapshot it started from: not checked yet, or archived
    failure: str | None = None
