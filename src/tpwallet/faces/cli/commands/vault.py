"""`tpwallet vault`: the personal texts that lie beside the journal."""

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import pool_directory
from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.progress import progress_bar


@command("sweep")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Only count them; delete nothing.")
def sweep(is_rehearsal: bool) -> None:
    """Delete sealed texts that no commit refers to.

    A crash or a refusal leaves them. What was sealed within the last day stays: its command may be
    under way. The pool may be in use meanwhile.
    """
    from tpwallet.faces.operations.sweeping import sweep_vault
    from tpwallet.gateways.pool_directory import PoolDirectory

    directory = PoolDirectory(pool_directory())
    with progress_bar() as progress:
        found = sweep_vault(directory, is_rehearsal=is_rehearsal, progress=progress)

    def show() -> None:
        if is_rehearsal:
            tell("{count} sealed texts would be deleted.", count=found.orphans)
        else:
            tell("{count} sealed texts were deleted.", count=found.swept)
        show_facts((("sealed texts", found.sealed), ("too young to judge", found.young)))

    answer(found, show)


@command("erase")
@click.argument("subject")
@option("--yes", "is_sure", is_flag=True, help="Do not ask whether that is meant.")
def erase(subject: str, is_sure: bool) -> None:
    """Destroy the key of a person, and with it all that was sealed for them.

    It cannot be taken back. The books stay as they are; backups made before still hold the texts.
    The pool may be in use meanwhile.
    """
    from tpwallet.faces.operations.erasing import erase_person
    from tpwallet.gateways.pool_directory import PoolDirectory

    directory = PoolDirectory(pool_directory())
    if not is_sure:
        click.confirm(say("Erase {subject} for good?", subject=subject), abort=True, err=True)
    found = erase_person(directory, subject)
    answer(
        found,
        lambda: tell(
            "{subject} is erased. Texts that nobody can open any more: {count}",
            subject=subject,
            count=found.texts,
        ),
    )


VAULT = group(
    "vault",
    section="Administration",
    help="Look after sealed personal texts.",
    commands=(sweep, erase),
)
