"""Adding the journal's events to a store, one after another."""

import numpy as np

from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied, Expired
from tpwallet.domains.ledger.records import words_of
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.kernel.wire import Event
from tpwallet.kernel.words import address_of
from tpwallet.views.history.loops import building
from tpwallet.views.history.store import Store


def add(store: Store, event: Event) -> None:
    """Add the event at the next position; one that moves no money adds nothing.

    **Rejects** with `InvariantBroken` an event that does not fit what came before: the store is
    then half changed, and of no use.
    """
    position = store.position + 1
    match event:
        case BatchApplied(records):
            _add_transfers(store, words_of(records), position)
        case Expired(ids, time):
            _add_expiry(store, np.frombuffer(ids, np.uint64).reshape(-1, 2), time, position)
        case AccountsCreated(records):
            words = words_of(records)
            added = building.add_accounts(store.at, address_of(words), len(words), position)
            _expect_all(added, len(words), position)
        case _:
            pass
    store.position = position


def _add_transfers(store: Store, words: np.ndarray, position: int) -> None:
    if len(words):
        store.make_room(len(words))
        rows = np.empty((len(words), 2), np.int64)
        booked = building.book_transfers(store.at, address_of(words), rows, position)
        _expect_all(booked, len(words), position)


def _add_expiry(store: Store, ids: np.ndarray, time: int, position: int) -> None:
    if len(ids):
        store.make_room(len(ids))
        _expect_all(building.book_expired(store.at, ids, position, time), len(ids), position)


def _expect_all(added: int, count: int, position: int) -> None:
    if added != count:
        raise InvariantBroken(f"{position}.{added} does not fit the history before it")
