"""What is sent to the API: one struct a kind of body, shared by the server and its client.

Amounts are decimal strings in the asset's own scale and ids decimal strings, because JSON numbers
hold neither. An account is named by its address or by `#` and its id. Nothing here is optional by
accident: a field nobody knows is refused, and so is one of another type.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from tpwallet.domains.ledger import limits as ledger
from tpwallet.domains.ledger.forms import (
    ID_PATTERN,
    AccountName,
    Address,
    AssetCode,
    Decimal,
    TransferCode,
)
from tpwallet.domains.ledger.leg import Leg
from tpwallet.faces.times import TIME_PATTERN
from tpwallet.kernel import limits as kernel
from tpwallet.kernel.forms import WORD_PATTERN

Id = Annotated[
    str, msgspec.Meta(pattern=ID_PATTERN, description="A 128-bit id in decimal, above 0.")
]
AmountText = Decimal  # as the parameters of methods call it
Day = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day in UTC, ISO 8601: 2026-01-31."
    ),
]
AccountKindName = Literal["asset", "liability", "equity", "income", "expense", "clearing"]
Metadata = Annotated[
    Mapping[str, str],
    msgspec.Meta(
        max_length=ledger.METADATA_ENTRIES_MAX,
        description="Public notes, in the journal for ever: no personal data.",
    ),
]
CommandId = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=kernel.COMMAND_ID_LENGTH_MAX,
        pattern=r"^[\x21-\x7e]+$(?!\n)",
        description="A name of yours for a command, in visible ASCII characters.",
    ),
]
Word = Annotated[
    str,
    msgspec.Meta(
        max_length=kernel.WORD_LENGTH_MAX,
        pattern=WORD_PATTERN,
        description="A name without spaces: letters, digits and `.` `_` `:` `-`.",
    ),
]
Time = Annotated[
    str, msgspec.Meta(pattern=TIME_PATTERN, description="RFC 3339: 2026-01-31T12:00:00Z.")
]
Wide = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9]{1,39}$", description="A number of up to 128 bits, in decimal."),
]
Subject = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=kernel.SUBJECT_LENGTH_MAX,
        description="Who a text is about, by a name of yours.",
    ),
]
Timeout = Annotated[
    int, msgspec.Meta(ge=0, le=ledger.TIMEOUT_SECONDS_MAX, description="0: never expires.")
]
Scopes = Annotated[Sequence[str], msgspec.Meta(min_length=1, max_length=kernel.SCOPES_GIVEN_MAX)]
DocumentVersion = Annotated[int, msgspec.Meta(ge=1, le=kernel.DOCUMENT_VERSIONS_MAX)]
Scale = Annotated[int, msgspec.Meta(ge=0, le=36)]
LedgerNumber = Annotated[int, msgspec.Meta(ge=1, le=0xFFFF_FFFF)]
Ratio = Annotated[
    str,
    msgspec.Meta(
        max_length=ledger.RATIO_LENGTH_MAX,
        description="Exact: whole units of the successor for one whole unit, `1` or `1/1000`.",
    ),
]
RescalingLimit = Annotated[int, msgspec.Meta(ge=1, le=ledger.RESCALED_ACCOUNTS_MAX)]
Reason = Annotated[
    str,
    msgspec.Meta(
        max_length=kernel.WORD_LENGTH_MAX,
        pattern=WORD_PATTERN,
        description="A word, such as a ticket's number: it stays in the journal for ever.",
    ),
]
Holder = Annotated[
    str,
    msgspec.Meta(
        max_length=kernel.ACTOR_LENGTH_MAX,
        pattern=WORD_PATTERN,
        description="An actor, such as `key:<key_id>`.",
    ),
]
Subtrees = Annotated[Sequence[Address], msgspec.Meta(min_length=1, max_length=64)]
AssetCodes = Annotated[Sequence[AssetCode], msgspec.Meta(max_length=64)]
Bit = Annotated[int, msgspec.Meta(ge=1, le=ledger.GRANTS_MAX)]
Legs = Annotated[Sequence[Leg], msgspec.Meta(min_length=1, max_length=ledger.LEGS_MAX)]
Small = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Medium = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the bodies."""


