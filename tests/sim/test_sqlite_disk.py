"""The simulated disk: what was synced survives a power cut, the rest may."""

import random
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.lab.sim.sqlite_disk import SqliteDisk, Strike
from tpwallet.lab.sim.storage import Crash

SECTOR = 512


class Machine:
    """One file on one disk."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self.disk = SqliteDisk(seed)
        self.folder = folder / "0"
        self.folder.mkdir()
        self.path = self.folder / "journal.db"
        self.disk.note_open(self.path)

    def write(self, data: bytes, offset: int = 0) -> None:
        self.disk.write(self.path, data, offset)

    def sync(self) -> None:
        self.disk.sync(self.path)

    def after_power_cut(self) -> bytes:
        found = self.folder.parent / "1"
        found.mkdir()
        self.disk.restore(self.folder, found)
        return (found / "journal.db").read_bytes()


def test_what_was_synced_survives(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.write(b"a" * 1000)
    machine.write(b"b" * 10, 2000)
    machine.sync()
    assert machine.after_power_cut() == b"a" * 1000 + bytes(1000) + b"b" * 10


@given(seed=st.integers(0, 1000))
def test_of_what_was_not_synced_any_sectors_survive(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    machine = Machine(tmp_path_factory.mktemp("disk"), seed)
    machine.write(b"a" * 4 * SECTOR)
    machine.sync()
    machine.write(b"b" * 4 * SECTOR)
    left = machine.after_power_cut()
    sectors = {left[start : start + SECTOR] for start in range(0, 4 * SECTOR, SECTOR)}
    assert len(left) == 4 * SECTOR
    assert sectors <= {b"a" * SECTOR, b"b" * SECTOR}


def test_writes_are_lost_kept_and_torn(tmp_path: Path) -> None:
    seen = set()
    for seed in range(40):
        folder = tmp_path / str(seed)
        folder.mkdir()
        machine = Machine(folder, seed)
        machine.write(b"x" * 6 * SECTOR)
        left = machine.after_power_cut()
        seen.add("all" if left == b"x" * 6 * SECTOR else "torn" if b"x" in left else "none")
    assert seen == {"all", "none", "torn"}


def test_a_file_that_was_cut_off_and_synced_stays_so(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.write(b"abcdef")
    machine.disk.note_cut_off(machine.path, 3)
    machine.sync()
    assert machine.after_power_cut() == b"abc"


def test_nothing_arrives_after_a_power_cut(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.write(b"abc")
    machine.sync()
    machine.disk.cut_power(machine.folder)
    machine.write(b"xyz")
    machine.sync()
    machine.disk.note_delete(machine.path)
    assert machine.after_power_cut() == b"abc"


@pytest.mark.parametrize(
    ("strike", "raised", "left"),
    [
        (Strike.CRASH_BEFORE_WRITE, Crash, b"old"),
        (Strike.CRASH_BEFORE_SYNC, Crash, None),
        (Strike.CRASH_AFTER_SYNC, Crash, b"new"),
        (Strike.SYNC_ERROR, apsw.IOError, None),
        (Strike.FULL, apsw.FullError, b"old"),
    ],
)
def test_what_befalls_the_disk(
    strike: Strike, raised: type[BaseException], left: bytes | None, tmp_path: Path
) -> None:
    machine = Machine(tmp_path)
    machine.write(b"old")
    machine.sync()
    machine.disk.will(strike, 0)
    with pytest.raises(raised):
        _replace(machine)
    found = machine.after_power_cut()
    assert found == left if left is not None else found in (b"old", b"new")


def _replace(machine: Machine) -> None:
    machine.write(b"new")
    machine.sync()


def test_a_strike_waits_for_its_turn_and_comes_once(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.disk.will(Strike.FULL, 2)
    machine.write(b"a")
    machine.write(b"b")
    with pytest.raises(apsw.FullError):
        machine.write(b"c")
    machine.write(b"d")
    machine.disk.will(Strike.FULL, 0)
    machine.disk.clear()
    machine.write(b"e")


def test_only_the_journal_is_struck(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    vault = machine.folder / "vault.db"
    machine.disk.note_open(vault)
    machine.disk.will(Strike.CRASH_BEFORE_WRITE, 0)
    machine.disk.write(vault, b"kept", 0)
    with pytest.raises(Crash):
        machine.write(b"struck")


def test_sqlite_keeps_its_promise_on_it(tmp_path: Path) -> None:
    """And would not without syncs: the disk is not simply kind."""
    kept = {}
    for mode in ("full", "off"):
        folder = tmp_path / mode
        folder.mkdir()
        kept[mode] = [_rows_left(folder, mode, seed) for seed in range(8)]
    assert kept["full"] == [20] * 8
    assert min(kept["off"]) < 20


def _rows_left(folder: Path, mode: str, seed: int) -> int:
    left, found = folder / f"{seed}-0", folder / f"{seed}-1"
    left.mkdir()
    found.mkdir()
    disk = SqliteDisk(seed)
    with disk.mounted():
        connection = _open(left, mode)
        for number in range(20):
            connection.execute("insert into rows values (?)", (number,))
        disk.restore(left, found)
        connection.close()
        connection = _open(found, mode)
        rows = connection.execute("select count(*) from rows").get
        connection.close()
    return int(rows)


def _open(folder: Path, mode: str) -> apsw.Connection:
    connection = apsw.Connection(str(folder / "journal.db"))
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", mode)
    connection.execute("create table if not exists rows (number integer)")
    return connection


def test_the_seed_decides_what_is_left(tmp_path: Path) -> None:
    left = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        machine = Machine(tmp_path / name, 7)
        machine.write(random.Random(1).randbytes(20 * SECTOR))
        left.append(machine.after_power_cut())
    assert left[0] == left[1]
