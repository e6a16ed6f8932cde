"""Every operation of the API, once. The methods of the clients fill in their arguments.

A test compares this table with the OpenAPI document of the server, so that nothing is missing here
and nothing differs.
"""

from typing import TypeVar

import msgspec

from tpwallet.faces import bodies, shapes
from tpwallet.faces import reading_shapes as read
from tpwallet.faces.client.operation import Operation
from tpwallet.proofs import evidence

T = TypeVar("T")
# What a key can be allowed (kernel.access, which needs the machine).
LEDGER_READ = "ledger:read"
LEDGER_WRITE = "ledger:write"
LEDGER_BULK = "ledger:bulk"
PROOFS_READ = "proofs:read"
METRICS_READ = "metrics:read"
PERSONAL_READ = "personal:read"
ADMIN = "admin"

_Command = Operation[shapes.Receipt]


def _command(
    name: str, scope: str, method: str, path: str, body: type[msgspec.Struct] | None = None
) -> _Command:
    return Operation(name, method, path, scope, shapes.Receipt, body)


def _read(name: str, path: str, answer: type[T], scope: str = LEDGER_READ) -> Operation[T]:
    """A read of what the follower keeps, which may have to catch up first."""
    return Operation(name, "GET", path, scope, answer, waits=True)


def _look(name: str, path: str, answer: type[T], scope: str | None = LEDGER_READ) -> Operation[T]:
    """A read of what is so at this moment."""
    return Operation(name, "GET", path, scope, answer)


# Accounts
OPEN_ACCOUNT = _command("open_account", LEDGER_WRITE, "POST", "/v1/accounts", bodies.NewAccount)
FREEZE_ACCOUNT = _command(
    "freeze_account", LEDGER_WRITE, "POST", "/v1/account-actions/freeze", bodies.AccountChoice
)
CLOSE_ACCOUNT = _command(
    "close_account", LEDGER_WRITE, "POST", "/v1/account-actions/close", bodies.AccountChoice
)
REOPEN_ACCOUNT = _command(
    "reopen_account", LEDGER_WRITE, "POST", "/v1/account-actions/reopen", bodies.AccountChoice
)
SET_CREDIT_LINE = _command(
    "set_credit_line",
    LEDGER_WRITE,
    "POST",
    "/v1/account-actions/set-credit-line",
    bodies.NewCreditLine,
)

# Money
CREATE_TRANSFER = _command(
    "create_transfer", LEDGER_WRITE, "POST", "/v1/transfers", bodies.NewTransfer
)
CREATE_POSTING = _command("create_posting", LEDGER_WRITE, "POST", "/v1/postings", bodies.NewPosting)
CREATE_HOLD = _command("create_hold", LEDGER_WRITE, "POST", "/v1/holds", bodies.NewHold)
POST_HOLD = _command(
    "post_hold", LEDGER_WRITE, "POST", "/v1/holds/{pending_id}/post", bodies.HoldPosting
)
VOID_HOLD = _command(
    "void_hold", LEDGER_WRITE, "POST", "/v1/holds/{pending_id}/void", bodies.HoldRelease
)

# Bulk: the body is records, columns or rows
CREATE_ACCOUNTS = Operation(
    "create_accounts", "POST", "/v1/batches/accounts", LEDGER_BULK, shapes.BatchReceipt
)
CREATE_TRANSFERS = Operation(
    "create_transfers", "POST", "/v1/batches/transfers", LEDGER_BULK, shapes.BatchReceipt
)
IMPORT_TRANSFERS = Operation(
    "import_transfers", "POST", "/v1/imports", LEDGER_BULK, shapes.ImportedFile
)

# Reading
READ_BALANCE = _read("read_balance", "/v1/balances/{account}", shapes.Balance)
STATEMENT = _read("statement", "/v1/statements/{account}", shapes.Statement)
LIST_ACCOUNTS = _read("list_accounts", "/v1/accounts", read.AccountPage)
READ_ACCOUNT = _read("read_account", "/v1/accounts/{account}", read.FoundAccount)
READ_TRANSFER = _read("read_transfer", "/v1/transfers/{transfer_id}", read.FoundTransfer)
LIST_TRANSACTIONS = _read("list_transactions", "/v1/transactions", read.TransferPage)
LOOK_UP_ACCOUNTS = _read("look_up_accounts", "/v1/lookups/accounts", read.FoundAccounts)
LOOK_UP_TRANSFERS = _read("look_up_transfers", "/v1/lookups/transfers", read.FoundTransfers)
READ_TOTALS = _read("read_totals", "/v1/totals", read.Totals)
READ_TREE = _read("read_tree", "/v1/tree/{path}", read.Branch)

