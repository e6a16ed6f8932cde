"""Methods that read money: balances, statements, accounts, transfers, totals.

They need the scope `ledger:read`. A moment (`at`, `since`, `until`) is a position of the journal or
an RFC 3339 time, which stands for the last position booked by then. An answer reflects at least
what this client has written, unless `at_least` demands another position (0: none).

Lists are filtered by what records were written with: `code`, and the user data as they are shown.
All filters that are given hold at once. A page looks through a bounded part of the journal, so it
may be short of its limit, even empty, and still have a `next_cursor`.
"""

from collections.abc import Sequence
from operator import attrgetter

from tpwallet.domains.ledger.forms import AccountName, Address, AssetCode
from tpwallet.faces import reading_shapes, shapes
from tpwallet.faces.bodies import Id
from tpwallet.faces.client import limits, operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import Listing, asks, lists
from tpwallet.kernel.errors import Malformed

Moment = int | str
_next_cursor = attrgetter("next_cursor")


def _postings(page: shapes.Statement) -> Sequence[shapes.Posting]:
    return page.postings


def _accounts(page: reading_shapes.AccountPage) -> Sequence[reading_shapes.Account]:
    return page.accounts


def _transfers(page: reading_shapes.TransferPage) -> Sequence[shapes.Transfer]:
    return page.transfers


def _joined(names: Sequence[str], *, parameter: str) -> str:
    """Names as one part of a query. **Rejects** with `Malformed` one that would become two."""
    if isinstance(names, str) or any("," in name for name in names):
        raise Malformed("a list of names is expected, none with a comma", parameter=parameter)
    return ",".join(names)


