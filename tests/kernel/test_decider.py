"""Deciding: what is recorded, what is answered, and that a fault of ours leaves nothing behind."""

from dataclasses import replace

import pytest

from tests.kernel import counters
from tests.kernel.counters import Add, Counted, Fail, Mute, Nothing, Recount, Total, add
from tests.kernel.pools import POOL, SECOND, START, CountingPool, request
from tpwallet.kernel import limits
from tpwallet.kernel.access import CLOCK, LEDGER_READ, OWNER, Actor
from tpwallet.kernel.command import Command, routes_of
from tpwallet.kernel.commit import array_header, seal_commit
from tpwallet.kernel.decider import Decider, Group
from tpwallet.kernel.errors import (
    ClockRefused,
    DeadlineExceeded,
    Forbidden,
    InvariantBroken,
    JournalUnavailable,
    Malformed,
    OutcomeUnknown,
    Poisoned,
    Rejected,
    TpwalletError,
)
from tpwallet.kernel.facts import Refused, Unchanged
from tpwallet.kernel.idempotency import IdempotencyState

READER = Actor("key:reader", frozenset({LEDGER_READ}))
DAY = 86_400 * SECOND


@pytest.fixture
def pool() -> CountingPool:
    return CountingPool()


def refusal(answer: object) -> Rejected:
    assert isinstance(answer, Rejected)
    return answer


def test_an_accepted_command_is_an_entry_and_an_answer(pool: CountingPool) -> None:
    group = Group(1)
    answer = pool.decide(group, Add((("a", 1), ("a", 2))), "c1")
    assert answer == Total(2, START)
    [entry] = group.entries
    assert entry.events == (Counted("a", 1), Counted("a", 2))
    assert (entry.first_position, entry.last_position) == (1, 2)
    assert entry.envelope.command_id == "c1"
    assert entry.envelope.actor == "owner"
    assert entry.envelope.digest == request(Add((("a", 1), ("a", 2))), "c1").digest
    assert pool.value("a") == 3


def test_a_refused_command_is_an_entry_and_changes_nothing_else(pool: CountingPool) -> None:
    group = Group(1)
    before = pool.state.parts["counters"].state_hash()
    answer = refusal(pool.decide(group, Add((("a", 1), ("b", -1))), "c1"))
    assert (answer.code, answer.facts) == (
        "below_zero",
        {"counter": "b", "change": 1, "position": 1},
    )
    [entry] = group.entries
    [event] = entry.events
    assert event == Refused(
        "test.add", "below_zero", "below zero", {"counter": "b", "change": 1}, {}
    )
    assert pool.state.parts["counters"].state_hash() == before
    assert pool.state.position == 1


def test_a_command_that_changes_nothing_is_recorded_all_the_same(pool: CountingPool) -> None:
    group = Group(1)
    assert pool.decide(group, Nothing(), "c1") == Total(1, START)
    assert group.entries[0].events == (Unchanged("test.nothing"),)


def test_entries_of_a_group_follow_one_another(pool: CountingPool) -> None:
    group = Group(1)
    for number in range(3):
        pool.decide(group, add("a"), f"c{number}")
    commit = seal_commit(
        pool_id=POOL, epoch=1, first_position=1, previous=bytes(32), entries=group.entries
    )
    assert [entry.first_position for entry in commit.entries()] == [1, 2, 3]
    times = [entry.envelope.time for entry in group.entries]
    assert times == sorted(set(times))
    assert group.last_position == 3
    assert group.bytes == len(commit.body) - len(array_header(3))


