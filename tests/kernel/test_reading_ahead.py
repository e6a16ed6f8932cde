"""Reading ahead gives what is there, in order, and lets go when nobody takes any more."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.gateways.journals.commits import chain
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalUnavailable
from tpwallet.kernel.reading_ahead import read_ahead


def test_the_same_commits_come_in_the_same_order() -> None:
    commits = chain(40)
    assert list(read_ahead(iter(commits))) == commits
    assert list(read_ahead([])) == []


def test_a_failure_comes_after_what_was_read_before_it() -> None:
    commits = chain(3)

    def failing() -> Iterator[Commit]:
        yield from commits
        raise JournalUnavailable("gone")

    taken: list[Commit] = []
    with pytest.raises(JournalUnavailable):
        taken.extend(read_ahead(failing()))
    assert taken == commits


def test_a_reader_that_stops_leaves_no_thread_and_reads_little_further() -> None:
    read = 0

    def counted() -> Iterator[Commit]:
        nonlocal read
        for commit in chain(200):
            read += 1
            yield commit

    ahead = read_ahead(counted())
    next(ahead)
    ahead.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while any(thread.name == "read-ahead" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
    assert read < 20
