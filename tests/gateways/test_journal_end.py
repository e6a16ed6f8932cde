"""The witness of a journal's end: never ahead, and none rather than a wrong one."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateways.journals.commits import chain
from tpwallet.gateways.journal_end import NAME, WITNESS_MS, JournalEnd, read_end


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NAME


def test_what_was_noted_last_is_written_when_it_is_closed(path: Path) -> None:
    end = JournalEnd(path)
    for commit in chain(3, events=2):
        end.note(commit)
    end.close()
    end.close()
    assert read_end(path) == 6


def test_what_was_noted_is_written_soon_without_being_closed(path: Path) -> None:
    end = JournalEnd(path)
    first, second = chain(2)
    for position, commit in enumerate((first, second), start=1):
        end.note(commit)
        deadline = time.monotonic() + 100 * WITNESS_MS / 1000
        while read_end(path) != position and time.monotonic() < deadline:
            time.sleep(0.01)
        assert read_end(path) == position
    end.close()


def test_nothing_is_written_of_a_journal_that_was_only_opened(path: Path) -> None:
    JournalEnd(path).close()
    assert not path.exists()
    assert read_end(path) is None


def test_a_disk_that_takes_no_line_fails_nobody(tmp_path: Path) -> None:
    end = JournalEnd(tmp_path / "gone" / NAME)
    end.note(chain(1)[0])
    end.close()


@given(place=st.integers(0, 2**10), change=st.integers(1, 255), cut=st.integers(0, 2**10))
def test_a_torn_or_changed_line_is_no_witness(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: int, cut: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / NAME
    end = JournalEnd(path)
    end.note(chain(1)[0])
    end.close()
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[place % len(whole)] ^= change
    path.write_bytes(changed)
    assert read_end(path) is None
    path.write_bytes(whole[: cut % len(whole)])
    assert read_end(path) is None
