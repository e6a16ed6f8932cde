"""What every journal driver promises. Each driver's test module extends `JournalContract`."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

import pytest

from tests.gateways.journals.commits import POOL, chain, checked, commit_after, head_after
from tpwallet.kernel.commit import GENESIS, Commit
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt, JournalUnavailable
from tpwallet.kernel.journal import Head, Journal, Outcome

LARGE_BYTES = 8 << 20


# Appends a commit and says on which journal and with what outcome.
Doubt = Callable[[Commit], tuple[Journal, Outcome]]


class Storage(ABC):
    """Where a driver keeps one pool's journal; it outlives the journals opened on it."""

    @abstractmethod
    def open_one(self) -> Journal:
        """Open another journal on this storage."""

    @abstractmethod
    def doubts(self) -> list[Doubt]:
        """Ways to append a commit so that the outcome is unknown."""

    @abstractmethod
    def remove(self, first_position: int) -> None:
        """Take away the commit that begins at a position, behind the driver's back."""

    @abstractmethod
    def change(self, first_position: int, part: str) -> None:
        """Change one byte of a commit's `header` or `body`, behind the driver's back."""

    def __init__(self) -> None:
        self.opened: list[Journal] = []

    def open(self) -> Journal:
        journal = self.open_one()
        self.opened.append(journal)
        return journal

    def close(self) -> None:
        for journal in self.opened:
            journal.close()


def append_all(journal: Journal, count: int, *, size: int = 40, pool_id: bytes = POOL) -> Head:
    """Append a chain to whatever is there; returns the head it reaches."""
    head = journal.head()
    for commit in chain(count, head, size=size, pool_id=pool_id):
        assert journal.append(commit) is Outcome.DURABLE
        head = head_after(commit)
    return head


