"""What every driver promises of trimming. Each driver's test module extends `TrimContract`."""

import threading
from functools import partial

import pytest

from tests.gateways.journals.commits import chain, checked, commit_after, head_after
from tests.gateways.journals.contract import Storage, append_all
from tpwallet.gateways.journals import limits
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import (
    InvariantBroken,
    JournalCorrupt,
    JournalUnavailable,
    SegmentNotAtHand,
)
from tpwallet.kernel.journal import Head, Journal, Outcome


class TrimContract:
    """The suite. A driver's module gives the `storage` fixture."""

    @pytest.fixture
    def filled(self, storage: Storage) -> Journal:
        """Six commits of three events: they end at 3, 6, 9, 12, 15 and 18."""
        journal = storage.open()
        for commit in chain(6, events=3):
            assert journal.append(commit) is Outcome.DURABLE
        return journal

    @pytest.fixture(autouse=True)
    def steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two commits a step, wherever a driver has its limit from."""
        monkeypatch.setattr(limits, "TRIM_COMMITS_MAX", 2)
        monkeypatch.setattr("tpwallet.gateways.journals.sqlite.TRIM_COMMITS_MAX", 2)

    def test_new_journal_is_not_trimmed(self, storage: Storage) -> None:
        assert storage.open().trimmed() == 0

    def test_commit_that_ends_where_it_is_trimmed_stays_and_all_after_it(
        self, filled: Journal
    ) -> None:
        commits, head = list(filled.read()), filled.head()
        filled.trim(12)
        assert filled.trimmed() == 9
        assert filled.head() == head
        assert list(filled.read(9)) == commits[3:]
        assert list(filled.headers(9)) == [one.header_bytes for one in commits[3:]]
        assert list(filled.read(14)) == commits[4:]
        assert [filled.commit_at(position) for position in (10, 12, 18)] == [
            commits[3],
            commits[3],
            commits[5],
        ]

    def test_what_was_trimmed_is_told_as_archived(self, filled: Journal) -> None:
        filled.trim(12)
        for after in (0, 1, 8):
            for use in (
                partial(_read, filled, after),
                partial(_read_headers, filled, after),
                partial(filled.commit_at, after + 1),
            ):
                with pytest.raises(SegmentNotAtHand) as caught:
                    use()
                assert caught.value.facts["position"] == after + 1

    def test_appending_goes_on_and_the_chain_holds(self, storage: Storage) -> None:
        journal = storage.open()
        first = chain(6, events=3)
        for commit in first:
            journal.append(commit)
        journal.trim(15)
        head = append_all(journal, 3)
        journal.close()
        again = storage.open()
        assert again.trimmed() == 12
        assert again.head() == head
        assert len(list(checked(again.read(12), head_after(first[3])))) == 5
        marker = commit_after(head, epoch=7)
        assert again.append(marker) is Outcome.DURABLE
        assert again.append(commit_after(head_after(marker), epoch=6)) is Outcome.FENCED

    def test_trimming_less_or_again_does_nothing(self, filled: Journal) -> None:
        filled.trim(12)
        for through in (3, 9, 12):
            filled.trim(through)
            assert filled.trimmed() == 9
        filled.trim(15)
        assert filled.trimmed() == 12

    def test_first_commit_alone_leaves_everything(self, filled: Journal) -> None:
        filled.trim(3)
        assert filled.trimmed() == 0
        assert len(list(filled.read())) == 6

    def test_head_and_what_no_commit_ends_at_are_refused(self, filled: Journal) -> None:
        for through in (1, 2, 4, 17, 18, 19, 100):
            with pytest.raises(InvariantBroken):
                filled.trim(through)
        assert filled.trimmed() == 0
        filled.trim(6)
        with pytest.raises(InvariantBroken):
            filled.trim(5)

    def test_progress_is_told_and_ends_where_it_is_trimmed(self, filled: Journal) -> None:
        told: list[int] = []
        filled.trim(15, told.append)
        assert told in ([6, 12], [12])  # in steps, or at once
        assert filled.trimmed() == 12

    def test_trim_that_stops_half_way_leaves_a_whole_journal(
        self, storage: Storage, filled: Journal
    ) -> None:
        def stop(reached: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            filled.trim(15, stop)
        filled.close()
        again = storage.open()
        assert again.trimmed() in {6, 12}
        kept = list(again.read(again.trimmed()))
        assert kept[0].header.first_position == again.trimmed() + 1
        assert kept[-1].header.last_position == 18
        again.trim(15)
        assert again.trimmed() == 12

    def test_gap_after_what_was_trimmed_is_still_damage(
        self, storage: Storage, filled: Journal
    ) -> None:
        filled.trim(9)
        storage.remove(10)
        with pytest.raises(JournalCorrupt) as caught:
            list(storage.open().read(6))
        assert caught.value.position == 10

    def test_damage_in_a_trimmed_journal_is_named_by_its_position(
        self, storage: Storage, filled: Journal
    ) -> None:
        filled.trim(6)
        storage.change(16, "header")
        reader = storage.open()
        with pytest.raises(JournalCorrupt) as caught:
            list(checked(reader.read(3), _before(reader)))
        assert caught.value.position == 16

    def test_reading_meets_a_trim_and_sees_no_gap(self, storage: Storage) -> None:
        """A reader is told what it wanted is archived, or gets it; it never gets less."""
        journal, reader = storage.open(), storage.open()
        head = append_all(journal, 400)
        trimming = threading.Thread(target=journal.trim, args=(head.position - 1,))
        trimming.start()
        reached = 0
        told: SegmentNotAtHand | None = None
        while reached < head.position and told is None:
            try:
                for commit in reader.read(reached):
                    assert commit.header.first_position == reached + 1
                    reached = commit.header.last_position
            except SegmentNotAtHand as archived:
                told = archived
        trimming.join()
        wanted = head.position + 1 if told is None else told.facts["position"]
        assert wanted == reached + 1

    def test_closed_journal_trims_nothing(self, filled: Journal) -> None:
        filled.close()
        with pytest.raises(JournalUnavailable):
            filled.trim(6)


def _read(journal: Journal, after: int) -> list[Commit]:
    return list(journal.read(after))


def _read_headers(journal: Journal, after: int) -> list[bytes]:
    return list(journal.headers(after))


def _before(journal: Journal) -> Head:
    """The head before the first commit that is kept."""
    header = journal.commit_at(journal.trimmed() + 1).header
    return Head(journal.trimmed(), header.previous, header.epoch, header.time)
