"""Bulk: raw batches of accounts and transfers, whose statuses are the answer."""

from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.decide import (
    Past,
    check_batch,
    create_accounts,
    create_transfers,
    record_at,
)
from tpwallet.domains.ledger.delisting import refuse_delisted
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.words import LEDGER, RECORD_BYTES, TIMESTAMP
from tpwallet.domains.ledger.records import REFUSAL, words_of
from tpwallet.domains.ledger.refusing import refuse_transfers
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.access import LEDGER_BULK
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.state import PoolState
from tpwallet.kernel.unit import Unit

_LINKED = int(TransferFlags.LINKED)  # the same bit for accounts


class CreateAccounts(Command, frozen=True):
    """A batch of account records, 128 bytes each, at most 8,190."""

    records: bytes


class CreateTransfers(Command, frozen=True):
    """A batch of transfer records, 128 bytes each, at most 8,190."""

    records: bytes


class BatchReply(NamedTuple):
    """One status and one timestamp for each request of a batch, in its order."""

    position: int
    statuses: np.ndarray  # u32[n], see `Status`
    timestamps: np.ndarray  # u64[n], nanoseconds

    def refused(self) -> list[tuple[int, Status]]:
        """The requests that were not created: (index, status)."""
        found = np.flatnonzero(self.statuses)
        return [(int(i), Status(int(self.statuses[i]))) for i in found]


def _records(command: CreateAccounts | CreateTransfers) -> int:
    return max(1, len(command.records) // RECORD_BYTES)


def _decide_accounts(unit: Unit, command: CreateAccounts) -> None:
    ledger = unit.part(LedgerState)
    words = check_batch(command.records)
    refuse_delisted(unit.part(LedgerFacts), words)
    ledger.begin_bulk()
    decided = create_accounts(ledger, words, now=unit.now, position=unit.position)
    unit.adopt(decided.event)


def _decide_transfers(unit: Unit, command: CreateTransfers) -> None:
    ledger = unit.part(LedgerState)
    facts = unit.part(LedgerFacts)
    words = check_batch(command.records)
    refuse_transfers(facts, ledger, words)
    ledger.begin_bulk()
    decided = create_transfers(
        ledger,
        words,
        now=unit.now,
        position=unit.position,
        past=unit,
        access=facts.granted_bits(unit.actor.name),
    )
    unit.adopt(decided.event)


def _reply(
    command: CreateAccounts | CreateTransfers, entry: Entry, state: PoolState, past: Past
) -> BatchReply:
    """The answer, read off the recorded event: what was stored has its timestamp, what existed the
    original's, and every other refusal the one it would have got.
    """
    event = entry.events[0]
    if not isinstance(event, AccountsCreated | BatchApplied):
        raise InvariantBroken(f"a batch led to {event.wire_name}")
    refused = np.frombuffer(event.refusals, REFUSAL)
    stored = words_of(event.records)
    count = len(stored) + len(refused)
    statuses = np.zeros(count, np.uint32)
    statuses[refused["index"]] = refused["status"] & ~np.uint32(BURNT_BIT)
    last = entry.envelope.time
    timestamps = np.arange(last - count + 1, last + 1, dtype=np.uint64)
    created = np.flatnonzero(statuses == Status.CREATED)
    timestamps[created] = stored[:, TIMESTAMP]
    repeated = refused[refused["status"] == Status.EXISTS]
    if len(repeated):
        asked = words_of(command.records)
        here = dict(zip(map(tuple, stored[:, :2].tolist()), created.tolist(), strict=True))
        for index, _, key in repeated.tolist():
            twin = _twin_in_chain(asked, index)
            if twin is not None:
                timestamps[index] = asked[twin, TIMESTAMP] or timestamps[twin]
            elif key in here:
                timestamps[index] = timestamps[here[key]]
            else:
                key_number = key[0] | key[1] << 64
                timestamps[index] = _stored_timestamp(key_number, event, state, past)
    return BatchReply(entry.first_position, statuses, timestamps)


def _twin_in_chain(asked: np.ndarray, index: int) -> int | None:
    """The request that a repetition in its own chain was compared with, if there is one. The chain
    fell with both of them, so nothing of it was stored, whatever its id stores later.
    """
    earlier = index - 1
    while earlier >= 0 and (int(asked[earlier, LEDGER]) >> 48) & _LINKED:
        if (asked[earlier, :2] == asked[index, :2]).all():
            return earlier
        earlier -= 1
    return None


def _stored_timestamp(
    key: int, event: AccountsCreated | BatchApplied, state: PoolState, past: Past
) -> int:
    """The timestamp of what an id stored before this batch."""
    ledger = state.part(LedgerState)
    if isinstance(event, AccountsCreated):
        account = ledger.account(key)
        if account is not None:
            return account.timestamp
    else:
        place = ledger.place_of(key)
        if place is not None:
            return int(record_at(past, *place)[TIMESTAMP])
    raise InvariantBroken("what a request repeats is not there")


ROUTES = (
    Route(
        "ledger.create_accounts",
        CreateAccounts,
        LEDGER_BULK,
        _decide_accounts,
        _reply,
        _records,
        rehearsable=False,
    ),
    Route(
        "ledger.create_transfers",
        CreateTransfers,
        LEDGER_BULK,
        _decide_transfers,
        _reply,
        _records,
        rehearsable=False,
    ),
)
