"""The method for a file of transfers: all of it is imported, or nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tpwallet.faces.bodies import CommandId
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.http.media_types import CSV, NDJSON, PARQUET
from tpwallet.faces.shapes import ImportedFile
from tpwallet.kernel.errors import Malformed

FORMS: Final[Mapping[str, str]] = {"csv": CSV, "ndjson": NDJSON, "parquet": PARQUET}


class ImportMethods:
    """Bringing transfers in from elsewhere. Needs the scope `ledger:bulk`."""

    @asks
    def import_transfers(
        self,
        content: bytes,
        form: str,
        *,
        command_id: CommandId | None = None,
        dry_run: bool = False,
    ) -> Call[ImportedFile]:
        """Import a file of transfers, all of it or nothing; `form` is csv, ndjson or parquet.

        Lines without an id get one made of the content and their number, so that the same file
        cannot be imported twice. With `dry_run` the answer names every line at fault.

        **Rejects** with `Malformed` another form and the first line at fault, and
        `import_refused`.
        """
        if form not in FORMS:
            raise Malformed(f"a file is one of {', '.join(FORMS)}", parameter="form")
        call = operations.IMPORT_TRANSFERS.call(command_id=command_id, dry_run=dry_run)
        return replace(call, content=bytes(content), media_type=FORMS[form])
