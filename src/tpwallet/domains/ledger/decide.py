"""Deciding on the ledger: what the loops need gathered, what they answer turned into an event."""

from typing import NamedTuple, Protocol

import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.flags import AccountFlags, TransferFlags
from tpwallet.domains.ledger.loops import batch, recall, replay
from tpwallet.domains.ledger.loops.words import LEDGER, RECORD_BYTES, WORDS
from tpwallet.domains.ledger.records import REFUSAL, words_of
from tpwallet.domains.ledger.state import FLOW_ACCESS, OPEN_ACCESS, LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.errors import InvariantBroken, Malformed, Rejected
from tpwallet.kernel.wire import Event
from tpwallet.kernel.words import address_of, records_at

_NO_ACCOUNTS = np.zeros((0, 2), np.int64)


class Past(Protocol):
    """Recorded events by position."""

    def event_at(self, position: int) -> Event:
        """The event at a position."""
        ...


class Decided(NamedTuple):
    """What a batch led to."""

    event: AccountsCreated | BatchApplied
    created: int  # how many of its requests
    statuses: np.ndarray  # u32[n], without the burnt bit
    timestamps: np.ndarray  # u64[n]


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


def _refusals(words: np.ndarray, statuses: np.ndarray) -> bytes:
    refused = np.flatnonzero(statuses)
    rows = np.zeros(len(refused), REFUSAL)
    rows["index"] = refused
    rows["status"] = statuses[refused]
    rows["id"]["low"] = words[refused, 0]
    rows["id"]["high"] = words[refused, 1]
    return rows.tobytes()


def _recall(wanted: np.ndarray, past: Past) -> tuple[recall.Recall, np.ndarray | None]:
    """Read back the records a batch must be compared with, and keep hold of them."""
    if not len(wanted):
        return recall.NOTHING, None
    references = np.unique(wanted)
    records = np.empty((len(references), WORDS), np.uint64)
    for row, reference in enumerate(references.tolist()):
        records[row] = record_at(past, reference >> 13, reference & 0x1FFF)
    return recall.Recall(references, address_of(records)), records


def record_at(past: Past, position: int, index: int) -> np.ndarray:
    """The words of the stored transfer named `position.index`."""
    event = past.event_at(position)
    if not isinstance(event, BatchApplied):
        raise InvariantBroken("a transfer's reference leads to another kind of event")
    start = index * RECORD_BYTES
    return np.frombuffer(event.records[start : start + RECORD_BYTES], np.uint64)


def create_accounts(state: LedgerState, words: np.ndarray, *, now: int, position: int) -> Decided:
    """Decide a batch of accounts in place; `now` is the batch's timestamp."""
    return _decide(
        state,
        words,
        _NO_ACCOUNTS,
        recall.NOTHING,
        context=(now, position, OPEN_ACCESS, 0),
        imported=int(AccountFlags.IMPORTED),
    )


def create_transfers(
    state: LedgerState,
    words: np.ndarray,
    *,
    now: int,
    position: int,
    past: Past,
    access: int = FLOW_ACCESS,
    burns: bool = True,
) -> Decided:
    """Decide a batch of transfers in place.

    `now` is the batch's timestamp and `position` that of the event it becomes; `access` is the
    caller's access word; `burns` is false inside a flow, whose refusal leaves nothing behind.
    """
    count = len(words)
    scratch = state.scratch
    found = scratch.accounts[:count]
    wanted = recall.survey(state.at, records_at(words), count, found, scratch.wanted)
    memory, _held = _recall(scratch.wanted[:wanted], past)
    return _decide(
        state,
        words,
        found,
        memory,
        context=(now, position, access, int(burns)),
        imported=int(TransferFlags.IMPORTED),
    )


def _decide(
    state: LedgerState,
    words: np.ndarray,
    found: np.ndarray,
    memory: recall.Recall,
    *,
    context: tuple[int, int, int, int],
    imported: int,
) -> Decided:
    scratch = state.scratch
    count = len(words)
    statuses = np.empty(count, np.uint32)
    timestamps = np.empty(count, np.uint64)
    scratch.context[:] = context
    _require_room(state, words, of_accounts=imported == AccountFlags.IMPORTED)
    state.begin_batch()
    stored = batch.decide_batch(
        state.at,
        memory,
        records_at(words),
        found,
        scratch.context,
        imported,
        scratch.stored_at,
        statuses,
        timestamps,
    )
    records = scratch.stored[:stored].tobytes()
    refusals = b""
    if stored < count:
        refusals = _refusals(words, statuses)
        statuses &= ~np.uint32(BURNT_BIT)
    kind = AccountsCreated if imported == AccountFlags.IMPORTED else BatchApplied
    return Decided(kind(records, refusals), stored, statuses, timestamps)


def _require_room(state: LedgerState, words: np.ndarray, *, of_accounts: bool) -> None:
    """Nothing may run out half-way through a batch, which cannot always be taken back.

    **Rejects** `too_many_accounts` and `too_many_reservations`.
    """
    if of_accounts:
        if len(words) > state.accounts_left:
            raise Rejected("too_many_accounts", limit=limits.ACCOUNTS_MAX)
    elif len(words) > state.reservations_left:  # seldom, so they are not counted before
        pending = (words[:, LEDGER] >> np.uint64(48)) & np.uint64(TransferFlags.PENDING)
        if np.count_nonzero(pending) > state.reservations_left:
            raise Rejected("too_many_reservations", limit=limits.OPEN_RESERVATIONS_MAX)


def first_refusal(decided: Decided) -> tuple[int, Status] | None:
    """The first request of a batch that was not created, and its status.

    A broken chain's own failure is named rather than that of the requests that failed with it.
    """
    if decided.created == len(decided.statuses):
        return None
    refused = np.flatnonzero(decided.statuses)
    failed_with = np.uint32(Status.LINKED_EVENT_FAILED)
    own = refused[decided.statuses[refused] != failed_with]
    index = int(own[0] if len(own) else refused[0])
    return index, Status(int(decided.statuses[index]))


def book(
    state: LedgerState, words: np.ndarray, *, now: int, position: int, past: Past
) -> BatchApplied:
    """Book a flow's transfers, all of them or none.

    **Rejects** with the status of the first that is not `created`; the unit rolls everything back.
    """
    state.begin_undoable()
    decided = create_transfers(state, words, now=now, position=position, past=past, burns=False)
    refusal = first_refusal(decided)
    if refusal is not None:
        index, status = refusal
        raise Rejected(status.label, leg=index)
    if not isinstance(decided.event, BatchApplied):
        raise InvariantBroken("a batch of transfers became another event")
    return decided.event


def expire(state: LedgerState, *, now: int, limit: int = limits.EXPIRE_MAX) -> Expired | None:
    """Release what has expired by `now`, at most `limit` at a time; None when nothing has."""
    state.begin_bulk()
    state.begin_batch()
    ids = np.empty((limit, 2), np.uint64)
    count = replay.expire(state.at, now, ids)
    return Expired(ids[:count].tobytes(), now) if count else None
