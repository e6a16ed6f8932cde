"""Importing a file: its rows as the ledger's records, every bad line named, nothing partial."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.limits import TIMESTAMP_MAX
from tpwallet.domains.ledger.records import U128_MAX, Transfer, pack_transfers
from tpwallet.domains.ledger.references import parse_account, parse_id
from tpwallet.domains.ledger.status import Status
from tpwallet.faces.shapes import ImportedFile, ImportProblem
from tpwallet.faces.times import parse_time
from tpwallet.formats.transfer_file import BadLine, Row
from tpwallet.kernel.errors import Malformed
from tpwallet.money import Amount, Catalogue, MoneyError

PROBLEMS_MAX: Final = 1_000  # told one by one; past it they are counted
_KINDS = {
    "posted": TransferFlags.NONE,
    "pending": TransferFlags.PENDING,
    "post": TransferFlags.POST_PENDING_TRANSFER,
    "void": TransferFlags.VOID_PENDING_TRANSFER,
}
_ENDS = ("post", "void")


class Prepared(msgspec.Struct, frozen=True):
    """A file ready to be imported, or what is wrong with it."""

    lines: list[int]  # the line of each record
    records: bytes
    errors: list[BadLine]


def prepare(rows: Iterable[Row | BadLine], catalogue: Catalogue, *, name: bytes) -> Prepared:
    """Turn rows into records. `name` is the file's digest, from which absent ids are made."""
    lines: list[int] = []
    transfers: list[Transfer] = []
    errors: list[BadLine] = []
    for row in rows:
        if isinstance(row, BadLine):
            errors.append(row)
            continue
        try:
            transfers.append(_transfer(row, catalogue, name))
            lines.append(row.line)
        except (Malformed, MoneyError) as error:
            errors.append(BadLine(row.line, str(error)))
    with_time = sum(1 for transfer in transfers if transfer.timestamp)
    if with_time not in (0, len(transfers)):
        errors.append(BadLine(0, "a timestamp stands on every line or on none"))
    return Prepared(lines, pack_transfers(transfers), errors)


def bad_lines(prepared: Prepared) -> Sequence[ImportProblem]:
    """What is wrong with a file by itself, line by line."""
    if prepared.errors:
        return [ImportProblem(line=bad.line, message=bad.message) for bad in prepared.errors]
    if not prepared.lines:
        return [ImportProblem(line=0, message="the file has no transfers")]
    return ()


def refuse_first(problems: Sequence[ImportProblem], *, parameter: str) -> None:
    """**Rejects** with `Malformed` a file with problems, naming the first line at fault."""
    if problems:
        first = problems[0]
        place = f"line {first.line}: " if first.line else ""  # 0: it is about the whole file
        raise Malformed(f"{place}{first.message}", parameter=parameter, line=first.line)


def imported_file(
    sha256: str,
    prepared: Prepared,
    *,
    position: int,
    dry_run: bool,
    problems: Sequence[ImportProblem] = (),
) -> ImportedFile:
    """What is answered: that all of a file was imported, or would be; or why not, line by line."""
    return ImportedFile(
        sha256=sha256,
        transfers=len(prepared.lines),
        imported=not dry_run,
        position=position,
        dry_run=dry_run,
        problems=list(problems[:PROBLEMS_MAX]),
        problems_left_out=max(len(problems) - PROBLEMS_MAX, 0),
    )


def refused_line(line: int, status: Status) -> ImportProblem:
    """A line that the ledger refused, and with which status."""
    message = status.label.replace("_", " ")
    if status is Status.EXISTS:
        message = "imported before"
    return ImportProblem(line=line, message=message, status=status.label)


def _transfer(row: Row, catalogue: Catalogue, name: bytes) -> Transfer:
    cells = row.cells
    kind = cells.get("kind", "posted")
    if kind not in _KINDS:
        raise Malformed(f"kind is one of {', '.join(_KINDS)}", parameter="kind")
    asset = catalogue.by_code(_required(cells, "asset"))
    timestamp = _time(cells["timestamp"]) if "timestamp" in cells else 0
    return Transfer(
        id=_id(row, name),
        debit_account_id=_account(cells, "debit", kind),
        credit_account_id=_account(cells, "credit", kind),
        amount=_amount(cells, kind, catalogue),
        pending_id=_pending_id(cells, kind),
        user_data_128=_number(cells, "reference", U128_MAX),
        timeout=_number(cells, "timeout_seconds", (1 << 32) - 1),
        ledger=asset.ledger,
        code=_number(cells, "code", 0xFFFF) or (0 if kind in _ENDS else 1),
        flags=_KINDS[kind] | (TransferFlags.IMPORTED if timestamp else TransferFlags.NONE),
        timestamp=timestamp,
    )


def _required(cells: dict[str, str], column: str) -> str:
    if column not in cells:
        raise Malformed(f"{column} is missing", parameter=column)
    return cells[column]


def _id(row: Row, name: bytes) -> int:
    if "id" in row.cells:
        return parse_id(row.cells["id"], parameter="id")
    digest = hashlib.sha256(b"tpwallet import\0" + name + row.line.to_bytes(8, "little"))
    return int.from_bytes(digest.digest()[:16], "little") or 1


def _account(cells: dict[str, str], column: str, kind: str) -> int:
    if kind in _ENDS and column not in cells:
        return 0
    return parse_account(_required(cells, column), parameter=column)


def _amount(cells: dict[str, str], kind: str, catalogue: Catalogue) -> int:
    if "amount" not in cells and kind in _ENDS:
        return U128_MAX if kind == "post" else 0
    amount = Amount.parse(_required(cells, "amount"), catalogue.by_code(cells["asset"]))
    if amount.minor < 0:
        raise Malformed(
            "an amount is not below 0: let debit and credit change places", parameter="amount"
        )
    return amount.unsigned()


def _pending_id(cells: dict[str, str], kind: str) -> int:
    if kind not in _ENDS:
        if "pending_id" in cells:
            raise Malformed("pending_id goes with kind post or void", parameter="pending_id")
        return 0
    return parse_id(_required(cells, "pending_id"), parameter="pending_id")


def _number(cells: dict[str, str], column: str, largest: int) -> int:
    text = cells.get(column, "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 39 and int(text) <= largest):
        raise Malformed(f"{column} is a whole number up to {largest}", parameter=column)
    return int(text)


def _time(text: str) -> int:
    """Nanoseconds of an RFC 3339 time, or of a plain number of them; 0 would stand for no time."""
    if not (text.isascii() and text.isdigit()):
        time = parse_time(text, parameter="timestamp")
    else:
        time = int(text)
    if not 0 < time <= TIMESTAMP_MAX:
        raise Malformed("a timestamp is after 1970 began and up to 2262", parameter="timestamp")
    return time
