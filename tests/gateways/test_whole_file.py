"""What bears a file's name is the whole file; nothing that is there is ever replaced."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tpwallet.gateways.whole_file import file_digest, read_chunks, write_whole
from tpwallet.kernel.errors import Malformed


class Interrupted(Exception):
    """What stops a writer halfway."""


def halfway() -> Iterator[bytes]:
    yield b"the beginning"
    raise Interrupted


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "report"
    assert write_whole(path, (b"one", b"", b"two")) == 6
    assert path.read_bytes() == b"onetwo"
    assert b"".join(read_chunks(path)) == b"onetwo"
    assert file_digest(path) == hashlib.sha256(b"onetwo").hexdigest()


def test_a_file_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        write_whole(tmp_path / "report", halfway())
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_behind_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "report.part").write_bytes(b"left by a crash")
    write_whole(tmp_path / "report", (b"new",))
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_an_existing_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(b"kept")
    with pytest.raises(Malformed):
        write_whole(tmp_path / "report", (b"new",))
    assert (tmp_path / "report").read_bytes() == b"kept"


def test_a_private_file_is_never_readable_by_others(tmp_path: Path) -> None:
    modes: list[int] = []

    def watched() -> Iterator[bytes]:
        yield b"secret"
        modes.append((tmp_path / "key.part").stat().st_mode & 0o777)

    write_whole(tmp_path / "key", watched(), is_private=True)
    assert [*modes, (tmp_path / "key").stat().st_mode & 0o777] == [0o600, 0o600]


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_chunks(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "none" / "report", (b"x",))
