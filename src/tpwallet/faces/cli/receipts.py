"""Showing what a command led to, and the options that every change shares."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tpwallet.faces.cli.command import option
from tpwallet.faces.cli.output import answer, show_facts, show_table, tell

if TYPE_CHECKING:
    from tpwallet.faces.shapes import Receipt, Transfer

F = TypeVar("F", bound=Callable[..., object])

_COLUMNS = ("Transfer", "Debit", "Credit", "Amount", "Asset", "Kind", "Place")


def change_options(function: F) -> F:
    """The options of every command that changes the pool and can be rehearsed."""
    function = option(
        "--dry-run",
        "is_rehearsal",
        is_flag=True,
        help="Say what would be answered; change nothing.",
    )(function)
    return command_id_option(function)


def command_id_option(function: F) -> F:
    """The option of every command that changes the pool."""
    return option(
        "--command-id",
        metavar="ID",
        help="Makes the command repeatable: the same id gives the first answer again.",
    )(function)


def answer_receipt(receipt: "Receipt", done: str, *, is_rehearsal: bool, **facts: object) -> None:
    """Answer with a receipt: the sentence `done`, the transfers, and where it stands."""

    def show() -> None:
        if is_rehearsal:
            tell("Nothing was changed. It would be accepted.")
        else:
            tell(done, **facts)
        if receipt.transfers:
            show_transfers(receipt.transfers)
        if not is_rehearsal:
            show_facts((("position", receipt.position), ("command id", receipt.command_id)))

    answer(receipt, show)


def show_transfers(transfers: "list[Transfer]") -> None:
    """A table of transfers."""
    show_table(
        _COLUMNS,
        [
            (
                one.transfer_id,
                one.debit,
                one.credit,
                one.amount,
                one.asset,
                one.kind,
                one.place,
            )
            for one in transfers
        ],
        right=(3,),
    )