def test_a_command_takes_as_many_times_as_it_asks_for(pool: CountingPool) -> None:
    group = Group(1)
    pool.decide(group, add("a"), "c1")
    pool.decide(group, Add((("a", 1),) * 5), "c2")
    assert group.entries[1].envelope.time == START + 5


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("fault", Poisoned),
        ("huge fact", Poisoned),
        ("malformed", Malformed),
        ("forbidden", Forbidden),
        ("unavailable", JournalUnavailable),
    ],
)
def test_a_command_that_fails_leaves_nothing_and_may_come_again(
    pool: CountingPool, how: str, kind: type[TpwalletError]
) -> None:
    group = Group(1)
    before = pool.state.state_hash()
    answer = pool.decide(group, Fail(how), "c1")
    assert type(answer) is kind
    assert group.entries == []
    assert pool.state.state_hash() == before
    assert pool.decide(group, add("a"), "c1") == Total(1, START + 1)


def test_a_poisoned_command_is_told_as_an_internal_error_with_its_cause(
    pool: CountingPool,
) -> None:
    answer = pool.decide(Group(1), Fail("fault"), "c1")
    assert answer.code == "internal_error"
    assert answer.facts == {"command": "test.fail"}
    assert isinstance(answer.__cause__, ZeroDivisionError)


def test_an_event_that_cannot_be_written_poisons_its_command_alone(pool: CountingPool) -> None:
    group = Group(1)
    before = pool.state.state_hash()
    assert isinstance(pool.decide(group, add("a", 1 << 70), "c1"), Poisoned)
    assert isinstance(pool.decide(group, add("\ud800"), "c2"), Poisoned)
    assert pool.state.state_hash() == before
    assert group.entries == []


def test_a_command_of_wrong_fields_is_poisoned_before_its_unit_begins(pool: CountingPool) -> None:
    assert isinstance(pool.decide(Group(1), Add(None), "c1"), Poisoned)  # type: ignore[arg-type]


def test_a_broken_invariant_is_raised(pool: CountingPool) -> None:
    with pytest.raises(InvariantBroken, match="this cannot be"):
        pool.decide(Group(1), Fail("broken"), "c1")


def test_an_answer_that_cannot_be_made_does_not_read_as_undone(pool: CountingPool) -> None:
    group = Group(1)
    answer = pool.decide(group, Mute(), "c1")
    assert isinstance(answer, OutcomeUnknown)
    assert isinstance(answer.__cause__, ZeroDivisionError)
    assert group.entries[0].events == (Counted("muted", 1),)


@pytest.mark.parametrize(
    "command_id",
    ["", "x" * (limits.COMMAND_ID_LENGTH_MAX + 1), "a\0b", "a\nb", "\ud800", "a\x7fb"],
)
def test_a_command_id_is_a_short_printable_text(pool: CountingPool, command_id: str) -> None:
    answer = pool.decide(Group(1), add("a"), command_id)
    assert isinstance(answer, Malformed)
    assert answer.facts["parameter"] == "command_id"


def test_the_longest_command_id_is_taken(pool: CountingPool) -> None:
    command_id = "é" * limits.COMMAND_ID_LENGTH_MAX
    assert isinstance(pool.decide(Group(1), add("a"), command_id), Total)


def test_a_command_nobody_routes_breaks_an_invariant(pool: CountingPool) -> None:
    class Stray(Command, frozen=True):
        pass

    with pytest.raises(InvariantBroken, match="no route for Stray"):
        pool.decide(Group(1), Stray(), "c1")


def test_the_door_is_asked_before_anything_is_decided(pool: CountingPool) -> None:
    group = Group(1)
    before = pool.state.state_hash()
    answer = pool.decider.decide(request(add("a"), "c1", actor=READER), group)
    assert isinstance(answer, Forbidden)
    assert answer.facts == {"command": "test.add", "scope": "ledger:write", "actor": "key:reader"}
    assert group.entries == []
    assert pool.state.state_hash() == before
    assert isinstance(pool.decider.decide(request(Nothing(), "c2", actor=READER), group), Total)


def test_a_command_past_its_deadline_is_not_begun(pool: CountingPool) -> None:
    pool.clocks.pass_time(5 * SECOND)
    late = request(add("a"), "c1", deadline=5 * SECOND)
    assert isinstance(pool.decider.decide(late, Group(1)), DeadlineExceeded)
    in_time = request(add("a"), "c1", deadline=5 * SECOND + 1)
    assert isinstance(pool.decider.decide(in_time, Group(1)), Total)


