"""`tpwallet import`: bring transfers in from a file, with their history."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tpwallet.faces.cli import exits
from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import writing
from tpwallet.faces.cli.language import say_code, say_message
from tpwallet.faces.cli.output import answer, show_table, tell

if TYPE_CHECKING:
    from tpwallet.faces.client import Client
    from tpwallet.faces.embedded import Pool
    from tpwallet.faces.shapes import ImportedFile, ImportProblem

_SHOWN_MAX = 50
_FORMS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}


@command("transfers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option(
    "--dry-run", "is_rehearsal", is_flag=True, help="Say what would be answered; change nothing."
)
def transfers(file: Path, is_rehearsal: bool) -> int:
    """Import a file of transfers: all of it, or nothing.

    FILE is .csv, .ndjson or .parquet with the columns debit, credit, amount, asset, and, where
    wanted, id, timestamp, kind, pending_id, timeout_seconds, code, reference. With a timestamp on
    every line the transfers bring their own past. Every bad line is named with its reason.
    """
    with writing() as door:
        found = _imported(door, file, is_rehearsal=is_rehearsal)
    answer(found, lambda: _show(found))
    return exits.REFUSED if found.problems else exits.OK


def _imported(door: "Pool | Client", file: Path, *, is_rehearsal: bool) -> "ImportedFile":
    """Import a file. It is rehearsed first, because only then every line at fault is named."""
    import msgspec

    from tpwallet.formats.limits import FILE_BYTES_MAX
    from tpwallet.kernel.errors import Malformed

    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise Malformed(f"{file.name}: import reads .csv, .ndjson and .parquet", parameter="file")
    if file.stat().st_size > FILE_BYTES_MAX:
        raise Malformed(f"{file} is larger than {FILE_BYTES_MAX} bytes; split it", parameter="file")
    content = file.read_bytes()
    found = door.import_transfers(content, form, dry_run=True)
    if not found.problems and not is_rehearsal:
        found = door.import_transfers(content, form)
    return msgspec.structs.replace(found, file=str(file), dry_run=is_rehearsal)


def _show(found: "ImportedFile") -> None:
    if not found.problems:
        if found.dry_run:
            tell("All of it would be imported. Transfers: {count}", count=found.transfers)
        else:
            tell(
                "All of it is imported, at position {position}. Transfers: {count}",
                count=found.transfers,
                position=found.position,
            )
        return
    count = len(found.problems) + found.problems_left_out
    tell("Nothing was imported. Wrong lines: {count}", count=count)
    show_table(
        ("Line", "What is wrong"),
        [(str(one.line), _message(one)) for one in found.problems[:_SHOWN_MAX]],
        right=(0,),
    )
    if count > _SHOWN_MAX:
        tell("… and {count} more; --json tells them.", count=count - _SHOWN_MAX)


def _message(problem: "ImportProblem") -> str:
    if problem.status in (None, "exists"):
        return say_message(problem.message)
    return say_code(problem.status, problem.message)


IMPORT = group(
    "import",
    section="Money",
    help="Bring transfers in from a file, with their history.",
    commands=(transfers,),
)
