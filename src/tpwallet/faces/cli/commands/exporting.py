"""`tpwallet export`: the whole journal as one file that anybody can verify."""

from pathlib import Path

import click

from tpwallet.faces.cli.command import command, option
from tpwallet.faces.cli.door import pool_directory
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.progress import progress_bar


@command("export", section="Proof and safety")
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write it. Default: the pool's name, .tpwx.",
)
@option(
    "--through",
    type=int,
    metavar="POSITION",
    help="Write only up to this position: what comes before damage.",
)
def export(out: Path | None, through: int | None) -> None:
    """Write the whole journal into one file.

    Anybody can verify the file with verify_tpwallet.py and nothing else. The pool may be in use
    meanwhile. Whoever has the file sees everything in the journal.
    """
    from tpwallet.faces.operations.exporting import export_pool
    from tpwallet.gateways.pool_directory import PoolDirectory

    directory = PoolDirectory(pool_directory())
    path = out or Path(f"{directory.path.resolve().name}.tpwx")
    with progress_bar() as progress:
        found = export_pool(directory, path, through=through, progress=progress)

    def show() -> None:
        tell("The journal is in {file}.", file=found.path)
        show_facts((("position", found.position), ("bytes", found.bytes), ("vkey", found.vkey)))
        tell(
            "Check it with: python verify_tpwallet.py {file} --key '{vkey}'",
            file=found.path,
            vkey=found.vkey,
        )

    answer(found, show)
