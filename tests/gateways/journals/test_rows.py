"""What drivers check of commits and rows, at each limit and one past it."""

import dataclasses
import hashlib
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.gateways.journals.commits import POOL, chain, commit_after, head_after
from tpwallet.gateways.journals.limits import (
    POSITION_MAX,
    READ_BYTES_MAX,
    READ_COMMITS_MAX,
)
from tpwallet.gateways.journals.row_reader import take_page
from tpwallet.gateways.journals.rows import (
    Row,
    check_appendable,
    check_body,
    follow,
    head_of,
    stored_commit,
    stored_header,
)
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt
from tpwallet.kernel.journal import Head
from tpwallet.kernel.limits import COMMIT_BODY_BYTES_MAX


def row_of(commit: Commit) -> Row:
    header = commit.header
    return (
        header.first_position,
        header.last_position,
        header.epoch,
        commit.hash,
        commit.header_bytes,
        commit.body,
    )


def with_body(body: bytes) -> Commit:
    header = replace(
        commit_after(Head()).header,
        body_length=len(body),
        body_hash=hashlib.sha256(body).digest(),
    )
    return Commit(header.pack(), body)


def test_body_may_have_its_longest_length_and_no_byte_more() -> None:
    check_appendable(with_body(bytes(COMMIT_BODY_BYTES_MAX)), POOL)
    with pytest.raises(InvariantBroken):
        check_appendable(with_body(bytes(COMMIT_BODY_BYTES_MAX + 1)), POOL)


def test_positions_and_epochs_may_reach_their_limit_and_not_pass_it() -> None:
    check_appendable(commit_after(Head(POSITION_MAX - 1), epoch=POSITION_MAX), POOL)
    for commit in (
        commit_after(Head(POSITION_MAX)),
        commit_after(Head(POSITION_MAX - 1), events=2),
        commit_after(Head(), epoch=POSITION_MAX + 1),
    ):
        with pytest.raises(InvariantBroken):
            check_appendable(commit, POOL)


@pytest.mark.parametrize(
    "change",
    [
        {"pool_id": bytes(16)},
        {"first_position": 0},
        {"event_count": 0},
        {"entry_count": 0},
        {"body_length": 1},
    ],
)
def test_commit_that_makes_no_sense_is_not_stored(change: dict[str, int | bytes]) -> None:
    commit = commit_after(Head())
    broken = Commit(replace(commit.header, **change).pack(), commit.body)
    with pytest.raises(InvariantBroken):
        check_appendable(broken, POOL)


def test_sound_row_is_its_commit() -> None:
    commit = commit_after(Head(6), events=3)
    header = stored_header(row_of(commit), pool_id=POOL, position=7)
    assert stored_commit(row_of(commit), header) == commit
    assert check_body(commit) is commit


@pytest.mark.parametrize("column", range(5))
@pytest.mark.parametrize("content", [None, 0, 99, "text", b"", bytes(32), bytes(128)])
def test_row_that_contradicts_itself_is_damage(column: int, content: object) -> None:
    row = list(row_of(commit_after(Head(6))))
    row[column] = content
    with pytest.raises(JournalCorrupt) as caught:
        stored_header(row, pool_id=POOL, position=7)
    assert caught.value.position == 7


@pytest.mark.parametrize(
    "change", [{"first_position": 0}, {"event_count": 0}, {"entry_count": 0}, {"entry_count": 2}]
)
def test_row_whose_header_makes_no_sense_is_damage(change: dict[str, int]) -> None:
    commit = commit_after(Head(6))
    broken = Commit(replace(commit.header, **change).pack(), commit.body)
    with pytest.raises(JournalCorrupt):
        stored_header(row_of(broken), pool_id=POOL, position=7)


def test_row_of_another_pool_is_damage() -> None:
    with pytest.raises(JournalCorrupt):
        stored_header(row_of(commit_after(Head(), pool_id=bytes(16))), pool_id=POOL, position=1)


@pytest.mark.parametrize("body", [None, "text", b"", b"short"])
def test_body_of_another_length_is_damage(body: object) -> None:
    commit = commit_after(Head(6))
    with pytest.raises(JournalCorrupt) as caught:
        stored_commit([*row_of(commit)[:5], body], commit.header)
    assert caught.value.position == 7


def test_head_is_the_last_commits() -> None:
    commits = chain(3, events=2)
    rows = [row_of(commit)[:5] for commit in reversed(commits)]
    assert head_of(rows[:2], pool_id=POOL) == head_after(commits[-1])
    assert head_of(rows[2:], pool_id=POOL) == head_after(commits[0])


def test_head_whose_last_commit_does_not_follow_is_damage() -> None:
    first, second, third = chain(3)
    for last, before in ((third, first), (second, third), (first, first)):
        with pytest.raises(JournalCorrupt):
            head_of([row_of(last)[:5], row_of(before)[:5]], pool_id=POOL)
    with pytest.raises(JournalCorrupt):
        head_of([row_of(second)[:5]], pool_id=POOL)


def test_commit_follows_by_position_hash_and_epoch() -> None:
    head = head_after(commit_after(Head(), epoch=5))
    assert follow(head, commit_after(head, epoch=5).header).position == 2
    for stranger in (
        commit_after(head, epoch=4),
        commit_after(head, previous=bytes(32)),
        commit_after(dataclasses.replace(head, position=2)),
    ):
        with pytest.raises(JournalCorrupt) as caught:
            follow(head, stranger.header)
        assert caught.value.position == 2


def test_page_ends_at_its_limits() -> None:
    for row, expected in (((b"",), READ_COMMITS_MAX), ((bytes(READ_BYTES_MAX // 4),), 4)):
        rows: list[Row] = []
        take_page((row for _ in range(READ_COMMITS_MAX + 1)), rows)
        assert len(rows) == expected


def test_page_keeps_what_came_before_a_failure() -> None:
    def failing() -> Iterator[Row]:
        yield (b"first",)
        raise OSError

    rows: list[Row] = []
    with pytest.raises(OSError):  # noqa: PT011 - no text to match
        take_page(failing(), rows)
    assert rows == [(b"first",)]
