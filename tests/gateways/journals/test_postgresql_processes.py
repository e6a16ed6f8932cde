"""A PostgreSQL journal and real processes: writers killed, and the server killed under them."""

import random
import time
from collections.abc import Callable, Iterator

import pytest

from tests.gateways.journals.commits import POOL
from tests.gateways.journals.database import Database
from tests.gateways.journals.processes import Victim, acknowledged, kill_while_appending, last_of
from tpwallet.gateways.journals.postgresql import PostgresJournal

TABLES = ("tpwallet_journal", "tpwallet_journal_commits")

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(database: Database) -> Iterator[Callable[[], PostgresJournal]]:
    """Opens the journal at its default place; every test begins with an empty one."""
    yield lambda: PostgresJournal(database.address, pool_id=POOL)
    database.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")


def kill_server_while_appending(
    database: Database, opened: Callable[[], PostgresJournal], *, rounds: int, seed: int
) -> None:
    """Kill the server at random moments: nothing it acknowledged may be missing."""
    chance = random.Random(seed)
    for _ in range(rounds):
        with Victim("append", "postgresql", database.address) as victim:
            lines = [victim.line()]
            time.sleep(chance.uniform(0, 0.3))
            database.kill()
            lines += victim.rest()
        database.start()
        assert lines[-1] == "unknown\n"
        journal = opened()
        kept = journal.head()
        assert 0 < acknowledged(lines) <= kept.position
        assert last_of(journal) == kept
        journal.close()


def test_killed_writer_loses_nothing_it_acknowledged(
    database: Database, opened: Callable[[], PostgresJournal]
) -> None:
    kill_while_appending(("postgresql", database.address), opened, rounds=3, seed=1)


def test_killed_server_loses_nothing_it_acknowledged(
    database: Database, opened: Callable[[], PostgresJournal]
) -> None:
    kill_server_while_appending(database, opened, rounds=2, seed=1)


def test_process_that_was_overtaken_is_fenced(
    database: Database, opened: Callable[[], PostgresJournal]
) -> None:
    with Victim("append", "postgresql", database.address) as overtaken:
        assert overtaken.line().strip().isdigit()
        with Victim("append", "postgresql", database.address) as owner:
            lines = overtaken.rest()
            assert lines[-1] == "fenced\n"
            assert int(owner.line()) > acknowledged(lines)
    journal = opened()
    assert last_of(journal).epoch == 2
    journal.close()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_killed_writers_and_servers_lose_nothing_they_acknowledged(
    database: Database, opened: Callable[[], PostgresJournal], seed: int
) -> None:
    kill_while_appending(("postgresql", database.address), opened, rounds=20, seed=seed)
    kill_server_while_appending(database, opened, rounds=20, seed=seed)
