"""`tpwallet proof`: proofs to hand out, which anybody can check without the pool."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading
from tpwallet.faces.cli.output import answer, note, settings

if TYPE_CHECKING:
    from tpwallet.proofs.evidence import ConsistencyProof, EventProof, ItemProof

_OUT = option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write it. Default: standard output.",
)


def _hand_out(
    make: "Callable[[], EventProof | ItemProof | ConsistencyProof]", out: Path | None
) -> None:
    import msgspec

    from tpwallet.gateways.whole_file import write_whole
    from tpwallet.proofs.evidence import proof_json

    text = msgspec.json.format(proof_json(make()))
    if out is None:
        click.echo(text.decode())
        return
    length = write_whole(out, (text, b"\n"))
    if settings().json:
        answer({"path": str(out), "bytes": length}, lambda: None)
        return
    note("The proof is in {file}. Check it with: python verify_tpwallet.py {file}", file=out)


@command("transfer")
@click.argument("transfer_id")
@_OUT
def transfer(transfer_id: str, out: Path | None) -> None:
    """Prove that a transfer stands in the journal, and show nothing of its neighbours."""
    with reading() as reader:
        _hand_out(lambda: reader.proof_of_transfer(transfer_id), out)


@command("event")
@click.argument("position", type=int)
@_OUT
def event(position: int, out: Path | None) -> None:
    """Prove that an event stands at a position of the journal."""
    with reading() as reader:
        _hand_out(lambda: reader.proof_of_event(position), out)


@command("consistency")
@click.argument("old", type=int)
@click.argument("new", type=int, required=False)
@_OUT
def consistency(old: int, new: int | None, out: Path | None) -> None:
    """Prove that the journal at OLD is how the journal at NEW begins.

    Both are positions; without NEW the newest checkpoint is taken.
    """
    with reading() as reader:
        _hand_out(lambda: reader.consistency(old, new), out)


@command("checkpoint")
@click.argument("position", type=int, required=False)
def checkpoint(position: int | None) -> None:
    """Show the newest signed checkpoint, or that of a position."""
    with reading() as reader:
        found = reader.checkpoint(position)
    answer(found, lambda: click.echo(found.note, nl=False))


PROOF = group(
    "proof",
    section="Proof and safety",
    help="Make proofs that anybody can check without the pool.",
    commands=(transfer, event, consistency, checkpoint),
)
