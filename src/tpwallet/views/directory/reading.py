"""Questions to the directory, all answered as of one position."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

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
from tpwallet.views.directory.wanted import Wanted

_PAST_ANY_ADDRESS = "\x7f"  # sorts after every character an address may have
_KIND_CODES = 1000  # codes of a kind's range


class NamedPage(NamedTuple):
    """A page of accounts; `after` is where the next one begins, None when this is the last."""

    accounts: list[NamedAccount]
    after: str | None


_ANY = Wanted()


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """What rows of wanted accounts have."""
    columns, marks = ACCOUNTS.c, wanted.marks
    if wanted.ledger is not None:
        yield columns.ledger == wanted.ledger
    if wanted.kind is not None:
        first = wanted.kind.code
        yield columns.code.between(first, first + _KIND_CODES - 1)
    if marks.code is not None:
        yield columns.code == marks.code
    if marks.user_data_128 is not None:
        yield columns.user_data_128 == to_bytes(marks.user_data_128)
    if marks.user_data_64 is not None:
        yield columns.user_data_64 == to_bytes(marks.user_data_64, 8)
    if marks.user_data_32 is not None:
        yield columns.user_data_32 == marks.user_data_32
    if wanted.since is not None:
        yield columns.opened_position > wanted.since
    if wanted.until is not None:
        yield columns.opened_position <= wanted.until


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
        wanted: Wanted = _ANY,
        *,
        after: str = "",
        limit: int = limits.ACCOUNTS_PAGE_MAX,
    ) -> NamedPage:
        """A page of the accounts whose addresses begin with `prefix`, by address, after one. It
        looks through `SCAN_ADDRESSES_MAX` of them, so that it may be short and have a next one.

        **Rejects** with `Malformed` a limit out of range.
        """
        if not 1 <= limit <= limits.ACCOUNTS_PAGE_MAX:
            raise Malformed(
                f"a page has 1 to {limits.ACCOUNTS_PAGE_MAX} accounts", parameter="limit"
            )
        address = ACCOUNTS.c.address
        under = (address >= prefix, address < prefix + _PAST_ANY_ADDRESS, address > after)
        furthest = (
            sa.select(address)
            .where(*under)
            .order_by(address)
            .offset(limits.SCAN_ADDRESSES_MAX - 1)
            .limit(1)
        )
        end: str | None = self._connection.execute(furthest).scalar()
        query = sa.select(ACCOUNTS).where(*under, *_conditions(wanted))
        if end is not None:
            query = query.where(address <= end)
        rows = self._connection.execute(query.order_by(address).limit(limit + 1))
        found = [account_of(row) for row in rows]
        if len(found) > limit:
            end = found[limit - 1].address
        return NamedPage(found[:limit], end)

    def _found(
        self, query: sa.Select[Any], column: sa.Column[Any], ids: Iterable[int]
    ) -> Iterator[Any]:
        """Rows by id, asked for in runs that every database takes."""
        wanted: Sequence[int] = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), limits.LOOKUP_IDS_MAX):
            run = [to_bytes(one) for one in wanted[start : start + limits.LOOKUP_IDS_MAX]]
            yield from self._connection.execute(query.where(column.in_(run)))
