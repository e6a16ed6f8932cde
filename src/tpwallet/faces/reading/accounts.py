"""Lists of accounts: by address from the directory, or in order of creation from the ledger."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tpwallet.domains.ledger.access import OPEN_ACCESS
from tpwallet.domains.ledger.loops.words import LEDGER
from tpwallet.domains.ledger.records import Account, unpack_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.sums import group_of, groups_of
from tpwallet.faces import present, reading_shapes
from tpwallet.faces.reading import limits, shaping
from tpwallet.faces.reading.standing import Standing
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.views.directory.rows import to_bytes
from tpwallet.views.directory.wanted import Wanted

if TYPE_CHECKING:
    from tpwallet.views.history.index import HistoryIndex


class Rows(NamedTuple):
    """A page of accounts; `place` is where the next one begins, None when this is the last."""

    accounts: list[Account]
    place: int | str | None


def rows_by_creation(
    ledger: LedgerState, history: "HistoryIndex", wanted: Wanted, *, after: int, limit: int
) -> Rows:
    """Accounts from row `after` on, in order of creation; a page looks through
    `SCAN_ACCOUNTS_MAX` rows, and may therefore be short and have a next one.
    """
    begin, end = _opened_between(ledger, history, wanted)
    begin = max(begin, after)
    stop = max(min(begin + limits.SCAN_ACCOUNTS_MAX, end), begin)
    accounts = ledger.accounts[begin:stop]
    matches = wanted.marks.among(accounts)
    if wanted.ledger is not None:
        matches &= (accounts[:, LEDGER] & np.uint64(0xFFFF_FFFF)) == np.uint64(wanted.ledger)
    if wanted.kind is not None:
        groups = groups_of(accounts)
        of_kind = [
            word for word in np.unique(groups).tolist() if group_of(word).kind is wanted.kind
        ]
        matches &= np.isin(groups, np.array(of_kind, np.uint64))
    found = np.flatnonzero(matches)[: limit + 1].tolist()
    page = [unpack_account(accounts[row].tobytes()) for row in found[:limit]]
    if len(found) > limit:
        return Rows(page, begin + found[limit])
    return Rows(page, stop if stop < end else None)


def _opened_between(
    ledger: LedgerState, history: "HistoryIndex", wanted: Wanted
) -> tuple[int, int]:
    """The rows of the accounts that were opened after one position and up to another."""

    def opened_position(row: int) -> int:
        opened = history.opened(unpack_account(ledger.accounts[row].tobytes()).id)
        if opened is None:
            raise InvariantBroken("the history lacks an account of the ledger")
        return opened.position

    rows = range(ledger.account_count)
    begin, end = 0, len(rows)
    if wanted.since is not None:
        begin = bisect_right(rows, wanted.since, key=opened_position)
    if wanted.until is not None:
        end = bisect_right(rows, wanted.until, key=opened_position)
    return begin, end


def rows_by_address(
    standing: Standing, prefix: str, wanted: Wanted, *, after: str, limit: int
) -> Rows:
    """Accounts whose addresses begin with `prefix`, after one, by address."""
    named = standing.directory.under(prefix, wanted, after=after, limit=limit)
    accounts = [standing.ledger.account(one.account_id) for one in named.accounts]
    return Rows([_there(one) for one in accounts], named.after)


def _there(account: Account | None) -> Account:
    if account is None:
        raise InvariantBroken("the directory names an account the ledger does not have")
    return account


def show_accounts(
    standing: Standing, history: "HistoryIndex", accounts: Sequence[Account]
) -> list[reading_shapes.Account]:
    """Accounts with what is known of them, as of a standing."""
    named = standing.directory.accounts(account.id for account in accounts)
    shown = []
    for account in accounts:
        key = to_bytes(account.id)
        closing = standing.facts.closings.get(key)
        line = standing.facts.credit_lines.get(key)
        opened = history.opened(account.id)
        shown.append(
            shaping.account(
                account,
                named.get(account.id),
                asset=present.asset_of(standing.catalogue, account.ledger),
                opened_position=0 if opened is None else opened.position,
                guarded=_is_guarded(standing.ledger, account.id),
                closed_reason=None if closing is None else closing.reason,
                credit_limit_minor=None if line is None else int(line.limit_minor),
            )
        )
    return shown


def _is_guarded(ledger: LedgerState, account_id: int) -> bool:
    """Whether bulk callers need a grant for it."""
    row = ledger.row_of(account_id)
    return row is not None and not int(ledger.access[row]) & OPEN_ACCESS & 1
