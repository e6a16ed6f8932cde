"""What the hub has said it did, written down as it said it: the demo's side of the bargain.

One line of JSON for each answer, appended before anything is done with it. The hub never sees this
file. After the crash it is read back and held against the journal: each line must be found there,
with the same content. An answer that was never received is not in it; those commands are in doubt
and are asked for again.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tpwallet.domains.ledger.references import parse_account
from tpwallet.faces.shapes import Receipt, Transfer
from tpwallet.kernel.errors import Rejected
from tpwallet.money import Amount, standard_catalogue


class AcknowledgedTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as a receipt gave it, in ids and minor units."""

    place: str  # position.index
    transfer_id: int
    debit_id: int
    credit_id: int
    amount_minor: int
    asset: str
    kind: str
    pending_id: int
    time: str


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer: a receipt with its transfers, or a refusal with its code."""

    command_id: str
    position: int
    time: str = ""
    transfers: tuple[AcknowledgedTransfer, ...] = ()
    refusal: str = ""


def of_receipt(receipt: Receipt) -> Acknowledgement:
    """The answer a receipt is."""
    return Acknowledgement(
        command_id=receipt.command_id,
        position=receipt.position,
        time=receipt.time,
        transfers=tuple(_transfer(one) for one in receipt.transfers),
    )


def of_refusal(command_id: str, refusal: Rejected) -> Acknowledgement | None:
    """The answer a refusal is; None when it does not say where it was recorded."""
    position = refusal.facts.get("position")
    if not isinstance(position, int):
        return None
    return Acknowledgement(command_id=command_id, position=position, refusal=refusal.code)


def _transfer(transfer: Transfer) -> AcknowledgedTransfer:
    asset = standard_catalogue().by_code(transfer.asset)
    return AcknowledgedTransfer(
        place=transfer.place,
        transfer_id=int(transfer.transfer_id),
        debit_id=parse_account(transfer.debit, parameter="debit"),
        credit_id=parse_account(transfer.credit, parameter="credit"),
        amount_minor=Amount.parse(transfer.amount, asset).minor,
        asset=transfer.asset,
        kind=transfer.kind,
        pending_id=int(transfer.pending_id or 0),
        time=transfer.time,
    )


class AcknowledgementLedger:
    """The file, open for appending; any thread may write."""

    def __init__(self, path: Path) -> None:
        """Start a new file. **Rejects** (`FileExistsError`) one that exists."""
        self._path = path
        self._file = path.open("xb")
        self._lock = threading.Lock()

    def write(self, acknowledgement: Acknowledgement) -> None:
        """Append one answer."""
        line = msgspec.json.encode(acknowledgement) + b"\n"
        with self._lock:
            self._file.write(line)

    def read(self) -> Iterator[Acknowledgement]:
        """Everything written so far, in order."""
        with self._lock:
            self._file.flush()
        with self._path.open("rb") as lines:
            yield from map(msgspec.json.Decoder(Acknowledgement).decode, lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
