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
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.loops.words import RECORD_BYTES, TIMESTAMP
from tpwallet.domains.ledger.records import REFUSAL, words_of
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.access import LEDGER_BULK
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.state import PoolState
from tpwallet.kernel.unit import Unit


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
    ledger.begin_bulk()
    decided = create_accounts(ledger, words, now=unit.now, position=unit.position)
    unit.adopt(decided.event)


def _decide_transfers(unit: Unit, command: CreateTransfers) -> None:
    ledger = unit.part(LedgerState)
    words = check_batch(command.records)
    ledger.begin_bulk()
    decided = create_transfers(
        ledger,
        words,
        now=unit.now,
        position=unit.position,
        past=unit,
        access=unit.part(LedgerFacts).granted_bits(unit.actor.name),
    )
    unit.adopt(decided.event)


def _reply(_command: Command, entry: Entry, state: PoolState, past: Past) -> BatchReply:
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
    timestamps[statuses == Status.CREATED] = stored[:, TIMESTAMP]
    ledger = state.part(LedgerState)
    for row in refused[refused["status"] == Status.EXISTS]:
        key = int(row["id"]["low"]) | int(row["id"]["high"]) << 64
        timestamps[row["index"]] = _original_timestamp(ledger, past, key, event)
    return BatchReply(entry.first_position, statuses, timestamps)


def _original_timestamp(
    ledger: LedgerState, past: Past, key: int, event: AccountsCreated | BatchApplied
) -> int:
    if isinstance(event, AccountsCreated):
        account = ledger.account(key)
        if account is None:
            raise InvariantBroken("an account that exists is not there")
        return account.timestamp
    place = ledger.place_of(key)
    if place is None:
        raise InvariantBroken("a transfer that exists is not there")
    return int(record_at(past, *place)[TIMESTAMP])


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
