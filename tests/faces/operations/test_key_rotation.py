"""The key that signs checkpoints is replaced, and what both keys signed verifies."""

import secrets
import shutil
from pathlib import Path

import msgspec
import pytest

from tests.faces.operations.pools import signed
from tests.verifier.samples import fault, verify
from tpwallet.faces.embedded import Pool
from tpwallet.faces.operations.backing_up import back_up, default_secrets_path
from tpwallet.faces.operations.exporting import export_pool
from tpwallet.faces.operations.reading import signer_of, stored_notes
from tpwallet.faces.operations.restoring import restore
from tpwallet.faces.operations.verifying import verify_export, verify_pool
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.kernel.facts import KernelState


@pytest.fixture(scope="module")
def rotated(template: PoolDirectory, tmp_path_factory: pytest.TempPathFactory) -> PoolDirectory:
    """A pool whose log was signed by one key and then by another."""
    path = tmp_path_factory.mktemp("rotated") / "pool"
    shutil.copytree(template.path, path)
    keys = msgspec.structs.replace(template.secrets, signing_seed=secrets.token_hex(32))
    (path / "secrets.json").write_bytes(msgspec.json.encode(keys))
    directory = PoolDirectory(path)
    Writer(directory).close()
    signed(directory)
    return directory


@pytest.fixture(scope="module")
def signed_before(template: PoolDirectory) -> int:
    """The last position that the old key signed."""
    return max(stored_notes(template.log_path))


def test_the_journal_names_both_keys_and_everything_verifies(
    template: PoolDirectory, rotated: PoolDirectory
) -> None:
    old, new = str(signer_of(template).vkey), str(signer_of(rotated).vkey)
    assert old != new
    report = verify_pool(rotated)
    assert report.ok
    assert report.verdict.signed_through == report.verdict.position
    writer = Writer(rotated)
    assert writer.read(lambda state: state.part(KernelState).vkeys) == [old, new]
    writer.close()


def test_an_export_names_every_key_that_signed_it(
    template: PoolDirectory, rotated: PoolDirectory, signed_before: int, tmp_path: Path
) -> None:
    old, new = str(signer_of(template).vkey), str(signer_of(rotated).vkey)
    path = Path(export_pool(rotated, tmp_path / "books.tpwx").path)
    assert verify_export(path).ok
    assert verify_export(path, vkeys=[old, new]).ok
    assert not verify_export(path, vkeys=[new]).ok
    content = path.read_bytes()
    for keys in ((), (old, new)):
        assert int(str(verify(content, *keys).facts["checkpoints"])) >= 2
    assert "signed by none" in str(fault(content, new))
    before = export_pool(rotated, tmp_path / "before.tpwx", through=signed_before)
    assert before.position == signed_before
    verify(Path(before.path).read_bytes(), old)


def test_proofs_of_before_and_after_hold(
    template: PoolDirectory, rotated: PoolDirectory, signed_before: int
) -> None:
    with Pool(Writer(rotated)) as pool:
        found = pool.consistency(signed_before)
        assert set(found.vkeys) == {
            str(signer_of(template).vkey),
            str(signer_of(rotated).vkey),
        }


def test_a_backup_of_it_restores_and_one_of_before_needs_the_old_secrets(
    template: PoolDirectory, rotated: PoolDirectory, tmp_path: Path
) -> None:
    for number, directory in enumerate((template, rotated)):
        target = tmp_path / f"backup-{number}"
        back_up(directory, target, secrets_to=default_secrets_path(target))
        again = tmp_path / f"again-{number}"
        restore(target, again, secrets=default_secrets_path(target))
        assert verify_pool(PoolDirectory(again)).ok
