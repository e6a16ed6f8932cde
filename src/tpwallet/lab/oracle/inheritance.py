"""What a post or a void takes over from the pending transfer it resolves.

Zero means "as the pending transfer has it" for the two account ids, the three user data fields,
the ledger and the code. The amount says it differently, because posting zero is a real wish: a
post of 2^128 - 1 means the full reserved amount, a void of 0 means it too.
"""

from dataclasses import replace

from tpwallet.lab.oracle.flags import TransferFlag
from tpwallet.lab.oracle.records import U128_MAX, OracleTransfer


def with_inherited_fields(event: OracleTransfer, pending: OracleTransfer) -> OracleTransfer:
    """Fill in what `event`, a post or a void, left to `pending`; keep what it said itself.

    >>> void = OracleTransfer(id=2, pending_id=1, flags=TransferFlag.VOID_PENDING_TRANSFER)
    >>> with_inherited_fields(void, OracleTransfer(id=1, amount=5, code=9)).amount
    5
    """
    return replace(
        event,
        debit_account_id=event.debit_account_id or pending.debit_account_id,
        credit_account_id=event.credit_account_id or pending.credit_account_id,
        amount=pending.amount if _means_full_amount(event) else event.amount,
        user_data_128=event.user_data_128 or pending.user_data_128,
        user_data_64=event.user_data_64 or pending.user_data_64,
        user_data_32=event.user_data_32 or pending.user_data_32,
        ledger=event.ledger or pending.ledger,
        code=event.code or pending.code,
    )


def _means_full_amount(event: OracleTransfer) -> bool:
    if event.has(TransferFlag.POST_PENDING_TRANSFER):
        return event.amount == U128_MAX
    return event.amount == 0
