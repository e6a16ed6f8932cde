"""Events and transfers read back from the journal, by position and by place.

Answers name records by `position.index`; what they say is taken from the journal, never from a
copy. Decoded commits are kept for a while, because the lines of a page often stand in few commits.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.events import BatchApplied, Expired
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.limits import LEGS_MAX
from tpwallet.domains.ledger.loops.words import LEDGER, RECORD_BYTES, U48
from tpwallet.domains.ledger.records import Transfer, unpack_transfer, words_of
from tpwallet.faces.reading import limits
from tpwallet.gateways.journals.rows import check_body
from tpwallet.kernel.commit import Commit, Entry
from tpwallet.kernel.errors import InvariantBroken, Rejected
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.wire import Event

_ID_BYTES = 16
_LINKED = np.uint64(TransferFlags.LINKED)


class Decoded(NamedTuple):
    """A commit and its entries."""

    commit: Commit
    entries: list[Entry]


class Place(NamedTuple):
    """An event within its entry."""

    entry: Entry
    offset: int

    @property
    def event(self) -> Event:
        """The event itself."""
        return self.entry.events[self.offset]

    @property
    def position(self) -> int:
        """Where it stands in the journal."""
        return self.entry.first_position + self.offset


def decoded_commits(journal: Journal, after: int) -> Iterator[Decoded]:
    """The commits with positions after `after`, each body found to be what its header names: they
    were followed before, but it is the disk that says them again.
    """
    for commit in journal.read(after):
        yield Decoded(check_body(commit), commit.entries())


class Records:
    """What one pool's journal holds. Any thread may ask."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._recent: OrderedDict[int, Decoded] = OrderedDict()  # by first position
        self._bytes = 0
        self._lock = threading.Lock()

    def commit(self, position: int) -> Decoded:
        """The commit that holds a position. **Rejects** `event_not_found`."""
        with self._lock:
            for first, decoded in self._recent.items():
                if first <= position <= decoded.commit.header.last_position:
                    self._recent.move_to_end(first)
                    return decoded
        try:
            commit = self._journal.commit_at(position)
        except LookupError:
            raise Rejected("event_not_found", position=position) from None
        decoded = Decoded(commit, commit.entries())
        self._remember(decoded)
        return decoded

    def _remember(self, decoded: Decoded) -> None:
        first = decoded.commit.header.first_position
        with self._lock:
            if first in self._recent:
                return
            self._recent[first] = decoded
            self._bytes += len(decoded.commit.body)
            while len(self._recent) > 1 and (
                len(self._recent) > limits.RECENT_COMMITS_MAX
                or self._bytes > limits.RECENT_BYTES_MAX
            ):
                _, oldest = self._recent.popitem(last=False)
                self._bytes -= len(oldest.commit.body)

    def entry(self, position: int) -> Entry:
        """The entry that holds a position. **Rejects** `event_not_found`."""
        for entry in self.commit(position).entries:
            if entry.first_position <= position <= entry.last_position:
                return entry
        raise InvariantBroken(f"no entry of its commit holds position {position}")

    def places(self, after: int, until: int) -> Iterator[Place]:
        """The events after one position and up to another, in order."""
        if after >= until:
            return
        for decoded in decoded_commits(self._journal, after):
            for entry in decoded.entries:
                for offset in range(len(entry.events)):
                    place = Place(entry, offset)
                    if place.position > until:
                        return
                    if place.position > after:
                        yield place

    def event(self, position: int) -> Event:
        """The event at a position. **Rejects** `event_not_found`."""
        entry = self.entry(position)
        return entry.events[position - entry.first_position]

    def transfer(self, position: int, index: int) -> Transfer:
        """The stored transfer named `position.index`. **Rejects** `event_not_found`."""
        return transfer_in(self._batch(position), index)

    def first_leg(self, position: int, index: int) -> Transfer:
        """The first transfer of the posting that `position.index` is a leg of: a posting is a
        chain, and its note is kept under its first. **Rejects** `event_not_found`.
        """
        event = self._batch(position)
        return transfer_in(event, first_of_chain(event, index))

    def _batch(self, position: int) -> BatchApplied:
        event = self.event(position)
        if not isinstance(event, BatchApplied):
            raise Rejected("event_not_found", "there is no transfer", position=position)
        return event


def transfer_in(event: BatchApplied, index: int) -> Transfer:
    """Record number `index` of a batch. **Rejects** `event_not_found`."""
    record = event.records[index * RECORD_BYTES : (index + 1) * RECORD_BYTES]
    if index < 0 or len(record) != RECORD_BYTES:
        raise Rejected("event_not_found", "the batch has no such record", index=index)
    return unpack_transfer(record)


def first_of_chain(event: BatchApplied, index: int) -> int:
    """The number of the record that begins the chain of record number `index`; it is looked for as
    far back as a posting reaches.
    """
    begin = max(index - LEGS_MAX, 0)
    flags = words_of(event.records)[begin:index, LEDGER] >> U48
    ends = np.flatnonzero(flags & _LINKED == 0)
    return begin + int(ends[-1]) + 1 if len(ends) else begin


def expired_id(event: Expired, index: int) -> int:
    """The id of reservation number `index` that ran out."""
    return int.from_bytes(event.ids[index * _ID_BYTES : (index + 1) * _ID_BYTES], "little")


def expired_ids(event: Expired) -> list[int]:
    """The ids of the reservations that ran out, in order."""
    return [expired_id(event, index) for index in range(len(event.ids) // _ID_BYTES)]
