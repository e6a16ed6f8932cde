"""A backup is one moment of a pool in use, and restores to that very pool."""

import contextlib
import shutil
import threading
from pathlib import Path

import pytest

import tpwallet
import verify_tpwallet
from tests.faces.operations.damage import remove_commit
from tests.faces.operations.pools import signed
from tpwallet.faces.embedded import Personal, Pool
from tpwallet.faces.operations.backing_up import BackedUp, back_up, default_secrets_path
from tpwallet.faces.operations.exporting import export_pool
from tpwallet.faces.operations.progress import Stage
from tpwallet.faces.operations.reading import signer_of
from tpwallet.faces.operations.rebuilding import read_side
from tpwallet.faces.operations.replaying import replay_pool
from tpwallet.faces.operations.restoring import restore
from tpwallet.faces.operations.verifying import verify_pool
from tpwallet.faces.reading.reader import Reader
from tpwallet.gateways.backup import BackupDamaged, read_manifest
from tpwallet.gateways.pool_directory import PoolDirectory, create_pool
from tpwallet.gateways.secrets_file import read_secrets
from tpwallet.hub import Writer
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.proofs.evidence import proof_json


def backed_up(pool: PoolDirectory, tmp_path: Path, **options: object) -> BackedUp:
    target = tmp_path / "backup"
    return back_up(pool, target, secrets_to=default_secrets_path(target), **options)  # type: ignore[arg-type]


def restored(found: BackedUp, target: Path) -> PoolDirectory:
    backup = Path(found.directory)
    restore(backup, target, secrets=default_secrets_path(backup))
    return PoolDirectory(target)


def test_a_restored_pool_is_the_same_pool(template: PoolDirectory, tmp_path: Path) -> None:
    found = backed_up(template, tmp_path)
    assert found.verified
    again = restored(found, tmp_path / "again")
    assert again.settings == template.settings
    assert again.secrets == template.secrets
    assert replay_pool(again).state_hash == replay_pool(template).state_hash
    assert verify_pool(again).ok


def test_a_restored_pool_goes_on_where_the_backup_was_made(
    pool: PoolDirectory, tmp_path: Path
) -> None:
    with Pool(Writer(pool)) as before:
        balance = before.balance("customer/ada/EUR").posted
    again = restored(backed_up(pool, tmp_path), tmp_path / "again")
    with Pool(Writer(again)) as after:
        assert after.balance("customer/ada/EUR").posted == balance
        after.transfer(debit="bank/main/EUR", credit="customer/ada/EUR", amount="1", asset="EUR")
    assert verify_pool(again).ok


def test_proofs_given_out_before_hold_beside_the_restored_pool(
    pool: PoolDirectory, tmp_path: Path
) -> None:
    with read_side(pool) as side:
        reader = Reader(side)
        old = reader.checkpoint(None).position
        given = proof_json(reader.proof_of_transfer("2500"))
    again = restored(backed_up(pool, tmp_path), tmp_path / "again")
    key = [verify_tpwallet.parse_vkey(str(signer_of(again).vkey))]
    assert "stands at position" in verify_tpwallet.verify_document(given, key).summary
    with Pool(Writer(again)) as after:
        after.transfer(debit="bank/main/EUR", credit="customer/ada/EUR", amount="1", asset="EUR")
    with read_side(again) as side:
        reader = Reader(side)
        for position in range(1, reader.checkpoint(None).position + 1):
            proof = proof_json(reader.proof_of_event(position))
            assert verify_tpwallet.verify_document(proof, key).facts["position"] == position
        consistency = proof_json(reader.consistency(old, None))
        assert "only adds" in verify_tpwallet.verify_document(consistency, key).summary


