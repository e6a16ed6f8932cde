"""`tpwallet clock`: an operator's word for the time, after it was refused."""

import click

from tpwallet.faces.cli.command import command, group
from tpwallet.faces.cli.door import writing
from tpwallet.faces.cli.receipts import answer_receipt, command_id_option


@command("override")
@click.argument("reason")
@command_id_option
def override(reason: str, command_id: str | None) -> None:
    """Believe the clock again after it was refused (clock_refused).

    First see that the machine's time is right: what has run out by it is released at once. REASON
    stays in the journal. It holds for the process that has the pool: with --url, the hub, until it
    ends or the clock jumps again.
    """
    with writing() as door:
        receipt = door.override_clock(reason, command_id=command_id)
    answer_receipt(receipt, "The clock is believed.", is_rehearsal=False)


CLOCK = group(
    "clock",
    section="Administration",
    help="Vouch for the clock after it was refused.",
    commands=(override,),
)
