"""`tpwallet segment`: the journal's beginning in files of its own, and where they are."""

from pathlib import Path

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import compile_loops, pool_directory
from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.output import answer, show_facts, show_table, tell
from tpwallet.faces.cli.progress import progress_bar


@command("archive")
@click.argument("through", type=int)
@option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the file goes. Default: the pool's folder for segments.",
)
def archive(through: int, folder: Path | None) -> None:
    """Move the journal up to position THROUGH into a file of its own.

    The file is verified from end to end and its hash recorded before the database drops anything.
    Afterwards it may be moved away: the pool pays on, and names the file when it is wanted. Keep
    it: without it the journal cannot be verified or exported whole. The pool must not be in use.
    """
    compile_loops()
    from tpwallet.faces.operations.archiving import archive_segment
    from tpwallet.gateways.pool_directory import PoolDirectory

    directory = PoolDirectory(pool_directory())
    with progress_bar() as progress:
        found = archive_segment(directory, through, folder=folder, progress=progress)

    def show() -> None:
        tell(
            "Positions {first} to {last} are archived.",
            first=found.first_position,
            last=found.last_position,
        )
        show_facts((("file", found.file), ("bytes", found.bytes), ("sha256", found.sha256)))

    answer(found, show)


@command("list")
def list_all() -> None:
    """List the segments, and whether their files are there."""
    from tpwallet.faces.operations.archiving import list_segments
    from tpwallet.gateways.pool_directory import PoolDirectory

    found = list_segments(PoolDirectory(pool_directory()))

    def show() -> None:
        show_table(
            ("From", "Through", "Bytes", "File", "There"),
            [
                (
                    str(one.first_position),
                    str(one.last_position),
                    str(one.bytes),
                    one.file,
                    say("yes") if one.at_hand else say("no"),
                )
                for one in found.segments
            ],
            right=(0, 1, 2),
            empty="Nothing was archived.",
        )

    answer(found, show)


SEGMENT = group(
    "segment",
    section="Administration",
    help="Archive the journal's beginning in files.",
    commands=(archive, list_all),
)
