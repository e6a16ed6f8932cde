"""Replicas: replay equals live, and the first commit that does not follow is named."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.counters import Add, Counters, add
from tests.kernel.pools import POOL, CountingPool, replica_of
from tpwallet.kernel.commit import Commit, seal_commit
from tpwallet.kernel.decider import Group
from tpwallet.kernel.errors import JournalCorrupt, Rejected
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.journal import Head
from tpwallet.kernel.replica import Replica
from tpwallet.lab.journals import MemoryJournal, MemoryStorage

changes = st.tuples(st.sampled_from("abc"), st.integers(-5, 9))
groups = st.lists(st.lists(st.lists(changes, min_size=1, max_size=3), min_size=1, max_size=4))


def play(history: list[list[list[tuple[str, int]]]]) -> CountingPool:
    """A pool in which each inner list was one commit of several commands."""
    pool = CountingPool()
    previous = Head().hash
    for number, commands in enumerate(history):
        group = Group(pool.state.position + 1)
        for place, command in enumerate(commands):
            pool.decide(group, Add(tuple(command)), f"{number}-{place}")
        commit = seal_commit(
            pool_id=POOL,
            epoch=1,
            first_position=group.first_position,
            previous=previous,
            entries=group.entries,
        )
        pool.journal.append(commit)
        previous = commit.hash
    return pool


@given(groups)
def test_a_replica_is_what_the_writer_is(history: list[list[list[tuple[str, int]]]]) -> None:
    pool = play(history)
    replica = replica_of(pool.storage)
    assert replica.state.state_hash() == pool.state.state_hash()
    assert replica.idempotency.state_hash() == pool.replica.idempotency.state_hash()
    assert replica.head == pool.journal.head()


@given(groups, st.integers(0, 60))
def test_a_replica_stops_after_the_commit_that_holds_a_position(
    history: list[list[list[tuple[str, int]]]], until: int
) -> None:
    storage = play(history).storage
    replica = Replica(POOL, CountingPool().state, IdempotencyState(1))
    reached = replica.catch_up(MemoryJournal(storage), until=until)
    ends = [commit.header.last_position for commit in storage.commits]
    expected = next((end for end in ends if end >= until), ends[-1] if ends else 0)
    assert reached == replica.head.position == replica.state.position == (expected if until else 0)
    assert replica.catch_up(MemoryJournal(storage)) == (ends[-1] if ends else 0)


def test_a_replica_reads_on_from_where_it_is() -> None:
    pool = CountingPool()
    replica = replica_of(pool.storage)
    for number in range(3):
        pool.run(add("a"), f"c{number}")
        assert replica.catch_up(pool.journal) == number + 1
        assert replica.state.part(Counters).value("a") == number + 1
    assert replica.catch_up(pool.journal) == 3


def test_refusals_are_in_a_replica_by_their_command_ids() -> None:
    pool = CountingPool()
    with pytest.raises(Rejected):
        pool.run(add("a", -1), "c1")
    replica = replica_of(pool.storage)
    assert replica.idempotency.position_of(IdempotencyState.key_of("owner", "c1")) == 1


def spoilt_body(commit: Commit) -> Commit:
    return Commit(commit.header_bytes, commit.body[:-1] + bytes([commit.body[-1] ^ 1]))


def spoilt_header(commit: Commit) -> Commit:
    header = bytearray(commit.header_bytes)
    header[70] ^= 1
    return Commit(bytes(header), commit.body)


@pytest.mark.parametrize("spoil", [spoilt_body, spoilt_header])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_corrupt_commit_is_named_by_its_position_and_not_applied(
    place: int, spoil: Callable[[Commit], Commit]
) -> None:
    storage = play([[[("a", 1), ("b", 1)]], [[("a", 1), ("c", 2)]], [[("a", 5), ("c", 1)]]]).storage
    good = storage.commits
    replica = Replica(POOL, CountingPool().state, IdempotencyState(1))
    for commit in good[:place]:
        replica.replay(commit)
    with pytest.raises(JournalCorrupt) as refused:
        replica.replay(spoil(good[place]))
    assert refused.value.position == 2 * place + 1
    assert replica.head.position == replica.state.position == 2 * place
    for commit in good[place:]:  # it can go on with what is sound
        replica.replay(commit)
    assert replica.state.position == 6


def test_a_stale_owners_commit_does_not_follow() -> None:
    pool = CountingPool(MemoryStorage(POOL), epoch=2)
    pool.run(add("a"), "c1")
    stale = CountingPool(pool.storage, epoch=1)
    group = Group(2)
    stale.decide(group, add("a"), "c2")
    commit = seal_commit(
        pool_id=POOL,
        epoch=1,
        first_position=2,
        previous=pool.journal.head().hash,
        entries=group.entries,
    )
    with pytest.raises(JournalCorrupt, match="epoch falls from 2 to 1"):
        replica_of(pool.storage).replay(commit)
