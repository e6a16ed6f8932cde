"""`tpwallet account`: open accounts, look at them, and say what they may do."""

from typing import TYPE_CHECKING, Final

import click

from tpwallet.faces.cli.command import command, group, option
from tpwallet.faces.cli.door import reading, writing
from tpwallet.faces.cli.filters import mark_options
from tpwallet.faces.cli.output import answer, show_facts, show_table, tell
from tpwallet.faces.cli.receipts import answer_receipt, change_options
from tpwallet.faces.cli.texts import parse_metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tpwallet.faces.bodies import AccountKindName
    from tpwallet.faces.reading_shapes import Account

KINDS: Final = ("asset", "liability", "equity", "income", "expense", "clearing")


@command("open")
@click.argument("address")
@option("--asset", required=True, metavar="ASSET", help="The asset it holds: EUR, BTC …")
@option("--kind", required=True, type=click.Choice(KINDS), help="What it is in the books.")
@option("--code", type=int, metavar="NUMBER", help="A code of your own, in the kind's range.")
@option(
    "--allow-opposite-balance", is_flag=True, help="Let the balance pass zero to the other side."
)
@option("--open-to-bulk", is_flag=True, help="Let raw batches move it without a grant.")
@option(
    "--metadata",
    multiple=True,
    metavar="NAME=TEXT",
    help="A public note, kept for ever. May be repeated.",
)
@change_options
def open_account(
    address: str,
    asset: str,
    kind: "AccountKindName",
    code: int | None,
    allow_opposite_balance: bool,
    open_to_bulk: bool,
    metadata: tuple[str, ...],
    command_id: str | None,
    is_rehearsal: bool,
) -> None:
    """Open an account at an address.

    ADDRESS is a path such as customer/42/EUR. Opening the same account again changes nothing.
    """
    with writing() as door:
        receipt = door.open_account(
            address,
            asset=asset,
            kind=kind,
            code=code,
            allow_opposite_balance=allow_opposite_balance,
            guarded=not open_to_bulk,
            metadata=parse_metadata(metadata),
            command_id=command_id,
            dry_run=is_rehearsal,
        )
    answer_receipt(receipt, "{account} is open.", is_rehearsal=is_rehearsal, account=address)


@command("list")
@click.argument("prefix", required=False)
@option("--asset", metavar="ASSET", help="Only accounts in this asset.")
@option("--kind", type=click.Choice(KINDS), help="Only accounts of this kind.")
@mark_options
@option("--since", metavar="WHEN", help="Opened after this position or time.")
@option("--until", metavar="WHEN", help="Opened up to this position or time.")
@option("--limit", type=int, default=100, show_default=True, help="How many at most.")
@option("--cursor", metavar="TEXT", help="Go on from the page before.")
def list_accounts(
    prefix: str | None,
    asset: str | None,
    kind: str | None,
    code: int | None,
    user_data_128: str | None,
    user_data_64: str | None,
    user_data_32: int | None,
    since: str | None,
    until: str | None,
    limit: int,
    cursor: str | None,
) -> None:
    """List accounts and their balances.

    With a PREFIX those whose addresses begin with it, by address; without, all in order of
    opening.
    """
    with reading() as reader:
        page = reader.accounts(
            prefix=prefix,
            asset=asset,
            kind=kind,
            code=code,
            user_data_128=user_data_128,
            user_data_64=user_data_64,
            user_data_32=user_data_32,
            since=since,
            until=until,
            limit=limit,
            cursor=cursor,
        )

    def show() -> None:
        _show_accounts(page.accounts)
        if page.next_cursor:
            tell("More: --cursor {cursor}", cursor=page.next_cursor)

    answer(page, show)


def _show_accounts(accounts: "Sequence[Account]") -> None:
    show_table(
        ("Account", "Asset", "Kind", "Posted", "Available", "State"),
        [
            (one.account, one.asset, one.kind or "", one.posted, one.available, _state(one))
            for one in accounts
        ],
        right=(3, 4),
        empty="There are no accounts.",
    )


@command("find")
@click.argument("accounts", nargs=-1, required=True)
def find_accounts(accounts: tuple[str, ...]) -> None:
    """Show those of many accounts that there are.

    ACCOUNTS are addresses, or # and an id.
    """
    with reading() as reader:
        found = reader.find_accounts(accounts)
    answer(found, lambda: _show_accounts(found.accounts))


@command("show")
@click.argument("account")
def show_account(account: str) -> None:
    """Show one account.

    ACCOUNT is an address, or # and an id.
    """
    with reading() as reader:
        found = reader.account(account)
    one = found.account

    def show() -> None:
        rows: list[tuple[str, object]] = [
            ("account", one.account),
            ("account id", one.account_id),
            ("asset", one.asset),
            ("kind", one.kind or ""),
            ("code", one.code),
            ("posted", one.posted),
            ("available", one.available),
            ("state", _state(one)),
            ("opened", one.opened_at),
        ]
        if one.credit_limit is not None:
            rows.append(("credit line", one.credit_limit))
        rows += [
            (name, value)
            for name, value in (
                ("user data, 128 bits", one.user_data_128),
                ("user data, 64 bits", one.user_data_64),
                ("user data, 32 bits", one.user_data_32),
            )
            if str(value) != "0"
        ]
        rows += [(f"  {name}", text) for name, text in one.metadata.items()]
        rows.append(("position", found.position))
        show_facts(rows)

    answer(found, show)


def _state(account: "Account") -> str:
    return (account.closed_reason or "closed") if account.closed else "open"


@command("freeze")
@click.argument("account")
@change_options
def freeze(account: str, command_id: str | None, is_rehearsal: bool) -> None:
    """Stop an account moving money until it is reopened."""
    with writing() as door:
        receipt = door.freeze(account, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(receipt, "{account} is frozen.", is_rehearsal=is_rehearsal, account=account)


@command("close")
@click.argument("account")
@change_options
def close(account: str, command_id: str | None, is_rehearsal: bool) -> None:
    """Close an account that holds nothing."""
    with writing() as door:
        receipt = door.close_account(account, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(receipt, "{account} is closed.", is_rehearsal=is_rehearsal, account=account)


@command("reopen")
@click.argument("account")
@change_options
def reopen(account: str, command_id: str | None, is_rehearsal: bool) -> None:
    """Let a frozen or closed account move money again."""
    with writing() as door:
        receipt = door.reopen(account, command_id=command_id, dry_run=is_rehearsal)
    answer_receipt(
        receipt, "{account} moves money again.", is_rehearsal=is_rehearsal, account=account
    )


@command("credit-line")
@click.argument("address")
@click.argument("limit")
@click.argument("asset")
@change_options
def credit_line(
    address: str, limit: str, asset: str, command_id: str | None, is_rehearsal: bool
) -> None:
    """Let an account be overdrawn up to LIMIT; 0 ends the line."""
    with writing() as door:
        receipt = door.set_credit_line(
            address, asset=asset, limit=limit, command_id=command_id, dry_run=is_rehearsal
        )
    answer_receipt(
        receipt,
        "{account} may be overdrawn by {limit} {asset}.",
        is_rehearsal=is_rehearsal,
        account=address,
        limit=limit,
        asset=asset,
    )


ACCOUNT = group(
    "account",
    section="Money",
    help="Open accounts, look at them, and say what they may do.",
    commands=(
        open_account,
        list_accounts,
        show_account,
        find_accounts,
        freeze,
        close,
        reopen,
        credit_line,
    ),
)
