"""`tpwallet document`: the versioned documents that govern the pool."""

from typing import IO, TYPE_CHECKING

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.output import answer, show_table
from tpwallet.faces.cli.receipts import answer_receipt, change_options
from tpwallet.faces.cli.texts import check_time

if TYPE_CHECKING:
    from tpwallet.faces.shapes import Document, Documents


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
        receipt = door.put_document(
            kind,
            name,
            content,
            schema=schema,
            effective_at=check_time(effective_at, parameter="effective_at"),
            command_id=command_id,
            dry_run=is_rehearsal,
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
        page = reader.documents_in_force(kind, limit=1)
        found = [one for one in reader.each_document_in_force(kind) if name in (None, one.name)]
    _answer(found, page)


@command("history")
@click.argument("kind")
@click.argument("name")
def history(kind: str, name: str) -> None:
    """Show every version of a document, oldest first."""
    with reading() as reader:
        page = reader.document_history(kind, name, limit=1)
        found = list(reader.each_version(kind, name))
    _answer(found, page)


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
        receipt = door.roll_back_document(
            kind, name, version, command_id=command_id, dry_run=is_rehearsal
        )
    answer_receipt(
        receipt,
        "{kind}/{name} is as it was in version {version}.",
        is_rehearsal=is_rehearsal,
        kind=kind,
        name=name,
        version=version,
    )


def _answer(found: "list[Document]", page: "Documents") -> None:
    """Answer with whole lists, at the position of their first page."""
    import msgspec

    whole = msgspec.structs.replace(page, documents=found, next_cursor=None)
    answer(whole, lambda: _show(found))


def _show(found: "list[Document]") -> None:
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
            for one in found
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
