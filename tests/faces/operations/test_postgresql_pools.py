"""A pool whose journal is in PostgreSQL: made, backed up, restored there and into a file."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faces.operations.pools import busy_pool, signed
from tests.gateways.journals.database import Database
from tests.verifier.samples import verify
from tpwallet.faces.embedded import Pool
from tpwallet.faces.operations.backing_up import back_up
from tpwallet.faces.operations.exporting import export_pool
from tpwallet.faces.operations.replaying import replay_pool
from tpwallet.faces.operations.restoring import restore
from tpwallet.faces.operations.verifying import verify_pool
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.errors import Malformed

_names = (f"pool_{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def server() -> Iterator[Database]:
    found = Database()
    yield found
    found.remove()


def fresh(server: Database) -> str:
    """The address of a new database."""
    name = next(_names)
    server.execute(f"CREATE DATABASE {name}")
    parts = psycopg.conninfo.conninfo_to_dict(server.address)
    return f"postgresql://{parts['user']}@/{name}?host={parts['host']}"


@pytest.fixture(scope="module")
def pool(server: Database, tmp_path_factory: pytest.TempPathFactory) -> PoolDirectory:
    path = tmp_path_factory.mktemp("postgresql") / "pool"
    directory = busy_pool(path, journal=fresh(server))
    signed(directory)
    return directory


def test_a_pool_in_postgresql_verifies_and_exports(pool: PoolDirectory, tmp_path: Path) -> None:
    assert verify_pool(pool).ok
    assert not pool.journal_path.exists()
    found = export_pool(pool, tmp_path / "pool.tpwx")
    report = verify((tmp_path / "pool.tpwx").read_bytes(), found.vkey)
    assert report.facts["keys_pinned"] is True


def test_it_is_restored_into_a_file(pool: PoolDirectory, tmp_path: Path) -> None:
    found = back_up(pool, tmp_path / "backup", secrets_to=tmp_path / "keys")
    assert found.verified
    restored = restore(tmp_path / "backup", tmp_path / "again", secrets=tmp_path / "keys")
    assert restored.report.ok
    again = PoolDirectory(tmp_path / "again")
    assert again.journal_path.exists()
    assert replay_pool(again).state_hash == replay_pool(pool).state_hash


def test_it_is_restored_into_another_database_and_goes_on(
    pool: PoolDirectory, server: Database, tmp_path: Path
) -> None:
    back_up(pool, tmp_path / "backup", secrets_to=tmp_path / "keys", verifies=False)
    address = fresh(server)
    restore(tmp_path / "backup", tmp_path / "again", secrets=tmp_path / "keys", journal=address)
    again = PoolDirectory(tmp_path / "again")
    assert again.settings.journal == address
    with Pool(Writer(again)) as after:
        after.transfer(debit="bank/main/EUR", credit="customer/ada/EUR", amount="1", asset="EUR")
    assert verify_pool(again).ok


def test_it_is_never_restored_over_its_own_journal(pool: PoolDirectory, tmp_path: Path) -> None:
    back_up(pool, tmp_path / "backup", secrets_to=tmp_path / "keys", verifies=False)
    with pytest.raises(Malformed, match="a journal of this pool already"):
        restore(
            tmp_path / "backup",
            tmp_path / "again",
            secrets=tmp_path / "keys",
            journal=pool.settings.journal,
        )
    assert not (tmp_path / "again").exists()
    assert verify_pool(pool).ok


def test_a_file_is_restored_into_a_database(
    template: PoolDirectory, server: Database, tmp_path: Path
) -> None:
    back_up(template, tmp_path / "backup", secrets_to=tmp_path / "keys", verifies=False)
    found = restore(
        tmp_path / "backup", tmp_path / "again", secrets=tmp_path / "keys", journal=fresh(server)
    )
    assert found.report.ok
    assert replay_pool(PoolDirectory(tmp_path / "again")).state_hash == (
        replay_pool(template).state_hash
    )
