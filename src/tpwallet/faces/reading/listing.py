"""Transfers and expiries in the journal's order, both ways, looked through page by page.

There is no second copy of transfers to query: a list reads the journal itself from where the page
before ended. What does not match is passed over by arithmetic on whole batches. A page looks
through a bounded part of the journal and may therefore end early, with a place to go on from.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.events import BatchApplied, Expired
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.words import LEDGER
from tpwallet.domains.ledger.marks import Marks
from tpwallet.domains.ledger.records import Transfer, words_of
from tpwallet.faces.reading import limits
from tpwallet.faces.reading.records import (
    Decoded,
    decoded_commits,
    expired_id,
    expired_ids,
    transfer_in,
)
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.wire import Event

_TWO_PHASE = int(
    TransferFlags.PENDING
    | TransferFlags.POST_PENDING_TRANSFER
    | TransferFlags.VOID_PENDING_TRANSFER
)
_KIND_FLAGS = {
    "posted": 0,
    "pending": int(TransferFlags.PENDING),
    "post": int(TransferFlags.POST_PENDING_TRANSFER),
    "void": int(TransferFlags.VOID_PENDING_TRANSFER),
}
EXPIRED = "expired"
KINDS = (*_KIND_FLAGS, EXPIRED)
_PAST_ANY_NUMBER = 1 << 32

Place = tuple[int, int]  # position, and number in the event
Reservation = Callable[[int], Transfer]  # by its id


class Item(NamedTuple):
    """A transfer as stored, or (`expired_at`) a reservation that ran out."""

    position: int
    number: int  # of the record, or of the reservation, in the event
    transfer: Transfer
    expired_at: int | None = None  # nanoseconds


class Found(NamedTuple):
    """A page of items; `place` is the last one looked at, None when there is no more."""

    items: list[Item]
    place: Place | None


class Wanted(NamedTuple):
    """What is listed: positions after `since` and up to `until`, of one kind and ledger or all,
    with some marks or any.
    """

    since: int
    until: int
    kind: str | None = None
    ledger: int | None = None
    marks: Marks = Marks()


def check_kind(kind: str | None) -> str | None:
    """A kind of transfers, or None. **Rejects** with `Malformed` any other text."""
    if kind is not None and kind not in KINDS:
        raise Malformed(f"a kind is one of {', '.join(KINDS)}", parameter="kind")
    return kind


def list_items(
    journal: Journal,
    wanted: Wanted,
    *,
    after: Place | None,
    is_reversed: bool,
    limit: int,
    reservation: Reservation,
) -> Found:
    """A page of at most `limit` items from `after` on; `reservation` finds the one that expired."""
    items: list[Item] = []
    room, expiries = limits.SCAN_BYTES_MAX, limits.SCAN_EXPIRIES_MAX
    commits = _backward if is_reversed else _forward
    for number, decoded in enumerate(commits(journal, wanted, after), start=1):
        for place, item in _looked_at(decoded, wanted, after, is_reversed, reservation):
            if item is None:
                expiries -= 1
                if expiries == 0:
                    return Found(items, place)
                continue
            if len(items) == limit:
                return Found(items, items[-1][:2])
            items.append(item)
        room -= len(decoded.commit.body)
        if room <= 0 or number == limits.SCAN_COMMITS_MAX:
            return Found(items, _edge(decoded, is_reversed))
    return Found(items, None)


def _edge(decoded: Decoded, is_reversed: bool) -> Place:
    """The place that has everything of this commit behind it."""
    header = decoded.commit.header
    if is_reversed:
        return (header.first_position - 1, _PAST_ANY_NUMBER)
    return (header.last_position + 1, -1)


def _forward(journal: Journal, wanted: Wanted, after: Place | None) -> Iterator[Decoded]:
    start = wanted.since if after is None else max(wanted.since, after[0] - 1)
    if start < wanted.until:
        for decoded in decoded_commits(journal, start):
            if decoded.commit.header.first_position > wanted.until:
                return
            yield decoded


def _backward(journal: Journal, wanted: Wanted, after: Place | None) -> Iterator[Decoded]:
    position = wanted.until if after is None else min(wanted.until, after[0])
    while position > wanted.since:
        commit = journal.commit_at(position)
        yield Decoded(commit, commit.entries())
        position = commit.header.first_position - 1


def _looked_at(
    decoded: Decoded,
    wanted: Wanted,
    after: Place | None,
    is_reversed: bool,
    reservation: Reservation,
) -> Iterator[tuple[Place, Item | None]]:
    """The places of a commit that had to be looked at, each with its item if that is wanted."""
    events = [
        (position, event)
        for entry in decoded.entries
        for position, event in enumerate(entry.events, start=entry.first_position)
        if wanted.since < position <= wanted.until
    ]
    for position, event in reversed(events) if is_reversed else events:
        numbers = _matching(event, wanted)
        for number in reversed(numbers) if is_reversed else numbers:
            if after is None or (
                (position, number) < after if is_reversed else (position, number) > after
            ):
                item = _item(event, position, number, reservation)
                yield (position, number), item if _fits(item, wanted) else None


def _fits(item: Item, wanted: Wanted) -> bool:
    """Whether an item is wanted; of a batch only what is wanted was looked at."""
    if item.expired_at is None:
        return True
    return wanted.ledger in (None, item.transfer.ledger) and wanted.marks.fit(item.transfer)


def _matching(event: Event, wanted: Wanted) -> list[int]:
    """Numbers of what is wanted in an event; of expiries all, whatever they are expiries of."""
    match event:
        case BatchApplied(records) if wanted.kind != EXPIRED:
            matches = wanted.marks.among(words_of(records))
            words = words_of(records)[:, LEDGER]
            if wanted.kind is not None:
                flags = (words >> np.uint64(48)) & np.uint64(_TWO_PHASE)
                matches &= flags == np.uint64(_KIND_FLAGS[wanted.kind])
            if wanted.ledger is not None:
                matches &= (words & np.uint64(0xFFFF_FFFF)) == np.uint64(wanted.ledger)
            return list(np.flatnonzero(matches).tolist())
        case Expired() if wanted.kind in (None, EXPIRED):
            return list(range(len(expired_ids(event))))
        case _:
            return []


def _item(event: Event, position: int, number: int, reservation: Reservation) -> Item:
    if isinstance(event, Expired):
        found = reservation(expired_id(event, number))
        return Item(position, number, found, event.time)
    if isinstance(event, BatchApplied):
        return Item(position, number, transfer_in(event, number))
    raise TypeError(f"{event.wire_name} moves no money")
