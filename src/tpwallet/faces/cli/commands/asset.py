"""`tpwallet asset`: currencies, coins and assets of the pool's own."""

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import compile_loops, pool_directory, reading, writing
from tpwallet.faces.cli.output import answer, show_table, tell
from tpwallet.faces.cli.progress import progress_bar
from tpwallet.faces.cli.receipts import answer_receipt, change_options


@command("list")
def list_assets() -> None:
    """List every asset the pool knows."""
    with reading() as reader:
        found = reader.assets()

    def show() -> None:
        show_table(
            ("Asset", "Kind", "Decimals", "Ledger"),
            [(one.code, one.kind, str(one.scale), str(one.ledger)) for one in found.assets],
            right=(2, 3),
        )

    answer(found, show)


@command("register")
@click.argument("code")
@option("--scale", type=int, required=True, metavar="NUMBER", help="Its decimal places.")
@option("--ledger", type=int, required=True, metavar="NUMBER", help="Its ledger number.")
@change_options
def register(
    code: str, scale: int, ledger: int, command_id: str | None, is_rehearsal: bool
) -> None:
    """Add an asset of the pool's own."""
    with writing() as door:
        receipt = door.register_asset(
            code, scale=scale, ledger=ledger, command_id=command_id, dry_run=is_rehearsal
        )
    answer_receipt(receipt, "{asset} is registered.", is_rehearsal=is_rehearsal, asset=code)


@command("delist")
@click.argument("code")
@option("--successor", metavar="CODE", help="The asset that takes its place.")
@change_options
def delist(code: str, successor: str | None, command_id: str | None, is_rehearsal: bool) -> None:
    """Take an asset that nobody holds out of use, for good."""
    with writing() as door:
        receipt = door.delist_asset(
            code, successor=successor, command_id=command_id, dry_run=is_rehearsal
        )
    answer_receipt(receipt, "{asset} is delisted.", is_rehearsal=is_rehearsal, asset=code)


@command("rescale")
@click.argument("old")
@click.argument("new")
@option(
    "--ratio",
    required=True,
    metavar="RATIO",
    help="Whole units of NEW for one of OLD, exactly: 1, 100 or 1/1000.",
)
@option("--dry-run", "is_rehearsal", is_flag=True, help="Try every account; change nothing.")
def rescale(old: str, new: str, ratio: str, is_rehearsal: bool) -> None:
    """Move every balance of OLD into NEW, without loss, and delist OLD.

    Each account gets a twin in NEW. Nothing is rounded: a balance that is no whole number of NEW's
    smallest unit is refused with what would be left over, before anything is moved. The pool must
    not be in use.
    """
    compile_loops()
    from tpwallet.domains.ledger.limits import RESCALED_ACCOUNTS_MAX
    from tpwallet.faces.operations.rescaling import rescale_asset
    from tpwallet.flows.rescaling import RescaleAccounts
    from tpwallet.gateways.pool_directory import PoolDirectory

    wanted = RescaleAccounts(code=old, successor=new, ratio=ratio, limit=RESCALED_ACCOUNTS_MAX)
    directory = PoolDirectory(pool_directory())
    with progress_bar() as progress:
        found = rescale_asset(directory, wanted, is_rehearsal=is_rehearsal, progress=progress)

    def show() -> None:
        if is_rehearsal:
            tell("{count} accounts would be moved exactly.", count=found.accounts)
        else:
            tell(
                "{count} accounts were moved; {asset} is delisted.", count=found.accounts, asset=old
            )

    answer(found, show)


ASSET = group(
    "asset",
    section="Administration",
    help="List assets, and register, rescale and delist them.",
    commands=(list_assets, register, rescale, delist),
)
