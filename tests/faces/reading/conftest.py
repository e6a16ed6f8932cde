"""The PostgreSQL server that some of these tests read from."""

from tests.gateways.journals.conftest import database

__all__ = ["database"]
