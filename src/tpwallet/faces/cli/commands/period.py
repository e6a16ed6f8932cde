"""`tpwallet period`: closing the books up to a day."""

import click

from tpwallet.faces.cli.command import command, group
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.output import answer, tell
from tpwallet.faces.cli.receipts import answer_receipt, change_options


@command("close")
@click.argument("through")
@change_options
def close(through: str, command_id: str | None, is_rehearsal: bool) -> None:
    """Let nothing more be booked for days up to THROUGH, such as 2026-01-31."""
    with writing() as door:
        receipt = door.close_period(through, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(
        receipt, "The books are closed through {day}.", is_rehearsal=is_rehearsal, day=through
    )


@command("show")
def show_period() -> None:
    """Show up to which day the books are closed."""
    with reading() as reader:
        found = reader.closed_period()

    def show() -> None:
        if found.closed_through is None:
            tell("No period is closed.")
        else:
            tell("The books are closed through {day}.", day=found.closed_through)

    answer(found, show)


PERIOD = group(
    "period",
    section="Administration",
    help="Close the books up to a day.",
    commands=(close, show_period),
)
