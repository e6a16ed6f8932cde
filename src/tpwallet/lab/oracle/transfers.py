"""Judging a single-phase or pending transfer whose id is new: every check, in its order.

The checks fall into stages, and the first stage with a refusal answers: the event's own fields,
the accounts it names, the caller's grant (tpwallet's own), the imported timestamp, closed
accounts, then, with the amount clamped if the transfer balances, the room left in the integers and
the accounts' limits. Nothing is written here.
"""

from dataclasses import replace

from tpwallet.lab.oracle.flags import AccountFlag, TransferFlag
from tpwallet.lab.oracle.grants import Permitted, grant_refusal
from tpwallet.lab.oracle.imports import transfer_timestamp_regresses
from tpwallet.lab.oracle.moment import Moment
from tpwallet.lab.oracle.records import (
    NANOSECONDS_PER_SECOND,
    TIMESTAMP_MAX,
    U128_MAX,
    OracleAccount,
    OracleTransfer,
)
from tpwallet.lab.oracle.state import State
from tpwallet.lab.oracle.statuses import Status


def judge_transfer(
    state: State, event: OracleTransfer, moment: Moment, permitted: Permitted | None
) -> OracleTransfer | Status:
    """Return the transfer as it is to be stored (clamped, timestamped), or why it is refused."""
    refusal = _field_refusal(event) or _account_refusal(state, event)
    if refusal is not None:
        return refusal
    debit = state.accounts[event.debit_account_id]
    credit = state.accounts[event.credit_account_id]
    refusal = (
        grant_refusal(debit.id, credit.id, permitted)
        or _import_refusal(state, event, debit, credit)
        or _closed_refusal(debit, credit)
    )
    if refusal is not None:
        return refusal
    transfer = replace(
        event,
        amount=_clamped_amount(event, debit, credit),
        timestamp=event.timestamp if event.imported else moment.event_ns,
    )
    refusal = _overflow_refusal(transfer, debit, credit) or _limit_refusal(transfer, debit, credit)
    return transfer if refusal is None else refusal


def _field_refusal(event: OracleTransfer) -> Status | None:
    is_pending = event.has(TransferFlag.PENDING)
    is_closing = event.has(TransferFlag.CLOSING_DEBIT) or event.has(TransferFlag.CLOSING_CREDIT)
    if event.debit_account_id == 0:
        return "debit_account_id_must_not_be_zero"
    if event.debit_account_id == U128_MAX:
        return "debit_account_id_must_not_be_int_max"
    if event.credit_account_id == 0:
        return "credit_account_id_must_not_be_zero"
    if event.credit_account_id == U128_MAX:
        return "credit_account_id_must_not_be_int_max"
    if event.debit_account_id == event.credit_account_id:
        return "accounts_must_be_different"
    if event.pending_id != 0:
        return "pending_id_must_be_zero"
    if event.timeout != 0 and not is_pending:
        return "timeout_reserved_for_pending_transfer"
    if is_closing and not is_pending:
        return "closing_transfer_must_be_pending"
    if event.ledger == 0:
        return "ledger_must_not_be_zero"
    if event.code == 0:
        return "code_must_not_be_zero"
    return None


def _account_refusal(state: State, event: OracleTransfer) -> Status | None:
    debit = state.accounts.get(event.debit_account_id)
    if debit is None:
        return "debit_account_not_found"
    credit = state.accounts.get(event.credit_account_id)
    if credit is None:
        return "credit_account_not_found"
    if debit.ledger != credit.ledger:
        return "accounts_must_have_the_same_ledger"
    if event.ledger != debit.ledger:
        return "transfer_must_have_the_same_ledger_as_accounts"
    return None


def _import_refusal(
    state: State, event: OracleTransfer, debit: OracleAccount, credit: OracleAccount
) -> Status | None:
    if not event.imported:
        return None
    if transfer_timestamp_regresses(state, event.timestamp):
        return "imported_event_timestamp_must_not_regress"
    if event.timestamp <= debit.timestamp:
        return "imported_event_timestamp_must_postdate_debit_account"
    if event.timestamp <= credit.timestamp:
        return "imported_event_timestamp_must_postdate_credit_account"
    if event.timeout != 0:
        return "imported_event_timeout_must_be_zero"
    return None


def _closed_refusal(debit: OracleAccount, credit: OracleAccount) -> Status | None:
    if debit.has(AccountFlag.CLOSED):
        return "debit_account_already_closed"
    if credit.has(AccountFlag.CLOSED):
        return "credit_account_already_closed"
    return None


def _clamped_amount(event: OracleTransfer, debit: OracleAccount, credit: OracleAccount) -> int:
    amount = event.amount
    if event.has(TransferFlag.BALANCING_DEBIT):
        room = debit.credits_posted - debit.debits_posted - debit.debits_pending
        amount = min(amount, max(room, 0))
    if event.has(TransferFlag.BALANCING_CREDIT):
        room = credit.debits_posted - credit.credits_posted - credit.credits_pending
        amount = min(amount, max(room, 0))
    return amount


def _overflow_refusal(
    transfer: OracleTransfer, debit: OracleAccount, credit: OracleAccount
) -> Status | None:
    amount = transfer.amount
    if transfer.has(TransferFlag.PENDING):
        if debit.debits_pending + amount > U128_MAX:
            return "overflows_debits_pending"
        if credit.credits_pending + amount > U128_MAX:
            return "overflows_credits_pending"
    if debit.debits_posted + amount > U128_MAX:
        return "overflows_debits_posted"
    if credit.credits_posted + amount > U128_MAX:
        return "overflows_credits_posted"
    if debit.debits_pending + debit.debits_posted + amount > U128_MAX:
        return "overflows_debits"
    if credit.credits_pending + credit.credits_posted + amount > U128_MAX:
        return "overflows_credits"
    if transfer.timestamp + transfer.timeout * NANOSECONDS_PER_SECOND > TIMESTAMP_MAX:
        return "overflows_timeout"
    return None


def _limit_refusal(
    transfer: OracleTransfer, debit: OracleAccount, credit: OracleAccount
) -> Status | None:
    if debit.has(AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS):
        debited = debit.debits_pending + debit.debits_posted + transfer.amount
        if debited > debit.credits_posted:
            return "exceeds_credits"
    if credit.has(AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS):
        credited = credit.credits_pending + credit.credits_posted + transfer.amount
        if credited > credit.debits_posted:
            return "exceeds_debits"
    return None
