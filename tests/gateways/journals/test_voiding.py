"""The voiding rule: laws over logs that several owners wrote to without any fence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateways.journals.commits import POOL, checked, commit_after, head_after
from tpwallet.gateways.journals.voiding import standing, stands
from tpwallet.kernel.errors import JournalCorrupt
from tpwallet.kernel.journal import Head, Outcome
from tpwallet.lab.journals import MemoryJournal, MemoryStorage

# Each step: which owner acts, and whether it looks at the head or appends after what it last saw.
steps = st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=30)


def written(script: list[tuple[int, bool]]) -> MemoryStorage:
    """A log that owners, each with its epoch and its own idea of the head, have written to."""
    storage = MemoryStorage(POOL, refuses_stale=False)
    journal = MemoryJournal(storage)
    believed: dict[int, Head] = {}
    for owner, looks in script:
        if looks or owner not in believed:
            believed[owner] = journal.head()
        else:
            commit = commit_after(believed.pop(owner), epoch=owner, mark=f"owner-{owner}-")
            if journal.append(commit) is Outcome.DURABLE:
                believed[owner] = head_after(commit)
    return storage


@given(steps)
def test_what_stands_is_one_chain(script: list[tuple[int, bool]]) -> None:
    log = written(script).log
    commits = list(checked(standing(log)))
    epochs = [commit.header.epoch for commit in commits]
    assert epochs == sorted(epochs)
    positions = [commit.header.first_position for commit in commits]
    assert positions == list(range(1, len(commits) + 1))


@given(steps)
def test_reading_a_log_finds_what_its_writers_were_told(script: list[tuple[int, bool]]) -> None:
    storage = written(script)
    assert list(standing(storage.log)) == storage.commits


@given(steps, st.integers(0, 30))
def test_reading_may_go_on_from_any_head(script: list[tuple[int, bool]], cut: int) -> None:
    log = written(script).log
    first = list(standing(log[:cut]))
    head = head_after(first[-1]) if first else Head()
    assert first + list(standing(log[cut:], head)) == list(standing(log))


def test_lower_epoch_is_void_even_where_it_would_fit() -> None:
    head = head_after(commit_after(Head(), epoch=5))
    assert not stands(commit_after(head, epoch=4), head)
    assert stands(commit_after(head, epoch=5), head)


def test_marker_that_came_second_is_void() -> None:
    first = commit_after(Head(), epoch=1)
    late_marker = commit_after(Head(), epoch=2)
    assert list(standing([first, late_marker])) == [first]


def test_gap_is_damage_and_not_void() -> None:
    first = commit_after(Head())
    second = commit_after(head_after(first))
    third = commit_after(head_after(second))
    with pytest.raises(JournalCorrupt) as caught:
        list(checked(standing([first, third])))
    assert caught.value.position == 2
