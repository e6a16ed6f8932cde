"""The PostgreSQL server that the journals' tests share."""

from collections.abc import Iterator

import pytest

from tests.gateways.journals.database import Database


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A running server; a test that changes its settings changes them back."""
    server = Database()
    yield server
    server.remove()
