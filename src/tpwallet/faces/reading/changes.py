"""The feed of changes: every movement of money with what it left on both sides.

For systems that keep a copy of balances: they need add nothing up, and a copy that missed a change
is right again with the next. A change is named by its place; the feed goes on after any place.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tpwallet.faces.reading.listing import Item
from tpwallet.kernel.errors import InvariantBroken, Malformed
from tpwallet.views.history.moments import AtPosition, Balances, Posting

if TYPE_CHECKING:
    from tpwallet.views.history.index import HistoryIndex

_NUMBER_MAX = 1 << 32


class Change(NamedTuple):
    """A movement, and its accounts' balances after it."""

    item: Item
    debit: Balances
    credit: Balances


def parse_place(text: str) -> tuple[int, int]:
    """A place, `position.index`, or a position: then everything of that event is behind it.

    **Rejects** with `Malformed` anything else.

    >>> parse_place("17.3"), parse_place("17") > (17, 8190)
    ((17, 3), True)
    """
    position, dot, index = text.partition(".")
    parts = (position, index) if dot else (position,)
    if not all(part.isascii() and part.isdigit() and len(part) <= 19 for part in parts):
        raise Malformed("a place is position.index, or a position", parameter="after")
    return int(position), int(index) if dot else _NUMBER_MAX


def changes_of(history: "HistoryIndex", items: Sequence[Item]) -> list[Change]:
    """The balances that movements left, from the history index."""
    first_movements: dict[int, int] = {}
    changes = []
    for item in items:
        if item.position not in first_movements:
            first_movements[item.position] = _first_movement(history, item)
        movement = first_movements[item.position] + item.number
        debit, credit = item.transfer.debit_account_id, item.transfer.credit_account_id
        changes.append(
            Change(item, _after(history, debit, movement), _after(history, credit, movement))
        )
    return changes


def _first_movement(history: "HistoryIndex", item: Item) -> int:
    """The number of the first movement of an item's event: they are numbered without a gap."""
    page = history.statement(
        item.transfer.debit_account_id,
        since=AtPosition(item.position - 1),
        until=AtPosition(item.position),
        limit=1,
    )
    posting = _only(page.postings if page else ())
    return posting.movement - posting.index


def _after(history: "HistoryIndex", account_id: int, movement: int) -> Balances:
    page = history.statement(account_id, limit=1, cursor=movement - 1 if movement else None)
    posting = _only(page.postings if page else ())
    if posting.movement != movement:
        raise InvariantBroken("the history has another movement of this account")
    return posting.after


def _only(postings: Sequence[Posting]) -> Posting:
    if not postings:
        raise InvariantBroken("the history has no movement where the journal has one")
    return postings[0]
