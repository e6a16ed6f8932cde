"""The pulse: releasing the reservations of pending transfers whose time has come.

The pulse is best effort. It may run late, so reservations can outlive their expiry; it never runs
early. What it owes is order: transfers leave by expiry time, and by creation time where that is
equal, so a transfer is never released before one that expired earlier.
"""

from tpwallet.lab.oracle.movements import release_expired
from tpwallet.lab.oracle.state import PendingStatus, State


def release_due(state: State, now_ns: int, limit: int) -> list[int]:
    """Release at most `limit` due pending transfers; return their ids in the order released."""
    due: list[tuple[int, int, int]] = []
    for transfer_id, status in state.pending_statuses.items():
        pending = state.transfers[transfer_id]
        if status is not PendingStatus.PENDING or pending.expires_at is None:
            continue
        if pending.expires_at <= now_ns:
            due.append((pending.expires_at, pending.timestamp, transfer_id))
    released = [transfer_id for _, _, transfer_id in sorted(due)[:limit]]
    for transfer_id in released:
        release_expired(state, state.transfers[transfer_id], now_ns)
    return released
