"""What a journal must show: every acknowledgement once, and the state it led to."""

from collections.abc import Iterable, Mapping

from tpwallet.hub import empty_replica
from tpwallet.kernel.commit import Commit, Entry, Header
from tpwallet.kernel.replica import Replica
from tpwallet.lab.sim.callers import Key, last_position
from tpwallet.lab.sim.failure import expect, require
from tpwallet.lab.sim.model.books import Outcome
from tpwallet.lab.sim.told import Told


def replayed(pool_id: bytes, commits: Iterable[Commit]) -> Replica:
    """A follower that has read these commits."""
    replica = empty_replica(pool_id)
    for commit in commits:
        replica.replay(commit)
    return replica


def markers_in(headers: Iterable[Header]) -> dict[int, int]:
    """The positions at which owners took the pool, where the epoch rises, and how many events that
    was.
    """
    markers, epoch = {}, 0
    for header in headers:
        if header.epoch > epoch:
            epoch = header.epoch
            markers[header.first_position] = header.event_count
    return markers


def check_entries(
    commits: Iterable[Commit],
    outcomes: Iterable[Outcome],
    acknowledged: Mapping[Key, Told],
) -> None:
    """Every outcome is there with its events and nothing else but markers, time runs forward,
    nothing happened twice, and nothing acknowledged is lost.
    """
    spans: dict[Key, tuple[int, int]] = {}
    missing = {outcome.position: outcome for outcome in outcomes}
    latest = 0
    for commit in commits:
        for entry in commit.entries():
            key = _key_of(entry)
            require(key not in spans, f"{key} was executed twice")
            require(entry.envelope.time > latest, f"time runs backwards at {key}")
            spans[key] = (entry.first_position, entry.last_position)
            latest = entry.envelope.time
            _check_events(entry, missing.pop(entry.first_position, None))
    require(not missing, f"decided and not in the journal: {missing}")
    for key, told in acknowledged.items():
        require(key in spans, f"{key} was acknowledged and is lost")
        first, last = spans[key]
        require(first <= last_position(told) <= last, f"{key} lies elsewhere than it was told")


def check_never_done(commits: Iterable[Commit], never_done: Iterable[Key]) -> None:
    """Nothing was done of which its caller was told so."""
    done = {_key_of(entry) for commit in commits for entry in commit.entries()}
    for key in never_done:
        require(key not in done, f"{key} was told that nothing was done, and was done")


def _key_of(entry: Entry) -> Key:
    return entry.envelope.actor, entry.envelope.command_id


def _check_events(entry: Entry, expected: Outcome | None) -> None:
    names = [event.wire_name.partition("@")[0] for event in entry.events]
    if expected is None:
        require(names[0] == "kernel.epoch_started", f"nobody asked for {entry.envelope}")
    else:
        expect(names, list(expected.events), f"events of {entry.envelope}")


def check_replay(replica: Replica, live: Replica) -> None:
    """What is replayed is what is live."""
    expect(replica.state.position, live.state.position, "position of the replayed state")
    expect(replica.state.state_hash(), live.state.state_hash(), "hash of the replayed state")
    expect(replica.idempotency.state_hash(), live.idempotency.state_hash(), "replayed command ids")