def test_a_repetition_past_its_deadline_is_still_answered(pool: CountingPool) -> None:
    group = Group(1)
    first = pool.decide(group, add("a"), "c1")
    pool.clocks.pass_time(5 * SECOND)
    assert pool.decider.decide(request(add("a"), "c1", deadline=SECOND), group) == first


def test_nothing_is_decided_while_the_clock_is_not_believed(pool: CountingPool) -> None:
    pool.clocks.now += DAY
    group = Group(1)
    assert isinstance(pool.decide(group, add("a"), "c1"), ClockRefused)
    assert pool.value("a") == 0
    assert pool.decide(group, Recount(), "c2") == Total(1, START + DAY)
    assert pool.decide(group, add("a"), "c1") == Total(2, START + DAY + 1)


def test_only_who_passes_the_door_vouches_for_the_clock(pool: CountingPool) -> None:
    pool.clocks.now += DAY
    refused = pool.decider.decide(request(Recount(), "c1", actor=READER), Group(1))
    assert isinstance(refused, Forbidden)
    assert isinstance(pool.decide(Group(1), add("a"), "c2"), ClockRefused)


def test_an_override_that_fails_makes_nothing_believed(pool: CountingPool) -> None:
    routes = routes_of((replace(counters.ROUTES[Fail], vouches_for_clock=True),))
    failing = CountingPool(routes=routes, clocks=pool.clocks)
    failing.clocks.now += DAY
    assert isinstance(failing.decide(Group(1), Fail("fault"), "c1"), Poisoned)
    with pytest.raises(ClockRefused):
        failing.decider.clock.take()


def test_a_rehearsal_answers_as_the_command_would_and_leaves_nothing(pool: CountingPool) -> None:
    group = Group(1)
    pool.decide(group, add("a", 5), "c1")
    before = pool.state.state_hash()
    trial = pool.decider.rehearse(request(add("a", -5), "c2"))
    refused = pool.decider.rehearse(request(add("a", -6), "c3"))
    assert pool.state.state_hash() == before
    assert trial == pool.decide(group, add("a", -5), "c2")
    assert refusal(refused).code == "below_zero"
    assert isinstance(pool.decide(group, add("a", 6), "c3"), Total)  # its id was not used


@pytest.mark.parametrize(
    ("command", "kind"),
    [(Mute(), Malformed), (Fail("fault"), Poisoned), (Fail("forbidden"), Forbidden)],
)
def test_a_rehearsal_that_fails_leaves_nothing(
    pool: CountingPool, command: Command, kind: type[TpwalletError]
) -> None:
    before = pool.state.state_hash()
    assert type(pool.decider.rehearse(request(command, "c1"))) is kind
    assert pool.state.state_hash() == before


def test_a_rehearsal_passes_the_door(pool: CountingPool) -> None:
    assert isinstance(pool.decider.rehearse(request(add("a"), "c", actor=READER)), Forbidden)
    assert isinstance(pool.decider.rehearse(request(add("a"), "c", actor=OWNER)), Total)


def test_a_group_is_full_by_commands_or_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    group = Group(1)
    monkeypatch.setattr(limits, "GROUP_COMMANDS_MAX", 2)
    for is_full in (False, True):
        group.waiting.append((request(add("a"), "c"), print, None))
        assert group.is_full is is_full
    group.waiting.clear()
    for size, is_full in ((limits.GROUP_BYTES_MAX - 1, False), (limits.GROUP_BYTES_MAX, True)):
        group.bytes = size
        assert group.is_full is is_full


def test_a_group_that_takes_another_command_still_fits_a_commit() -> None:
    """The fullest group that is not handed over yet, and the longest entry on top of it."""
    most = limits.GROUP_BYTES_MAX - 1 + limits.ENTRY_BYTES_MAX + len(array_header(1 << 31))
    assert most < limits.COMMIT_BODY_BYTES_MAX


