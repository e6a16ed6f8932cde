"""Judging a post or a void whose id is new: every check, in its order.

A post turns a reservation into a movement, in full or in part; what it does not take is released.
A void releases all of it. Either may resolve a pending transfer once, and only before it expires:
expired means the pending transfer's time has come, whether or not the pulse has released it yet.
Posting needs both accounts open; voiding does not, because it is how a closed account is opened
again. Nothing is written here.
"""

from dataclasses import replace

from tpwallet.lab.oracle.flags import TransferFlag
from tpwallet.lab.oracle.grants import Permitted, grant_refusal
from tpwallet.lab.oracle.imports import transfer_timestamp_regresses
from tpwallet.lab.oracle.inheritance import with_inherited_fields
from tpwallet.lab.oracle.moment import Moment
from tpwallet.lab.oracle.records import U128_MAX, OracleTransfer
from tpwallet.lab.oracle.state import PendingStatus, State
from tpwallet.lab.oracle.statuses import Status


def judge_post_or_void(
    state: State, event: OracleTransfer, moment: Moment, permitted: Permitted | None
) -> OracleTransfer | Status:
    """Return the transfer as it is to be stored (inherited, timestamped), or why it is refused."""
    refusal = _field_refusal(event)
    if refusal is not None:
        return refusal
    pending = state.transfers.get(event.pending_id)
    if pending is None:
        return "pending_transfer_not_found"
    transfer = with_inherited_fields(event, pending)
    refusal = (
        _match_refusal(event, pending)
        or grant_refusal(pending.debit_account_id, pending.credit_account_id, permitted)
        or _amount_refusal(transfer, pending)
        or _resolution_refusal(state, pending, moment)
    )
    if refusal is not None:
        return refusal
    if event.imported and transfer_timestamp_regresses(state, event.timestamp):
        return "imported_event_timestamp_must_not_regress"
    if event.has(TransferFlag.POST_PENDING_TRANSFER):
        if state.is_closed(pending.debit_account_id):
            return "debit_account_already_closed"
        if state.is_closed(pending.credit_account_id):
            return "credit_account_already_closed"
    return replace(transfer, timestamp=event.timestamp if event.imported else moment.event_ns)


def _field_refusal(event: OracleTransfer) -> Status | None:
    posts_and_voids = TransferFlag.POST_PENDING_TRANSFER | TransferFlag.VOID_PENDING_TRANSFER
    foreign = (
        TransferFlag.PENDING
        | TransferFlag.BALANCING_DEBIT
        | TransferFlag.BALANCING_CREDIT
        | TransferFlag.CLOSING_DEBIT
        | TransferFlag.CLOSING_CREDIT
    )
    if event.has(posts_and_voids) or event.flags & foreign != 0:
        return "flags_are_mutually_exclusive"
    if event.pending_id == 0:
        return "pending_id_must_not_be_zero"
    if event.pending_id == U128_MAX:
        return "pending_id_must_not_be_int_max"
    if event.pending_id == event.id:
        return "pending_id_must_be_different"
    if event.timeout != 0:
        return "timeout_reserved_for_pending_transfer"
    return None


def _match_refusal(event: OracleTransfer, pending: OracleTransfer) -> Status | None:
    if not pending.has(TransferFlag.PENDING):
        return "pending_transfer_not_pending"
    if event.debit_account_id not in (0, pending.debit_account_id):
        return "pending_transfer_has_different_debit_account_id"
    if event.credit_account_id not in (0, pending.credit_account_id):
        return "pending_transfer_has_different_credit_account_id"
    if event.ledger not in (0, pending.ledger):
        return "pending_transfer_has_different_ledger"
    if event.code not in (0, pending.code):
        return "pending_transfer_has_different_code"
    return None


def _amount_refusal(transfer: OracleTransfer, pending: OracleTransfer) -> Status | None:
    if transfer.amount > pending.amount:
        return "exceeds_pending_transfer_amount"
    if transfer.has(TransferFlag.VOID_PENDING_TRANSFER) and transfer.amount != pending.amount:
        return "pending_transfer_has_different_amount"
    return None


def _resolution_refusal(state: State, pending: OracleTransfer, moment: Moment) -> Status | None:
    status = state.pending_statuses[pending.id]
    if status is PendingStatus.POSTED:
        return "pending_transfer_already_posted"
    if status is PendingStatus.VOIDED:
        return "pending_transfer_already_voided"
    if status is PendingStatus.EXPIRED:
        return "pending_transfer_expired"
    if pending.expires_at is not None and pending.expires_at <= moment.event_ns:
        return "pending_transfer_expired"
    return None
