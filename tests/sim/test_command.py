"""The command: what it prints, and how it ends."""

import json

import pytest
from click.testing import CliRunner

from tpwallet.hub import Writer
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.lab.cli import sim


def test_worlds_that_hold_end_well() -> None:
    ran = CliRunner().invoke(sim, ["--seeds", "2", "--steps", "30", "--first", "4"])
    assert ran.exit_code == 0, ran.output
    assert [line.partition(":")[0] for line in ran.stdout.splitlines()] == [
        "seed 4 on memory",
        "seed 4 on sqlite",
        "seed 5 on memory",
    ]
    assert ran.stdout.count("all well") == 3
    assert "3 worlds" in ran.stderr


def test_one_seed_can_be_played_alone() -> None:
    ran = CliRunner().invoke(sim, ["--seed", "7", "--steps", "20", "--storage", "sqlite", "--json"])
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.stdout)
    assert (report["seed"], report["storage"], report["failure"]) == (7, "sqlite", "")


def test_a_seed_that_fails_is_printed_with_the_command_that_plays_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(IdempotencyState, "position_of", lambda self, key: 0)
    ran = CliRunner().invoke(sim, ["--seeds", "6", "--storage", "memory"])
    assert ran.exit_code == 1
    assert "  ask c" in ran.output  # the last steps before it
    again = next(line for line in ran.output.splitlines() if "again: tpwallet sim" in line)
    told = ran.output[ran.output.index("failed: ") :].splitlines()[0]
    ran = CliRunner().invoke(sim, again.split("tpwallet sim ")[1].split())
    assert ran.exit_code == 1
    assert told in ran.output


def test_a_pool_that_fails_as_nobody_foresaw_is_printed_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_writer: Writer) -> None:
        raise ZeroDivisionError("so")

    monkeypatch.setattr(Writer, "pulse", fail)
    ran = CliRunner().invoke(sim, ["--seed", "5", "--storage", "sqlite"])
    assert ran.exit_code == 1
    assert "seed 5 on sqlite failed: ZeroDivisionError: so" in ran.output
    assert "in fail" in ran.output  # where
