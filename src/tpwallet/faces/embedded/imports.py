"""A file of transfers, by the library: all of it is imported, or nothing."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Final

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.faces.bodies import CommandId
from tpwallet.faces.embedded.commands import PoolCommands
from tpwallet.faces.importing import (
    Prepared,
    bad_lines,
    imported_file,
    prepare,
    refuse_first,
    refused_line,
)
from tpwallet.faces.shapes import ImportedFile, ImportProblem
from tpwallet.flows.imports import ImportRefused, ImportTransfers
from tpwallet.formats.limits import FILE_BYTES_MAX
from tpwallet.formats.transfer_file import UnreadableFile, read_transfers
from tpwallet.kernel.command import Request
from tpwallet.kernel.errors import Malformed

FORMS: Final = ("csv", "ndjson", "parquet")


class ImportCommands(PoolCommands):
    """Bringing transfers in from elsewhere."""

    def import_transfers(
        self,
        content: bytes,
        form: str,
        *,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> ImportedFile:
        """Import a file of transfers, all of it or nothing; `form` is csv, ndjson or parquet.

        Lines without an id get one made of the content and their number, so that the same file
        cannot be imported twice. With `dry_run` the answer names every line at fault.

        **Rejects** with `Malformed` another form and the first line at fault, and
        `import_refused`.
        """
        prepared, sha256 = self._prepared(content, form)
        problems = bad_lines(prepared)
        if not dry_run:
            refuse_first(problems, parameter="content")
        asked = self._writer.request(ImportTransfers(prepared.records), command_id=command_id)
        answer = partial(imported_file, sha256, prepared, dry_run=dry_run)
        if not dry_run:
            return self._told(asked, lambda found: answer(position=found.position))
        problems = problems or self._refused_lines(asked, prepared)
        return answer(position=self.position, problems=problems)

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

    def _refused_lines(self, asked: Request, prepared: Prepared) -> Sequence[ImportProblem]:
        """Every line that the ledger would refuse: only a rehearsal names them all."""
        try:
            return self._told(asked, lambda _: (), dry_run=True)
        except ImportRefused as refused:
            return [refused_line(prepared.lines[at], status) for at, status in refused.refused]
