"""Deciding on the ledger: what the loops need gathered, what they answer turned into an event."""

from typing import Protocol

import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import FLOW_ACCESS, OPEN_ACCESS
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops import batch, recall, replay
from tpwallet.domains.ledger.loops.words import LEDGER, RECORD_BYTES, WORDS
from tpwallet.domains.ledger.records import REFUSAL, words_of
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.errors import InvariantBroken, Malformed, Rejected
from tpwallet.kernel.wire import Event
from tpwallet.kernel.words import address_of, records_at

_OPEN = np.uint64(OPEN_ACCESS)


class Past(Protocol):
    """Recorded events by position."""

    def event_at(self, position: int) -> Event:
        """The event at a position."""
        ...


def check_batch(records: bytes) -> np.ndarray:
    """The words of a batch. **Rejects** with `Malformed` one of a wrong size."""
    if not records or len(records) % RECORD_BYTES:
        raise Malformed(
            f"a batch is one or more records of {RECORD_BYTES} bytes", parameter="records"
        )
    if len(records) > limits.BATCH_RECORDS_MAX * RECORD_BYTES:
        raise Malformed(
            f"a batch has at most {limits.BATCH_RECORDS_MAX} records", parameter="records"
        )
    return words_of(records)


def _recall(wanted: np.ndarray, past: Past) -> tuple[recall.Recall, tuple[np.ndarray, ...]]:
    """Read back the records a batch must be compared with; the arrays are to be kept hold of."""
    if not len(wanted):
        return recall.NOTHING, ()
    references = np.unique(wanted)
    records = np.empty((len(references), WORDS), np.uint64)
    for row, reference in enumerate(references.tolist()):
        records[row] = record_at(past, reference >> 13, reference & 0x1FFF)
    memory = recall.Recall(len(references), address_of(references), address_of(records))
    return memory, (references, records)


def record_at(past: Past, position: int, index: int) -> np.ndarray:
    """The words of the stored transfer named `position.index`."""
    event = past.event_at(position)
    if not isinstance(event, BatchApplied):
        raise InvariantBroken("a transfer's reference leads to another kind of event")
    start = index * RECORD_BYTES
    return np.frombuffer(event.records[start : start + RECORD_BYTES], np.uint64)


def create_accounts(
    state: LedgerState,
    words: np.ndarray,
    *,
    now: int,
    position: int,
    barred: np.ndarray | None = None,
) -> AccountsCreated:
    """Decide a batch of accounts in place; `now` is the batch's timestamp, and `barred` are the
    statuses of those that the pool's rules bar (see `refusing`).

    **Rejects** `too_many_accounts`.
    """
    if len(words) > state.accounts_left:
        raise Rejected("too_many_accounts", limit=limits.ACCOUNTS_MAX)
    state.begin_batch()
    count = len(words)
    context = batch.Context(batch.OF_ACCOUNTS, now, position, _OPEN, _barred_at(barred))
    stored = batch.decide_batch(state.at, recall.NOTHING, records_at(words), count, context)
    return AccountsCreated(*state.scratch.outcome(count, stored))


def create_transfers(
    state: LedgerState,
    words: np.ndarray,
    *,
    now: int,
    position: int,
    past: Past,
    access: int | np.uint64 = FLOW_ACCESS,
    burns: bool = True,
    barred: np.ndarray | None = None,
) -> BatchApplied:
    """Decide a batch of transfers in place.

    `now` is the batch's timestamp and `position` that of the event it becomes; `access` is the
    caller's access word; `burns` is false inside a flow, whose refusal leaves nothing behind;
    `barred` are the statuses of those that the pool's rules bar (see `refusing`).

    **Rejects** `too_many_transfers` and `too_many_reservations`.
    """
    _require_room(state, words)
    state.begin_batch()
    count = len(words)
    kind = batch.OF_TRANSFERS if burns else batch.OF_UNIT
    context = batch.Context(kind, now, position, np.uint64(access), _barred_at(barred))
    at = records_at(words)
    stored = batch.decide_transfers(state.at, at, count, context)
    if stored < 0:
        state.put_off_batch()
        memory, _held = _recall(state.scratch.wanted[: -1 - stored], past)
        state.begin_batch()
        stored = batch.decide_batch(state.at, memory, at, count, context)
    return BatchApplied(*state.scratch.outcome(count, stored))


def _barred_at(barred: np.ndarray | None) -> int:
    return batch.NONE_BARRED if barred is None else address_of(barred)


def _require_room(state: LedgerState, words: np.ndarray) -> None:
    """Nothing may run out half-way through a batch, which cannot always be taken back."""
    if len(words) > state.transfer_ids.ids_left:  # refused requests may keep their ids, too
        raise Rejected("too_many_transfers", kept=len(state.transfer_ids))
    if len(words) > state.reservations_left:  # seldom, so they are not counted before
        pending = (words[:, LEDGER] >> np.uint64(48)) & np.uint64(TransferFlags.PENDING)
        if np.count_nonzero(pending) > state.reservations_left:
            raise Rejected("too_many_reservations", limit=limits.OPEN_RESERVATIONS_MAX)


def refused(event: AccountsCreated | BatchApplied) -> list[tuple[int, Status]]:
    """The requests of a batch that were not created: (index, status)."""
    rows = np.frombuffer(event.refusals, REFUSAL)
    statuses = rows["status"] & ~np.uint32(BURNT_BIT)
    return [
        (index, Status(status))
        for index, status in zip(rows["index"].tolist(), statuses.tolist(), strict=True)
    ]


def first_refusal(event: AccountsCreated | BatchApplied) -> tuple[int, Status] | None:
    """The first request of a batch that was not created, and its status.

    A broken chain's own failure is named rather than that of the requests that failed with it.
    """
    if not event.refusals:
        return None
    rows = refused(event)
    own = (row for row in rows if row[1] is not Status.LINKED_EVENT_FAILED)
    return next(own, rows[0])


def book(
    state: LedgerState,
    words: np.ndarray,
    *,
    now: int,
    position: int,
    past: Past,
    access: int = FLOW_ACCESS,
) -> BatchApplied:
    """Book a flow's transfers, all of them or none; `access` is the flow's access word.

    **Rejects** with the status of the first that is not `created`; the unit rolls everything back.
    """
    state.begin_undoable()
    event = create_transfers(
        state, words, now=now, position=position, past=past, access=access, burns=False
    )
    refusal = first_refusal(event)
    if refusal is not None:
        index, status = refusal
        raise Rejected(status.label, leg=index)
    return event


def expire(state: LedgerState, *, now: int, limit: int = limits.EXPIRE_MAX) -> Expired | None:
    """Release what has expired by `now`, at most `limit` at a time; None when nothing has."""
    state.begin_bulk()
    state.begin_batch()
    ids = np.empty((limit, 2), np.uint64)
    count = replay.expire(state.at, now, ids)
    return Expired(ids[:count].tobytes(), now) if count else None
