"""Idempotency: the first outcome of a command id is its outcome for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.counters import Add, Nothing, Total, add
from tests.kernel.pools import START, CountingPool, replica_of, request
from tpwallet.kernel import limits
from tpwallet.kernel.access import OWNER, Actor
from tpwallet.kernel.decider import Answer, Group
from tpwallet.kernel.errors import InvariantBroken, Rejected
from tpwallet.kernel.idempotency import IdempotencyState

OTHER = Actor("key:other", OWNER.scopes)
commands = st.builds(add, st.sampled_from("ab"), st.integers(-2, 3))
requests = st.lists(st.tuples(st.sampled_from("12345"), commands), min_size=1, max_size=40)


def told(answer: Answer) -> object:
    """An answer in a form that compares."""
    if isinstance(answer, Rejected):
        return (answer.code, str(answer), dict(answer.facts))
    return answer


def asked(pool: CountingPool, command: Add, command_id: str, actor: Actor = OWNER) -> object:
    try:
        return told(pool.run(command, command_id, actor))
    except Rejected as refusal:
        return told(refusal)


@given(requests, st.integers(1, 5))
def test_repetitions_get_the_first_answer_across_restarts(
    history: list[tuple[str, Add]], restart_every: int
) -> None:
    pool = CountingPool()
    first: dict[str, tuple[Add, object]] = {}
    for number, (command_id, command) in enumerate(history):
        if number % restart_every == 0:
            pool = CountingPool(pool.storage, clocks=pool.clocks)
        pool.clocks.pass_time(1)
        before = pool.state.state_hash()
        answer = asked(pool, command, command_id)
        if command_id not in first:
            first[command_id] = (command, answer)
            continue
        assert pool.state.state_hash() == before
        if command == first[command_id][0]:
            assert answer == first[command_id][1]
        else:
            assert isinstance(answer, tuple)
            assert answer[0] == "idempotency_conflict"
    for command_id, (command, answer) in first.items():
        assert asked(pool, command, command_id) == answer
    assert replica_of(pool.storage).state.state_hash() == pool.state.state_hash()


def test_a_command_is_answered_again_while_it_is_on_its_way_to_the_journal() -> None:
    pool = CountingPool()
    group = Group(1)
    first = pool.decide(group, add("a"), "c")
    assert pool.decide(group, add("a"), "c") == first
    conflict = pool.decide(group, add("b"), "c")
    assert conflict.code == "idempotency_conflict"
    assert conflict.facts == {"command_id": "c", "position": 1}
    assert len(group.entries) == 1
    assert pool.value("a") == 1


def test_a_refusal_is_the_outcome_even_when_the_command_would_succeed_now() -> None:
    pool = CountingPool()
    refused = asked(pool, add("a", -1), "c")
    pool.run(add("a", 5), "d")
    assert asked(pool, add("a", -1), "c") == refused
    assert pool.value("a") == 5


def test_ids_are_each_callers_own() -> None:
    pool = CountingPool()
    assert asked(pool, add("a"), "c") == Total(1, START)
    assert asked(pool, add("a"), "c", OTHER) == Total(2, START + 1)


def test_a_repetition_needs_no_scope_any_more() -> None:
    """Its answer was the caller's already; the door keeps out what is new."""
    pool = CountingPool()
    first = asked(pool, add("a"), "c", OTHER)
    assert asked(pool, add("a"), "c", Actor("key:other", frozenset())) == first


@pytest.mark.parametrize(("age", "kept"), [(0, True), (1, False)])
def test_answers_are_kept_for_their_time_and_then_never_executed_again(
    age: int, kept: bool
) -> None:
    pool = CountingPool()
    first = asked(pool, add("a"), "c")
    pool.clocks.pass_time(limits.IDEMPOTENCY_NS_MIN + age)
    answer = asked(pool, add("a"), "c")
    if kept:
        assert answer == first
    else:
        assert isinstance(answer, tuple)
        assert answer[0] == "idempotency_expired"
        assert answer[2] == {"command_id": "c", "position": 1}
    assert pool.value("a") == 1
    assert pool.state.position == 1


def test_a_reuse_is_told_apart_even_when_its_answer_has_expired() -> None:
    pool = CountingPool()
    pool.run(add("a"), "c")
    pool.clocks.pass_time(limits.IDEMPOTENCY_NS_MIN + 1)
    answer = asked(pool, add("b"), "c")
    assert isinstance(answer, tuple)
    assert answer[0] == "idempotency_conflict"


def test_a_jump_of_the_clock_expires_no_answer() -> None:
    pool = CountingPool()
    first = asked(pool, add("a"), "c")
    pool.clocks.now += limits.IDEMPOTENCY_NS_MIN + 1
    assert asked(pool, add("a"), "c") == first


def test_a_key_that_leads_to_anothers_entry_breaks_an_invariant() -> None:
    pool = CountingPool()
    pool.run(add("a"), "c")
    stolen = IdempotencyState.key_of("owner", "d")
    pool.replica.idempotency.remember(stolen, 1)
    with pytest.raises(InvariantBroken, match="another command"):
        pool.decider.decide(request(Nothing(), "d"), Group(2))


names = st.text(max_size=12)


@given(names, names, names, names)
def test_keys_tell_callers_and_ids_apart(a: str, b: str, c: str, d: str) -> None:
    same = IdempotencyState.key_of(a, b) == IdempotencyState.key_of(c, d)
    assert same is ((a, b) == (c, d))


def test_a_caller_and_an_id_do_not_run_into_one_another() -> None:
    assert IdempotencyState.key_of("ab", "c") != IdempotencyState.key_of("a", "bc")
    assert IdempotencyState.key_of("é", "x") != IdempotencyState.key_of("e", "\u0301x")


def test_the_hash_follows_what_is_kept() -> None:
    one, two = IdempotencyState(3), IdempotencyState(4)
    assert one.state_hash() == two.state_hash()
    one.remember(5, 7)
    assert one.state_hash() != two.state_hash()
    two.remember(5, 7)
    assert one.state_hash() == two.state_hash()
