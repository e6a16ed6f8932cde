"""What to answer when the id is already there: the idempotent comparison.

A retry that says the same thing again is `exists`; one that says something else is told the first
difference. "The same thing" is judged by meaning, not by bytes: a post or void that left a field
to be inherited means the inherited value; a balancing transfer's amount is an upper limit, so any
limit that covers what was really moved means the same; an imported event's own timestamp is not
compared, nor are an account's balances. Flags are compared first and whole, because they decide
how the rest is read; an account's are its present flags, `closed` included.
"""

from collections.abc import Mapping

from tpwallet.lab.oracle.flags import TransferFlag
from tpwallet.lab.oracle.inheritance import with_inherited_fields
from tpwallet.lab.oracle.records import OracleAccount, OracleTransfer
from tpwallet.lab.oracle.statuses import Status


def existing_account_status(event: OracleAccount, stored: OracleAccount) -> Status:
    """Compare an event with the account stored under its id; answer the first difference.

    >>> existing_account_status(OracleAccount(id=1, code=2), OracleAccount(id=1, code=3))
    'exists_with_different_code'
    """
    if event.flags != stored.flags:
        return "exists_with_different_flags"
    if event.user_data_128 != stored.user_data_128:
        return "exists_with_different_user_data_128"
    if event.user_data_64 != stored.user_data_64:
        return "exists_with_different_user_data_64"
    if event.user_data_32 != stored.user_data_32:
        return "exists_with_different_user_data_32"
    if event.ledger != stored.ledger:
        return "exists_with_different_ledger"
    if event.code != stored.code:
        return "exists_with_different_code"
    return "exists"


def existing_transfer_status(
    event: OracleTransfer, stored: OracleTransfer, transfers: Mapping[int, OracleTransfer]
) -> Status:
    """Compare an event with the transfer stored under its id; answer the first difference.

    `transfers` holds every stored transfer by id: a post or void finds there what it inherits.
    """
    if event.flags != stored.flags:
        return "exists_with_different_flags"
    if event.pending_id != stored.pending_id:
        return "exists_with_different_pending_id"
    if event.timeout != stored.timeout:
        return "exists_with_different_timeout"
    if event.posts_or_voids:
        event = with_inherited_fields(event, transfers[event.pending_id])
    if event.debit_account_id != stored.debit_account_id:
        return "exists_with_different_debit_account_id"
    if event.credit_account_id != stored.credit_account_id:
        return "exists_with_different_credit_account_id"
    if _amount_differs(event, stored):
        return "exists_with_different_amount"
    if event.user_data_128 != stored.user_data_128:
        return "exists_with_different_user_data_128"
    if event.user_data_64 != stored.user_data_64:
        return "exists_with_different_user_data_64"
    if event.user_data_32 != stored.user_data_32:
        return "exists_with_different_user_data_32"
    if event.ledger != stored.ledger:
        return "exists_with_different_ledger"
    if event.code != stored.code:
        return "exists_with_different_code"
    return "exists"


def _amount_differs(event: OracleTransfer, stored: OracleTransfer) -> bool:
    if event.has(TransferFlag.BALANCING_DEBIT) or event.has(TransferFlag.BALANCING_CREDIT):
        return event.amount < stored.amount
    return event.amount != stored.amount
