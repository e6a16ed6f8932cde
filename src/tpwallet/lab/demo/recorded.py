"""What the journal says was done: each command's outcome, read from the disk and from nowhere else.

The journal is opened read-only, beside the server or after its death, so what is found here does
not pass through the server. Transfers are read from the stored records, not from the code that
makes receipts.
"""

from collections.abc import Iterable, Iterator

from tpwallet.domains.ledger.events import BatchApplied
from tpwallet.domains.ledger.loops.words import RECORD_BYTES
from tpwallet.domains.ledger.records import unpack_transfer
from tpwallet.faces.present import kind_of, time_text
from tpwallet.kernel.commit import Commit, Entry
from tpwallet.kernel.facts import Refused
from tpwallet.lab.demo.acknowledgements import AcknowledgedTransfer, Acknowledgement
from tpwallet.money import standard_catalogue


def recorded_outcomes(commits: Iterable[Commit]) -> Iterator[Acknowledgement]:
    """What each entry's caller must have been told, in the order of the journal."""
    for commit in commits:
        yield from map(_outcome, commit.entries())


def recorded_transfer(record: bytes, place: str) -> AcknowledgedTransfer:
    """What the caller of a stored transfer (128 bytes) must have been told of it."""
    stored = unpack_transfer(record)
    return AcknowledgedTransfer(
        place=place,
        transfer_id=stored.id,
        debit_id=stored.debit_account_id,
        credit_id=stored.credit_account_id,
        amount_minor=stored.amount,
        asset=standard_catalogue().by_ledger(stored.ledger).code,
        kind=kind_of(stored),
        pending_id=stored.pending_id,
        time=time_text(stored.timestamp),
    )


def _outcome(entry: Entry) -> Acknowledgement:
    first = entry.events[0]
    if isinstance(first, Refused):
        return Acknowledgement(
            command_id=entry.envelope.command_id,
            position=entry.first_position,
            refusal=first.code,
        )
    return Acknowledgement(
        command_id=entry.envelope.command_id,
        position=entry.last_position,
        time=time_text(entry.envelope.time),
        transfers=tuple(_transfers(entry)),
    )


def _transfers(entry: Entry) -> Iterator[AcknowledgedTransfer]:
    for position, event in enumerate(entry.events, start=entry.first_position):
        if isinstance(event, BatchApplied):
            for index in range(len(event.records) // RECORD_BYTES):
                record = event.records[index * RECORD_BYTES : (index + 1) * RECORD_BYTES]
                yield recorded_transfer(record, f"{position}.{index}")
