"""What every door answers with: one set of shapes for the library, HTTP, its client and the CLI.

Amounts are decimal strings in the asset's own scale, never JSON numbers; ids are decimal strings,
because they go past what JSON numbers hold; times are RFC 3339 in UTC with nanoseconds. Every
answer says the position of the journal it reflects.
"""

import msgspec


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the shapes."""


class Balance(Shape, frozen=True, kw_only=True):
    """An account's money at a position.

    `posted` is the balance on the account's own side (credits less debits of a liability, debits
    less credits of an asset), `available` what of it is not reserved.
    """

    account: str
    account_id: str
    asset: str
    posted: str
    available: str
    debits_posted: str
    credits_posted: str
    debits_pending: str
    credits_pending: str
    position: int
    closed: bool = False


class Transfer(Shape, frozen=True, kw_only=True):
    """A transfer as booked; `place` is its name in the journal, `position.index`."""

    transfer_id: str
    place: str
    debit: str
    credit: str
    amount: str
    asset: str
    time: str
    code: int
    kind: str  # posted, pending, post, void
    pending_id: str | None = None
    expires_at: str | None = None
    linked: bool = False
    balancing: bool = False
    closing: bool = False
    imported: bool = False


class Receipt(Shape, frozen=True, kw_only=True):
    """What a command led to."""

    command_id: str
    position: int
    time: str
    transfers: list[Transfer] = []


class Posting(Shape, frozen=True, kw_only=True):
    """One line of a statement: a transfer, or an expiry, and the balances after it."""

    place: str
    time: str
    kind: str  # posted, pending, post, void, expired
    side: str  # debit, credit
    transfer_id: str
    counterparty: str
    amount: str
    posted: str
    available: str


class Statement(Shape, frozen=True, kw_only=True):
    """A page of an account's postings."""

    account: str
    account_id: str
    asset: str
    postings: list[Posting]
    position: int
    next_cursor: str | None = None


class BatchResult(Shape, frozen=True, kw_only=True):
    """One request of a batch that was not created."""

    index: int
    status: str


class BatchReceipt(Shape, frozen=True, kw_only=True):
    """What a batch led to: how many were created, and why the others were not."""

    position: int
    created: int
    refused: list[BatchResult] = []
