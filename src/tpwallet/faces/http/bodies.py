"""What is sent to the API: one struct a kind of body, shared by the server and its client.

Amounts are decimal strings in the asset's own scale and ids decimal strings, because JSON numbers
hold neither. An account is named by its address or by `#` and its id. Nothing here is optional by
accident: a field nobody knows is refused, and so is one of another type.
"""

from typing import Annotated, Literal

import msgspec

from tpwallet.domains.ledger import limits as ledger
from tpwallet.kernel import limits as kernel
from tpwallet.money.limits import AMOUNT_TEXT_LENGTH_MAX, ASSET_CODE_LENGTH_MAX

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._:@\-]*"
_DEEPER = f"(/{_SEGMENT}){{0,{ledger.ADDRESS_DEPTH_MAX - 1}}}"
_ID = r"[0-9]{1,39}"

Address = Annotated[
    str,
    msgspec.Meta(
        max_length=ledger.ADDRESS_LENGTH_MAX,
        pattern=f"^{_SEGMENT}{_DEEPER}$",
        description="A readable address: `customer/42/available/BTC`.",
    ),
]
AccountName = Annotated[
    str,
    msgspec.Meta(
        max_length=ledger.ADDRESS_LENGTH_MAX,
        pattern=f"^(#{_ID}|{_SEGMENT}{_DEEPER})$",
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
        pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$",
        description="An asset's code: `EUR`, `BTC`.",
    ),
]
Id = Annotated[
    str, msgspec.Meta(pattern=f"^{_ID}$", description="A 128-bit id in decimal, above 0.")
]
Day = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day in UTC, ISO 8601: 2026-01-31."
    ),
]
TransferCode = Annotated[
    int, msgspec.Meta(ge=1, le=0xFFFF, description="What kind of movement this is.")
]
Metadata = Annotated[
    dict[str, str],
    msgspec.Meta(
        max_length=ledger.METADATA_ENTRIES_MAX,
        description="Public notes, in the journal for ever: no personal data.",
    ),
]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:\-]+$")]
Nanoseconds = Annotated[int, msgspec.Meta(ge=0, le=ledger.TIMESTAMP_MAX)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the bodies."""


class Personal(Body, frozen=True, kw_only=True):
    """Texts about a person: sealed in the vault under the subject's key, never in the journal."""

    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    texts: Annotated[
        dict[str, Annotated[str, msgspec.Meta(max_length=kernel.SEALED_BYTES_MAX)]],
        msgspec.Meta(min_length=1, max_length=16),
    ]


class NewLeg(Body, frozen=True, kw_only=True):
    """One movement from `debit` to `credit`."""

    debit: AccountName
    credit: AccountName
    amount: Decimal
    asset: AssetCode
    code: TransferCode = 1


class NewTransfer(NewLeg, frozen=True, kw_only=True):
    """An amount to move from `debit` to `credit`."""

    transfer_id: Id | None = None
    effective_date: Day | None = None
    metadata: Metadata = {}
    personal: Personal | None = None


class NewPosting(Body, frozen=True, kw_only=True):
    """Many movements at once, in one or many assets: all of them or none."""

    legs: Annotated[list[NewLeg], msgspec.Meta(min_length=1, max_length=ledger.LEGS_MAX)]
    transfer_id: Id | None = None  # of the first leg
    effective_date: Day | None = None
    metadata: Metadata = {}
    personal: Personal | None = None


class NewHold(NewTransfer, frozen=True, kw_only=True):
    """An amount to reserve: it is posted in full or in part, voided, or expires."""

    timeout_seconds: Annotated[
        int, msgspec.Meta(ge=0, le=ledger.TIMEOUT_SECONDS_MAX, description="0: never expires.")
    ] = 0


class HoldPosting(Body, frozen=True, kw_only=True):
    """How a reservation is posted: whole, or `amount` of it and the rest released."""

    amount: Decimal | None = None
    asset: AssetCode | None = None
    transfer_id: Id | None = None
    effective_date: Day | None = None
    metadata: Metadata = {}


class HoldRelease(Body, frozen=True, kw_only=True):
    """How a reservation is voided."""

    transfer_id: Id | None = None
    effective_date: Day | None = None
    metadata: Metadata = {}


class NewAccount(Body, frozen=True, kw_only=True):
    """An account to open at an address, in one asset."""

    address: Address
    asset: AssetCode
    kind: Literal["asset", "liability", "equity", "income", "expense", "clearing"]
    code: TransferCode | None = None
    allow_opposite_balance: bool = False
    guarded: bool = True
    metadata: Metadata = {}
    personal: Personal | None = None


class AccountChoice(Body, frozen=True, kw_only=True):
    """The account an action is about."""

    account: AccountName


class NewCreditLine(Body, frozen=True, kw_only=True):
    """How far an account may be overdrawn; 0 ends the line."""

    address: Address
    asset: AssetCode
    limit: Decimal


class NewKey(Body, frozen=True, kw_only=True):
    """An API key to make; its secret is in the answer and never shown again."""

    key_id: Word
    scopes: Annotated[list[str], msgspec.Meta(min_length=1, max_length=16)]
    expires_at: Nanoseconds | None = None  # None: never


class NewDocument(Body, frozen=True, kw_only=True):
    """A version of a document to put; `content` is any JSON."""

    schema: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]
    content: msgspec.Raw
    effective_at: Nanoseconds | None = None  # None: now


class RollBack(Body, frozen=True, kw_only=True):
    """The version whose content comes back."""

    version: Annotated[int, msgspec.Meta(ge=1, le=kernel.DOCUMENT_VERSIONS_MAX)]


class NewAsset(Body, frozen=True, kw_only=True):
    """An asset of the pool's own."""

    code: AssetCode
    scale: Annotated[int, msgspec.Meta(ge=0, le=36)]
    ledger: Annotated[int, msgspec.Meta(ge=1, le=0xFFFF_FFFF)]


class PeriodEnd(Body, frozen=True, kw_only=True):
    """The last day of the period to close."""

    through: Day


class NewGrant(Body, frozen=True, kw_only=True):
    """Which guarded accounts an actor may move by raw batches."""

    holder: Annotated[str, msgspec.Meta(min_length=1, max_length=kernel.ACTOR_LENGTH_MAX)]
    subtrees: Annotated[list[Address], msgspec.Meta(min_length=1, max_length=64)]
    assets: Annotated[list[AssetCode], msgspec.Meta(max_length=64)] = []
