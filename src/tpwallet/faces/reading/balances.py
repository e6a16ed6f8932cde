"""Reading money: balances and statements, totals and subtrees, now and at any past moment."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.forms import AccountName, Address
from tpwallet.domains.ledger.records import Account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.sums import Group, Sums
from tpwallet.domains.ledger.totals import AssetTotals, totals
from tpwallet.domains.ledger.tree import sum_subtree
from tpwallet.faces import present, reading_shapes, shapes
from tpwallet.faces.live import LiveAccount, live_account
from tpwallet.faces.reading import shaping
from tpwallet.faces.reading.base import Reading, check_limit
from tpwallet.faces.reading.cursors import Filters, moment_in, place_in, read_cursor, write_cursor
from tpwallet.faces.reading.filters import marks_in, side_in
from tpwallet.faces.reading.finding import sides_of
from tpwallet.faces.reading.statements import Lined
from tpwallet.kernel.errors import Rejected
from tpwallet.kernel.state import PoolState
from tpwallet.money import Catalogue

if TYPE_CHECKING:
    from tpwallet.faces.reading.half import Half

T = TypeVar("T")
Moment = int | str


class BalanceReading(Reading):
    """What accounts, subtrees and the pool have."""

    def balance(self, account: AccountName, *, at: Moment | None = None) -> shapes.Balance:
        """An account's balance, now or after a past moment.

        **Rejects** `account_not_found`, also for an account that did not exist at that moment.
        """
        if at is None:
            return self._now(lambda state: live_account(state, account)).balance(account)
        half = self._half()
        position = half.footing.reach_moment(at)
        with half.footing.standing(position) as standing:
            found, catalogue = standing.account(account), standing.catalogue
        balances = half.side.history.balance(found.id, at_position=position)
        if balances is None:
            raise Rejected("account_not_found", account=account, position=position)
        then = shaping.with_balances(found, balances)
        return LiveAccount(then, catalogue, position).balance(account)

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
    ) -> shapes.Statement:
        """A page of an account's postings after the moment `since` and up to the moment `until`,
        the earliest first unless `is_reversed`: those with every mark that is given, on one `side`
        (debit, credit) or both. The balances are the account's, whatever is left out.

        A page looks through a bounded part of the journal: it may be short of its limit and still
        have a next one.

        **Rejects** `account_not_found`, `cursor_mismatch`, and with `Malformed` what is no mark,
        side, moment, limit or cursor.
        """
        size = check_limit(limit)
        given: Filters = {
            "account": account,
            "code": code,
            "user_data_128": user_data_128,
            "user_data_64": user_data_64,
            "user_data_32": user_data_32,
            "side": side,
            "since": since,
            "until": until,
            "is_reversed": is_reversed,
        }
        filters, place = read_cursor(cursor, "statement", given)
        wanted = Lined(side=side_in(filters), marks=marks_in(filters))
        half = self._half()
        position = half.footing.reach()
        begin, end = half.footing.range_of(
            moment_in(filters, "since"), moment_in(filters, "until"), position
        )
        with half.footing.standing(position) as standing:
            found, catalogue = standing.account(account), standing.catalogue
        page = half.statements.lines(
            found.id,
            wanted,
            since=begin,
            until=end,
            limit=size,
            is_reversed=bool(filters["is_reversed"]),
            cursor=place_in(place, int),
        )
        asset = present.asset_of(catalogue, found.ledger)
        naming = half.finding.naming(sides_of(line.transfer for line in page.lines))
        opening, closing = (_posted(half, found, moment) for moment in (min(begin, end), end))
        after = page.cursor
        return shapes.Statement(
            account=account,
            account_id=str(found.id),
            asset=asset.code,
            opening=present.decimal(opening, asset),
            closing=present.decimal(closing, asset),
            postings=[
                shaping.posting(line, of=found, asset=asset, naming=naming) for line in page.lines
            ],
            position=position,
            next_cursor=None if after is None else write_cursor("statement", filters, after),
        )

    def totals(self, *, at: Moment | None = None) -> reading_shapes.Totals:
        """What the pool owes, holds and earns in each asset, and whether it adds up."""
        position, (found, catalogue) = self._at(at, _totals)
        assets = [
            shaping.asset_totals(one, present.asset_of(catalogue, one.ledger)) for one in found
        ]
        return reading_shapes.Totals(
            assets=assets, checked=all(one.checked for one in assets), position=position
        )

    def tree(self, path: Address, *, at: Moment | None = None) -> reading_shapes.Branch:
        """What the accounts at a path and below it come to, by asset and kind.

        **Rejects** `node_not_found` when there are none.
        """
        position, (sums, catalogue) = self._at(at, lambda state: _subtree(state, path))
        if not sums:
            raise Rejected("node_not_found", path=path)
        return reading_shapes.Branch(
            path=path,
            balances=[
                shaping.branch_balance(group, of_group, present.asset_of(catalogue, group.ledger))
                for group, of_group in sums.items()
            ],
            position=position,
        )

    def _at(self, at: Moment | None, read: Callable[[PoolState], T]) -> tuple[int, T]:
        """What `read` finds in the whole state at a moment."""
        half = self._half()
        position = half.footing.reach_moment(at)
        with half.side.follower.reading() as state:
            if at is None or state.position == position:
                return state.position, read(state)
        return position, half.side.past.at(position, read)


def _posted(half: "Half", account: Account, position: int) -> int:
    balances = half.statements.balance(account, position)
    return present.own_side(shaping.with_balances(account, balances))[0]


def _totals(state: PoolState) -> tuple[list[AssetTotals], Catalogue]:
    return totals(state.part(LedgerState)), state.part(LedgerFacts).catalogue


def _subtree(state: PoolState, path: str) -> tuple[dict[Group, Sums], Catalogue]:
    return sum_subtree(state.part(LedgerState), path), state.part(LedgerFacts).catalogue
