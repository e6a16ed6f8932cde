"""Receipts: what a friendly call is told, read off the entry it led to."""

import msgspec

from tpwallet.domains.ledger.events import BatchApplied, TransferNoted
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.domains.ledger.records import Transfer, unpack_transfer
from tpwallet.kernel.command import Command, Past
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.state import PoolState


class BookedTransfer(msgspec.Struct, frozen=True):
    """A transfer as stored, and where."""

    position: int
    index: int
    transfer: Transfer


class Receipt(msgspec.Struct, frozen=True):
    """What a command led to: where it stands in the journal, and the transfers it booked."""

    command_id: str
    position: int
    time: int  # nanoseconds
    transfers: tuple[BookedTransfer, ...] = ()
    notes: tuple[TransferNoted, ...] = ()


def receipt_of(_command: Command, entry: Entry, _state: PoolState, _past: Past) -> Receipt:
    """The receipt of an entry. It reads nothing but the entry."""
    transfers = []
    notes = []
    for offset, event in enumerate(entry.events):
        if isinstance(event, BatchApplied):
            records = memoryview(event.records)
            for index in range(len(records) // RECORD_BYTES):
                record = records[index * RECORD_BYTES : (index + 1) * RECORD_BYTES]
                transfers.append(
                    BookedTransfer(entry.first_position + offset, index, unpack_transfer(record))
                )
        elif isinstance(event, TransferNoted):
            notes.append(event)
    return Receipt(
        entry.envelope.command_id,
        entry.last_position,
        entry.envelope.time,
        tuple(transfers),
        tuple(notes),
    )