class JournalContract:
    """The suite. A driver's module gives the `storage` fixture."""

    @pytest.fixture
    def journal(self, storage: Storage) -> Journal:
        return storage.open()

    # What is appended is there

    def test_new_journal_is_empty(self, journal: Journal) -> None:
        assert journal.head() == Head(position=0, hash=GENESIS, epoch=0, time=0)
        assert list(journal.read()) == []
        assert list(journal.headers()) == []
        for position in (0, 1):
            with pytest.raises(LookupError):
                journal.commit_at(position)

    def test_commits_come_back_byte_for_byte(self, journal: Journal) -> None:
        commits = chain(5, events=3)
        assert [journal.append(commit) for commit in commits] == [Outcome.DURABLE] * 5
        assert list(journal.read()) == commits
        assert list(journal.headers()) == [commit.header_bytes for commit in commits]
        assert journal.head() == head_after(commits[-1])
        assert journal.head().position == 15

    def test_every_position_leads_to_its_commit(self, journal: Journal) -> None:
        commits = chain(4, events=3)
        for commit in commits:
            journal.append(commit)
        for position in range(1, 13):
            assert journal.commit_at(position) == commits[(position - 1) // 3]
            assert journal.header_at(position) == commits[(position - 1) // 3].header
        for ask in (journal.commit_at, journal.header_at):
            with pytest.raises(LookupError):
                ask(13)

    def test_large_body_comes_back(self, journal: Journal) -> None:
        append_all(journal, 1)
        large = commit_after(journal.head(), size=LARGE_BYTES)
        assert journal.append(large) is Outcome.DURABLE
        append_all(journal, 1)
        assert journal.commit_at(2) == large
        assert len(list(checked(journal.read()))) == 3
        assert journal.bytes_used() > LARGE_BYTES

    def test_many_pages_of_commits_are_read_in_order(self, journal: Journal) -> None:
        append_all(journal, 1_100)
        append_all(journal, 6, size=1 << 20)
        assert len(list(checked(journal.read()))) == 1_106
        assert len(list(journal.headers())) == 1_106

    def test_reopened_journal_keeps_all(self, storage: Storage) -> None:
        first = storage.open()
        head = append_all(first, 7)
        kept = list(first.read())
        first.close()
        again = storage.open()
        assert again.head() == head
        assert list(again.read()) == kept
        append_all(again, 1)

    # Where reading begins and ends

    @pytest.mark.parametrize("after", range(10))
    def test_reading_begins_with_the_commit_that_holds_the_next_position(
        self, journal: Journal, after: int
    ) -> None:
        commits = chain(3, events=3)
        for commit in commits:
            journal.append(commit)
        wanted = [commit for commit in commits if commit.header.last_position > after]
        assert list(journal.read(after)) == wanted
        assert list(journal.headers(after)) == [commit.header_bytes for commit in wanted]

    def test_reading_past_the_head_gives_nothing(self, journal: Journal) -> None:
        append_all(journal, 2)
        assert list(journal.read(2)) == list(journal.read(99)) == []

    def test_reading_ends_at_the_head_of_its_first_read(self, journal: Journal) -> None:
        append_all(journal, 3)
        reading = journal.read()
        next(reading)
        append_all(journal, 3)
        assert [commit.header.first_position for commit in reading] == [2, 3]

    def test_reader_follows_while_the_writer_appends(self, storage: Storage) -> None:
        writer, follower = storage.open(), storage.open()
        writing = threading.Thread(target=append_all, args=(writer, 300))
        writing.start()
        reached = Head()
        while reached.position < 300:
            for commit in checked(follower.read(reached.position), reached):
                reached = head_after(commit)
        writing.join()
        assert reached == writer.head()

    # What is refused

    def test_commit_not_at_the_head_is_fenced(self, journal: Journal) -> None:
        head = append_all(journal, 3)
        kept = list(journal.read())
        for position in (0, 1, 2, 4, 7):
            misplaced = commit_after(Head(position, head.hash, head.epoch))
            assert journal.append(misplaced) is Outcome.FENCED
        assert list(journal.read()) == kept
        append_all(journal, 1)

    def test_stale_epoch_is_fenced(self, storage: Storage) -> None:
        zombie, owner = storage.open(), storage.open()
        head = append_all(zombie, 2)
        marker = commit_after(head, epoch=7)
        assert owner.append(marker) is Outcome.DURABLE
        head = head_after(marker)
        for epoch in (1, 6):
            assert zombie.append(commit_after(head, epoch=epoch)) is Outcome.FENCED
        assert owner.append(commit_after(head, epoch=7)) is Outcome.DURABLE
        assert [commit.header.epoch for commit in checked(owner.read())] == [1, 1, 7, 7]

    def test_what_no_kernel_hands_out_is_refused(self, journal: Journal) -> None:
        for broken in (
            commit_after(Head(), pool_id=bytes(16)),
            commit_after(Head(), epoch=2**63),
            commit_after(Head(2**63 - 1)),
        ):
            with pytest.raises(InvariantBroken):
                journal.append(broken)
        assert journal.head().position == 0

    def test_commit_that_names_another_previous_is_fenced(self, journal: Journal) -> None:
        head = append_all(journal, 1)
        assert journal.append(commit_after(head, previous=GENESIS)) is Outcome.FENCED
        assert journal.append(commit_after(Head(), previous=head.hash)) is Outcome.FENCED
        assert journal.head() == head

    def test_of_two_writers_exactly_one_wins_each_position(self, storage: Storage) -> None:
        rounds = 25
        writers = [storage.open(), storage.open()]
        outcomes: list[list[Outcome]] = [[], []]
        together = threading.Barrier(2, timeout=60)

        def write(number: int) -> None:
            for _ in range(rounds):
                head = writers[number].head()
                together.wait()
                commit = commit_after(head, mark=f"writer-{number}-")
                outcomes[number].append(writers[number].append(commit))
                together.wait()

        threads = [threading.Thread(target=write, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for pair in zip(*outcomes, strict=True):
            assert sorted(outcome.value for outcome in pair) == ["durable", "fenced"]
        assert len(list(checked(writers[0].read()))) == rounds

    # When it is closed

    def test_closed_journal_says_so(self, storage: Storage) -> None:
        journal = storage.open()
        append_all(journal, 2)
        reading = journal.read()
        journal.close()
        journal.close()
        for use in (
            lambda: journal.append(commit_after(Head())),
            journal.head,
            lambda: journal.commit_at(1),
            lambda: list(journal.read()),
            lambda: list(journal.headers()),
            lambda: next(reading),
        ):
            with pytest.raises(JournalUnavailable):
                use()

    # When the outcome is unknown

    def test_after_an_unknown_outcome_the_commit_is_there_or_it_is_not(
        self, storage: Storage
    ) -> None:
        head = append_all(storage.open(), 2)
        for doubt in storage.doubts():
            doubtful = commit_after(head, mark="doubtful")
            journal, outcome = doubt(doubtful)
            assert outcome is Outcome.UNKNOWN
            with pytest.raises(JournalUnavailable):  # of this one nothing is written
                journal.append(commit_after(head, mark="after the doubt"))
            journal.close()
            successor = storage.open()
            assert successor.head() in {head, head_after(doubtful)}
            marker = commit_after(successor.head(), epoch=head.epoch + 1)
            assert successor.append(marker) is Outcome.DURABLE
            head = append_all(successor, 1)
            assert successor.head() == head
            assert list(checked(successor.read()))[-1].header.last_position == head.position
            successor.close()

    # When the storage was tampered with

    @pytest.mark.parametrize("first_position", [1, 3, 5])
    def test_missing_commit_is_named(self, storage: Storage, first_position: int) -> None:
        append_all(storage.open(), 6)
        storage.remove(first_position)
        reader = storage.open()
        with pytest.raises(JournalCorrupt) as caught:
            list(reader.read())
        assert caught.value.position == first_position

    @pytest.mark.parametrize("part", ["header", "body"])
    @pytest.mark.parametrize("first_position", [1, 3, 5])
    def test_changed_commit_is_named(
        self, storage: Storage, first_position: int, part: str
    ) -> None:
        append_all(storage.open(), 5)
        storage.change(first_position, part)
        with pytest.raises(JournalCorrupt) as caught:
            list(checked(storage.open().read()))
        assert caught.value.position == first_position

    def test_changed_body_is_not_handed_out_alone(self, storage: Storage) -> None:
        append_all(storage.open(), 5)
        storage.change(3, "body")
        with pytest.raises(JournalCorrupt) as caught:
            storage.open().commit_at(3)
        assert caught.value.position == 3
