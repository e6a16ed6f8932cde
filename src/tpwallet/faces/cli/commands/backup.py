"""`tpwallet backup` and `tpwallet restore`: a verified copy, and the pool again from it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tpwallet.faces.cli.command import PlainCommand, command, option
from tpwallet.faces.cli.door import compile_loops, pool_directory
from tpwallet.faces.cli.language import say
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.progress import progress_bar
from tpwallet.kernel.errors import Malformed

if TYPE_CHECKING:
    from tpwallet.faces.operations.restoring import Restored

_PASSPHRASE = "TPWALLET_PASSPHRASE"  # noqa: S105 - its name


@command("backup", section="Proof and safety")
@click.argument("directory", type=click.Path(path_type=Path))
@option(
    "--secrets-to",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the keys to this file. Default: a file beside DIRECTORY.",
)
@option("--no-secrets", is_flag=True, help="Leave the keys out: you have them elsewhere.")
@option(
    "--encrypt",
    is_flag=True,
    help="Seal the keys with a passphrase: $TPWALLET_PASSPHRASE, or asked for.",
)
@option("--unverified", is_flag=True, help="Do not read the copy back; restoring will.")
@option(
    "--through",
    type=int,
    metavar="POSITION",
    help="Copy only up to this position: what comes before damage.",
)
def backup(
    directory: Path,
    secrets_to: Path | None,
    no_secrets: bool,
    encrypt: bool,
    unverified: bool,
    through: int | None,
) -> None:
    """Copy the pool into a new DIRECTORY, while it may be in use.

    The copy is of one moment and is verified from nothing before it is called a backup, and it is
    signed with the pool's key. The keys go into a file of their own: keep it somewhere else.
    """
    if no_secrets and (secrets_to is not None or encrypt):
        raise click.UsageError(say("--no-secrets goes with neither --secrets-to nor --encrypt"))
    compile_loops()
    from tpwallet.faces.operations.backing_up import back_up, default_secrets_path
    from tpwallet.gateways.pool_directory import PoolDirectory

    secrets = None if no_secrets else secrets_to or default_secrets_path(directory)
    pool = PoolDirectory(pool_directory())
    passphrase = _passphrase(confirm=True) if encrypt else None
    with progress_bar() as progress:
        found = back_up(
            pool,
            directory,
            secrets_to=secrets,
            passphrase=passphrase,
            verifies=not unverified,
            through=through,
            progress=progress,
        )

    def show() -> None:
        if found.verified:
            tell("OK The backup is in {directory}, verified.", directory=found.directory)
        else:
            tell("The backup is in {directory}, not verified.", directory=found.directory)
        show_facts(
            (("position", found.position), ("bytes", found.bytes), ("signed by", found.vkey))
        )
        if found.secrets is not None:
            tell("The keys are in {file}: keep that somewhere else.", file=found.secrets)
        if found.signed_beyond is not None:
            tell(
                "Checkpoints were signed up to position {position}: whoever has them can show that "
                "this copy ends before.",
                position=found.signed_beyond,
            )

    answer(found, show)


@command("restore", section="Proof and safety", kind=PlainCommand)
@click.argument("backup_directory", metavar="BACKUP", type=click.Path(path_type=Path))
@click.argument("directory", metavar="DIRECTORY", type=click.Path(path_type=Path))
@option(
    "--secrets",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The keys. Default: the file beside BACKUP.",
)
@option(
    "--journal",
    default="sqlite",
    show_default=True,
    metavar="WHERE",
    help="Where the journal is kept: sqlite (in the directory), or a postgresql:// address.",
)
@option(
    "--vkey",
    "vkeys",
    multiple=True,
    metavar="VKEY",
    help="Take only a backup that is signed with this key. May be repeated.",
)
@option(
    "--unsigned",
    is_flag=True,
    help="Take a backup that nobody has signed: commits may be missing at its end.",
)
def restore(
    backup_directory: Path,
    directory: Path,
    secrets: Path | None,
    journal: str,
    vkeys: tuple[str, ...],
    unsigned: bool,
) -> None:
    """Restore a BACKUP into a new DIRECTORY, and prove that it is the same pool.

    The backup must be signed with the pool's key; every file is compared with what was signed, and
    the journal is verified with every checkpoint that was ever kept. Never run a restored pool
    beside the one it came from.
    """
    if unsigned and vkeys:
        raise click.UsageError(say("--unsigned does not go with --vkey"))
    compile_loops()
    from tpwallet.faces.operations.backing_up import default_secrets_path
    from tpwallet.faces.operations.restoring import restore as restore_pool
    from tpwallet.gateways.secrets_file import needs_passphrase

    path = secrets or default_secrets_path(backup_directory)
    passphrase = _passphrase(confirm=False) if needs_passphrase(path) else None
    with progress_bar() as progress:
        found = restore_pool(
            backup_directory,
            directory,
            secrets=path,
            passphrase=passphrase,
            journal=journal,
            vkeys=vkeys,
            allows_unsigned=unsigned,
            progress=progress,
        )
    answer(found, lambda: _show_restored(found))


def _show_restored(found: "Restored") -> None:
    """Say what was restored, and what of it was proven and what not."""
    tell(
        "UNSIGNED The pool '{name}' is restored in {directory}: what is there fits together, but "
        "nobody has signed what it was."
        if found.signed_by is None
        else "OK The pool '{name}' is restored in {directory}: its key has signed it, and "
        "everything in it verifies.",
        name=found.name,
        directory=found.directory,
    )
    show_facts(
        (
            ("position", found.position),
            ("backup made", found.made_at),
            ("checkpoints", found.report.verdict.checkpoints),
            ("signed by", found.signed_by or ""),
        )
    )
    if found.signed_by is None:
        tell("Not proven: that nothing is missing at its end, or was replaced.")
    elif not found.key_demanded:
        tell(
            "Not proven: that this key is the pool's, if the keys came from where the backup did. "
            "Compare it with one you know, or use --vkey."
        )
    tell("Not proven: that there is no newer backup. Compare the position with what you know.")
    tell("Never run it beside the pool it came from: both would write one history.")


def _passphrase(*, confirm: bool) -> str:
    """The passphrase of the environment, the one that is typed, or, where nobody can type, the
    first line of standard input.
    """
    given = os.environ.get(_PASSPHRASE) or ("" if _has_terminal() else sys.stdin.readline())
    if given := given.rstrip("\n"):
        return given
    if not _has_terminal():
        raise Malformed(
            "there is no terminal to ask for the passphrase: put it into TPWALLET_PASSPHRASE",
            parameter=_PASSPHRASE,
        )
    typed: str = click.prompt(
        say("Passphrase"), hide_input=True, confirmation_prompt=confirm, err=True
    )
    return typed


def _has_terminal() -> bool:
    """Whether somebody can be asked for what must not be shown."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return sys.stdin.isatty()
    return True
