"""Lists of accounts: by address from the directory, or in order of creation from the ledger."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.loops.words import LEDGER
from tpwallet.domains.ledger.records import Account, unpack_account
from tpwallet.domains.ledger.state import OPEN_ACCESS, LedgerState
from tpwallet.domains.ledger.sums import group_of, groups_of
from tpwallet.faces import present, reading_shapes
from tpwallet.faces.reading import shaping
from tpwallet.faces.reading.standing import Standing
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.views.directory.rows import to_bytes

if TYPE_CHECKING:
    from tpwallet.views.history.index import HistoryIndex


class Rows(NamedTuple):
    """A page of accounts; `place` is where the next one begins, None when this is the last."""

    accounts: list[Account]
    place: int | str | None


def rows_by_creation(
    ledger: LedgerState,
    *,
    asset_ledger: int | None,
    kind: AccountKind | None,
    after: int,
    limit: int,
) -> Rows:
    """Accounts from row `after` on, in order of creation."""
    accounts = ledger.accounts[after : ledger.account_count]
    matches = np.ones(len(accounts), np.bool_)
    if asset_ledger is not None:
        matches &= (accounts[:, LEDGER] & np.uint64(0xFFFF_FFFF)) == np.uint64(asset_ledger)
    if kind is not None:
        groups = groups_of(accounts)
        wanted = [word for word in np.unique(groups).tolist() if group_of(word).kind is kind]
        matches &= np.isin(groups, np.array(wanted, np.uint64))
    found = np.flatnonzero(matches)[: limit + 1].tolist()
    page = [unpack_account(accounts[row].tobytes()) for row in found[:limit]]
    return Rows(page, after + found[limit] if len(found) > limit else None)


def rows_by_address(
    standing: Standing,
    prefix: str,
    *,
    asset_ledger: int | None,
    kind: AccountKind | None,
    after: str,
    limit: int,
) -> Rows:
    """Accounts whose addresses begin with `prefix`, after one, by address."""
    named = standing.directory.under(
        prefix, ledger=asset_ledger, kind=kind, after=after, limit=limit
    )
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
