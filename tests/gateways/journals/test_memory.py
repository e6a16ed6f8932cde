"""The memory driver: it passes the contract, and its faults are what they say."""

from functools import partial

import pytest

from tests.gateways.journals.commits import POOL, chain, commit_after, head_after
from tests.gateways.journals.contract import (
    Doubt,
    JournalContract,
    Storage,
    append_all,
)
from tests.gateways.journals.trim_contract import TrimContract
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalUnavailable
from tpwallet.kernel.journal import Head, Journal, Outcome
from tpwallet.lab.journals import Fault, MemoryJournal, MemoryStorage


class Memory(Storage):
    def __init__(self, *, refuses_stale: bool) -> None:
        super().__init__()
        self.storage = MemoryStorage(POOL, refuses_stale=refuses_stale)

    def open_one(self) -> Journal:
        return MemoryJournal(self.storage)

    def doubts(self) -> list[Doubt]:
        return [partial(self._doubt, fault) for fault in (Fault.KEPT, Fault.LOST)]

    def _doubt(self, fault: Fault, commit: Commit) -> tuple[Journal, Outcome]:
        journal = MemoryJournal(self.storage, faults=[fault])
        return journal, journal.append(commit)

    def remove(self, first_position: int) -> None:
        self.storage.commits = [
            one for one in self.storage.commits if one.header.first_position != first_position
        ]

    def change(self, first_position: int, part: str) -> None:
        for place, one in enumerate(self.storage.commits):
            if one.header.first_position == first_position:
                header, body = one.header_bytes, one.body
                if part == "header":
                    header = flipped(header)
                else:
                    body = flipped(body)
                self.storage.commits[place] = Commit(header, body)


def flipped(content: bytes) -> bytes:
    """The bytes with one bit of the last one changed."""
    return content[:-1] + bytes([content[-1] ^ 1])


class TestMemoryJournal(JournalContract, TrimContract):
    @pytest.fixture
    def storage(self) -> Storage:
        return Memory(refuses_stale=True)


class TestMemoryJournalThatKeepsWhatIsStale(JournalContract, TrimContract):
    @pytest.fixture
    def storage(self) -> Storage:
        return Memory(refuses_stale=False)


def test_faults_come_in_the_order_of_the_script() -> None:
    storage = MemoryStorage(POOL)
    journal = MemoryJournal(storage, faults=[None, Fault.UNAVAILABLE, Fault.FENCED, Fault.LOST])
    first, second = chain(2)
    assert journal.append(first) is Outcome.DURABLE
    with pytest.raises(JournalUnavailable):
        journal.append(second)
    assert journal.append(second) is Outcome.FENCED
    assert journal.append(second) is Outcome.UNKNOWN
    assert storage.commits == [first]
    assert MemoryJournal(storage).append(second) is Outcome.DURABLE


def test_late_commit_fences_whoever_believed_it_lost() -> None:
    storage = MemoryStorage(POOL)
    late = commit_after(Head(), mark="late")
    assert MemoryJournal(storage, faults=[Fault.LATE]).append(late) is Outcome.UNKNOWN
    successor = MemoryJournal(storage)
    assert successor.head() == Head()
    assert successor.append(commit_after(Head(), epoch=2)) is Outcome.FENCED
    assert successor.head() == head_after(late)
    assert successor.append(commit_after(successor.head(), epoch=2)) is Outcome.DURABLE


def test_stale_commits_land_in_a_log_that_refuses_nothing_and_are_void() -> None:
    storage = MemoryStorage(POOL, refuses_stale=False)
    zombie, owner = MemoryJournal(storage), MemoryJournal(storage)
    head = append_all(zombie, 1)
    marker = commit_after(head, epoch=2)
    stale = commit_after(head, epoch=1, mark="stale")
    assert owner.append(marker) is Outcome.DURABLE
    assert zombie.append(stale) is Outcome.FENCED
    assert storage.log[1:] == [marker, stale]
    assert list(owner.read())[1:] == [marker]


def test_storage_that_is_away_gives_no_answer() -> None:
    storage = MemoryStorage(POOL)
    journal = MemoryJournal(storage)
    append_all(journal, 1)
    storage.is_available = False
    for use in (journal.head, lambda: next(journal.read()), lambda: journal.commit_at(1)):
        with pytest.raises(JournalUnavailable):
            use()
    storage.is_available = True
    assert journal.head().position == 1
