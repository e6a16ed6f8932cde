"""What bears a file's name is the whole file; nothing that is there is ever replaced."""

import errno
import hashlib
import os
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


def test_what_a_crash_left_behind_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / f"report.{'0a' * 8}.part").write_bytes(b"left by a crash")
    write_whole(tmp_path / "report", (b"new",))
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize(
    "name", ["report.part", f"report.{'0A' * 8}.part", f"report2.{'0a' * 8}.part", "report.1.part"]
)
def test_a_file_that_is_no_part_of_this_one_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"somebody's")
    write_whole(tmp_path / "report", (b"new",))
    with pytest.raises(Interrupted):
        write_whole(tmp_path / "report3", halfway())
    assert (tmp_path / name).read_bytes() == b"somebody's"


def test_of_two_who_write_the_same_file_the_first_to_finish_has_it(tmp_path: Path) -> None:
    path = tmp_path / "report"

    def overtaken() -> Iterator[bytes]:
        yield b"the beginning"
        write_whole(path, (b"the other's",))  # and leaves the part of the first alone
        yield b"the end"

    with pytest.raises(Malformed):
        write_whole(path, overtaken())
    assert path.read_bytes() == b"the other's"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_file_system_without_second_names_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_taken: bool
) -> None:
    path = tmp_path / "report"

    def refuse(source: Path, target: Path) -> None:
        if is_taken:
            path.write_bytes(b"the other's")
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    if is_taken:
        with pytest.raises(Malformed):
            write_whole(path, (b"new",))
    else:
        write_whole(path, (b"new",))
    assert path.read_bytes() == (b"the other's" if is_taken else b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(OSError, match="broken"):
        write_whole(tmp_path / "report", (b"new",))
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(b"kept")
    with pytest.raises(Malformed):
        write_whole(tmp_path / "report", (b"new",))
    assert (tmp_path / "report").read_bytes() == b"kept"


def test_a_private_file_is_never_readable_by_others(tmp_path: Path) -> None:
    modes: list[int] = []

    def watched() -> Iterator[bytes]:
        yield b"secret"
        (part,) = tmp_path.glob("key.*.part")
        modes.append(part.stat().st_mode & 0o777)

    write_whole(tmp_path / "key", watched(), is_private=True)
    assert [*modes, (tmp_path / "key").stat().st_mode & 0o777] == [0o600, 0o600]


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_chunks(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "none" / "report", (b"x",))
