"""`tpwallet grant`: who may move guarded accounts by raw batches."""

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.output import answer, show_table
from tpwallet.faces.cli.receipts import answer_receipt, change_options


@command("new")
@click.argument("holder")
@click.argument("subtrees", nargs=-1, required=True)
@option(
    "--asset",
    "assets",
    multiple=True,
    metavar="CODE",
    help="Only accounts in this asset. May be repeated; default: every asset.",
)
@change_options
def new(
    holder: str,
    subtrees: tuple[str, ...],
    assets: tuple[str, ...],
    command_id: str | None,
    is_rehearsal: bool,
) -> None:
    """Let HOLDER move the guarded accounts below SUBTREES by raw batches.

    HOLDER is who sends them, such as key:loader; SUBTREES are addresses, such as customer or
    customer/eu.
    """
    with writing() as door:
        receipt = door.grant_bulk(
            holder, subtrees=subtrees, assets=assets, command_id=command_id, dry_run=is_rehearsal
        )
    answer_receipt(
        receipt,
        "{holder} may move accounts below {subtrees} by raw batches.",
        is_rehearsal=is_rehearsal,
        holder=holder,
        subtrees=", ".join(subtrees),
    )


@command("end")
@click.argument("bit", type=int)
@change_options
def end(bit: int, command_id: str | None, is_rehearsal: bool) -> None:
    """End a grant, by the BIT it is listed under."""
    with writing() as door:
        receipt = door.end_grant(bit, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(receipt, "The grant {bit} is ended.", is_rehearsal=is_rehearsal, bit=bit)


@command("list")
def list_grants() -> None:
    """List the grants in force."""
    with reading() as reader:
        found = reader.grants()

    def show() -> None:
        show_table(
            ("Bit", "Holder", "Subtrees", "Assets"),
            [
                (
                    str(one.bit),
                    one.holder,
                    ", ".join(one.subtrees),
                    ", ".join(one.assets) or say("every asset"),
                )
                for one in found.grants
            ],
            right=(0,),
            empty="There are no grants.",
        )

    answer(found, show)


GRANT = group(
    "grant",
    section="Administration",
    help="Say who may move guarded accounts by raw batches.",
    commands=(new, end, list_grants),
)
