"""`tpwallet balance` and `tpwallet statement`: what an account has, now or at any moment."""

from typing import TYPE_CHECKING

import click

from tpwallet.faces.cli.command import command, option
from tpwallet.faces.cli.door import reading
from tpwallet.faces.cli.filters import mark_options, side_option
from tpwallet.faces.cli.output import answer, show_facts, show_table, tell

if TYPE_CHECKING:
    from tpwallet.faces.shapes import Statement


@command("balance", section="Looking")
@click.argument("account")
@option(
    "--at",
    metavar="WHEN",
    help="After this moment: a position, or a time such as 2026-01-31T12:00:00Z.",
)
def balance(account: str, at: str | None) -> None:
    """Show an account's balance, now or at any past moment.

    ACCOUNT is an address, or # and an id.
    """
    with reading() as reader:
        found = reader.balance(account, at=at)

    def show() -> None:
        rows: list[tuple[str, object]] = [
            ("account", found.account),
            ("posted", f"{found.posted} {found.asset}"),
            ("available", f"{found.available} {found.asset}"),
            ("debits posted", found.debits_posted),
            ("credits posted", found.credits_posted),
            ("debits pending", found.debits_pending),
            ("credits pending", found.credits_pending),
            ("position", found.position),
        ]
        if found.closed:
            rows.append(("state", "closed"))
        show_facts(rows)

    answer(found, show)


@command("statement", section="Looking")
@click.argument("account")
@mark_options
@side_option
@option("--since", metavar="WHEN", help="After this position or time.")
@option("--until", metavar="WHEN", help="Up to this position or time.")
@option("--limit", type=int, default=100, show_default=True, help="How many at most.")
@option("--newest-first", "is_reversed", is_flag=True, help="Begin with the latest.")
@option("--cursor", metavar="TEXT", help="Go on from the page before.")
def statement(
    account: str,
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
    """Show an account's postings, with the balances after each.

    ACCOUNT is an address, or # and an id.
    """
    with reading() as reader:
        page = reader.statement(
            account,
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

    answer(page, lambda: _show_statement(page))


def _show_statement(page: "Statement") -> None:
    tell(
        "{account}, opening balance {amount} {asset}",
        account=page.account,
        amount=page.opening,
        asset=page.asset,
    )
    show_table(
        ("Time", "Kind", "Debit", "Credit", "Posted", "Available", "With", "Place"),
        [
            (
                one.time,
                one.kind,
                one.amount if one.side == "debit" else "",
                one.amount if one.side == "credit" else "",
                one.posted,
                one.available,
                one.counterparty,
                one.place,
            )
            for one in page.postings
        ],
        right=(2, 3, 4, 5),
        empty="There are no postings.",
    )
    tell(
        "closing balance {amount} {asset}, at position {position}",
        amount=page.closing,
        asset=page.asset,
        position=page.position,
    )
    if page.next_cursor:
        tell("More: --cursor {cursor}", cursor=page.next_cursor)
