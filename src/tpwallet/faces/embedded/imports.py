"""A file of transfers, by the library: all of it is imported, or nothing."""

import hashlib
from typing import Final

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.faces.embedded.commands import PoolCommands, fresh_command_id
from tpwallet.faces.importing import Prepared, prepare
from tpwallet.faces.operations.importing_file import (
    FILE_BYTES_MAX,
    PROBLEMS_MAX,
    bad_lines,
    refused_line,
)
from tpwallet.faces.shapes import ImportedFile, ImportProblem
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.flows.receipts import Receipt
from tpwallet.formats.transfer_file import UnreadableFile, read_transfers
from tpwallet.kernel.errors import Malformed

FORMS: Final = ("csv", "ndjson", "parquet")


class ImportCommands(PoolCommands):
    """Bringing transfers in from elsewhere."""

    def import_transfers(
        self,
        content: bytes,
        form: str,
        *,
        command_id: str | None = None,
        dry_run: bool = False,
    ) -> ImportedFile:
        """Import a file of transfers, all of it or nothing; `form` is csv, ndjson or parquet.

        Lines without an id get one made of the content and their number, so that the same file
        cannot be imported twice. With `dry_run` the answer names every line at fault.

        **Rejects** with `Malformed` another form and the first line at fault, and
        `import_refused`.
        """
        prepared, sha256 = self._prepared(content, form)
        problems = list(bad_lines(prepared))
        position = self.position
        if problems and not dry_run:
            first = problems[0]
            message = f"line {first.line}: {first.message}"
            raise Malformed(message, parameter="content", line=first.line)
        command, name = ImportTransfers(prepared.records), fresh_command_id(command_id)
        if not dry_run:
            found: Receipt = self._writer.run(command, command_id=name)
            position = found.position
        elif not problems:
            problems = self._refused_lines(command, name, prepared)
        return ImportedFile(
            sha256=sha256,
            transfers=len(prepared.lines),
            imported=not dry_run,
            position=position,
            dry_run=dry_run,
            problems=problems[:PROBLEMS_MAX],
            problems_left_out=max(len(problems) - PROBLEMS_MAX, 0),
        )

    def _prepared(self, content: bytes, form: str) -> tuple[Prepared, str]:
        """What is in a file, and its SHA-256 in hexadecimal."""
        if form not in FORMS:
            raise Malformed(f"a file is one of {', '.join(FORMS)}", parameter="form")
        if len(content) > FILE_BYTES_MAX:
            raise Malformed(f"a file has at most {FILE_BYTES_MAX} bytes", parameter="content")
        digest = hashlib.sha256(content)
        catalogue = self._writer.read(lambda state: state.part(LedgerFacts).catalogue)
        try:
            rows = read_transfers(f"content.{form}", content)
            return prepare(rows, catalogue, name=digest.digest()), digest.hexdigest()
        except UnreadableFile as error:
            raise Malformed(str(error), parameter="content") from None

    def _refused_lines(
        self, command: ImportTransfers, command_id: str, prepared: Prepared
    ) -> list[ImportProblem]:
        """Every line that the ledger would refuse: only a rehearsal names them all."""
        try:
            self._rehearsed(command, command_id)
        except ImportRefused as refused:
            return [refused_line(prepared.lines[at], status) for at, status in refused.refused]
        return []
