"""What every test may ask for: Hypothesis profiles, recorded data, an empty place for a pool.

Profiles: `default` is for every run, `laws` for `make laws`, `soak` for `make soak`. Under CI the
default profile draws the same examples every time, so that a red run is a fact about the change;
on a desk it draws new ones.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default",
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "laws", settings.get_profile("default"), max_examples=1_000, derandomize=False
)
settings.register_profile(
    "soak", settings.get_profile("laws"), max_examples=20_000, stateful_step_count=100
)
settings.load_profile("default")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of recorded data that TPWALLET_TEST_DATA names; without one the test skips."""
    named = os.environ.get("TPWALLET_TEST_DATA")
    if not named:
        pytest.skip("TPWALLET_TEST_DATA names no folder of recorded data")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"TPWALLET_TEST_DATA names {named}, which is not a folder")
    return folder


@pytest.fixture
def pool_dir(tmp_path: Path) -> Path:
    """An empty folder for one pool's files."""
    folder = tmp_path / "pool"
    folder.mkdir()
    return folder
