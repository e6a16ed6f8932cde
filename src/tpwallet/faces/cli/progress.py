"""Progress of long work: a bar for who sits at the terminal, nothing for a pipe or a program."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.output import console, settings

if TYPE_CHECKING:
    from tpwallet.faces.operations.progress import Progress, Stage

_STAGES = {
    "archiving": "Archiving",
    "copying": "Copying",
    "exporting": "Exporting",
    "comparing": "Comparing with the manifest",
    "reading": "Reading the journal",
    "replaying": "Replaying",
    "rescaling": "Moving balances",
    "restoring": "Restoring",
    "trimming": "Dropping what the segment holds",
    "trying": "Trying every account",
    "verifying": "Verifying",
}


@contextmanager
def progress_bar() -> Iterator["Progress"]:
    """What long work is given to tell its progress to."""
    from tpwallet.faces.operations.progress import no_progress

    if settings().json or not sys.stderr.isatty():
        yield no_progress
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console(error=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def tell(stage: "Stage", through: int, whole: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(_STAGES[stage]), total=whole or None)
            bars.update(bars.tasks[tasks[stage]].id, completed=through, total=whole or None)

        yield tell
