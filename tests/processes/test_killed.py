"""A follower killed in the middle of anything: what it left leads to what a rebuild leads to."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tpwallet
from tests.processes.test_follower import figures
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub.reading import ReadSide

BANK = "bank/main/EUR"
CUSTOMERS = [f"customer/{number}/available/EUR" for number in range(4)]

pytestmark = pytest.mark.slow


def lived_in(path: Path, payments: int) -> PoolDirectory:
    """A pool with a journal and nothing that was made of it."""
    with tpwallet.open(path) as pool:
        pool.open_account(BANK, asset="EUR", kind="asset")
        for customer in CUSTOMERS:
            pool.open_account(customer, asset="EUR", kind="liability")
        for number in range(payments):
            pool.transfer(
                debit=BANK,
                credit=CUSTOMERS[number % 4],
                amount="1.00",
                asset="EUR",
                metadata={"number": str(number)},
            )
    return PoolDirectory(path)


def follow_until_killed(path: Path, seconds: float) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.processes.following", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    program.stdout.readline()
    time.sleep(seconds)
    program.send_signal(signal.SIGKILL)
    program.communicate()


def reached(directory: PoolDirectory) -> tuple[tuple[object, ...], int]:
    """What a reading half knows at the journal's end, and where it began."""
    side = ReadSide(directory)
    try:
        begun = side.follower.position
        side.follower.catch_up()
        side.follower.publish()
        assert side.passed_over == []
        return figures(side), begun
    finally:
        side.close()


def _rounds(folder: Path, rounds: int, seed: int) -> None:
    moments = random.Random(seed)
    directory = lived_in(folder / "pool", payments=500)
    expected, _ = reached(PoolDirectory(shutil.copytree(directory.path, folder / "whole")))
    for turn in range(rounds):
        left = Path(shutil.copytree(directory.path, folder / f"left-{turn}"))
        for _ in range(moments.randint(1, 2)):
            follow_until_killed(left, moments.uniform(0.0, 0.15))
        found, begun = reached(PoolDirectory(left))
        assert found == expected
        assert begun > 0
        shutil.rmtree(left)


def test_a_killed_follower_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    _rounds(tmp_path, rounds=3, seed=1)


@pytest.mark.soak
def test_followers_killed_many_times_go_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    for seed in range(10):
        _rounds(tmp_path / str(seed), rounds=20, seed=seed)
