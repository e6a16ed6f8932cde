"""Benchmarks run and report what they promise; what the figures are is not a test's business."""

from pathlib import Path

import pytest

from tpwallet.gateways.pool_directory import create_pool
from tpwallet.lab.bench import commands, http, ledger, recovery
from tpwallet.lab.bench.measure import disk_rate, latencies


@pytest.mark.parametrize(
    "variant", ["plain", "two_phase", "hot_account", "random_ids", "batch_100"]
)
def test_every_transfer_of_a_ledger_variant_is_stored(variant: str, tmp_path: Path) -> None:
    report = ledger.run_variant(variant=variant, transfers=3000, accounts=100, folder=str(tmp_path))
    assert report["variant"] == variant
    assert report["refused"] == 0
    assert report["transfers"] >= 3000
    assert report["durable"] is True
    assert {"transfers_per_second", "p50_ms", "p99_ms", "bytes_per_transfer"} <= report.keys()


@pytest.mark.parametrize("in_flight", commands.IN_FLIGHT)
def test_every_command_of_a_variant_is_answered(in_flight: int, tmp_path: Path) -> None:
    report = commands.run_variant(in_flight=in_flight, commands=300, folder=str(tmp_path))
    assert report["commands"] == 300
    assert report["p99_ms"] >= report["p50_ms"]


def test_the_disk_is_measured_beside(tmp_path: Path) -> None:
    report = disk_rate(tmp_path, size=300, seconds=0.05)
    assert report["appends_per_second"] > 0
    assert not list(tmp_path.iterdir())


def test_no_measurement_has_no_latency() -> None:
    assert latencies([]) == {"p50_ms": None, "p99_ms": None}


def test_a_pool_comes_back_in_every_way_as_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "pool")
    create_pool(Path(path), name="bench", base_asset="EUR")
    ledger.open_accounts(path=path, accounts=9_100)
    written = recovery.write(path=path, transfers=20_000, accounts=9_100)
    assert written["durable"] is True
    assert len(recovery.replay(path=path)["state_hash"]) == 64
    assert recovery.open_from_snapshot(path=path)["transfers"] == 20_010
    assert recovery.build_views(path=path)["history_bytes_per_transfer"] > 0
    assert recovery.open_views(path=path)["seconds"] >= 0
    assert recovery.look_back(path=path)["balance_p50_ms"] > 0


def test_every_request_of_the_load_is_answered(tmp_path: Path) -> None:
    report = http.run(variants=("single",), transfers=300, connections=8, folder=str(tmp_path))
    [variant] = report["variants"]
    assert (variant["answered"], variant["refused"]) == (300, 0)
