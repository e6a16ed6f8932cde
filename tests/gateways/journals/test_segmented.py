"""Database and segment files read as one journal: the contract, the seam, and what is refused."""

import shutil
from pathlib import Path

import pytest

from tests.gateways.journals.commits import POOL, chain, checked, commit_after, head_after
from tests.gateways.journals.contract import Doubt, JournalContract, Storage
from tests.gateways.journals.test_memory import Memory, flipped
from tpwallet.formats.segment import SegmentHead
from tpwallet.gateways.journals.segment_folder import SegmentFolder
from tpwallet.gateways.journals.segmented import Segmented
from tpwallet.kernel.commit import GENESIS
from tpwallet.kernel.errors import (
    InvariantBroken,
    JournalCorrupt,
    JournalUnavailable,
    SegmentNotAtHand,
)
from tpwallet.kernel.journal import Head, Journal, Outcome
from tpwallet.lab.journals import MemoryJournal, MemoryStorage


class SegmentedMemory(Storage):
    """A journal in memory with a folder for segments."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.memory = Memory(refuses_stale=True)
        self.folder = folder

    def open_one(self) -> Journal:
        return Segmented(self.memory.open_one(), SegmentFolder(self.folder, POOL))

    def doubts(self) -> list[Doubt]:
        return self.memory.doubts()

    def remove(self, first_position: int) -> None:
        self.memory.remove(first_position)

    def change(self, first_position: int, part: str) -> None:
        self.memory.change(first_position, part)


class TestSegmentedJournal(JournalContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return SegmentedMemory(tmp_path / "segments")


def archive(journal: Segmented, segments: SegmentFolder, first: int, last: int) -> Path:
    """Write and verify the segment of some whole commits, and keep its card."""
    previous = journal.commit_at(first).header.previous
    head = SegmentHead(pool=POOL, first_position=first, last_position=last, previous=previous)
    wanted = (one for one in journal.read(first - 1) if one.header.last_position <= last)
    path = segments.write(head, wanted)
    segments.keep_card(segments.verify(path), path)
    return path


@pytest.fixture
def segments(tmp_path: Path) -> SegmentFolder:
    return SegmentFolder(tmp_path / "segments", POOL)


@pytest.fixture
def journal(segments: SegmentFolder) -> Segmented:
    """Twelve commits of three events: they end at 3, 6 … 36."""
    storage = MemoryStorage(POOL)
    opened = Segmented(MemoryJournal(storage), segments)
    for commit in chain(12, events=3):
        assert opened.append(commit) is Outcome.DURABLE
    return opened


@pytest.fixture
def archived(journal: Segmented, segments: SegmentFolder) -> Segmented:
    """The same, archived from 1 to 12 and from 13 to 27, and trimmed."""
    archive(journal, segments, 1, 12)
    journal.trim(12)
    archive(journal, segments, 13, 27)
    journal.trim(27)
    return journal


# The seam


def test_everything_is_read_as_before(archived: Segmented) -> None:
    commits = chain(12, events=3)
    assert archived.trimmed() == 24
    for after in range(40):
        wanted = [one for one in commits if one.header.last_position > after]
        assert list(archived.read(after)) == wanted
        assert list(archived.headers(after)) == [one.header_bytes for one in wanted]
    assert [archived.commit_at(p) for p in range(1, 37)] == [commits[p // 3] for p in range(36)]
    headers = [archived.header_at(p) for p in range(1, 37)]
    assert headers == [commits[p // 3].header for p in range(36)]
    for position in (0, 37):
        for ask in (archived.commit_at, archived.header_at):
            with pytest.raises(LookupError):
                ask(position)
    assert len(list(checked(archived.read()))) == 12
    assert archived.head() == head_after(commits[-1])


def test_appending_and_fencing_go_on(archived: Segmented) -> None:
    head = archived.head()
    assert archived.append(commit_after(Head())) is Outcome.FENCED
    assert archived.append(commit_after(head, epoch=4)) is Outcome.DURABLE
    assert len(list(checked(archived.read()))) == 13


def test_reading_ends_at_the_head_of_its_first_read(archived: Segmented) -> None:
    reading = archived.read()
    next(reading)
    archived.append(commit_after(archived.head()))
    assert [one.header.last_position for one in reading][-1] == 36


def test_reader_goes_on_when_it_is_trimmed_under_it(
    journal: Segmented, segments: SegmentFolder
) -> None:
    reading = journal.read()
    before = [next(reading) for _ in range(2)]
    archive(journal, segments, 1, 33)
    journal.trim(33)
    assert [*before, *reading] == chain(12, events=3)


def test_file_beside_its_card_may_be_anywhere(
    journal: Segmented, segments: SegmentFolder, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "archive"
    head = SegmentHead(pool=POOL, first_position=1, last_position=12, previous=GENESIS)
    wanted = (one for one in journal.read() if one.header.last_position <= 12)
    path = segments.write(head, wanted, folder=elsewhere)
    segments.keep_card(segments.verify(path), path)
    journal.trim(12)
    assert path.parent == elsewhere
    assert len(list(journal.read())) == 12
    home = segments.path / path.name
    shutil.move(path, home)  # into the folder: found by its name
    assert len(list(journal.read())) == 12
    shutil.move(home, tmp_path / "lost.tpws")
    with pytest.raises(SegmentNotAtHand) as caught:
        list(journal.read())
    assert caught.value.facts == {"position": 1, "file": str(path)}


# What is not at hand


def test_missing_file_is_named_and_the_rest_goes_on(
    archived: Segmented, segments: SegmentFolder, tmp_path: Path
) -> None:
    first, second = sorted(segments.path.glob("*.tpws"))
    shutil.move(first, tmp_path / first.name)
    for use in (
        lambda: list(archived.read()),
        lambda: list(archived.headers(5)),
        lambda: archived.commit_at(7),
        lambda: list(archived.salvage()),
    ):
        with pytest.raises(SegmentNotAtHand) as caught:
            use()
        assert caught.value.facts["file"] == str(first)
    assert len(list(archived.read(12))) == 8
    assert archived.commit_at(20).header.first_position == 19
    assert archived.append(commit_after(archived.head())) is Outcome.DURABLE
    shutil.move(second, tmp_path / second.name)
    assert len(list(archived.read(24))) == 5
    for path in (first, second):
        shutil.move(tmp_path / path.name, path)
    assert len(list(checked(archived.read()))) == 13


def test_pool_that_lost_its_cards_finds_files_by_name(
    archived: Segmented, segments: SegmentFolder
) -> None:
    for card in segments.path.glob("*.json"):
        card.unlink()
    assert len(list(archived.read())) == 12
    for file in segments.path.glob("*.tpws"):
        file.unlink()
    with pytest.raises(SegmentNotAtHand) as caught:
        list(archived.read())
    assert caught.value.facts["position"] == 1


def test_file_that_goes_while_it_is_opened_is_told(
    archived: Segmented, segments: SegmentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "find", lambda position: segments.path / "gone.tpws")
    for use in (lambda: list(archived.read()), lambda: archived.commit_at(1)):
        with pytest.raises(SegmentNotAtHand):
            use()


# Damage


def test_damaged_file_is_named_by_the_first_position_that_cannot_be_trusted(
    archived: Segmented, segments: SegmentFolder
) -> None:
    path = min(segments.path.glob("*.tpws"))
    content = path.read_bytes()
    place = segments.index_of(path).offsets[2] + 200  # in the body of the third commit
    path.write_bytes(content[: int(place)] + b"!" + content[int(place) + 1 :])
    with pytest.raises(JournalCorrupt) as caught:
        list(checked(archived.read()))
    assert caught.value.position == 7
    with pytest.raises(JournalCorrupt):
        archived.commit_at(8)
    assert archived.commit_at(3).header.first_position == 1
    assert len(list(archived.read(9))) == 9


def test_file_that_was_cut_short_or_is_another_pools_is_refused(
    archived: Segmented, segments: SegmentFolder
) -> None:
    path = min(segments.path.glob("*.tpws"))
    content = path.read_bytes()
    path.write_bytes(content[:-20])
    with pytest.raises(JournalCorrupt):
        list(archived.read())
    path.write_bytes(content)
    other = SegmentFolder(segments.path, bytes(16))
    with pytest.raises(JournalCorrupt, match="another pool"):
        other.index_of(path)


def test_damaged_card_is_told(archived: Segmented, segments: SegmentFolder) -> None:
    min(segments.path.glob("*.json")).write_text("{")
    with pytest.raises(JournalCorrupt, match="card"):
        list(archived.read())


def test_salvage_gives_what_is_there_up_to_the_damage(archived: Segmented) -> None:
    storage = archived.database._storage  # type: ignore[attr-defined]
    storage.commits[-1] = type(storage.commits[-1])(
        flipped(storage.commits[-1].header_bytes), storage.commits[-1].body
    )
    salvaging = archived.salvage()
    found = [next(salvaging).header.last_position for _ in range(8)]
    assert found == [3, 6, 9, 12, 15, 18, 21, 24]
    with pytest.raises(JournalCorrupt):
        list(salvaging)


# What is not trimmed


def test_nothing_is_trimmed_that_no_file_holds(
    journal: Segmented, segments: SegmentFolder, tmp_path: Path
) -> None:
    with pytest.raises(SegmentNotAtHand):
        journal.trim(12)
    path = archive(journal, segments, 1, 12)
    for refused in (15, 9):
        with pytest.raises((SegmentNotAtHand, JournalCorrupt)):
            journal.trim(refused)
    shutil.move(path, tmp_path / path.name)
    with pytest.raises(SegmentNotAtHand):
        journal.trim(12)
    assert journal.trimmed() == 0
    assert len(list(journal.read())) == 12


def test_nothing_is_trimmed_that_a_damaged_file_holds(
    journal: Segmented, segments: SegmentFolder
) -> None:
    path = archive(journal, segments, 1, 12)
    content = path.read_bytes()
    for place in range(0, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(JournalCorrupt):
            journal.trim(12)
    assert journal.trimmed() == 0
    path.write_bytes(content)
    journal.trim(12)


def test_nothing_is_trimmed_that_a_file_of_another_journal_holds(
    journal: Segmented, segments: SegmentFolder, tmp_path: Path
) -> None:
    """Of the same pool, with the same positions, and yet another history."""
    fork = Segmented(MemoryJournal(MemoryStorage(POOL)), segments)
    for commit in chain(12, events=3, size=41):
        fork.append(commit)
    archive(fork, segments, 1, 12)
    with pytest.raises(JournalCorrupt, match="do not lead"):
        journal.trim(12)


def test_segment_after_a_gap_is_not_enough(journal: Segmented, segments: SegmentFolder) -> None:
    archive(journal, segments, 13, 27)
    with pytest.raises(SegmentNotAtHand) as caught:
        journal.trim(27)
    assert caught.value.facts["position"] == 1
    archive(journal, segments, 1, 12)
    journal.trim(27)  # both at once
    assert journal.trimmed() == 24


def test_earlier_segment_need_not_be_at_hand_for_the_next(
    journal: Segmented, segments: SegmentFolder, tmp_path: Path
) -> None:
    first = archive(journal, segments, 1, 12)
    journal.trim(12)
    shutil.move(first, tmp_path / first.name)
    archive(journal, segments, 13, 27)
    journal.trim(27)
    assert journal.trimmed() == 24


def test_trim_that_stopped_within_a_segment_goes_on(
    journal: Segmented, segments: SegmentFolder
) -> None:
    archive(journal, segments, 1, 12)
    archive(journal, segments, 13, 27)
    journal.database.trim(6)  # as far as a crash let it come
    assert journal.trimmed() == 3
    assert len(list(journal.read())) == 12
    journal.trim(12)
    assert journal.trimmed() == 9
    journal.database.trim(18)
    journal.trim(27)
    assert journal.trimmed() == 24
    assert list(journal.read()) == chain(12, events=3)


def test_what_check_trim_refuses_is_refused_first(archived: Segmented) -> None:
    for through in (35, 36, 99):
        with pytest.raises(InvariantBroken):
            archived.trim(through)
    archived.trim(3)


def test_written_segment_is_not_written_again(journal: Segmented, segments: SegmentFolder) -> None:
    path = archive(journal, segments, 1, 12)
    before = path.stat().st_mtime_ns
    assert archive(journal, segments, 1, 12) == path
    assert path.stat().st_mtime_ns == before


def test_closed_journal_says_so(archived: Segmented) -> None:
    archived.close()
    for use in (archived.head, lambda: list(archived.read()), archived.trimmed):
        with pytest.raises(JournalUnavailable):
            use()
