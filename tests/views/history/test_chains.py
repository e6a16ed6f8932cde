"""Chains are Myers's random access lists, and any of their nodes is found in few steps."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.views.history.played import SEED, batch, moved, opening
from tpwallet.domains.ledger.events import BatchApplied
from tpwallet.domains.ledger.records import TRANSFER
from tpwallet.views.history.adding import add
from tpwallet.views.history.loops import building, chains, nodes, reading
from tpwallet.views.history.loops.words import DEBIT
from tpwallet.views.history.store import Store

BATCH = 8190


def hot_batches(count: int) -> Iterator[BatchApplied]:
    """Transfers of 1 from account 1, in full batches."""
    for start in range(0, count, BATCH):
        records = np.zeros(min(BATCH, count - start), TRANSFER)
        numbers = np.arange(start + 1, start + 1 + len(records))
        records["id"]["low"] = numbers
        records["debit_account_id"]["low"] = 1
        records["credit_account_id"]["low"] = 2
        records["amount"]["low"] = 1
        records["ledger"] = records["code"] = 1
        records["timestamp"] = numbers + 10
        yield BatchApplied(records.tobytes(), b"")


def hot_store(folder: Path, count: int) -> Store:
    store = Store(folder, SEED)
    add(store, opening(1, 2))
    for event in hot_batches(count):
        add(store, event)
    return store


def term(number: int) -> int:
    """The smallest term of the greedy sum of terms 2^k - 1, by its definition."""
    terms = [2**k - 1 for k in range(32, 0, -1)]
    smallest = 0
    while number:
        smallest = next(t for t in terms if t <= number)
        number -= smallest
    return smallest


def expect_jumps(store: Store, count: int) -> None:
    head, length = chains.head_of(building.account_at(store.at, 0))
    assert (head, length) == (count, count)
    for number in range(1, count + 1):
        # Every movement is on this chain, so a node's pointer is its number.
        links = nodes.links_of(store.at, DEBIT, number)
        assert nodes.previous_in(links) == number - 1
        assert nodes.jump_in(links) == number - term(number)
        assert chains.smallest_terms(number)[0] == term(number)


def test_every_node_jumps_back_by_its_smallest_term(tmp_path: Path) -> None:
    store = hot_store(tmp_path, 5_000)
    expect_jumps(store, 5_000)
    store.close(trim=True)


def test_a_chain_that_was_saved_goes_on_as_it_would_have(tmp_path: Path) -> None:
    store = hot_store(tmp_path, 0)
    for number in range(1, 70):
        add(store, batch(moved(number, time=10 + number)))
        store.save()
        store.close(trim=True)
        store = Store(tmp_path, SEED)
    expect_jumps(store, 69)
    store.close(trim=True)


def test_any_node_is_found_by_number(tmp_path: Path) -> None:
    count = 600
    store = hot_store(tmp_path, count)
    for start in (count, 511, 255, 100):
        for wanted in range(start + 1):
            assert chains.numbered(store.at, DEBIT, start, start, wanted) == wanted
            assert chains.latest(store.at, DEBIT, start, wanted) == wanted
            assert chains.latest_numbered(store.at, DEBIT, start, start, wanted) == (wanted, wanted)
    store.close(trim=True)


def steps_to(links_of: Callable[[int], np.uint64], head: int, bound: int) -> int:
    steps, pointer = 0, head
    while pointer > bound:
        pointer = chains.older(links_of(pointer), bound)
        steps += 1
    assert pointer == bound
    return steps


@pytest.mark.slow
def test_a_million_postings_of_one_account_are_searched_in_sixty_steps(tmp_path: Path) -> None:
    count = 1_000_000
    store = hot_store(tmp_path, count)
    links_of = partial(nodes.links_of, store.at, DEBIT)
    bounds = [0, 1, 2, count // 2, *range(3, count, 9_973), count - 2, count - 1, count]
    assert max(steps_to(links_of, count, bound) for bound in bounds) <= 3 * 20
    words = np.empty(8, np.uint64)
    for bound in bounds:
        reading.balance(store.at, 0, bound, words)
        assert words.tolist() == [0, 0, bound, 0, 0, 0, 0, 0]
    store.close(trim=True)
