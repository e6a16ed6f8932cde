"""Reading lists: accounts and transfers, one or page by page."""

from typing import TYPE_CHECKING

from tpwallet.domains.ledger.references import parse_account, parse_id, parse_kind
from tpwallet.faces import present, reading_shapes
from tpwallet.faces.reading import shaping
from tpwallet.faces.reading.accounts import (
    Rows,
    rows_by_address,
    rows_by_creation,
    show_accounts,
)
from tpwallet.faces.reading.balances import BalanceReading, Moment
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
from tpwallet.faces.reading.finding import sides_of
from tpwallet.faces.reading.listing import Item, Wanted, check_kind, list_items
from tpwallet.faces.reading.standing import Standing
from tpwallet.flows.receipts import BookedTransfer
from tpwallet.kernel.errors import Rejected
from tpwallet.money import MoneyError

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half


class ListReading(BalanceReading):
    """Which accounts and transfers there are."""

    def account(self, account: str) -> reading_shapes.FoundAccount:
        """An account: what it is, what is known of it, what it has. **Rejects**
        `account_not_found`.
        """
        half = self._half()
        with half.footing.standing() as standing:
            found = standing.account(account)
            shown = show_accounts(standing, half.side.history, [found])[0]
        return reading_shapes.FoundAccount(account=shown, position=standing.position)

    def accounts(
        self,
        *,
        prefix: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.AccountPage:
        """A page of accounts: with a `prefix` those whose addresses begin with it, by address;
        without, all of them in order of creation.

        **Rejects** `unknown_asset`, `cursor_mismatch`, and with `Malformed` what is no kind, limit
        or cursor.
        """
        size = check_limit(limit)
        given: Filters = {"prefix": prefix, "asset": asset, "kind": kind}
        filters, place = read_cursor(cursor, "accounts", given)
        half = self._half()
        with half.footing.standing() as standing:
            rows = _account_rows(standing, filters, place, size)
            shown = show_accounts(standing, half.side.history, rows.accounts)
        return reading_shapes.AccountPage(
            accounts=shown,
            position=standing.position,
            next_cursor=None
            if rows.place is None
            else write_cursor("accounts", filters, rows.place),
        )

    def find_transfer(self, transfer_id: str) -> reading_shapes.FoundTransfer:
        """A transfer by its id, with its note and how a reservation stands.

        **Rejects** `transfer_not_found`.
        """
        key = parse_id(transfer_id, parameter="transfer_id")
        half = self._half()
        with half.footing.standing() as standing:
            place = standing.ledger.place_of(key)
            state = standing.ledger.reservation_state(key)
            note = standing.directory.notes([key]).get(key)
            catalogue = standing.catalogue
        if place is None:
            raise Rejected("transfer_not_found", transfer_id=transfer_id)
        booked = BookedTransfer(*place, half.records.transfer(*place))
        naming = half.finding.naming(sides_of([booked.transfer]))
        shown = present.transfer(booked, catalogue=catalogue, naming=naming)
        return reading_shapes.FoundTransfer(
            transfer=shaping.with_note(shown, note, state), position=standing.position
        )

    def transactions(
        self,
        *,
        account: str | None = None,
        asset: str | None = None,
        kind: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        is_reversed: bool | None = None,
        cursor: str | None = None,
    ) -> reading_shapes.TransferPage:
        """A page of transfers and expiries after the moment `since` and up to the moment `until`,
        the earliest first unless `is_reversed`; of one account, asset and kind, or of all.

        A page looks through a bounded part of the journal: it may be short of its limit and still
        have a next one.

        **Rejects** `account_not_found`, `unknown_asset`, `cursor_mismatch`, and with `Malformed`
        what is no kind, moment, limit or cursor.
        """
        size = check_limit(limit)
        given: Filters = {
            "account": account,
            "asset": asset,
            "kind": kind,
            "since": since,
            "until": until,
            "is_reversed": is_reversed,
        }
        filters, place = read_cursor(cursor, "transactions", given)
        half = self._half()
        position = half.footing.reach()
        with half.footing.standing(position) as standing:
            catalogue = standing.catalogue
            ledger = _ledger_of(standing, text_in(filters, "asset"))
        wanted = Wanted(
            *half.footing.range_of(
                moment_in(filters, "since"), moment_in(filters, "until"), position
            ),
            check_kind(text_in(filters, "kind")),
            ledger,
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
    account = text_in(filters, "account")
    is_reversed = bool(filters["is_reversed"])
    if account is None:
        found = list_items(
            half.side.journal,
            wanted,
            after=place_in(place, tuple),
            is_reversed=is_reversed,
            limit=limit,
            reservation=half.finding.transfer,
        )
        return found.items, found.place
    page = half.statements.lines_of_kind(
        parse_account(account, parameter="account"),
        wanted.kind,
        since=wanted.since,
        until=wanted.until,
        limit=limit,
        is_reversed=is_reversed,
        cursor=place_in(place, int),
    )
    items = [line.item for line in page.lines]
    if wanted.ledger is not None:
        items = [item for item in items if item.transfer.ledger == wanted.ledger]
    return items, page.cursor


def _account_rows(standing: Standing, filters: Filters, place: Place | None, limit: int) -> Rows:
    prefix, kind = text_in(filters, "prefix"), text_in(filters, "kind")
    ledger = _ledger_of(standing, text_in(filters, "asset"))
    account_kind = None if kind is None else parse_kind(kind, parameter="kind")
    if prefix is None:
        return rows_by_creation(
            standing.ledger,
            asset_ledger=ledger,
            kind=account_kind,
            after=place_in(place, int) or 0,
            limit=limit,
        )
    return rows_by_address(
        standing,
        prefix,
        asset_ledger=ledger,
        kind=account_kind,
        after=place_in(place, str) or "",
        limit=limit,
    )


def _ledger_of(standing: Standing, asset: str | None) -> int | None:
    """The ledger number of an asset's code. **Rejects** `unknown_asset`."""
    if asset is None:
        return None
    try:
        return standing.catalogue.by_code(asset).ledger
    except MoneyError:
        raise Rejected("unknown_asset", f"no asset {asset!r}", parameter="asset") from None
