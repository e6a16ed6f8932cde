"""The read models are checked beside the journal, and their damage puts no position in doubt."""

import sqlite3
from pathlib import Path

import pytest

import tpwallet
from tpwallet.faces.operations.checking_views import CheckedView, check_views
from tpwallet.faces.operations.examining.diagnosis import State
from tpwallet.faces.operations.examining.holdings import examine_views
from tpwallet.faces.operations.verifying import verify_pool
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.processes.verification.verdict import Outcome


@pytest.fixture
def read(tmp_path: Path) -> PoolDirectory:
    """A pool that was paid from and read."""
    with tpwallet.open(tmp_path / "pool") as pool:
        pool.open_account("bank/EUR", asset="EUR", kind="asset")
        for number in range(200):
            name = f"customer/{number}/EUR"
            pool.open_account(name, asset="EUR", kind="liability", metadata={"k": "v" * 60})
            pool.transfer(debit="bank/EUR", credit=name, amount="1", asset="EUR")
        pool.totals()
    return PoolDirectory(tmp_path / "pool")


def outcomes(checked: list[CheckedView]) -> dict[str, Outcome]:
    return {view.view: view.outcome for view in checked}


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


def test_whole_views_are_whole(read: PoolDirectory) -> None:
    report = verify_pool(read)
    assert report.ok
    assert outcomes(report.views) == {"history": Outcome.OK, "directory.db": Outcome.OK}
    assert all(view.count > 10_000 for view in report.views)
    assert examine_views(read).state is State.OK


def test_views_are_checked_while_they_are_open(read: PoolDirectory) -> None:
    with tpwallet.open(read.path) as pool:
        for _ in range(50):
            pool.transfer(debit="bank/EUR", credit="customer/1/EUR", amount="1", asset="EUR")
            assert pool.totals().checked
        assert verify_pool(read).ok


def test_a_pool_that_was_never_read_has_none(tmp_path: Path) -> None:
    with tpwallet.open(tmp_path / "pool") as pool:
        pool.open_account("bank/EUR", asset="EUR", kind="asset")
    report = verify_pool(PoolDirectory(tmp_path / "pool"))
    assert report.ok
    assert set(outcomes(report.views).values()) == {Outcome.SKIPPED}


def test_one_bit_of_a_past_balance_is_found(read: PoolDirectory) -> None:
    flip(read.views_path / "history" / "movements", 56 * 100 + 9)
    report = verify_pool(read)
    assert report.verdict.ok, "the journal is whole"
    assert not report.ok
    (damaged,) = report.damaged_views
    assert (damaged.view, damaged.reason) == (
        "history",
        "movements, block 0 is not what was written",
    )
    found = examine_views(read).told()
    assert found.state is State.FAIL
    assert "movements, block 0" in found.message
    assert "tpwallet views rebuild" in found.advice


def test_pages_that_do_not_hold_together_are_found(read: PoolDirectory) -> None:
    path = read.views_path / "directory.db"
    for start in range(2 * 4096, path.stat().st_size, 4096):
        flip(path, start)
    report = verify_pool(read)
    assert [view.view for view in report.damaged_views] == ["directory.db"]


def test_a_directory_that_cannot_be_read_now_is_no_damage(
    read: PoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", refused)
    assert outcomes(check_views(read))["directory.db"] is Outcome.SKIPPED
