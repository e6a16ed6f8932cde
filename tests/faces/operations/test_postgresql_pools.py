"""A pool whose journal is in PostgreSQL: made, backed up, restored there and into a file."""

import itertools
import json
import shutil
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
from tpwallet.faces.operations.progress import Stage
from tpwallet.faces.operations.replaying import replay_pool
from tpwallet.faces.operations.restoring import restore
from tpwallet.faces.operations.verifying import verify_pool
from tpwallet.gateways.backup import BackupDamaged
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.whole_file import file_digest
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


def _damaged(backup: Path) -> None:
    """Change what only verification finds, and let the manifest agree with it, unsigned."""
    content = bytearray((backup / "checkpoints.jsonl").read_bytes())
    content[content.index(b"tpwallet/") + 9] ^= 1
    (backup / "checkpoints.jsonl").write_bytes(content)
    manifest = json.loads((backup / "manifest.json").read_bytes())
    for file in manifest["files"]:
        file["sha256"] = file_digest(backup / file["name"])
    (backup / "manifest.json").write_text(json.dumps(manifest))
    (backup / "manifest.sig").unlink()


def test_nothing_is_written_into_a_database_before_the_backup_verifies(
    template: PoolDirectory, server: Database, tmp_path: Path
) -> None:
    whole, address = tmp_path / "whole", fresh(server)
    back_up(template, whole, secrets_to=tmp_path / "keys", verifies=False)
    shutil.copytree(whole, tmp_path / "bad")
    _damaged(tmp_path / "bad")
    with pytest.raises(BackupDamaged, match="does not verify"):
        restore(
            tmp_path / "bad",
            tmp_path / "again",
            secrets=tmp_path / "keys",
            journal=address,
            allows_unsigned=True,
        )
    found = restore(whole, tmp_path / "again", secrets=tmp_path / "keys", journal=address)
    assert found.report.ok


class Interrupted(Exception):
    """What stops a restore halfway."""


def test_a_restore_that_was_interrupted_is_gone_on_with(
    template: PoolDirectory, server: Database, tmp_path: Path
) -> None:
    back_up(template, tmp_path / "backup", secrets_to=tmp_path / "keys", verifies=False)
    address, left = fresh(server), 5

    def interrupt(stage: Stage, _through: int, _whole: int) -> None:
        nonlocal left
        if stage is Stage.RESTORING:
            left -= 1
            if left == 0:
                raise Interrupted

    with pytest.raises(Interrupted):
        restore(
            tmp_path / "backup",
            tmp_path / "again",
            secrets=tmp_path / "keys",
            journal=address,
            progress=interrupt,
        )
    restore(tmp_path / "backup", tmp_path / "again", secrets=tmp_path / "keys", journal=address)
    again = PoolDirectory(tmp_path / "again")
    assert replay_pool(again).state_hash == replay_pool(template).state_hash


def test_a_database_with_another_history_of_the_pool_is_refused(
    template: PoolDirectory, server: Database, tmp_path: Path
) -> None:
    address, keys = fresh(server), tmp_path / "keys"
    back_up(template, tmp_path / "early", secrets_to=keys, through=20, verifies=False)
    back_up(template, tmp_path / "whole", secrets_to=None, verifies=False)
    restore(tmp_path / "early", tmp_path / "other", secrets=keys, journal=address)
    Pool(Writer(PoolDirectory(tmp_path / "other"))).close()  # goes on in a way of its own
    with pytest.raises(Malformed, match="another journal of this pool"):
        restore(tmp_path / "whole", tmp_path / "again", secrets=keys, journal=address)
    assert verify_pool(PoolDirectory(tmp_path / "other")).ok
