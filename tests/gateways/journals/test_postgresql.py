"""The PostgreSQL driver: the contract, and what a server and its line can do to it."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.gateways.journals.commits import POOL, checked, commit_after, head_after
from tests.gateways.journals.contract import (
    Doubt,
    JournalContract,
    Storage,
    append_all,
)
from tests.gateways.journals.database import SECONDS_MAX, Database
from tests.gateways.journals.processes import ROOT
from tests.gateways.journals.trim_contract import TrimContract
from tpwallet.gateways.journals.postgresql import PostgresJournal
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, JournalUnavailable
from tpwallet.kernel.journal import Head, Journal, Outcome

_prefixes = (f"journal_{number}" for number in itertools.count())
OTHER_POOL = bytes(16)


class Tables(Storage):
    """One pair of tables; two pools in it, so that every claim holds beside another pool."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.prefix = next(_prefixes)

    def open_one(self, *, read_only: bool = False, pool_id: bytes = POOL) -> PostgresJournal:
        return PostgresJournal(
            self.database.address, pool_id=pool_id, prefix=self.prefix, read_only=read_only
        )

    def doubts(self) -> list[Doubt]:
        return [
            partial(self._interrupted_after_its_commit, "pg_cancel_backend"),
            partial(self._interrupted_after_its_commit, "pg_terminate_backend"),
            self._terminated_before_its_commit,
        ]

    def _interrupted_after_its_commit(self, how: str, commit: Commit) -> tuple[Journal, Outcome]:
        journal = self.open()
        with self.database.without_standby():
            appending = Appending(journal, commit)
            self.database.execute(f"SELECT {how}(%s)", self.database.waiting("SyncRep"))
            return journal, appending.outcome()

    def _terminated_before_its_commit(self, commit: Commit) -> tuple[Journal, Outcome]:
        journal = self.open()
        with self.locked():
            appending = Appending(journal, commit)
            waiting = self.database.waiting("transactionid")
            self.database.execute("SELECT pg_terminate_backend(%s)", waiting)
            return journal, appending.outcome()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another writer of this pool is in the middle of its append."""
        with psycopg.connect(self.database.address) as other:
            other.execute(f"SELECT 1 FROM {self.prefix} FOR UPDATE")
            yield
            other.rollback()

    def remove(self, first_position: int) -> None:
        self.database.execute(
            f"DELETE FROM {self.prefix}_commits WHERE pool_id = %b AND first_position = %s",
            POOL,
            first_position,
        )

    def change(self, first_position: int, part: str) -> None:
        self.database.execute(
            f"UPDATE {self.prefix}_commits SET {part} ="
            f" set_byte({part}, length({part}) - 1, get_byte({part}, length({part}) - 1) # 1)"
            " WHERE pool_id = %b AND first_position = %s",
            POOL,
            first_position,
        )


class Appending:
    """An append in a thread of its own."""

    def __init__(self, journal: Journal, commit: Commit) -> None:
        executor = ThreadPoolExecutor(1)
        self._future = executor.submit(journal.append, commit)
        executor.shutdown(wait=False)

    def outcome(self) -> Outcome:
        return self._future.result(SECONDS_MAX)


@pytest.fixture
def storage(database: Database) -> Iterator[Tables]:
    tables = Tables(database)
    other = tables.open_one(pool_id=OTHER_POOL)
    before = append_all(other, 3, pool_id=OTHER_POOL)
    other.close()
    yield tables
    tables.close()
    with closing(tables.open_one(pool_id=OTHER_POOL, read_only=True)) as other:
        assert other.head() == before


@pytest.mark.slow
class TestPostgresJournal(JournalContract, TrimContract):
    pass


pytestmark = pytest.mark.slow


# The tables


def test_several_owners_make_the_tables_at_once(database: Database) -> None:
    tables = Tables(database)
    with ThreadPoolExecutor(4) as executor:
        journals = [one.result() for one in [executor.submit(tables.open) for _ in range(4)]]
    for journal in journals:
        append_all(journal, 1)
    assert journals[0].head().position == 4
    tables.close()


def test_tables_live_in_the_schema_they_are_told(database: Database) -> None:
    database.execute("CREATE SCHEMA IF NOT EXISTS money")
    journal = PostgresJournal(
        database.address, pool_id=POOL, schema="money", prefix='odd "name"', read_only=False
    )
    append_all(journal, 2)
    assert journal.bytes_used() > 0
    assert database.execute('SELECT count(*) FROM money."odd ""name""_commits"') == [(2,)]
    journal.close()


def test_documented_tables_are_those_the_driver_makes_and_the_documented_role_may_append(
    storage: Tables,
) -> None:
    document = (ROOT / "docs" / "operating" / "journals.md").read_text(encoding="utf-8")
    made_by_hand = document.partition("```sql\n")[2].partition("```")[0]
    database = storage.database
    database.execute("CREATE ROLE tpwallet LOGIN")
    database.execute("CREATE SCHEMA documented")
    database.execute("GRANT USAGE ON SCHEMA documented TO tpwallet")
    database.execute(f"SET search_path = documented; {made_by_hand}")
    storage.open()
    columns = (
        "SELECT attname, atttypid::regtype::text, attnotnull, attstorage FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"
    )
    for suffix in ("", "_commits"):
        assert database.execute(columns, f"documented.tpwallet_journal{suffix}") == (
            database.execute(columns, f"{storage.prefix}{suffix}")
        )
    address = psycopg.conninfo.make_conninfo(database.address, user="tpwallet")
    with closing(PostgresJournal(address, pool_id=POOL, schema="documented")) as journal:
        append_all(journal, 3)
        with pytest.raises(JournalUnavailable, match="permission denied"):
            journal.trim(2)
        assert (journal.trimmed(), len(list(journal.read()))) == (0, 3)
        database.execute("GRANT DELETE ON documented.tpwallet_journal_commits TO tpwallet")
        journal.trim(2)
        assert journal.trimmed() == 1
    with psycopg.connect(address) as role, pytest.raises(InsufficientPrivilege):
        role.execute("UPDATE documented.tpwallet_journal_commits SET body = ''")


def test_long_bodies_are_kept_out_of_line_and_not_compressed(storage: Tables) -> None:
    journal = storage.open()
    append_all(journal, 1, size=100_000)
    query = "SELECT pg_column_size(body), pg_column_compression(body) FROM "
    stored = dict(storage.database.execute(f"{query}{storage.prefix}_commits"))
    assert max(stored) > 100_000
    assert set(stored.values()) == {None}


def test_reader_makes_no_tables_and_appends_nothing(storage: Tables) -> None:
    with pytest.raises(JournalUnavailable, match="no journal"):
        storage.open_one(read_only=True)
    head = append_all(storage.open(), 2)
    reader = storage.open_one(read_only=True)
    assert reader.head() == head
    with pytest.raises(JournalUnavailable):
        reader.append(commit_after(head))
    reader.close()


def test_layout_of_another_release_is_refused(storage: Tables) -> None:
    storage.open().close()
    change = f"UPDATE {storage.prefix} SET version = version"
    storage.database.execute(f"{change} + 1")
    with pytest.raises(JournalUnavailable, match="version"):
        storage.open()
    storage.database.execute(f"{change} - 1")


def test_dropped_table_is_damage(storage: Tables) -> None:
    journal = storage.open()
    append_all(journal, 2)
    storage.database.execute(f"ALTER TABLE {storage.prefix}_commits RENAME TO lost")
    with pytest.raises(JournalCorrupt) as caught:
        journal.head()
    assert caught.value.position == 1
    storage.database.execute(f"ALTER TABLE lost RENAME TO {storage.prefix}_commits")


def test_server_that_does_not_sync_is_refused(database: Database) -> None:
    for setting in ("fsync", "full_page_writes"):
        database.set(setting, "off")
        try:
            with pytest.raises(JournalUnavailable, match=setting):
                Tables(database).open()
        finally:
            database.set(setting, "on")


def test_commits_are_synchronous_whatever_the_server_is_set_to(database: Database) -> None:
    tables = Tables(database)
    database.set("synchronous_commit", "off")
    try:
        journal = tables.open()
        with database.without_standby():
            appending = Appending(journal, commit_after(Head()))
            database.waiting("SyncRep")
        assert appending.outcome() is Outcome.DURABLE  # once nobody needs to be waited for
    finally:
        database.set("synchronous_commit", "on")
        tables.close()


def test_damaged_block_is_named_by_its_first_position(storage: Tables) -> None:
    journal, table = storage.open(), f"{storage.prefix}_commits"
    head = append_all(journal, 300)
    place = "(ctid::text::point)[0]"
    query = f"SELECT {place}, min(first_position) FROM {table} WHERE pool_id = %b GROUP BY 1"
    first_in = dict(storage.database.execute(query, POOL))
    block = sorted(first_in)[2]
    storage.database.damage(table, int(block))
    with pytest.raises(JournalCorrupt) as caught:
        list(checked(storage.open().read()))
    assert 1 < caught.value.position == first_in[block] < head.position


# Fencing


def test_zombie_that_was_waiting_is_fenced_when_its_turn_comes(storage: Tables) -> None:
    """Its statement began before the new owner's marker was there, and goes on after."""
    zombie = storage.open()
    head = append_all(zombie, 2)
    marker = commit_after(head, epoch=2)
    with psycopg.connect(storage.database.address) as owner:
        owner.execute(f"UPDATE {storage.prefix} SET epoch = 2 WHERE pool_id = %b", (POOL,))
        appending = Appending(zombie, commit_after(head, mark="zombie"))
        storage.database.waiting("transactionid")
        owner.commit()
    assert appending.outcome() is Outcome.FENCED
    assert storage.open().append(marker) is Outcome.DURABLE


