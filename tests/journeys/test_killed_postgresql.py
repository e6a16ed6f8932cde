"""A pool on PostgreSQL whose process is killed at any moment loses nothing it acknowledged."""

from pathlib import Path

import pytest

from tests.gateways.journals.database import Database
from tests.journeys.test_killed import kill_again_and_again
from tpwallet.gateways.pool_directory import create_pool

pytestmark = pytest.mark.slow


def _pool(path: Path, database: Database) -> Path:
    return create_pool(path, name="p", base_asset="EUR", journal=database.address).path


def test_nothing_acknowledged_is_lost_when_killed(tmp_path: Path, database: Database) -> None:
    kill_again_and_again(_pool(tmp_path / "pool", database), rounds=3, seed=2)


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_over_many_kills(tmp_path: Path, database: Database) -> None:
    for seed in range(5):
        kill_again_and_again(_pool(tmp_path / f"pool-{seed}", database), rounds=20, seed=seed)
