"""A SQLite journal whose file was damaged: what is wrong is named, and never handed out."""

from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateways.journals.commits import POOL, checked
from tests.gateways.journals.contract import append_all
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.journals.sqlite_file import PAGE_BYTES
from tpwallet.kernel.commit import commit_hash
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable

COMMITS = 120
SIZE = 3_000
FILE_HEADER_BYTES = 100
PAGE_HEADER_BYTES = 12


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed journal of many short commits and one long one, several pages of each kind."""
    path = tmp_path_factory.mktemp("sound") / "journal.db"
    journal = SqliteJournal(path, pool_id=POOL, wal_bytes=0)
    append_all(journal, COMMITS // 2, size=SIZE)
    append_all(journal, 1, size=4 * PAGE_BYTES)
    append_all(journal, COMMITS // 2, size=SIZE)
    journal.close()
    return path


@pytest.fixture(scope="module")
def original(sound: Path) -> list[bytes]:
    """The hashes of what was written; a commit's hash stands for its body too."""
    handed_out, named = survey(sound)
    assert (len(handed_out), named) == (COMMITS + 1, None)
    return handed_out


def survey(path: Path) -> tuple[list[bytes], int | None]:
    """What is handed out, each checked as a reader checks it, and the position then named: 0 if the
    file is refused as another's.
    """
    handed_out: list[bytes] = []
    try:
        journal = SqliteJournal(path, pool_id=POOL, read_only=True)
        try:
            handed_out.extend(commit.hash for commit in checked(journal.read()))
        finally:
            journal.close()
    except JournalCorrupt as damage:
        return handed_out, damage.position
    except JournalUnavailable:
        return handed_out, 0
    return handed_out, None


def damaged(sound: Path, offset: int, change: int) -> Path:
    """A copy of the file with one byte changed."""
    content = bytearray(sound.read_bytes())
    content[offset] ^= change
    path = sound.with_name("damaged.db")
    path.write_bytes(content)
    return path


def pages(path: Path, kind: str) -> list[int]:
    """Offsets of the file's pages of a kind: leaf, internal or overflow."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    query = "SELECT pageno FROM dbstat WHERE name = 'commits' AND pagetype = ? ORDER BY path"
    found = [(number - 1) * PAGE_BYTES for (number,) in connection.execute(query, (kind,))]
    connection.close()
    return found


def first_row(path: Path, page: int) -> int:
    """The first position on a leaf page, read from its first cell (fileformat2, 1.6)."""
    content = path.read_bytes()
    cell = page + int.from_bytes(content[page + 8 : page + 10], "big")
    _, cell = varint(content, cell)
    return varint(content, cell)[0]


def varint(content: bytes, place: int) -> tuple[int, int]:
    value = 0
    while True:
        byte = content[place]
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place


@pytest.mark.parametrize("which", [1, 2, -1])
def test_damaged_page_is_named_by_its_first_position(sound: Path, which: int) -> None:
    page = pages(sound, "leaf")[which]
    expected = first_row(sound, page)
    assert 1 < expected <= COMMITS + 1
    assert survey(damaged(sound, page, 0xFF))[1] == expected


def test_damaged_long_body_is_named_by_its_commit(sound: Path) -> None:
    page = pages(sound, "overflow")[1]
    assert survey(damaged(sound, page + 1000, 1))[1] == COMMITS // 2 + 1


def test_broken_chain_of_overflow_pages_is_named_by_its_commit(sound: Path) -> None:
    page = pages(sound, "overflow")[1]
    assert survey(damaged(sound, page, 0x7F))[1] == COMMITS // 2 + 1


def test_headers_are_read_without_touching_bodies(sound: Path, original: list[bytes]) -> None:
    path = damaged(sound, pages(sound, "overflow")[1], 0x7F)
    journal = SqliteJournal(path, pool_id=POOL, read_only=True)
    assert list(map(commit_hash, journal.headers())) == original
    journal.close()


@pytest.mark.parametrize("pages_kept", [1, 2, 5])
def test_truncated_file_is_refused_whole(sound: Path, pages_kept: int) -> None:
    path = sound.with_name("truncated.db")
    path.write_bytes(sound.read_bytes()[: pages_kept * PAGE_BYTES])
    assert survey(path) == ([], 1)


@pytest.mark.parametrize("lost", [1, 1000, PAGE_BYTES - 1])
def test_file_that_lost_a_part_of_a_page_is_not_read_as_whole(sound: Path, lost: int) -> None:
    path = sound.with_name("truncated.db")
    path.write_bytes(sound.read_bytes()[:-lost])
    assert survey(path)[1]


@pytest.mark.parametrize("column", [0, 1, 2])
def test_bytes_that_became_text_are_named_by_their_commit(sound: Path, column: int) -> None:
    """One bit of a row's own header makes text of a hash, a header or a body."""
    types = (b"\x4c\x82\x0c", 0), (b"\x82\x0c", 1), (b"\x4c\x82\x0c", 4)
    sought, beyond = types[column]
    page = pages(sound, "leaf")[1]
    place = sound.read_bytes().index(sought, page) + beyond
    named = survey(damaged(sound, place, 1))[1]
    assert named is not None
    assert named >= first_row(sound, page)


@given(place=st.integers(0, 2**24), change=st.integers(1, 255))
def test_damage_anywhere_is_named_or_harmless(
    sound: Path, original: list[bytes], place: int, change: int
) -> None:
    """Or it makes the journal shorter, which no journal can know of itself: its last page may be
    lost. That is what published checkpoints are for.
    """
    offset = place % sound.stat().st_size
    handed_out, named = survey(damaged(sound, offset, change))
    assert handed_out == original[: len(handed_out)]
    if named is None and len(handed_out) < len(original):
        assert offset in ends(sound)
    elif named == 0:
        assert offset < FILE_HEADER_BYTES  # it says another release, or another mode, wrote it
    elif named is not None:
        assert len(handed_out) < named <= len(original) + 1


def ends(path: Path) -> set[int]:
    """Offsets of the headers of the pages that lead to the last commit."""
    last = [pages(path, "internal")[0], pages(path, "leaf")[-1]]
    return {page + place for page in last for place in range(PAGE_HEADER_BYTES)}
