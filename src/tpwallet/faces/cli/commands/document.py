"""`tpwallet document`: the versioned documents that govern the pool."""

from typing import IO, TYPE_CHECKING

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.output import answer, show_table
from tpwallet.faces.cli.receipts import answer_receipt, change_options
from tpwallet.faces.cli.texts import parse_moment

if TYPE_CHECKING:
    from tpwallet.faces.shapes import Documents


@command("put")
@click.argument("kind")
@click.argument("name")
@click.argument("file", type=click.File("rb"))
@option("--schema", type=int, default=1, show_default=True, help="The form its content has.")
@option("--effective-at", metavar="TIME", help="In force from then on. Default: now.")
@change_options
def put(
    kind: str,
    name: str,
    file: IO[bytes],
    schema: int,
    effective_at: str | None,
    command_id: str | None,
    is_rehearsal: bool,
) -> None:
    """Add a version of a document; FILE is JSON, - is standard input."""
    content = file.read()
    with writing() as door:
        from tpwallet.flows.administration import PutDocument

        receipt = door.run(
            PutDocument(
                kind=kind,
                name=name,
                schema=schema,
                content=content,
                effective_at=parse_moment(effective_at, parameter="effective_at"),
            ),
            command_id=command_id,
            is_rehearsal=is_rehearsal,
        )
    answer_receipt(
        receipt,
        "A version of {kind}/{name} was added.",
        is_rehearsal=is_rehearsal,
        kind=kind,
        name=name,
    )


@command("show")
@click.argument("kind")
@click.argument("name", required=False)
def show_document(kind: str, name: str | None) -> None:
    """Show what is in force: every document of a KIND, or one by its NAME."""
    with reading() as reader:
        found = reader.documents_in_force(kind)
    if name is not None:
        import msgspec

        mine = [one for one in found.documents if one.name == name]
        found = msgspec.structs.replace(found, documents=mine)
    answer(found, lambda: _show(found))


@command("history")
@click.argument("kind")
@click.argument("name")
def history(kind: str, name: str) -> None:
    """Show every version of a document, oldest first."""
    with reading() as reader:
        found = reader.document_history(kind, name)
    answer(found, lambda: _show(found))


@command("rollback")
@click.argument("kind")
@click.argument("name")
@click.argument("version", type=int)
@change_options
def rollback(
    kind: str, name: str, version: int, command_id: str | None, is_rehearsal: bool
) -> None:
    """Bring back an earlier version's content, as a new version."""
    with writing() as door:
        from tpwallet.flows.administration import RollBackDocument

        receipt = door.run(
            RollBackDocument(kind=kind, name=name, version=version),
            command_id=command_id,
            is_rehearsal=is_rehearsal,
        )
    answer_receipt(
        receipt,
        "{kind}/{name} is as it was in version {version}.",
        is_rehearsal=is_rehearsal,
        kind=kind,
        name=name,
        version=version,
    )


def _show(found: "Documents") -> None:
    show_table(
        ("Document", "Version", "In force from", "By", "Content"),
        [
            (
                f"{one.kind}/{one.name}",
                str(one.version),
                one.effective_at,
                one.author,
                bytes(one.content).decode(),
            )
            for one in found.documents
        ],
        right=(1,),
        empty="There are no documents.",
    )


DOCUMENT = group(
    "document",
    section="Administration",
    help="Put, show and bring back the documents that govern the pool.",
    commands=(put, show_document, history, rollback),
)
