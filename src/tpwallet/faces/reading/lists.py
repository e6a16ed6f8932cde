"""Reading lists: accounts and transfers, page by page."""

from typing import TYPE_CHECKING

from tpwallet.domains.ledger.forms import AccountName, AssetCode
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.references import parse_account, parse_kind
from tpwallet.faces import reading_shapes
from tpwallet.faces.reading import shaping
from tpwallet.faces.reading.accounts import (
    Rows,
    rows_by_address,
    rows_by_creation,
    show_accounts,
)
from tpwallet.faces.reading.balances import Moment
from tpwallet.faces.reading.base import check_limit
from tpwallet.faces.reading.cursors import (
    Filters,
    Place,
    moment_in,
    place_in,
    read_cursor,
    text_in,
    write_cursor,
)
from tpwallet.faces.reading.filters import ledger_in, marks_in, side_in
from tpwallet.faces.reading.finding import sides_of
from tpwallet.faces.reading.listing import Item, Wanted, check_kind, list_items
from tpwallet.faces.reading.lookups import LookUpReading
from tpwallet.faces.reading.standing import Standing
from tpwallet.faces.reading.statements import Lined
from tpwallet.kernel.errors import Malformed
from tpwallet.views.directory.wanted import Wanted as AccountsWanted

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half


class ListReading(LookUpReading):
    """Which accounts and transfers there are."""

    def accounts(
        self,
        *,
        prefix: str | None = None,
        asset: AssetCode | None = None,
        kind: str | None = None,
        code: int | None = None,
        user_data_128: str | None = None,
        user_data_64: str | None = None,
        user_data_32: int | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.AccountPage:
        """A page of accounts: with a `prefix` those whose addresses begin with it, by address;
        without, all of them in order of creation. They have every mark that is given, and were
        opened after the moment `since` and up to the moment `until`.

        A page looks through a bounded number of accounts: it may be short of its limit and still
        have a next one.

        **Rejects** `unknown_asset`, `cursor_mismatch`, and with `Malformed` what is no kind, mark,
        moment, limit or cursor.
        """
        size = check_limit(limit)
        given: Filters = {
            "prefix": prefix,
            "asset": asset,
            "kind": kind,
            "code": code,
            "user_data_128": user_data_128,
            "user_data_64": user_data_64,
            "user_data_32": user_data_32,
            "since": since,
            "until": until,
        }
        filters, place = read_cursor(cursor, "accounts", given)
        kind_wanted, marks = _kind_in(filters), marks_in(filters)
        half = self._half()
        position = half.footing.reach()
        begin, end = half.footing.range_of(
            moment_in(filters, "since"), moment_in(filters, "until"), position
        )
        with half.footing.standing(position) as standing:
            wanted = AccountsWanted(
                ledger_in(filters, standing),
                kind_wanted,
                marks,
                None if filters["since"] is None else begin,
                None if filters["until"] is None else end,
            )
            rows = _account_rows(half, standing, filters, wanted, place, size)
            shown = show_accounts(standing, half.side.history, rows.accounts)
        return reading_shapes.AccountPage(
            accounts=shown,
            position=standing.position,
            next_cursor=None
            if rows.place is None
            else write_cursor("accounts", filters, rows.place),
        )

    def transactions(
        self,
        *,
        account: AccountName | None = None,
        asset: AssetCode | None = None,
        kind: str | None = None,
        code: int | None = None,
        user_data_128: str | None = None,
        user_data_64: str | None = None,
        user_data_32: int | None = None,
        side: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.TransferPage:
        """A page of transfers and expiries after the moment `since` and up to the moment `until`,
        the earliest first unless `is_reversed`; of one account, asset and kind, or of all.

        They have every mark that is given; `side` is that of the account, debit or credit. A page
        looks through a bounded part of the journal: it may be short of its limit and still have a
        next one.

        **Rejects** `account_not_found`, `unknown_asset`, `cursor_mismatch`, and with `Malformed`
        what is no kind, mark, moment, limit or cursor, and a side without an account.
        """
        size = check_limit(limit)
        given: Filters = {
            "account": account,
            "asset": asset,
            "kind": kind,
            "code": code,
            "user_data_128": user_data_128,
            "user_data_64": user_data_64,
            "user_data_32": user_data_32,
            "side": side,
            "since": since,
            "until": until,
            "is_reversed": is_reversed,
        }
        filters, place = read_cursor(cursor, "transactions", given)
        kind_wanted, marks = check_kind(text_in(filters, "kind")), marks_in(filters)
        half = self._half()
        position = half.footing.reach()
        with half.footing.standing(position) as standing:
            catalogue = standing.catalogue
            ledger = ledger_in(filters, standing)
        wanted = Wanted(
            *half.footing.range_of(
                moment_in(filters, "since"), moment_in(filters, "until"), position
            ),
            kind_wanted,
            ledger,
            marks,
        )
        items, after = _items(half, filters, wanted, place, size)
        naming = half.finding.naming(sides_of(item.transfer for item in items))
        return reading_shapes.TransferPage(
            transfers=[shaping.item(item, catalogue=catalogue, naming=naming) for item in items],
            position=position,
            next_cursor=None if after is None else write_cursor("transactions", filters, after),
        )


def _items(
    half: "Half", filters: Filters, wanted: Wanted, place: Place | None, limit: int
) -> tuple[list[Item], Place | None]:
    """A page, and the place to go on from: a movement of an account, or a place in the
    journal.
    """
    account, side = text_in(filters, "account"), side_in(filters)
    is_reversed = bool(filters["is_reversed"])
    if account is None:
        if side is not None:
            raise Malformed("a side is one of an account", parameter="side")
        found = list_items(
            half.side.journal,
            wanted,
            after=place_in(place, tuple),
            is_reversed=is_reversed,
            limit=limit,
            reservation=half.finding.transfer,
        )
        return found.items, found.place
    page = half.statements.lines(
        parse_account(account, parameter="account"),
        Lined(wanted.kind, side, wanted.ledger, wanted.marks),
        since=wanted.since,
        until=wanted.until,
        limit=limit,
        is_reversed=is_reversed,
        cursor=place_in(place, int),
    )
    return [line.item for line in page.lines], page.cursor


def _account_rows(
    half: "Half",
    standing: Standing,
    filters: Filters,
    wanted: AccountsWanted,
    place: Place | None,
    limit: int,
) -> Rows:
    prefix = text_in(filters, "prefix")
    if prefix is None:
        after = place_in(place, int) or 0
        return rows_by_creation(
            standing.ledger, half.side.history, wanted, after=after, limit=limit
        )
    return rows_by_address(standing, prefix, wanted, after=place_in(place, str) or "", limit=limit)


def _kind_in(filters: Filters) -> AccountKind | None:
    kind = text_in(filters, "kind")
    return None if kind is None else parse_kind(kind, parameter="kind")
