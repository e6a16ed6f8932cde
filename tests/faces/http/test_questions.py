"""Questions wait for what they need within their caller's deadline, however slow the machine is."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.busy import BANK, BusyPool, busy_pool
from tpwallet.faces.http.questions import Questions
from tpwallet.faces.reading.reader import Reader
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalUnavailable
from tpwallet.lab.journals import MemoryJournal, MemoryStorage
from tpwallet.processes.errors import FollowerUnavailable, PositionNotReached

SECOND = 1_000_000_000
LONG_SECONDS = 1.3  # longer than a reader was ever given by itself


class Gate:
    """Holds up whoever follows the journal, as a machine without time to spare does."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self.is_open = threading.Event()

    def open_after(self, seconds: float) -> None:
        self.is_reached.wait(10)
        threading.Timer(seconds, self.is_open.set).start()


class GatedJournal(MemoryJournal):
    """A journal that can be looked into, but is not followed before its gate is open."""

    def __init__(self, storage: MemoryStorage, gate: Gate) -> None:
        super().__init__(storage)
        self._gate = gate

    def read(self, after: int = 0) -> Iterator[Commit]:
        self._gate.is_reached.set()
        self._gate.is_open.wait(20)
        yield from super().read(after)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[BusyPool]:
    found = busy_pool(tmp_path, 1, commands=5)
    yield found
    found.close()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def questions(pool: BusyPool, gate: Gate) -> Iterator[Questions]:
    """Questions about a pool whose reading half has read nothing yet."""
    found = Questions(pool.directory, open_journal=lambda _: GatedJournal(pool.storage, gate))
    yield found
    gate.is_open.set()
    found.close()


def ask(questions: Questions, question: Callable[[Reader], Any], seconds: float = 10) -> Any:
    """Put a question and wait for its answer."""

    async def put() -> Any:
        deadline = elapsed_ns() + int(seconds * SECOND)
        return await questions.ask(question, deadline=deadline)

    return asyncio.run(put())


@pytest.mark.parametrize(
    "question",
    [
        lambda reader: reader.entry(1),
        lambda reader: reader.proof_of_event(1),
        lambda reader: reader.checkpoint(),
        lambda reader: reader.balance(BANK, at=4),
    ],
    ids=["entry", "proof", "checkpoint", "past"],
)
def test_a_question_waits_for_a_position_that_the_journal_has(
    questions: Questions, gate: Gate, question: Callable[[Reader], Any]
) -> None:
    questions.open()
    gate.open_after(LONG_SECONDS)
    assert questions.position == 0
    assert ask(questions, question) is not None


def test_it_does_not_wait_past_the_deadline(questions: Questions, gate: Gate) -> None:
    questions.open()
    gate.is_reached.wait(10)
    begun = time.monotonic()
    with pytest.raises(PositionNotReached):
        ask(questions, lambda reader: reader.entry(1), seconds=0.2)
    assert time.monotonic() - begun < 5


def test_a_past_that_the_journal_does_not_have_is_not_waited_for(
    questions: Questions, gate: Gate, pool: BusyPool
) -> None:
    gate.is_open.set()
    questions.open()
    end = pool.storage.head().position
    ask(questions, lambda reader: reader.entry(end))
    begun = time.monotonic()
    with pytest.raises(PositionNotReached, match=f"the journal ends at {end}"):
        ask(questions, lambda reader: reader.balance(BANK, at=end + 1))
    assert time.monotonic() - begun < 5


def test_a_question_that_comes_while_the_reading_half_is_opened_waits_for_it(
    questions: Questions, gate: Gate
) -> None:
    gate.is_open.set()
    opening = threading.Timer(0.3, questions.open)
    opening.start()
    assert ask(questions, lambda reader: reader.entry(1)).first_position == 1
    opening.join()


def test_a_question_is_refused_once_the_reading_half_could_not_be_opened(pool: BusyPool) -> None:
    def refused(_: object) -> MemoryJournal:
        raise JournalUnavailable("there is no disk")

    questions = Questions(pool.directory, open_journal=refused)
    with pytest.raises(JournalUnavailable):
        questions.open()
    begun = time.monotonic()
    with pytest.raises(FollowerUnavailable):
        ask(questions, lambda reader: reader.entry(1))
    assert time.monotonic() - begun < 5
    questions.close()


def test_nobody_waits_for_a_reading_half_that_was_closed_before_it_was_opened(
    pool: BusyPool,
) -> None:
    questions = Questions(pool.directory, open_journal=pool.open_journal)
    questions.close()
    begun = time.monotonic()
    with pytest.raises(FollowerUnavailable):
        ask(questions, lambda reader: reader.entry(1))
    assert time.monotonic() - begun < 5
