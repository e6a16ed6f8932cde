"""Every code a caller can be refused with, and the HTTP status it comes with.

The codes are the contract: they never change their meaning, while the text of `detail` may. The
statuses follow RFC 9110 and say what kind of answer it is: 400 the request cannot be understood,
404 what it names is not there, 409 it does not fit what is there now, 422 the rules say no, 429
and 503 nothing was done and it may be put again, 504 time ran out. Reference: errors.
"""

from typing import NamedTuple

from tpwallet.domains.ledger.status import Status


class Code(NamedTuple):
    """What a code comes with."""

    status: int  # of HTTP
    title: str
    parameter: str | None = None  # the part of the request at fault, where the code alone says it
    is_temporary: bool = False  # comes with Retry-After
    facts: tuple[str, ...] = ()  # what the refusal may have been decided on


_REQUEST = {
    "malformed_request": Code(400, "The request cannot be understood", facts=("reason", "line")),
    "not_a_pool": Code(400, "There is no pool at this path"),
    "idempotency_key_required": Code(400, "An idempotency key is required"),
    "unauthorized": Code(401, "An API key is required"),
    "forbidden": Code(403, "The API key does not allow this", facts=("actor", "command", "scope")),
    "route_not_found": Code(404, "There is no such path"),
    "method_not_allowed": Code(405, "The path does not know this method", facts=("allow",)),
    "not_acceptable": Code(406, "No acceptable form of answer", facts=("offered",)),
    "executed_before_erasure": Code(
        410,
        "Executed before this person's data was erased",
        "Idempotency-Key",
        facts=("command_id",),
    ),
    "idempotency_expired": Code(
        410, "The first answer is no longer kept", "Idempotency-Key", facts=("command_id",)
    ),
    "body_too_large": Code(413, "The body is too large", "body", facts=("limit",)),
    "head_too_large": Code(431, "The head of the request is too large", facts=("limit",)),
    "unsupported_media_type": Code(415, "The body is in an unknown form", facts=("accepted",)),
    "idempotency_conflict": Code(
        422,
        "The idempotency key was used for another request",
        "Idempotency-Key",
        facts=("command_id",),
    ),
}
_SERVICE = {
    "slow_reader": Code(408, "The reader of a stream took nothing for too long"),
    "server_closing": Code(503, "The server is stopping", is_temporary=True),
    "audit_unavailable": Code(503, "It cannot be written down who reads this", is_temporary=True),
    "segment_not_at_hand": Code(
        503,
        "An archived part of the journal is not at hand",
        is_temporary=True,
        facts=("position",),
    ),
    "overloaded": Code(429, "The queue is full", is_temporary=True, facts=("limit",)),
    "too_many_streams": Code(
        429, "Too many event streams are open", is_temporary=True, facts=("limit",)
    ),
    "internal_error": Code(500, "This failed in a way nobody foresaw", facts=("command",)),
    "invariant_broken": Code(
        500, "Something that cannot be is; the pool has stopped", facts=("bytes", "limit")
    ),
    "journal_corrupt": Code(500, "The journal does not hold together", facts=("position",)),
    "clock_refused": Code(
        503,
        "The clock cannot be believed",
        facts=("ahead_ns", "behind_ns", "limit_ns"),
    ),
    "fenced": Code(503, "Another server has taken this pool", is_temporary=True),
    "follower_unavailable": Code(503, "Reads are not answered now", is_temporary=True),
    "halted": Code(503, "The pool has stopped and is being rebuilt", is_temporary=True),
    "journal_unavailable": Code(
        503, "The journal cannot be written now", is_temporary=True, facts=("reason",)
    ),
    "position_not_reached": Code(
        503,
        "The position was not reached in time",
        "at_least",
        is_temporary=True,
        facts=("at_least", "position"),
    ),
    "position_beyond_end": Code(
        409, "The journal does not reach this position", "after", facts=("position",)
    ),
    "vault_unavailable": Code(
        503, "The vault of personal texts cannot be reached now", is_temporary=True
    ),
    "erasure_unfinished": Code(
        503,
        "The person's key is destroyed, and its last copy is not yet",
        is_temporary=True,
        facts=("texts",),
    ),
    "deadline_exceeded": Code(504, "The deadline passed before this was begun"),
    "outcome_unknown": Code(
        504,
        "Whether this took effect is not known",
        is_temporary=True,
        facts=("command_id", "reason"),
    ),
}
_LEDGER = {
    "account_already_closed": Code(
        409, "The account is closed already", "account", facts=("account",)
    ),
    "account_exists_unnamed": Code(
        409, "A raw batch has taken the address", "address", facts=("account",)
    ),
    "account_has_reservations": Code(
        409, "The account has open reservations", "account", facts=("account",)
    ),
    "account_not_closed": Code(409, "The account is not closed", "account"),
    "account_not_empty": Code(409, "The account is not empty", "account"),
    "account_not_found": Code(
        404, "There is no such account", "account", facts=("account", "position")
    ),
    "address_reserved": Code(
        409, "The address is kept for an account of the hub's own", "address", facts=("account",)
    ),
    "amount_out_of_range": Code(422, "An amount is too large", "ratio", facts=("account",)),
    "asset_delisted": Code(422, "The asset is no longer used", "asset", facts=("asset", "leg")),
    "asset_in_use": Code(
        409, "Accounts still hold the asset", "code", facts=("asset", "accounts", "account")
    ),
    "asset_mismatch": Code(422, "Two assets met where one is required", "asset"),
    "catalogue_full": Code(422, "There are too many assets", "code"),
    "checkpoint_unknown": Code(404, "There is no checkpoint of this position", "old"),
    "closing_reservation": Code(409, "This reservation keeps an account closed", "pending_id"),
    "cursor_mismatch": Code(422, "The cursor is of another list", "cursor", facts=("filter",)),
    "document_not_found": Code(
        404, "There is no such document", "version", facts=("kind", "name", "version")
    ),
    "document_too_deep": Code(422, "The document is nested too deep", "content", facts=("limit",)),
    "document_too_large": Code(422, "The document is too large", "content", facts=("limit",)),
    "duplicate_asset": Code(409, "The asset exists already", "code"),
    "effective_date_in_the_future": Code(
        422, "The day has not come yet", "effective_date", facts=("effective_date",)
    ),
    "effective_in_the_past": Code(
        422, "The time has passed", "effective_at", facts=("effective_at", "now")
    ),
    "event_not_found": Code(404, "There is no such event", "position", facts=("index", "position")),
    "exists_with_different_guard": Code(
        409, "Exists with different guard", "guarded", facts=("account",)
    ),
    "exists_with_different_metadata": Code(
        409, "Exists with different metadata", "metadata", facts=("account",)
    ),
    "exists_with_different_sealed": Code(
        409, "Exists with different sealed fields", "sealed", facts=("account",)
    ),
    "expiry_in_the_past": Code(
        422, "It would have expired already", "expires_at", facts=("expires_at", "now")
    ),
    "grant_not_found": Code(404, "There is no such grant", "bit", facts=("bit",)),
    "import_refused": Code(
        422,
        "Some transfers of the import were refused",
        "body",
        facts=("refused", "total", "first_index", "first_status", "line"),
    ),
    "invalid_asset": Code(422, "The asset is outside its rules", "code"),
    "key_exists": Code(409, "The key exists already", "key_id", facts=("key_id",)),
    "key_not_found": Code(404, "There is no such key", "key_id", facts=("key_id",)),
    "node_not_found": Code(
        404, "There is nothing at this path of the chart", "path", facts=("path",)
    ),
    "period_closed": Code(
        409,
        "The period is closed",
        "effective_date",
        facts=("closed_through", "effective_date"),
    ),
    "period_not_over": Code(422, "The period is not over", "through", facts=("through", "today")),
    "rescale_not_exact": Code(
        422,
        "A balance has no exact worth in the successor",
        "ratio",
        facts=("account", "balance", "remainder"),
    ),
    "rescale_twin_taken": Code(
        409, "A twin's place is taken by another account", facts=("account", "twin")
    ),
    "segment_out_of_order": Code(
        409, "A segment does not begin where the last ended", facts=("through", "archived_through")
    ),
    "subject_erased": Code(410, "This person's data was erased", facts=("subject",)),
    "too_many_accounts": Code(422, "There are too many accounts", facts=("limit",)),
    "too_many_addresses": Code(422, "The chart has no room for more", facts=("limit",)),
    "too_many_commands": Code(422, "The pool can remember no more commands", facts=("kept",)),
    "too_many_grants": Code(422, "There are too many grants", facts=("limit",)),
    "too_many_keys": Code(422, "There are too many keys", facts=("limit",)),
    "too_many_reservations": Code(422, "There are too many open reservations", facts=("limit",)),
    "too_many_transfers": Code(422, "The pool can keep no more transfers", facts=("kept",)),
    "too_many_versions": Code(422, "The document has too many versions", facts=("limit",)),
    "transfer_not_found": Code(
        404, "There is no such transfer", "transfer_id", facts=("transfer_id",)
    ),
    "unknown_asset": Code(422, "There is no such asset", "asset", facts=("ledger",)),
    "unknown_scope": Code(422, "There is no such scope", "scopes", facts=("scope",)),
}