def test_what_would_not_fit_a_commit_is_refused_and_leaves_nothing(
    pool: CountingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pool.state.state_hash()
    monkeypatch.setattr(limits, "ENTRY_BYTES_MAX", 200)
    group = Group(1)
    assert isinstance(pool.decide(group, add("x" * 200), "c1"), Malformed)
    assert (group.entries, pool.state.state_hash()) == ([], before)
    assert isinstance(pool.decide(group, add("x"), "c1"), Total)


def test_a_fault_in_telling_a_repeat_is_not_told_as_if_nothing_was_done(
    pool: CountingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.decide(Group(1), add("a"), "c1")

    def fail(_position: int) -> None:
        raise LookupError("the entry is not to be found")

    monkeypatch.setattr(pool.recorded, "entry_at", fail)
    answer = pool.decide(Group(2), add("a"), "c1")
    assert isinstance(answer, OutcomeUnknown)
    assert answer.facts == {"command_id": "c1"}


def test_an_empty_group_ends_before_it_begins() -> None:
    assert Group(7).last_position == 6


def crowded(segments_max: int, actor: Actor = OWNER) -> tuple[CountingPool, int]:
    """A pool that has taken as many of an actor's commands as it remembers, and how many."""
    pool = CountingPool()
    keys = IdempotencyState(5, segments_max=segments_max)
    pool.decider = Decider(
        state=pool.state,
        idempotency=keys,
        routes=counters.ROUTES,
        clock=pool.decider.clock,
        past=pool.recorded,
    )
    while keys.has_room(for_expiry=actor == CLOCK):
        keys.remember(len(keys) + 1, 1)
    return pool, len(keys)


def test_a_command_there_is_no_room_to_remember_is_refused_and_leaves_nothing() -> None:
    pool, kept = crowded(2)
    before, group = pool.state.state_hash(), Group(1)
    for command in (add("a"), add("a", -1)):
        told = refusal(pool.decide(group, command, "c1"))
        assert (told.code, dict(told.facts)) == ("too_many_commands", {"kept": kept})
    assert refusal(pool.decider.rehearse(request(add("a"), "c1"))).code == "too_many_commands"
    assert (pool.state.state_hash(), group.entries) == (before, [])


def test_what_is_remembered_is_answered_when_nothing_more_can_be() -> None:
    pool = CountingPool()
    group = Group(1)
    first = pool.decide(group, add("a"), "c1")
    keys = pool.replica.idempotency
    keys.index().fills = keys.index().fills[:1]  # as if it had but one segment
    assert refusal(pool.decide(group, add("a"), "c2")).code == "too_many_commands"
    assert pool.decide(group, add("a"), "c1") == first


def test_reservations_still_expire_when_no_other_command_is_taken_until_that_ends_too() -> None:
    pool, _ = crowded(64 * 2)
    assert refusal(pool.decide(Group(1), add("a"), "c1")).code == "too_many_commands"
    assert isinstance(pool.decider.decide(request(add("a"), "c1", actor=CLOCK), Group(1)), Total)
    pool, _ = crowded(64 * 2, CLOCK)
    told = pool.decider.decide(request(add("a"), "c1", actor=CLOCK), Group(1))
    assert refusal(told).code == "too_many_commands"


def test_a_shard_that_can_remember_no_more_commands_goes_on_to_be_read() -> None:
    pool = CountingPool()
    pool.run(add("a"), "c1")
    pool.replica.idempotency.index().fills = pool.replica.idempotency.index().fills[:1]
    with pytest.raises(Rejected, match="too many commands"):
        pool.run(add("a"), "c2")
    assert pool.shard.call(lambda _: pool.value("a")) == 1
    assert pool.shard.halted is None
    assert pool.run(add("a"), "c1") == Total(1, START)
