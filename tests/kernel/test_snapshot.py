"""A snapshot's bytes: they lead back to the same state, or are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes.busy import BusyPool, busy_pool
from tpwallet.hub import empty_replica
from tpwallet.kernel import snapshot, wire
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import (
    SnapshotUnusable,
    event_schema,
    load_snapshot,
    take_snapshot,
)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> BusyPool:
    return busy_pool(tmp_path_factory.mktemp("snapshot"), 1)


@pytest.fixture(scope="module")
def content(pool: BusyPool) -> bytes:
    return b"".join(take_snapshot(replica_of(pool)).chunks())


def replica_of(pool: BusyPool, until: int | None = None) -> Replica:
    replica = empty_replica(pool.directory.pool_id)
    replica.catch_up(pool.journal(), until=until)
    return replica


def loaded(pool: BusyPool, content: bytes) -> Replica:
    replica = empty_replica(pool.directory.pool_id)
    load_snapshot(memoryview(content), replica)
    return replica


def test_a_loaded_state_is_the_state_and_goes_on_as_it(pool: BusyPool) -> None:
    for until in (0, 1, 20, 45):
        begun = replica_of(pool, until) if until else empty_replica(pool.directory.pool_id)
        again = loaded(pool, b"".join(take_snapshot(begun).chunks()))
        assert (again.head, again.state.position) == (begun.head, begun.state.position)
        assert again.state.state_hash() == begun.state.state_hash()
        again.catch_up(pool.journal())
        assert again.state.state_hash() == pool.shown[-1].state_hash


def test_a_loaded_state_makes_the_same_snapshot(pool: BusyPool, content: bytes) -> None:
    assert b"".join(take_snapshot(loaded(pool, content)).chunks()) == content


@settings(max_examples=30)
@given(st.data())
def test_any_damage_is_refused(pool: BusyPool, content: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    for damaged in (bytes(flipped), content[:place], content + b"\0"):
        with pytest.raises(SnapshotUnusable):
            loaded(pool, damaged)


def test_another_pools_snapshot_is_refused(pool: BusyPool, content: bytes) -> None:
    with pytest.raises(SnapshotUnusable, match="another pool"):
        load_snapshot(memoryview(content), empty_replica(bytes(16)))


def test_nothing_is_no_snapshot(pool: BusyPool) -> None:
    with pytest.raises(SnapshotUnusable):
        loaded(pool, b"")


def test_events_that_others_declare_do_not_change_the_schema(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = event_schema()
    kinds = {**wire.event_types(), "plugin.happened@1": _Other}
    monkeypatch.setattr(snapshot, "event_types", lambda: kinds)
    assert event_schema() == before


class _Other(wire.Event, frozen=True):
    field: int


def test_the_schema_follows_the_fields_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    before = event_schema()
    assert before == event_schema()
    kinds = {**wire.event_types(), "ledger.expired@1": _Other}
    monkeypatch.setattr(snapshot, "event_types", lambda: kinds)
    assert event_schema() != before
