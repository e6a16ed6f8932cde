"""Nobody without the pool's key makes a backup that is taken for what the pool was."""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faces.operations.damage import cut_off, remove_commit
from tests.faces.operations.test_backing_up import backed_up, restored
from tpwallet.faces.operations.backing_up import back_up, default_secrets_path
from tpwallet.faces.operations.backup_signature import sign_backup
from tpwallet.faces.operations.reading import reading
from tpwallet.faces.operations.restoring import restore
from tpwallet.gateways.backup import BackupDamaged
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.whole_file import file_digest
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.keys.signing import KeyPair
from tpwallet.proofs.note import Signer
from tpwallet.proofs.vkey import Vkey


def _rewrite_manifest(backup: Path, **changes: object) -> None:
    """Let the manifest say what now lies in the backup, as a forger can."""
    manifest = json.loads((backup / "manifest.json").read_bytes()) | changes
    for file in manifest["files"]:
        file["bytes"] = (backup / file["name"]).stat().st_size
        file["sha256"] = file_digest(backup / file["name"])
    (backup / "manifest.json").write_text(json.dumps(manifest))


class Saved(NamedTuple):
    """A backup whose journal is to be changed."""

    journal_path: Path


def _forge(backup: Path, pool: PoolDirectory) -> int:
    """Cut the end off a backup so that all that is left fits together; returns its new end."""
    saved = Saved(backup / "journal.db")
    end = cut_off(saved, at_least=20)
    journal = SqliteJournal(saved.journal_path, pool_id=pool.pool_id, read_only=True)
    last = journal.commit_at(end)
    journal.close()
    (backup / "checkpoints.jsonl").write_bytes(b"")
    _rewrite_manifest(
        backup, checkpoint=None, state_hash=None, position=end, commit_hash=last.hash.hex()
    )
    return end


def test_a_backup_whose_end_was_cut_off_is_refused_and_never_called_ok(
    template: PoolDirectory, tmp_path: Path
) -> None:
    """All that a forger without the key can do: everything in the backup fits together."""
    found = backed_up(template, tmp_path, verifies=False)
    backup = Path(found.directory)
    end = _forge(backup, template)
    assert end < found.position
    with pytest.raises(BackupDamaged, match="not the one that was signed"):
        restored(found, tmp_path / "again")
    (backup / "manifest.sig").unlink()
    with pytest.raises(BackupDamaged, match="not signed"):
        restored(found, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    keys = default_secrets_path(backup)
    taken = restore(backup, tmp_path / "again", secrets=keys, allows_unsigned=True)
    assert (taken.position, taken.signed_by) == (end, None)


def test_a_backup_signed_by_a_stranger_is_refused(template: PoolDirectory, tmp_path: Path) -> None:
    found = backed_up(template, tmp_path, verifies=False)
    backup, origin = Path(found.directory), template.settings.origin
    _forge(backup, template)
    stranger = KeyPair(bytes(32))
    (backup / "manifest.sig").unlink()
    sign_backup(backup, Signer(Vkey(origin, stranger.public_key), stranger.sign))
    for allows_unsigned in (False, True):
        with pytest.raises(BackupDamaged, match="not signed by its pool's key"):
            restore(
                backup,
                tmp_path / "again",
                secrets=default_secrets_path(backup),
                allows_unsigned=allows_unsigned,
            )


def test_the_key_that_signs_must_be_the_one_demanded_and_the_one_the_journal_names(
    pool: PoolDirectory, tmp_path: Path
) -> None:
    found = backed_up(pool, tmp_path, verifies=False)
    backup, keys = Path(found.directory), default_secrets_path(Path(found.directory))
    other = str(Vkey(pool.settings.origin, KeyPair(bytes(32)).public_key))
    with pytest.raises(BackupDamaged, match="another key"):
        restore(backup, tmp_path / "again", secrets=keys, vkeys=[other])
    with pytest.raises(Malformed, match="no vkey"):
        restore(backup, tmp_path / "again", secrets=keys, vkeys=["nonsense"])
    taken = restore(backup, tmp_path / "again", secrets=keys, vkeys=[other, found.vkey])
    assert (taken.signed_by, taken.key_demanded) == (found.vkey, True)
    secrets = json.loads((pool.path / "secrets.json").read_bytes())
    secrets["signing_seed"] = "07" * 32
    (pool.path / "secrets.json").write_text(json.dumps(secrets))
    shutil.rmtree(pool.log_path)  # no checkpoint tells of the key
    changed = back_up(
        PoolDirectory(pool.path), tmp_path / "other", secrets_to=tmp_path / "k", verifies=False
    )
    with pytest.raises(BackupDamaged, match="does not name the key"):
        restore(Path(changed.directory), tmp_path / "third", secrets=tmp_path / "k")
    assert not (tmp_path / "third").exists()


def test_a_journal_exchanged_together_with_its_manifest_does_not_verify(
    template: PoolDirectory, pool: PoolDirectory, tmp_path: Path
) -> None:
    """Even whoever takes an unsigned backup is told by the chain and the checkpoints."""
    found = backed_up(template, tmp_path, verifies=False)
    backup = Path(found.directory)
    missing = remove_commit(pool, at_least=20)
    with reading(pool) as journal, pytest.raises(JournalCorrupt):
        list(journal.read())
    (backup / "journal.db").unlink()
    shutil.copyfile(pool.journal_path, backup / "journal.db")
    _rewrite_manifest(backup)
    (backup / "manifest.sig").unlink()
    with pytest.raises(BackupDamaged) as refused:
        restore(
            backup, tmp_path / "again", secrets=default_secrets_path(backup), allows_unsigned=True
        )
    assert refused.value.facts["position"] == missing
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / "again.part").exists()


@pytest.mark.parametrize("content", [b"", b"\xff", b"no note", b"text\n\nno signature\n"])
def test_a_signature_that_cannot_be_read_is_damage(
    template: PoolDirectory, tmp_path: Path, content: bytes
) -> None:
    found = backed_up(template, tmp_path, verifies=False)
    (Path(found.directory) / "manifest.sig").write_bytes(content)
    with pytest.raises(BackupDamaged) as refused:
        restored(found, tmp_path / "again")
    assert refused.value.facts["file"] == "manifest.sig"


def test_a_checkpoint_s_signature_is_never_taken_for_a_backup_s(
    template: PoolDirectory, tmp_path: Path
) -> None:
    found = backed_up(template, tmp_path)
    backup = Path(found.directory)
    manifest = json.loads((backup / "manifest.json").read_bytes())
    (backup / "manifest.sig").write_text(manifest["checkpoint"])
    with pytest.raises(BackupDamaged, match="not the one that was signed"):
        restored(found, tmp_path / "again")