_CONFLICTS = {
    Status.EXISTS,
    Status.ID_ALREADY_FAILED,
    Status.DEBIT_ACCOUNT_ALREADY_CLOSED,
    Status.CREDIT_ACCOUNT_ALREADY_CLOSED,
    Status.PENDING_TRANSFER_ALREADY_POSTED,
    Status.PENDING_TRANSFER_ALREADY_VOIDED,
    Status.PENDING_TRANSFER_EXPIRED,
    Status.PENDING_TRANSFER_NOT_PENDING,
}
_FORBIDDEN = {Status.DEBIT_ACCOUNT_NOT_GRANTED, Status.CREDIT_ACCOUNT_NOT_GRANTED}
# Which part of a friendly call a status is about, by how its name begins.
_PARTS = {
    "exists_with_different_debit": "debit",
    "exists_with_different_credit": "credit",
    "exists_with_different_amount": "amount",
    "exists_with_different_code": "code",
    "exists_with_different_ledger": "asset",
    "exists_with_different_timeout": "timeout_seconds",
    "exists_with_different_pending": "pending_id",
    "exists": "transfer_id",
    "id_": "transfer_id",
    "debit": "debit",
    "credit": "credit",
    "accounts_must_be_different": "credit",
    "accounts_must_have": "asset",
    "transfer_must_have": "asset",
    "exceeds": "amount",
    "overflows_timeout": "timeout_seconds",
    "overflows": "amount",
    "pending_transfer_has_different_amount": "amount",
    "pending": "pending_id",
}


def _of_status(status: Status) -> Code:
    label = status.label
    part = next((part for start, part in _PARTS.items() if label.startswith(start)), None)
    number = 422
    if label.endswith("_not_found"):
        number = 404
    elif status in _FORBIDDEN:
        number = 403
    elif status in _CONFLICTS or label.startswith("exists_with_different"):
        number = 409
    return Code(number, label.replace("_", " ").capitalize(), part, facts=("leg",))


_STATUSES = {status.label: _of_status(status) for status in Status if status is not Status.CREATED}

CODES: dict[str, Code] = {**_STATUSES, **_LEDGER, **_REQUEST, **_SERVICE}
UNFORESEEN = CODES["internal_error"]


def code_of(name: str) -> Code:
    """What a code comes with; a code nobody listed is a fault of ours, so 500.

    >>> code_of("exceeds_credits").status, code_of("overloaded").is_temporary
    (422, True)
    """
    return CODES.get(name, UNFORESEEN)
