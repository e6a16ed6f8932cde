"""`tpwallet transfer`: move money, reserve it, and look at what was moved."""

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.filters import mark_options, side_option
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.receipts import answer_receipt, change_options, show_transfers
from tpwallet.faces.cli.texts import parse_metadata


@command("new")
@click.argument("debit")
@click.argument("credit")
@click.argument("amount")
@click.argument("asset")
@option("--code", type=int, default=1, metavar="NUMBER", help="What kind of movement this is.")
@option("--id", "transfer_id", metavar="ID", help="The transfer's own 128-bit id, decimal.")
@option("--effective-date", metavar="DATE", help="The day it counts for: 2026-01-31.")
@option(
    "--metadata",
    multiple=True,
    metavar="NAME=TEXT",
    help="A public note, kept for ever. May be repeated.",
)
@change_options
def new_transfer(
    debit: str,
    credit: str,
    amount: str,
    asset: str,
    code: int,
    transfer_id: str | None,
    effective_date: str | None,
    metadata: tuple[str, ...],
    command_id: str | None,
    is_rehearsal: bool,
) -> None:
    """Move AMOUNT of ASSET from DEBIT to CREDIT.

    A debit adds to an asset account and takes from a customer's: money coming in at the bank for a
    customer debits bank/main/EUR and credits customer/42/EUR.
    """
    with writing() as door:
        receipt = door.transfer(
            debit=debit,
            credit=credit,
            amount=amount,
            asset=asset,
            code=code,
            transfer_id=transfer_id,
            effective_date=effective_date,
            metadata=parse_metadata(metadata),
            command_id=command_id,
            dry_run=is_rehearsal,
        )
    answer_receipt(receipt, "Moved.", is_rehearsal=is_rehearsal)


@command("hold")
@click.argument("debit")
@click.argument("credit")
@click.argument("amount")
@click.argument("asset")
@option(
    "--timeout", type=int, default=0, metavar="SECONDS", help="Release it after so long; 0: never."
)
@option("--code", type=int, default=1, metavar="NUMBER", help="What kind of movement this is.")
@option("--id", "transfer_id", metavar="ID", help="The transfer's own 128-bit id, decimal.")
@change_options
def hold(
    debit: str,
    credit: str,
    amount: str,
    asset: str,
    timeout: int,
    code: int,
    transfer_id: str | None,
    command_id: str | None,
    is_rehearsal: bool,
) -> None:
    """Reserve AMOUNT of ASSET: post it, void it, or let it expire."""
    with writing() as door:
        receipt = door.hold(
            debit=debit,
            credit=credit,
            amount=amount,
            asset=asset,
            timeout_seconds=timeout,
            code=code,
            transfer_id=transfer_id,
            command_id=command_id,
            dry_run=is_rehearsal,
        )
    answer_receipt(receipt, "Reserved.", is_rehearsal=is_rehearsal)


@command("post")
@click.argument("pending_id")
@option("--amount", metavar="AMOUNT", help="Post only so much; the rest is released.")
@option("--asset", metavar="ASSET", help="The asset of the amount.")
@change_options
def post(
    pending_id: str,
    amount: str | None,
    asset: str | None,
    command_id: str | None,
    is_rehearsal: bool,
) -> None:
    """Post a reservation, whole or in part."""
    with writing() as door:
        receipt = door.post_hold(
            pending_id, amount=amount, asset=asset, command_id=command_id, dry_run=is_rehearsal
        )
    answer_receipt(receipt, "Posted.", is_rehearsal=is_rehearsal)


@command("void")
@click.argument("pending_id")
@change_options
def void(pending_id: str, command_id: str | None, is_rehearsal: bool) -> None:
    """Release a reservation."""
    with writing() as door:
        receipt = door.void_hold(pending_id, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(receipt, "Released.", is_rehearsal=is_rehearsal)


@command("show")
@click.argument("transfer_id")
def show_transfer(transfer_id: str) -> None:
    """Show one transfer by its id."""
    with reading() as reader:
        found = reader.find_transfer(transfer_id)
    one = found.transfer

    def show() -> None:
        rows: list[tuple[str, object]] = [
            ("transfer", one.transfer_id),
            ("kind", one.kind),
            ("amount", f"{one.amount} {one.asset}"),
            ("debit", one.debit),
            ("credit", one.credit),
            ("time", one.time),
            ("place", one.place),
            ("code", one.code),
        ]
        rows += [
            (name, value)
            for name, value in (
                ("user data, 128 bits", one.user_data_128),
                ("user data, 64 bits", one.user_data_64),
                ("user data, 32 bits", one.user_data_32),
            )
            if str(value) != "0"
        ]
        if one.state is not None:
            rows.append(("state", one.state))
        if one.expires_at is not None:
            rows.append(("expires", one.expires_at))
        if one.effective_date is not None:
            rows.append(("effective date", one.effective_date))
        rows += [(f"  {name}", text) for name, text in one.metadata.items()]
        rows.append(("position", found.position))
        show_facts(rows)

    answer(found, show)


@command("find")
@click.argument("transfer_ids", nargs=-1, required=True)
def find_transfers(transfer_ids: tuple[str, ...]) -> None:
    """Show those of many transfers that there are, by their ids."""
    with reading() as reader:
        found = reader.find_transfers(transfer_ids)
    answer(found, lambda: show_transfers(found.transfers))


@command("list")
@option("--account", metavar="ACCOUNT", help="Only those of one account.")
@option("--asset", metavar="ASSET", help="Only those in this asset.")
@mark_options
@side_option
@option("--since", metavar="WHEN", help="After this position or time.")
@option("--until", metavar="WHEN", help="Up to this position or time.")
@option("--limit", type=int, default=100, show_default=True, help="How many at most.")
@option("--newest-first", "is_reversed", is_flag=True, help="Begin with the latest.")
@option("--cursor", metavar="TEXT", help="Go on from the page before.")
def list_transfers(
    account: str | None,
    asset: str | None,
    code: int | None,
    user_data_128: str | None,
    user_data_64: str | None,
    user_data_32: int | None,
    side: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    is_reversed: bool,
    cursor: str | None,
) -> None:
    """List transfers in the journal's order."""
    with reading() as reader:
        page = reader.transactions(
            account=account,
            asset=asset,
            code=code,
            user_data_128=user_data_128,
            user_data_64=user_data_64,
            user_data_32=user_data_32,
            side=side,
            since=since,
            until=until,
            limit=limit,
            is_reversed=is_reversed or None,
            cursor=cursor,
        )

    def show() -> None:
        show_transfers(page.transfers)
        if page.next_cursor:
            tell("More: --cursor {cursor}", cursor=page.next_cursor)

    answer(page, show)


TRANSFER = group(
    "transfer",
    section="Money",
    help="Move money, reserve it, and look at what was moved.",
    commands=(new_transfer, hold, post, void, show_transfer, find_transfers, list_transfers),
)
