"""Importing a file of transfers into an open pool: all of it, or nothing and every reason why."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.status import Status
from tpwallet.faces.importing import Prepared, prepare
from tpwallet.faces.shapes import ImportedFile, ImportProblem
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.formats.transfer_file import UnreadableFile, read_transfers
from tpwallet.hub import Writer
from tpwallet.kernel.errors import Malformed

PROBLEMS_MAX: Final = 1_000  # told one by one; past it they are counted
FILE_BYTES_MAX: Final = 512 << 20


def import_file(writer: Writer, path: Path, *, is_rehearsal: bool = False) -> ImportedFile:
    """Import a .csv, .ndjson or .parquet file; rehearsed, only what would come of it is said.

    Lines without an id get one made of the file's content and their number, so the same file
    cannot be imported twice.

    **Rejects** with `Malformed` a file that cannot be read as what its name says; bad lines and
    refused transfers are in the answer.
    """
    if path.stat().st_size > FILE_BYTES_MAX:
        raise Malformed(f"{path} is larger than {FILE_BYTES_MAX} bytes; split it", parameter="file")
    content = path.read_bytes()
    digest = hashlib.sha256(content)
    catalogue = writer.read(lambda state: state.part(LedgerFacts).catalogue)
    try:
        rows = read_transfers(path.name, content)
        prepared = prepare(rows, catalogue, name=digest.digest())
    except UnreadableFile as error:
        raise Malformed(str(error), parameter="file") from None
    problems = _problems_of(writer, prepared, is_rehearsal=is_rehearsal)
    return ImportedFile(
        file=str(path),
        sha256=digest.hexdigest(),
        transfers=len(prepared.lines),
        imported=not problems and not is_rehearsal,
        position=writer.position,
        dry_run=is_rehearsal,
        problems=list(problems[:PROBLEMS_MAX]),
        problems_left_out=max(len(problems) - PROBLEMS_MAX, 0),
    )


def _problems_of(
    writer: Writer, prepared: Prepared, *, is_rehearsal: bool
) -> Sequence[ImportProblem]:
    """Import what was prepared; why not, when it was not."""
    if problems := bad_lines(prepared):
        return problems
    command = ImportTransfers(prepared.records)
    try:
        writer.rehearse(command)  # a refusal names every line only here; the journal keeps one
    except ImportRefused as refused:
        return [refused_line(prepared.lines[index], status) for index, status in refused.refused]
    if not is_rehearsal:
        writer.run(command)
    return ()


def bad_lines(prepared: Prepared) -> Sequence[ImportProblem]:
    """What is wrong with a file by itself, line by line."""
    if prepared.errors:
        return [ImportProblem(line=bad.line, message=bad.message) for bad in prepared.errors]
    if not prepared.lines:
        return [ImportProblem(line=0, message="the file has no transfers")]
    return ()


def refused_line(line: int, status: Status) -> ImportProblem:
    """A line that the ledger refused, and with which status."""
    message = status.label.replace("_", " ")
    if status is Status.EXISTS:
        message = "imported before"
    return ImportProblem(line=line, message=message, status=status.label)
