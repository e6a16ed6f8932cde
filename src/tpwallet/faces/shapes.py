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
    closed: bool = False  # now, whatever the position


class Transfer(Shape, frozen=True, kw_only=True):
    """A transfer as booked; `place` is its name in the journal, `position.index`.

    The user data are what its record was written with (an imported `reference` is the first). Of a
    transfer that is looked up, `state` says how a reservation stands, and the last three are the
    note of its posting; `sealed` holds references (hexadecimal) to personal texts.
    """

    transfer_id: str
    place: str
    debit: str
    credit: str
    amount: str
    asset: str
    time: str
    code: int
    kind: str  # posted, pending, post, void; in lists also expired
    pending_id: str | None = None
    expires_at: str | None = None
    linked: bool = False
    balancing: bool = False
    closing: bool = False
    imported: bool = False
    user_data_128: str = "0"
    user_data_64: str = "0"
    user_data_32: int = 0
    state: str | None = None  # open, posted, voided, expired
    effective_date: str | None = None
    metadata: dict[str, str] = {}
    sealed: dict[str, str] = {}


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
    code: int
    user_data_128: str = "0"
    user_data_64: str = "0"
    user_data_32: int = 0


class Statement(Shape, frozen=True, kw_only=True):
    """A page of an account's postings.

    `opening` and `closing` are the posted balances before and after everything that was asked
    for, not of this page alone.
    """

    account: str
    account_id: str
    asset: str
    opening: str
    closing: str
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


class ImportProblem(Shape, frozen=True, kw_only=True):
    """What is wrong with one line of a file; line 0 stands for the whole file."""

    line: int
    message: str
    status: str | None = None  # the ledger's, when it was the ledger that refused the line


class ImportedFile(Shape, frozen=True, kw_only=True):
    """What the import of a file led to: all of it, or nothing and why."""

    sha256: str
    transfers: int  # that the file has
    imported: bool
    position: int
    file: str = ""  # its name, where it has one
    dry_run: bool = False
    problems: list[ImportProblem] = []
    problems_left_out: int = 0


class Problem(Shape, frozen=True, kw_only=True):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str | None = None
    parameter: str | None = None
    position: int | None = None  # of the refusal in the journal, when it is recorded there
    facts: dict[str, str | int | bool | None] = {}


class IssuedKey(Shape, frozen=True, kw_only=True):
    """A new API key. `token` is its secret: shown in the first answer, in no other."""

    key_id: str
    scopes: list[str]
    position: int
    token: str | None = None
    expires_at: str | None = None


class Key(Shape, frozen=True, kw_only=True):
    """An API key, without its secret."""

    key_id: str
    scopes: list[str]
    expires_at: str | None = None
    revoked: bool = False


class Keys(Shape, frozen=True, kw_only=True):
    """A pool's API keys."""

    keys: list[Key]
    position: int


class Document(Shape, frozen=True, kw_only=True):
    """One version of a document; `content` is JSON as it was put."""

    kind: str
    name: str
    version: int
    schema: int
    content: msgspec.Raw
    effective_at: str
    author: str
    restores: int | None = None


class Documents(Shape, frozen=True, kw_only=True):
    """Versions of a document, oldest first, or the documents of a kind that are in force."""

    documents: list[Document]
    position: int
    next_cursor: str | None = None


class Asset(Shape, frozen=True, kw_only=True):
    """An asset the pool knows."""

    code: str
    scale: int
    ledger: int
    kind: str  # fiat, crypto, custom


class Assets(Shape, frozen=True, kw_only=True):
    """Every asset the pool knows."""

    assets: list[Asset]
    position: int


class RescaledAccounts(Shape, frozen=True, kw_only=True):
    """How many accounts were moved into an asset's successor; without a cursor none is left."""

    command_id: str
    position: int
    accounts: int
    next_cursor: str | None = None


class PersonalText(Shape, frozen=True, kw_only=True):
    """A personal text; None once its person was erased."""

    reference: str
    text: str | None = None


class Erased(Shape, frozen=True, kw_only=True):
    """How many texts of a person can no longer be read, by anybody."""

    texts: int


class Grant(Shape, frozen=True, kw_only=True):
    """What one actor may move by raw batches besides open accounts."""

    bit: int
    holder: str
    subtrees: list[str]
    assets: list[str]  # empty: every asset


class Grants(Shape, frozen=True, kw_only=True):
    """Every bulk grant in force."""

    grants: list[Grant]
    position: int


class Period(Shape, frozen=True, kw_only=True):
    """Up to which day the books are closed; None: not at all."""

    position: int
    closed_through: str | None = None


class Health(Shape, frozen=True, kw_only=True):
    """How a server is."""

    status: str  # alive; ready, halted, journal_unavailable, follower_unavailable


class ErrorCode(Shape, frozen=True, kw_only=True):
    """A code a request can be refused with."""

    code: str
    status: int  # of HTTP
    title: str
    parameter: str | None = None  # the part of the request at fault
    is_temporary: bool = False  # put the request again
    facts: list[str] = []


class ErrorCodes(Shape, frozen=True, kw_only=True):
    """Every code a request can be refused with."""

    codes: list[ErrorCode]
