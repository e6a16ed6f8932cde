"""What the commonest refusals of the ledger mean, as sentences.

The ledger answers a batch with statuses; told to a person, its word alone is too short. Every
other refusal brings its own sentence.
"""

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "account_not_found": "There is no such account.",
    "accounts_must_be_different": "The debit and the credit account are the same.",
    "accounts_must_have_the_same_ledger": "The two accounts hold different assets.",
    "credit_account_already_closed": "The credit account is frozen or closed.",
    "credit_account_not_found": "There is no such credit account.",
    "debit_account_already_closed": "The debit account is frozen or closed.",
    "debit_account_not_found": "There is no such debit account.",
    "exceeds_credits": "The debit account does not have that much.",
    "exceeds_debits": "The credit account does not have that much to give.",
    "exceeds_pending_transfer_amount": "That is more than was reserved.",
    "exists": "It exists already, exactly so.",
    "pending_transfer_already_posted": "The reservation was posted already.",
    "pending_transfer_already_voided": "The reservation was voided already.",
    "pending_transfer_expired": "The reservation has expired.",
    "pending_transfer_not_found": "There is no such reservation.",
    "pending_transfer_not_pending": "That transfer is not a reservation.",
    "transfer_must_have_the_same_ledger_as_accounts": "The accounts hold another asset.",
    "transfer_not_found": "There is no such transfer.",
}