class ReadMethods:
    """Balances, statements and lists."""

    @asks
    def balance(
        self, account: AccountName, *, at: Moment | None = None, at_least: int | None = None
    ) -> Call[shapes.Balance]:
        """An account's balance: of this very moment, or after a past one. **Rejects**
        `account_not_found`.
        """
        return operations.READ_BALANCE.call(
            parts={"account": account}, query={"at": at, "at_least": at_least}
        )

    @asks
    def statement(
        self,
        account: AccountName,
        *,
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
        at_least: int | None = None,
    ) -> Call[shapes.Statement]:
        """A page of an account's postings after `since` and up to `until`, the earliest first
        unless `is_reversed`, on one `side` (debit, credit) or both; `limit` is 1 to 1,000 lines.
        The balances are the account's, whatever is left out.

        **Rejects** `account_not_found`, `cursor_mismatch`.
        """
        return operations.STATEMENT.call(
            parts={"account": account},
            query={
                "code": code,
                "user_data_128": user_data_128,
                "user_data_64": user_data_64,
                "user_data_32": user_data_32,
                "side": side,
                "since": since,
                "until": until,
                "limit": limit,
                "is_reversed": is_reversed,
                "cursor": cursor,
                "at_least": at_least,
            },
        )

    @lists
    def history(
        self,
        account: AccountName,
        *,
        code: int | None = None,
        user_data_128: str | None = None,
        user_data_64: str | None = None,
        user_data_32: int | None = None,
        side: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        is_reversed: bool | None = None,
        at_least: int | None = None,
    ) -> Listing[shapes.Statement, shapes.Posting]:
        """All postings of a statement, page after page."""
        first = operations.STATEMENT.call(
            parts={"account": account},
            query={
                "code": code,
                "user_data_128": user_data_128,
                "user_data_64": user_data_64,
                "user_data_32": user_data_32,
                "side": side,
                "since": since,
                "until": until,
                "limit": limits.PAGE,
                "is_reversed": is_reversed,
                "at_least": at_least,
            },
        )
        return Listing(first, _postings, _next_cursor)

    @asks
    def totals(
        self, *, at: Moment | None = None, at_least: int | None = None
    ) -> Call[reading_shapes.Totals]:
        """What the pool owes, holds and earns in each asset, and whether it adds up."""
        return operations.READ_TOTALS.call(query={"at": at, "at_least": at_least})

    @asks
    def tree(
        self, path: Address, *, at: Moment | None = None, at_least: int | None = None
    ) -> Call[reading_shapes.Branch]:
        """What the accounts at a path and below it come to. **Rejects** `node_not_found`."""
        return operations.READ_TREE.call(
            parts={"path": path}, query={"at": at, "at_least": at_least}
        )

    @asks
    def account(
        self, account: AccountName, *, at_least: int | None = None
    ) -> Call[reading_shapes.FoundAccount]:
        """An account: what it is, what is known of it, what it has. **Rejects**
        `account_not_found`.
        """
        return operations.READ_ACCOUNT.call(
            parts={"account": account}, query={"at_least": at_least}
        )

    @asks
    def find_accounts(
        self, accounts: Sequence[str], *, at_least: int | None = None
    ) -> Call[reading_shapes.FoundAccounts]:
        """Those of 1 to 200 accounts that there are, by address or `#id`, in the order they are
        asked for.
        """
        return operations.LOOK_UP_ACCOUNTS.call(
            query={"accounts": _joined(accounts, parameter="accounts"), "at_least": at_least}
        )

    @asks
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
        at_least: int | None = None,
    ) -> Call[reading_shapes.AccountPage]:
        """A page of accounts: by address with a `prefix`, else in order of creation; those opened
        after `since` and up to `until`. **Rejects** `unknown_asset`, `cursor_mismatch`.
        """
        return operations.LIST_ACCOUNTS.call(
            query={
                "prefix": prefix,
                "asset": asset,
                "kind": kind,
                "code": code,
                "user_data_128": user_data_128,
                "user_data_64": user_data_64,
                "user_data_32": user_data_32,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
                "at_least": at_least,
            }
        )

    @lists
    def each_account(
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
        at_least: int | None = None,
    ) -> Listing[reading_shapes.AccountPage, reading_shapes.Account]:
        """Every account, page after page."""
        first = operations.LIST_ACCOUNTS.call(
            query={
                "prefix": prefix,
                "asset": asset,
                "kind": kind,
                "code": code,
                "user_data_128": user_data_128,
                "user_data_64": user_data_64,
                "user_data_32": user_data_32,
                "since": since,
                "until": until,
                "limit": limits.PAGE,
                "at_least": at_least,
            }
        )
        return Listing(first, _accounts, _next_cursor)

    @asks
    def find_transfer(
        self, transfer_id: Id, *, at_least: int | None = None
    ) -> Call[reading_shapes.FoundTransfer]:
        """A transfer by its id, with the note of its posting and how a reservation stands.

        **Rejects** `transfer_not_found`.
        """
        return operations.READ_TRANSFER.call(
            parts={"transfer_id": transfer_id}, query={"at_least": at_least}
        )

    @asks
    def find_transfers(
        self, transfer_ids: Sequence[str], *, at_least: int | None = None
    ) -> Call[reading_shapes.FoundTransfers]:
        """Those of 1 to 200 transfers that there are, by their ids, in the order they are asked
        for, each as `find_transfer` shows it.
        """
        return operations.LOOK_UP_TRANSFERS.call(
            query={
                "transfer_ids": _joined(transfer_ids, parameter="transfer_ids"),
                "at_least": at_least,
            }
        )

    @asks
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
        at_least: int | None = None,
    ) -> Call[reading_shapes.TransferPage]:
        """A page of transfers and expiries, of one account, asset and kind (posted, pending, post,
        void, expired), or of all; of an account also those on one `side` (debit, credit).

        **Rejects** `account_not_found`, `unknown_asset`, `cursor_mismatch`.
        """
        return operations.LIST_TRANSACTIONS.call(
            query={
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
                "limit": limit,
                "is_reversed": is_reversed,
                "cursor": cursor,
                "at_least": at_least,
            }
        )

    @lists
    def each_transaction(
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
        is_reversed: bool | None = None,
        at_least: int | None = None,
    ) -> Listing[reading_shapes.TransferPage, shapes.Transfer]:
        """Every such transfer and expiry, page after page."""
        first = operations.LIST_TRANSACTIONS.call(
            query={
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
                "limit": limits.PAGE,
                "is_reversed": is_reversed,
                "at_least": at_least,
            }
        )
        return Listing(first, _transfers, _next_cursor)
