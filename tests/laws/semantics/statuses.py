"""Every status of the ledger model, in the order of the checks. Written by hand, from the rules.

An event that is wrong in two ways answers the status that stands earlier. `IMPOSSIBLE` names the
neighbours that no single event can deserve at once, with the reason; every other pair of
neighbours must have a precedence case in the tables, and the coverage test holds the tables to
that.
"""

ENVELOPE = (
    "linked_event_chain_open",
    "linked_event_failed",
    "imported_event_expected",
    "imported_event_not_expected",
    "imported_event_timestamp_out_of_range",
    "imported_event_timestamp_must_not_advance",
    "timestamp_must_be_zero",
)

ACCOUNT_ORDER = (
    *ENVELOPE,
    "reserved_field",
    "reserved_flag",
    "id_must_not_be_zero",
    "id_must_not_be_int_max",
    "exists_with_different_flags",
    "exists_with_different_user_data_128",
    "exists_with_different_user_data_64",
    "exists_with_different_user_data_32",
    "exists_with_different_ledger",
    "exists_with_different_code",
    "exists",
    "asset_delisted",
    "flags_are_mutually_exclusive",
    "debits_pending_must_be_zero",
    "debits_posted_must_be_zero",
    "credits_pending_must_be_zero",
    "credits_posted_must_be_zero",
    "ledger_must_not_be_zero",
    "code_must_not_be_zero",
    "imported_event_timestamp_must_not_regress",
    "created",
)

_TRANSFER_IDENTITY = (
    *ENVELOPE,
    "reserved_flag",
    "id_must_not_be_zero",
    "id_must_not_be_int_max",
    "exists_with_different_flags",
    "exists_with_different_pending_id",
    "exists_with_different_timeout",
    "exists_with_different_debit_account_id",
    "exists_with_different_credit_account_id",
    "exists_with_different_amount",
    "exists_with_different_user_data_128",
    "exists_with_different_user_data_64",
    "exists_with_different_user_data_32",
    "exists_with_different_ledger",
    "exists_with_different_code",
    "exists",
    "id_already_failed",
    "asset_delisted",
    "period_closed",
)

TRANSFER_ORDER = (
    *_TRANSFER_IDENTITY,
    "debit_account_id_must_not_be_zero",
    "debit_account_id_must_not_be_int_max",
    "credit_account_id_must_not_be_zero",
    "credit_account_id_must_not_be_int_max",
    "accounts_must_be_different",
    "pending_id_must_be_zero",
    "timeout_reserved_for_pending_transfer",
    "closing_transfer_must_be_pending",
    "ledger_must_not_be_zero",
    "code_must_not_be_zero",
    "debit_account_not_found",
    "credit_account_not_found",
    "accounts_must_have_the_same_ledger",
    "transfer_must_have_the_same_ledger_as_accounts",
    "debit_account_not_granted",
    "credit_account_not_granted",
    "imported_event_timestamp_must_not_regress",
    "imported_event_timestamp_must_postdate_debit_account",
    "imported_event_timestamp_must_postdate_credit_account",
    "imported_event_timeout_must_be_zero",
    "debit_account_already_closed",
    "credit_account_already_closed",
    "overflows_debits_pending",
    "overflows_credits_pending",
    "overflows_debits_posted",
    "overflows_credits_posted",
    "overflows_debits",
    "overflows_credits",
    "overflows_timeout",
    "exceeds_credits",
    "exceeds_debits",
    "created",
)

POST_VOID_ORDER = (
    *_TRANSFER_IDENTITY,
    "closing_reservation",
    "flags_are_mutually_exclusive",
    "pending_id_must_not_be_zero",
    "pending_id_must_not_be_int_max",
    "pending_id_must_be_different",
    "timeout_reserved_for_pending_transfer",
    "pending_transfer_not_found",
    "pending_transfer_not_pending",
    "pending_transfer_has_different_debit_account_id",
    "pending_transfer_has_different_credit_account_id",
    "pending_transfer_has_different_ledger",
    "pending_transfer_has_different_code",
    "debit_account_not_granted",
    "credit_account_not_granted",
    "exceeds_pending_transfer_amount",
    "pending_transfer_has_different_amount",
    "pending_transfer_already_posted",
    "pending_transfer_already_voided",
    "pending_transfer_expired",
    "imported_event_timestamp_must_not_regress",
    "debit_account_already_closed",
    "credit_account_already_closed",
    "created",
)

# Added by tpwallet; everything else is the published model.
EXTENSIONS = (
    "debit_account_not_granted",
    "credit_account_not_granted",
    "asset_delisted",
    "period_closed",
    "closing_reservation",
)

TRANSIENT = (
    "debit_account_not_found",
    "credit_account_not_found",
    "pending_transfer_not_found",
    "exceeds_credits",
    "exceeds_debits",
    "debit_account_already_closed",
    "credit_account_already_closed",
)

STATUSES = tuple(dict.fromkeys((*ACCOUNT_ORDER, *TRANSFER_ORDER, *POST_VOID_ORDER)))

# Neighbours in one of the orders that no single event can deserve at once, and why not.
IMPOSSIBLE = {
    ("imported_event_expected", "imported_event_not_expected"): "a batch has one mode",
    (
        "imported_event_timestamp_must_not_advance",
        "timestamp_must_be_zero",
    ): "the first is asked of imported events, the second of the others",
    ("id_must_not_be_zero", "id_must_not_be_int_max"): "an id has one value",
    ("id_must_not_be_int_max", "exists_with_different_flags"): "nothing is stored under it",
    ("exists_with_different_code", "exists"): "exists means that nothing differs",
    ("exists", "id_already_failed"): "a burnt id is never stored, a stored id never judged again",
    (
        "debit_account_id_must_not_be_zero",
        "debit_account_id_must_not_be_int_max",
    ): "an id has one value",
    (
        "credit_account_id_must_not_be_zero",
        "credit_account_id_must_not_be_int_max",
    ): "an id has one value",
    (
        "credit_account_id_must_not_be_int_max",
        "accounts_must_be_different",
    ): "the debit account id would be int max too, and is asked first",
    (
        "credit_account_not_found",
        "accounts_must_have_the_same_ledger",
    ): "two ledgers need two accounts",
    ("pending_id_must_not_be_zero", "pending_id_must_not_be_int_max"): "an id has one value",
    (
        "pending_id_must_not_be_int_max",
        "pending_id_must_be_different",
    ): "the event's own id would be int max too, and is asked first",
    (
        "pending_transfer_not_found",
        "pending_transfer_not_pending",
    ): "what is not found cannot be of the wrong mode",
    (
        "pending_transfer_already_posted",
        "pending_transfer_already_voided",
    ): "a pending transfer is resolved at most once",
}
