"""Questions to the directory, all answered as of one position."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.kernel.errors import Malformed
from tpwallet.views import limits
from tpwallet.views.directory.rows import (
    NamedAccount,
    TransferNote,
    account_of,
    note_of,
    to_bytes,
    to_id,
)
from tpwallet.views.directory.tables import ACCOUNTS, NOTES

_PAST_ANY_ADDRESS = "\x7f"  # sorts after every character an address may have
_KIND_CODES = 1000  # codes of a kind's range


class NamedPage(NamedTuple):
    """A page of accounts; `after` is where the next one begins, None when this is the last."""

    accounts: list[NamedAccount]
    after: str | None


class DirectoryReading:
    """The directory inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def accounts(self, account_ids: Iterable[int]) -> dict[int, NamedAccount]:
        """Those of some accounts that have an address, by id."""
        rows = self._found(sa.select(ACCOUNTS), ACCOUNTS.c.account_id, account_ids)
        return {to_id(row.account_id): account_of(row) for row in rows}

    def names(self, account_ids: Iterable[int]) -> dict[int, str]:
        """What some accounts are called: their addresses, or `#` and their ids."""
        wanted = list(dict.fromkeys(account_ids))
        query = sa.select(ACCOUNTS.c.account_id, ACCOUNTS.c.address)
        rows = self._found(query, ACCOUNTS.c.account_id, wanted)
        addresses = {to_id(row.account_id): str(row.address) for row in rows}
        return {one: addresses.get(one, f"#{one}") for one in wanted}

    def notes(self, transfer_ids: Iterable[int]) -> dict[int, TransferNote]:
        """The notes of those of some transfers that have one, by id."""
        rows = self._found(sa.select(NOTES), NOTES.c.transfer_id, transfer_ids)
        return {to_id(row.transfer_id): note_of(row) for row in rows}

    def under(
        self,
        prefix: str,
        *,
        ledger: int | None = None,
        kind: AccountKind | None = None,
        after: str = "",
        limit: int = limits.ACCOUNTS_PAGE_MAX,
    ) -> NamedPage:
        """A page of the accounts whose addresses begin with `prefix`, by address, after one.

        **Rejects** with `Malformed` a limit out of range.
        """
        if not 1 <= limit <= limits.ACCOUNTS_PAGE_MAX:
            raise Malformed(
                f"a page has 1 to {limits.ACCOUNTS_PAGE_MAX} accounts", parameter="limit"
            )
        address = ACCOUNTS.c.address
        query = (
            sa.select(ACCOUNTS)
            .where(address >= prefix, address < prefix + _PAST_ANY_ADDRESS, address > after)
            .order_by(address)
            .limit(limit + 1)
        )
        if ledger is not None:
            query = query.where(ACCOUNTS.c.ledger == ledger)
        if kind is not None:
            query = query.where(ACCOUNTS.c.code.between(kind.code, kind.code + _KIND_CODES - 1))
        rows = [account_of(row) for row in self._connection.execute(query)]
        page = rows[:limit]
        return NamedPage(page, page[-1].address if len(rows) > limit else None)

    def _found(
        self, query: sa.Select[Any], column: sa.Column[Any], ids: Iterable[int]
    ) -> Iterator[Any]:
        """Rows by id, asked for in runs that every database takes."""
        wanted: Sequence[int] = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), limits.LOOKUP_IDS_MAX):
            run = [to_bytes(one) for one in wanted[start : start + limits.LOOKUP_IDS_MAX]]
            yield from self._connection.execute(query.where(column.in_(run)))
