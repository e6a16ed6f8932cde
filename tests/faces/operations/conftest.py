"""A busy pool, made once; tests that change one copy it."""

import shutil
from pathlib import Path

import pytest

from tests.faces.operations.pools import busy_pool, signed
from tpwallet.gateways.pool_directory import PoolDirectory


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> PoolDirectory:
    """A busy pool whose log is signed; nobody may change it."""
    directory = busy_pool(tmp_path_factory.mktemp("operations") / "pool")
    signed(directory)
    return directory


@pytest.fixture
def pool(template: PoolDirectory, tmp_path: Path) -> PoolDirectory:
    """A busy pool of one's own."""
    shutil.copytree(template.path, tmp_path / "pool")
    return PoolDirectory(tmp_path / "pool")
