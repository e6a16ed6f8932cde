"""Snapshots as files: whole or not there, thinned out over time."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.gateways.snapshots import SnapshotDirectory, redundant

positions = st.lists(st.integers(1, 10**9), unique=True, max_size=20).map(sorted)


def test_what_is_saved_can_be_opened(tmp_path: Path) -> None:
    snapshots = SnapshotDirectory(tmp_path / "snapshots")
    assert snapshots.positions() == []
    for position in (30, 4, 200):
        snapshots.save(position, [b"state ", b"at %d" % position])
    assert snapshots.positions() == [4, 30, 200]
    assert bytes(snapshots.open(30)) == b"state at 30"


def test_a_save_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def chunks() -> "list[bytes]":
        raise OSError("no room")

    snapshots = SnapshotDirectory(tmp_path)
    with pytest.raises(OSError, match="no room"):
        snapshots.save(7, (chunk for _ in range(1) for chunk in chunks()))
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_no_snapshots(tmp_path: Path) -> None:
    (tmp_path / "7.snapshot").write_bytes(b"")
    (tmp_path / f"{7:020d}.part").write_bytes(b"")
    assert SnapshotDirectory(tmp_path).positions() == []


def test_two_who_save_the_same_position_take_turns(tmp_path: Path) -> None:
    def chunks(letter: bytes) -> Iterator[bytes]:
        for _ in range(20):
            time.sleep(0.001)
            yield letter * 1000

    savers = [
        threading.Thread(target=SnapshotDirectory(tmp_path).save, args=(7, chunks(letter)))
        for letter in (b"a", b"b", b"c")
    ]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    found = bytes(SnapshotDirectory(tmp_path).open(7))
    assert len(found) == 20_000
    assert len(set(found)) == 1


def test_what_a_crash_left_unfinished_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / f"{5:020d}.part").write_bytes(b"half a state")
    SnapshotDirectory(tmp_path).save(7, [b"state"])
    assert [file.suffix for file in tmp_path.iterdir()] == [".snapshot"]


def test_an_empty_file_is_opened_as_nothing(tmp_path: Path) -> None:
    (tmp_path / f"{7:020d}.snapshot").write_bytes(b"")
    assert bytes(SnapshotDirectory(tmp_path).open(7)) == b""


def test_a_snapshot_that_is_gone_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="snapshot"):
        SnapshotDirectory(tmp_path).open(7)


def test_pruning_deletes_what_is_redundant(tmp_path: Path) -> None:
    snapshots = SnapshotDirectory(tmp_path)
    for position in (10, 20, 30, 100, 110, 120):
        snapshots.save(position, [b"x"])
    snapshots.prune(4)
    assert snapshots.positions() == [30, 100, 110, 120]


@given(positions, st.integers(0, 20))
def test_the_newest_two_are_never_redundant(found: list[int], keep: int) -> None:
    gone = redundant(found, keep)
    assert len(found) - len(gone) == min(len(found), max(keep, 2))
    assert not set(gone) & set(found[-2:])
