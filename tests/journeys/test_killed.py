"""A pool whose process is killed at any moment loses nothing that it acknowledged."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tpwallet
from tests.journeys.paying import BANK, customer, pay
from tpwallet.faces.embedded import Pool
from tpwallet.hub import empty_replica

Payment = tuple[str, int, str]


def _pay_until_killed(path: Path, turn: int, seconds: float) -> list[Payment]:
    """Run the paying program, kill it after its first payment, and return what it said."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.paying", str(path), str(turn)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    first = program.stdout.readline()
    time.sleep(seconds)
    program.send_signal(signal.SIGKILL)
    rest, _ = program.communicate()
    payments = []
    for line in [first, *rest.splitlines(keepends=True)]:
        if line.endswith("\n"):
            command_id, number, place = line.split()
            payments.append((command_id, int(number), place))
    return payments


def _check(pool: Pool, acknowledged: list[Payment]) -> None:
    """Every payment is where it was said to be, and only once."""
    paid = sum(whole_euros(pool.balance(customer(number)).posted) for number in range(7))
    assert paid >= len(acknowledged)
    assert whole_euros(pool.balance(BANK).posted) == paid
    for command_id, number, place in acknowledged:
        assert pay(pool, command_id, number) == place
    again = sum(whole_euros(pool.balance(customer(number)).posted) for number in range(7))
    assert again == paid
    totals = pool.totals()
    assert totals.checked
    assert [whole_euros(one.liabilities) for one in totals.assets] == [paid]


def whole_euros(amount: str) -> int:
    """Whole euros of an amount that has no cents."""
    euros, cents = amount.split(".")
    assert cents == "00"
    return int(euros)


def _check_replay(pool: Pool) -> None:
    writer = pool._writer
    replica = empty_replica(writer.directory.pool_id)
    replica.catch_up(writer.journal)
    assert replica.state.state_hash() == writer.read(lambda state: state.state_hash())


def kill_again_and_again(path: Path, rounds: int, seed: int) -> None:
    """Let a pool be paid into and kill it, a few times; check all of it each time."""
    moments = random.Random(seed)
    acknowledged: list[Payment] = []
    for turn in range(rounds):
        acknowledged += _pay_until_killed(path, turn, moments.uniform(0.0, 0.3))
        with tpwallet.open(path, create=False) as pool:
            _check(pool, acknowledged)
            _check_replay(pool)
    assert len(acknowledged) > rounds


def test_nothing_acknowledged_is_lost_when_killed(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "pool", rounds=3, seed=1)


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_over_many_kills(tmp_path: Path) -> None:
    for seed in range(20):
        kill_again_and_again(tmp_path / f"pool-{seed}", rounds=20, seed=seed)