def test_zombie_in_the_middle_of_its_commit_is_waited_for(storage: Tables) -> None:
    """The new owner has not seen the zombie's commit; its marker must not pass it."""
    zombie, owner = storage.open(), storage.open()
    head = append_all(zombie, 2)
    late = commit_after(head, mark="late")
    with storage.database.without_standby():
        landing = Appending(zombie, late)
        storage.database.waiting("SyncRep")
        assert owner.head() == head
        taking = Appending(owner, commit_after(head, epoch=2))
        storage.database.waiting("transactionid")
    assert landing.outcome() is Outcome.DURABLE
    assert taking.outcome() is Outcome.FENCED
    assert owner.head() == head_after(late)


def test_failed_append_does_not_raise_the_epoch(storage: Tables) -> None:
    owner, hasty = storage.open(), storage.open()
    head = append_all(owner, 2)
    assert hasty.append(commit_after(Head(), epoch=9)) is Outcome.FENCED
    assert owner.append(commit_after(head)) is Outcome.DURABLE


# Trouble


def test_busy_pool_is_told_as_nothing_written(
    storage: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = storage.open()
    with storage.locked():
        appending = Appending(journal, commit_after(Head()))
        waiting = storage.database.waiting("transactionid")
        storage.database.execute("SELECT pg_cancel_backend(%s)", waiting)
        with pytest.raises(JournalUnavailable, match="refused"):
            appending.outcome()
    assert journal.append(commit_after(Head())) is Outcome.DURABLE


def test_server_that_is_away_is_said_and_readers_come_back(storage: Tables) -> None:
    journal = storage.open_one()
    head = append_all(journal, 2)
    storage.database.kill()
    with pytest.raises(JournalUnavailable):
        journal.head()
    with pytest.raises(JournalUnavailable):
        storage.open()
    storage.database.start()
    assert journal.head() == head
    assert journal.append(commit_after(head)) is Outcome.UNKNOWN  # its line is from before
    assert journal.last_error
    journal.close()
    assert storage.open().append(commit_after(head, epoch=2)) is Outcome.DURABLE


def test_address_without_a_server_is_said() -> None:
    with pytest.raises(JournalUnavailable):
        PostgresJournal("postgresql://localhost:1/none", pool_id=POOL)
