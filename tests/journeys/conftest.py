"""The PostgreSQL server that some journeys need."""

from tests.gateways.journals.conftest import database

__all__ = ["database"]
