"""Importing transfers, with their history: a whole file, all of it or nothing."""

import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.access import FLOW_ACCESS
from tpwallet.domains.ledger.decide import create_transfers, refused
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.words import LEDGER, RECORD_BYTES
from tpwallet.domains.ledger.records import words_of
from tpwallet.domains.ledger.refusing import barred_transfers
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import Status
from tpwallet.flows.receipts import receipt_of
from tpwallet.kernel.access import ADMIN, LEDGER_BULK
from tpwallet.kernel.command import Command, Route
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.unit import Unit


class ImportTransfers(Command, frozen=True):
    """Records of 128 bytes, at most `IMPORT_RECORDS_MAX`, none of them linked.

    With the `imported` flag on every record they bring their own past timestamps. They move what a
    raw batch of the same caller may move, an administrator's every account.
    """

    records: bytes


class ImportRefused(Rejected):
    """An import of which some records were refused; `refused` has all of them: (index, status).

    The journal keeps their number and the first; a rehearsal tells them all.
    """

    def __init__(self, refused: list[tuple[int, Status]], total: int) -> None:
        index, status = refused[0]
        super().__init__(
            "import_refused",
            f"{len(refused)} of {total} transfers were refused; nothing was imported",
            refused=len(refused),
            total=total,
            first_index=index,
            first_status=status.label,
        )
        self.refused = refused


def _check(records: bytes) -> np.ndarray:
    """The words of an import. **Rejects** with `Malformed` a wrong size and linked records."""
    count, rest = divmod(len(records), RECORD_BYTES)
    if rest or not 0 < count <= limits.IMPORT_RECORDS_MAX:
        raise Malformed(
            f"an import has 1 to {limits.IMPORT_RECORDS_MAX} records of {RECORD_BYTES} bytes",
            parameter="records",
        )
    words = words_of(records)
    flags = words[:, LEDGER] >> np.uint64(48)
    if (flags & np.uint64(TransferFlags.LINKED)).any():
        raise Malformed("an import is one whole already: no linked records", parameter="records")
    return words


def _access(unit: Unit) -> int:
    if ADMIN in unit.actor.scopes:
        return FLOW_ACCESS
    return unit.part(LedgerFacts).granted_bits(unit.actor.name)


def _decide(unit: Unit, command: ImportTransfers) -> None:
    words = _check(command.records)
    ledger = unit.part(LedgerState)
    barred = barred_transfers(unit.part(LedgerFacts), ledger, words)
    access = _access(unit)
    ledger.begin_undoable()
    total = len(words)
    failed: list[tuple[int, Status]] = []
    for start in range(0, total, limits.BATCH_RECORDS_MAX):
        part = slice(start, start + limits.BATCH_RECORDS_MAX)
        batch = words[part]
        event = create_transfers(
            ledger,
            batch,
            now=unit.now - (total - start - len(batch)),
            position=unit.position,
            past=unit,
            access=access,
            burns=False,
            barred=None if barred is None else barred[part],
        )
        unit.adopt(event)
        failed += [(start + index, status) for index, status in refused(event)]
    if failed:
        raise ImportRefused(failed, total)


def _records(command: ImportTransfers) -> int:
    return max(1, len(command.records) // RECORD_BYTES)


ROUTES = (
    Route(
        "ledger.import_transfers",
        ImportTransfers,
        LEDGER_BULK,
        _decide,
        receipt_of,
        _records,
    ),
)
