"""What every test of the HTTP door may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.http.served import Door, issue, opened, serve_pool


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A served pool and a key that may do everything."""
    pool = serve_pool(tmp_path / "treasure")
    token = issue(pool, "all")
    with opened([pool]) as client:
        yield Door(client, pool, token)