class Personal(Body, frozen=True, kw_only=False):
    """Texts about a person: sealed in the vault under the subject's key, never in the journal."""

    subject: Subject
    texts: Annotated[
        dict[Word, Annotated[str, msgspec.Meta(max_length=kernel.SEALED_BYTES_MAX)]],
        msgspec.Meta(min_length=1, max_length=kernel.SEALED_TEXTS_MAX),
    ]


class NewTransfer(Leg, frozen=True, kw_only=True):
    """An amount to move from `debit` to `credit`."""

    transfer_id: Id | None = None
    effective_date: Day | None = None
    metadata: Metadata = msgspec.field(default_factory=dict)
    personal: Personal | None = None


class NewPosting(Body, frozen=True, kw_only=True):
    """Many movements at once, in one or many assets: all of them or none."""

    legs: Legs
    transfer_id: Id | None = None  # of the first leg
    effective_date: Day | None = None
    metadata: Metadata = {}
    personal: Personal | None = None


class NewHold(NewTransfer, frozen=True, kw_only=True):
    """An amount to reserve: it is posted in full or in part, voided, or expires."""

    timeout_seconds: Timeout = 0


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
    kind: AccountKindName
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
    scopes: Scopes
    expires_at: Time | None = None  # None: never


class NewDocument(Body, frozen=True, kw_only=True):
    """A version of a document to put; `content` is any JSON."""

    schema: Medium
    content: msgspec.Raw
    effective_at: Time | None = None  # None: now


class RollBack(Body, frozen=True, kw_only=True):
    """The version whose content comes back."""

    version: DocumentVersion


class NewAsset(Body, frozen=True, kw_only=True):
    """An asset of the pool's own."""

    code: AssetCode
    scale: Scale
    ledger: LedgerNumber


class Delisting(Body, frozen=True, kw_only=True):
    """What replaces an asset that is taken out of use."""

    successor: AssetCode | None = None


class Rescaling(Body, frozen=True, kw_only=True):
    """How balances are moved into an asset's successor, some accounts at a time."""

    successor: AssetCode
    ratio: Ratio
    after: Id | None = None  # `next_cursor` of the answer before
    limit: RescalingLimit = ledger.RESCALED_ACCOUNTS_MAX


class Erasure(Body, frozen=True, kw_only=True):
    """The person whose texts are to be erased."""

    subject: Subject


class PeriodEnd(Body, frozen=True, kw_only=True):
    """The last day of the period to close."""

    through: Day


class ClockOverride(Body, frozen=True, kw_only=True):
    """Why the wall clock is right although it was refused."""

    reason: Reason


class NewGrant(Body, frozen=True, kw_only=True):
    """Which guarded accounts an actor may move by raw batches."""

    holder: Holder
    subtrees: Subtrees
    assets: AssetCodes = ()


class RawAccount(Body, frozen=True, kw_only=True):
    """An account record of a batch, in the ledger's own terms."""

    id: Wide
    ledger: Medium
    code: Small
    flags: Small = 0
    user_data_128: Wide = "0"
    user_data_64: Wide = "0"
    user_data_32: Medium = 0
    timestamp: Wide = "0"


class RawTransfer(Body, frozen=True, kw_only=True):
    """A transfer record of a batch, in the ledger's own terms; `amount` is in minor units."""

    id: Wide
    debit_account_id: Wide = "0"
    credit_account_id: Wide = "0"
    amount: Wide = "0"
    pending_id: Wide = "0"
    user_data_128: Wide = "0"
    user_data_64: Wide = "0"
    user_data_32: Medium = 0
    timeout: Medium = 0  # seconds
    ledger: Medium = 0
    code: Small = 0
    flags: Small = 0
    timestamp: Wide = "0"


RawAccounts = Annotated[
    list[RawAccount], msgspec.Meta(min_length=1, max_length=ledger.BATCH_RECORDS_MAX)
]
RawTransfers = Annotated[
    list[RawTransfer], msgspec.Meta(min_length=1, max_length=ledger.BATCH_RECORDS_MAX)
]
