"""Commits for tests: chains of any length, with bodies of any size."""

from collections.abc import Iterator

from tpwallet.kernel.commit import (
    Commit,
    Entry,
    Envelope,
    check_link,
    encode_envelope,
    seal_commit,
)
from tpwallet.kernel.facts import Unchanged
from tpwallet.kernel.journal import Head
from tpwallet.kernel.wire import encode_event

POOL = bytes(range(16))


def commit_after(
    head: Head,
    *,
    epoch: int | None = None,
    events: int = 1,
    size: int = 40,
    mark: str = "",
    pool_id: bytes = POOL,
    previous: bytes | None = None,
) -> Commit:
    """A commit that follows a head: `events` events of about `size` bytes, told apart by `mark`."""
    envelope = Envelope(f"command-{head.position + 1}{mark}", "tests", None, bytes(16), 1_000)
    event = Unchanged(f"{mark}{head.position}-{'x' * size}")
    entry = Entry(
        envelope,
        head.position + 1,
        (event,) * events,
        encode_envelope(envelope),
        (encode_event(event),) * events,
    )
    return seal_commit(
        pool_id=pool_id,
        epoch=max(head.epoch, 1) if epoch is None else epoch,
        first_position=head.position + 1,
        previous=head.hash if previous is None else previous,
        entries=[entry],
    )


def head_after(commit: Commit) -> Head:
    """The head of a journal that ends with this commit."""
    header = commit.header
    return Head(header.last_position, commit.hash, header.epoch, header.time)


def chain(
    count: int,
    head: Head | None = None,
    *,
    events: int = 1,
    size: int = 40,
    pool_id: bytes = POOL,
) -> list[Commit]:
    """Commits that follow one another."""
    reached, commits = head or Head(), []
    for _ in range(count):
        commit = commit_after(reached, events=events, size=size, pool_id=pool_id)
        reached = head_after(commit)
        commits.append(commit)
    return commits


def checked(commits: Iterator[Commit], head: Head | None = None) -> Iterator[Commit]:
    """Pass commits on, each checked against the one before it, as every reader does."""
    reached = head or Head()
    for commit in commits:
        check_link(
            commit,
            pool_id=POOL,
            previous=reached.hash,
            after=reached.position,
            epoch=reached.epoch,
        )
        reached = head_after(commit)
        yield commit
