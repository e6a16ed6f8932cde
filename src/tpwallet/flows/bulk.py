"""Bulk: raw batches of accounts and transfers, whose statuses are the answer.

A batch is never refused for what is in its records. What the pool's rules bar is a status like any
other; only what has the wrong size, or finds no room, is refused as a whole.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.answers import answers_of
from tpwallet.domains.ledger.decide import (
    Past,
    check_batch,
    create_accounts,
    create_transfers,
)
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.domains.ledger.records import words_of
from tpwallet.domains.ledger.refusing import barred_accounts, barred_transfers
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import Status
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
    barred = barred_accounts(unit.part(LedgerFacts), words)
    ledger.begin_bulk()
    unit.adopt(create_accounts(ledger, words, now=unit.now, position=unit.position, barred=barred))


def _decide_transfers(unit: Unit, command: CreateTransfers) -> None:
    ledger = unit.part(LedgerState)
    facts = unit.part(LedgerFacts)
    words = check_batch(command.records)
    barred = barred_transfers(facts, ledger, words)
    ledger.begin_bulk()
    event = create_transfers(
        ledger,
        words,
        now=unit.now,
        position=unit.position,
        past=unit,
        access=facts.granted_bits(unit.actor.name),
        barred=barred,
    )
    unit.adopt(event)


def _reply(
    command: CreateAccounts | CreateTransfers, entry: Entry, state: PoolState, past: Past
) -> BatchReply:
    event = entry.events[0]
    if not isinstance(event, AccountsCreated | BatchApplied):
        raise InvariantBroken(f"a batch led to {event.wire_name}")
    asked = words_of(command.records)
    answers = answers_of(event, asked, entry.envelope.time, state.part(LedgerState), past)
    return BatchReply(entry.first_position, *answers)


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