def test_a_backup_of_a_pool_in_use_is_one_moment_of_it(pool: PoolDirectory, tmp_path: Path) -> None:
    stop, acknowledged = threading.Event(), []

    def pay(payer: Pool) -> None:
        while not stop.is_set():
            receipt = payer.transfer(
                debit="bank/main/EUR", credit="customer/ada/EUR", amount="1", asset="EUR"
            )
            acknowledged.append(receipt.position)

    with Pool(Writer(pool)) as payer:
        threads = [threading.Thread(target=pay, args=(payer,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            while len(acknowledged) < 20:
                pass
            before = max(acknowledged)
            found = backed_up(pool, tmp_path)
            after = len(acknowledged)
            while len(acknowledged) < after + 5:
                pass
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        end = payer._writer.position
    assert before <= found.position < end
    again = restored(found, tmp_path / "again")
    assert replay_pool(again).state_hash == replay_pool(pool, until=found.position).state_hash


def test_personal_texts_come_back_and_only_with_the_secrets(tmp_path: Path) -> None:
    with tpwallet.open(tmp_path / "pool") as opened:
        opened.open_account("bank", asset="EUR", kind="asset")
        opened.open_account("ada", asset="EUR", kind="liability")
        secret = Personal("person-1", {"remittance": "for the Zürich flat"})
        opened.transfer(debit="bank", credit="ada", amount="1", asset="EUR", personal=secret)
    directory = PoolDirectory(tmp_path / "pool")
    found = backed_up(directory, tmp_path)
    every = b"".join(file.read_bytes() for file in Path(found.directory).iterdir())
    assert "Zürich flat".encode() not in every
    for key in ("vault_key", "signing_seed", "blinding_key", "digest_key"):
        assert getattr(directory.secrets, key).encode() not in every
        assert bytes.fromhex(getattr(directory.secrets, key)) not in every
    again = restored(found, tmp_path / "again")
    writer = Writer(again)
    try:
        references = writer.vault.references()
        assert len(references) == 1
    finally:
        writer.close()


def test_the_list_of_personal_reads_is_backed_up_too(pool: PoolDirectory, tmp_path: Path) -> None:
    pool.personal_reads_path.write_text('{"reader":"auditor"}\n')
    again = restored(backed_up(pool, tmp_path), tmp_path / "again")
    assert again.personal_reads_path.read_text() == '{"reader":"auditor"}\n'


def test_secrets_may_be_sealed_and_then_need_their_passphrase(
    template: PoolDirectory, tmp_path: Path
) -> None:
    found = backed_up(template, tmp_path, passphrase="correct horse", verifies=False)
    assert found.secrets_sealed
    backup, secrets = Path(found.directory), Path(found.secrets or "")
    assert template.secrets.vault_key not in secrets.read_text()
    for wrong in (None, "wrong horse"):
        with pytest.raises(Malformed):
            restore(backup, tmp_path / "again", secrets=secrets, passphrase=wrong)
    assert not (tmp_path / "again").exists()
    restore(backup, tmp_path / "again", secrets=secrets, passphrase="correct horse")
    assert PoolDirectory(tmp_path / "again").secrets == template.secrets


def test_secrets_may_be_left_out(template: PoolDirectory, tmp_path: Path) -> None:
    found = back_up(template, tmp_path / "backup", secrets_to=None, verifies=False)
    assert found.secrets is None
    assert [file.name for file in tmp_path.iterdir()] == ["backup"]
    restore(tmp_path / "backup", tmp_path / "again", secrets=template.path / "secrets.json")


def test_the_secrets_of_another_pool_open_nothing(template: PoolDirectory, tmp_path: Path) -> None:
    stranger = create_pool(tmp_path / "stranger", name="stranger", base_asset="EUR")
    found = backed_up(template, tmp_path, verifies=False)
    with pytest.raises(Malformed, match="another pool"):
        restore(Path(found.directory), tmp_path / "again", secrets=stranger.path / "secrets.json")


def test_every_file_of_a_backup_is_compared_with_its_manifest(
    template: PoolDirectory, tmp_path: Path
) -> None:
    found = backed_up(template, tmp_path, verifies=False)
    names = [file.name for file in read_manifest(Path(found.directory)).files]
    assert "journal.db" in names
    for number, name in enumerate(names):
        for change in (_change_a_bit, _cut_short, Path.unlink):
            broken = tmp_path / f"broken-{number}-{change.__name__}"
            shutil.copytree(found.directory, broken)
            change(broken / name)
            with pytest.raises(BackupDamaged) as refused:
                restore(broken, tmp_path / "again", secrets=Path(found.secrets or ""))
            assert refused.value.facts["file"] == name
    assert not (tmp_path / "again").exists()


def _change_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def test_a_file_too_many_is_refused(template: PoolDirectory, tmp_path: Path) -> None:
    found = backed_up(template, tmp_path, verifies=False)
    (Path(found.directory) / "extra").touch()
    with pytest.raises(BackupDamaged):
        restored(found, tmp_path / "again")


def test_a_backup_and_a_restore_may_be_made_where_one_stands(
    template: PoolDirectory, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    with contextlib.chdir(here):
        secrets_to = default_secrets_path(Path())
        found = back_up(template, Path(), secrets_to=secrets_to, verifies=False)
    assert (found.directory, found.secrets) == (str(here), str(tmp_path / "here.secrets.json"))
    with contextlib.chdir(there):
        restore(Path("../here"), Path(), secrets=secrets_to)
    assert PoolDirectory(there).settings == template.settings


@pytest.mark.parametrize("name", ["latest-checkpoint", "checkpoints.jsonl"])
def test_a_checkpoint_that_is_no_text_is_damage_and_no_fault_of_ours(
    pool: PoolDirectory, tmp_path: Path, name: str
) -> None:
    file = pool.log_path / name
    content = bytearray(file.read_bytes() or b'[3,"note"]\n')
    content[len(content) // 2] = 0xFF
    file.write_bytes(content)
    report = verify_pool(pool)
    assert (report.ok, report.verdict.first_bad_position) == (False, 1)
    with pytest.raises(JournalCorrupt):
        backed_up(pool, tmp_path)
    with pytest.raises(JournalCorrupt):
        export_pool(pool, tmp_path / "out.tpwx")


def test_a_damaged_pool_is_not_called_a_backup(pool: PoolDirectory, tmp_path: Path) -> None:
    missing = remove_commit(pool, at_least=20)
    with pytest.raises(BackupDamaged) as refused:
        backed_up(pool, tmp_path)
    assert refused.value.facts["position"] == missing
    assert not (tmp_path / "backup").exists()


def test_what_comes_before_damage_is_saved_and_goes_on(pool: PoolDirectory, tmp_path: Path) -> None:
    missing = remove_commit(pool, at_least=20)
    found = backed_up(pool, tmp_path, through=missing - 1)
    assert found.position == missing - 1
    assert found.signed_beyond is not None
    again = restored(found, tmp_path / "again")
    assert verify_pool(again).verdict.position == missing - 1
    with Pool(Writer(again)) as after:
        after.transfer(debit="bank/main/EUR", credit="customer/ada/EUR", amount="1", asset="EUR")
    signed(again)
    assert verify_pool(again).ok


def test_nothing_that_exists_is_replaced(template: PoolDirectory, tmp_path: Path) -> None:
    found = backed_up(template, tmp_path, verifies=False)
    with pytest.raises(Malformed, match="not replaced"):
        backed_up(template, tmp_path)
    with pytest.raises(Malformed, match="not replaced"):
        back_up(template, tmp_path / "other", secrets_to=Path(found.secrets or ""))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    with pytest.raises(Malformed, match="not replaced"):
        restored(found, tmp_path / "mine")
    assert (tmp_path / "mine" / "file").exists()
    (tmp_path / "empty").mkdir()
    assert restored(found, tmp_path / "empty").settings == template.settings


def test_a_directory_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="no manifest"):
        restore(tmp_path, tmp_path / "again", secrets=tmp_path / "none")


def test_long_work_tells_how_far_it_is(template: PoolDirectory, tmp_path: Path) -> None:
    told: list[tuple[Stage, int, int]] = []

    def tell(stage: Stage, through: int, whole: int) -> None:
        told.append((stage, through, whole))

    found = backed_up(template, tmp_path, progress=tell)
    backup = Path(found.directory)
    restore(backup, tmp_path / "again", secrets=default_secrets_path(backup), progress=tell)
    assert [stage for stage, through, whole in told if through == whole > 0] == [
        Stage.COPYING,
        Stage.VERIFYING,
        Stage.COMPARING,
        Stage.VERIFYING,
    ]


def test_the_manifest_says_what_the_backup_leads_to(
    template: PoolDirectory, tmp_path: Path
) -> None:
    manifest = read_manifest(Path(backed_up(template, tmp_path).directory))
    assert manifest.state_hash == replay_pool(template).state_hash
    assert manifest.checkpoint is not None
    secrets = read_secrets(tmp_path / "backup.secrets.json")
    assert secrets == template.secrets