# The journal
LIST_EVENTS = _read("list_events", "/v1/events", read.EventPage)
LIST_CHANGES = _read("list_changes", "/v1/changes", read.ChangePage)
READ_ENTRY = _read("read_entry", "/v1/entries/{position}", read.Entry)
READ_PROGRESS = _look("read_progress", "/v1/progress", read.Progress)
STREAM_EVENTS = _look("stream_events", "/v1/events/stream", read.Event)
STREAM_CHANGES = _look("stream_changes", "/v1/changes/stream", read.Change)

# Proofs
READ_CHECKPOINT = _read("read_checkpoint", "/v1/checkpoint", read.Checkpoint, PROOFS_READ)
PROVE_TRANSFER = _read(
    "prove_transfer", "/v1/proofs/transfers/{transfer_id}", evidence.ItemProof, PROOFS_READ
)
PROVE_EVENT = _read("prove_event", "/v1/proofs/events/{position}", evidence.EventProof, PROOFS_READ)
PROVE_ITEM = _read(
    "prove_item", "/v1/proofs/events/{position}/items/{index}", evidence.ItemProof, PROOFS_READ
)
PROVE_CONSISTENCY = _read(
    "prove_consistency", "/v1/proofs/consistency", evidence.ConsistencyProof, PROOFS_READ
)

# Keys
ISSUE_KEY = Operation("issue_key", "POST", "/v1/keys", ADMIN, shapes.IssuedKey, bodies.NewKey)
LIST_KEYS = _look("list_keys", "/v1/keys", shapes.Keys, ADMIN)
REVOKE_KEY = _command("revoke_key", ADMIN, "DELETE", "/v1/keys/{key_id}")

# Administration
PUT_DOCUMENT = _command(
    "put_document", ADMIN, "PUT", "/v1/documents/{kind}/{name}", bodies.NewDocument
)
ROLL_BACK_DOCUMENT = _command(
    "roll_back_document", ADMIN, "POST", "/v1/documents/{kind}/{name}/rollback", bodies.RollBack
)
DOCUMENTS_IN_FORCE = _look("documents_in_force", "/v1/documents/{kind}", shapes.Documents)
DOCUMENT_HISTORY = _look("document_history", "/v1/documents/{kind}/{name}", shapes.Documents)
REGISTER_ASSET = _command("register_asset", ADMIN, "POST", "/v1/assets", bodies.NewAsset)
LIST_ASSETS = _look("list_assets", "/v1/assets", shapes.Assets)
DELIST_ASSET = _command("delist_asset", ADMIN, "POST", "/v1/assets/{code}/delist", bodies.Delisting)
RESCALE_ACCOUNTS = Operation(
    "rescale_accounts",
    "POST",
    "/v1/assets/{code}/rescale",
    ADMIN,
    shapes.RescaledAccounts,
    bodies.Rescaling,
)
CLOSE_PERIOD = _command("close_period", ADMIN, "POST", "/v1/periods", bodies.PeriodEnd)
CLOSED_PERIOD = _look("closed_period", "/v1/periods", shapes.Period)
GRANT_BULK = _command("grant_bulk", ADMIN, "POST", "/v1/grants", bodies.NewGrant)
LIST_GRANTS = _look("list_grants", "/v1/grants", shapes.Grants)
END_GRANT = _command("end_grant", ADMIN, "DELETE", "/v1/grants/{bit}")
OVERRIDE_CLOCK = _command(
    "override_clock", ADMIN, "POST", "/v1/clock/override", bodies.ClockOverride
)

# Personal texts
READ_PERSONAL_TEXT = _look(
    "read_personal_text", "/v1/personal-texts/{reference}", shapes.PersonalText, PERSONAL_READ
)
ERASE_PERSON = Operation(
    "erase_person", "POST", "/v1/personal-texts/erase", ADMIN, shapes.Erased, bodies.Erasure
)

# Running the hub
IS_ALIVE = _look("is_alive", "/healthz", shapes.Health, None)
IS_READY = _look("is_ready", "/readyz", shapes.Health, None)
READ_METRICS = _look("read_metrics", "/metrics", str, METRICS_READ)
LIST_ERROR_CODES = _look("list_error_codes", "/v1/errors", shapes.ErrorCodes, None)
READ_ERROR_CODE = _look("read_error_code", "/v1/errors/{code}", shapes.ErrorCode, None)
