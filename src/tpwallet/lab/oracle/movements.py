"""What an accepted transfer, a post, a void and an expiry do to the two accounts.

These write and cannot refuse; everything that could object has been asked before. Each movement
takes the same amount on the debit side of one account and the credit side of the other, which is
why the sums of debits and credits over all accounts stay equal.
"""

from dataclasses import replace

from tpwallet.lab.oracle.flags import AccountFlag, TransferFlag
from tpwallet.lab.oracle.records import OracleAccount, OracleTransfer
from tpwallet.lab.oracle.results import ChangeKind
from tpwallet.lab.oracle.state import PendingStatus, State


def book(state: State, transfer: OracleTransfer) -> None:
    """Store an accepted transfer of any mode and move, reserve or release its money."""
    state.transfers[transfer.id] = transfer
    if transfer.has(TransferFlag.POST_PENDING_TRANSFER):
        _post(state, transfer)
    elif transfer.has(TransferFlag.VOID_PENDING_TRANSFER):
        _void(state, transfer)
    elif transfer.has(TransferFlag.PENDING):
        _reserve(state, transfer)
    else:
        _move(state, transfer)


def release_expired(state: State, pending: OracleTransfer, now_ns: int) -> None:
    """Release what an expired pending transfer reserved. No transfer is written for it."""
    debit, credit = _released(state, pending)
    debit, credit = _reopened(pending, debit, credit)
    state.pending_statuses[pending.id] = PendingStatus.EXPIRED
    state.record_change(ChangeKind.TWO_PHASE_EXPIRED, now_ns, pending, debit, credit)


def _move(state: State, transfer: OracleTransfer) -> None:
    debit = state.accounts[transfer.debit_account_id]
    credit = state.accounts[transfer.credit_account_id]
    state.record_change(
        ChangeKind.SINGLE_PHASE,
        transfer.timestamp,
        transfer,
        replace(debit, debits_posted=debit.debits_posted + transfer.amount),
        replace(credit, credits_posted=credit.credits_posted + transfer.amount),
    )


def _reserve(state: State, transfer: OracleTransfer) -> None:
    debit = state.accounts[transfer.debit_account_id]
    credit = state.accounts[transfer.credit_account_id]
    debit = replace(debit, debits_pending=debit.debits_pending + transfer.amount)
    credit = replace(credit, credits_pending=credit.credits_pending + transfer.amount)
    if transfer.has(TransferFlag.CLOSING_DEBIT):
        debit = replace(debit, flags=debit.flags | AccountFlag.CLOSED)
    if transfer.has(TransferFlag.CLOSING_CREDIT):
        credit = replace(credit, flags=credit.flags | AccountFlag.CLOSED)
    state.pending_statuses[transfer.id] = PendingStatus.PENDING
    state.record_change(ChangeKind.TWO_PHASE_PENDING, transfer.timestamp, transfer, debit, credit)


def _post(state: State, transfer: OracleTransfer) -> None:
    pending = state.transfers[transfer.pending_id]
    debit, credit = _released(state, pending)
    state.pending_statuses[pending.id] = PendingStatus.POSTED
    state.record_change(
        ChangeKind.TWO_PHASE_POSTED,
        transfer.timestamp,
        transfer,
        replace(debit, debits_posted=debit.debits_posted + transfer.amount),
        replace(credit, credits_posted=credit.credits_posted + transfer.amount),
    )


def _void(state: State, transfer: OracleTransfer) -> None:
    pending = state.transfers[transfer.pending_id]
    debit, credit = _released(state, pending)
    debit, credit = _reopened(pending, debit, credit)
    state.pending_statuses[pending.id] = PendingStatus.VOIDED
    state.record_change(ChangeKind.TWO_PHASE_VOIDED, transfer.timestamp, transfer, debit, credit)


def _released(state: State, pending: OracleTransfer) -> tuple[OracleAccount, OracleAccount]:
    debit = state.accounts[pending.debit_account_id]
    credit = state.accounts[pending.credit_account_id]
    return (
        replace(debit, debits_pending=debit.debits_pending - pending.amount),
        replace(credit, credits_pending=credit.credits_pending - pending.amount),
    )


def _reopened(
    pending: OracleTransfer, debit: OracleAccount, credit: OracleAccount
) -> tuple[OracleAccount, OracleAccount]:
    if pending.has(TransferFlag.CLOSING_DEBIT):
        debit = replace(debit, flags=debit.flags & ~AccountFlag.CLOSED)
    if pending.has(TransferFlag.CLOSING_CREDIT):
        credit = replace(credit, flags=credit.flags & ~AccountFlag.CLOSED)
    return debit, credit
