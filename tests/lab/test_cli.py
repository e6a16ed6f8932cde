import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tpwallet.lab.bench.command import bench
from tpwallet.lab.cli import demo, sim


def test_the_demo_wants_a_directory_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("precious")
    ran = CliRunner().invoke(demo, ["--once", "--pool", str(tmp_path)])
    assert ran.exit_code == 1
    assert "not empty" in ran.output
    assert (tmp_path / "something").read_text() == "precious"


@pytest.mark.parametrize("command", [demo, bench, sim])
def test_every_command_explains_itself(command: click.Command) -> None:
    ran = CliRunner().invoke(command, ["--help"])
    assert ran.exit_code == 0
    assert "Usage" in ran.output


def test_a_benchmark_nobody_has_is_refused() -> None:
    assert CliRunner().invoke(bench, ["nothing"]).exit_code == 2


def test_one_benchmark_is_one_object_with_its_variants() -> None:
    ran = CliRunner().invoke(bench, ["ledger", "--json", "--count", "9000", "--variant", "plain"])
    assert ran.exit_code == 0, ran.output
    [variant] = json.loads(ran.stdout)["variants"]
    wanted = {
        "variant",
        "transfers_per_second",
        "p50_ms",
        "p99_ms",
        "durable",
        "bytes_per_transfer",
    }
    assert wanted <= variant.keys()


def test_a_benchmark_is_told_to_people_in_lines() -> None:
    ran = CliRunner().invoke(bench, ["ledger", "--count", "9000", "--variant", "plain"])
    assert ran.exit_code == 0, ran.output
    assert "transfers per second" in ran.stdout


def test_a_variant_nobody_has_is_refused() -> None:
    ran = CliRunner().invoke(bench, ["ledger", "--variant", "nothing"])
    assert ran.exit_code == 2
    assert "batch_8190" in ran.output
