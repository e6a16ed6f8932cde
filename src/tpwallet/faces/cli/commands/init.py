"""`tpwallet init`: make a pool."""

from pathlib import Path

import click

from tpwallet.faces.cli.command import PlainCommand, command, option
from tpwallet.faces.cli.door import compile_loops
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.settings import Settings


@command("init", section="Running", kind=PlainCommand)
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@option("--name", help="What the pool is called. Default: the directory's name.")
@option(
    "--base-asset",
    default="EUR",
    show_default=True,
    metavar="ASSET",
    help="The asset values are shown in.",
)
@option(
    "--journal",
    default="sqlite",
    show_default=True,
    metavar="WHERE",
    help="Where the journal is kept: sqlite (in the directory), or a postgresql:// address.",
)
@option("--region", default="", metavar="TEXT", help="Where the pool's data may lie, as a note.")
def init(
    directory: Path | None, name: str | None, base_asset: str, journal: str, region: str
) -> None:
    """Make a pool, and its first API key.

    DIRECTORY is made if it is not there; the default is $TPWALLET_POOL, or ./pool. The key's token
    is printed once and kept in DIRECTORY/admin.key, which its owner alone can read.
    """
    path = directory or Settings().pool_path
    compile_loops()
    from tpwallet.faces.operations.founding import found_pool

    found = found_pool(
        path,
        name=name or path.resolve().name,
        base_asset=base_asset,
        journal=journal,
        region=region,
    )

    def show() -> None:
        tell("The pool '{name}' is made.", name=found.name)
        show_facts(
            (
                ("directory", found.directory),
                ("pool id", found.pool_id),
                ("base asset", found.base_asset),
                ("admin key", found.key.token),
                ("kept in", found.key_file),
            )
        )
        tell("\nKeep secrets.json and admin.key apart from copies of the rest. Next:\n")
        where = "" if path == Settings().pool_path else f" --pool {found.directory}"
        for line in (
            "account open bank/main/EUR --asset EUR --kind asset",
            "account open customer/42/EUR --asset EUR --kind liability",
            "transfer new bank/main/EUR customer/42/EUR 100.00 EUR",
            "balance customer/42/EUR",
        ):
            click.echo(f"  tpwallet {line}{where}")

    answer(found, show)
