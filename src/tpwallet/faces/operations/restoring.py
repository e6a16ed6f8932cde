"""Restoring a pool from a backup into a fresh place, and proving that it is the same pool.

Every file is compared with the manifest, the secrets with their fingerprint. The restored journal
is then verified as any other: its chain, its double entry, every checkpoint that was ever kept,
and the one signed when the backup was made. Only a pool that passes gets its name.

A restored pool *is* the pool: the same id, keys and history. Running it beside the one it was
taken from would fork that history, and nothing here can see the other one.
"""

import shutil
from importlib.metadata import version
from pathlib import Path

import msgspec

from tpwallet.faces.operations.backup_journal import commits_in_backup
from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.verifying import Report, verify_pool
from tpwallet.gateways.backup import (
    CHECKPOINTS,
    JOURNAL_FILE,
    PERSONAL_READS,
    SETTINGS,
    VAULT,
    BackupDamaged,
    Manifest,
    check_files,
    new_directory,
    read_manifest,
)
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.pool_directory import (
    SQLITE,
    PoolDirectory,
    PoolSecrets,
    PoolSettings,
    write_private,
)
from tpwallet.gateways.secrets_file import read_secrets, secrets_fingerprint
from tpwallet.gateways.whole_file import write_whole
from tpwallet.kernel.errors import JournalUnavailable, Malformed
from tpwallet.kernel.journal import Outcome
from tpwallet.processes.verification.kept_state import KeptState


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """A pool that was restored, and what its verification said."""

    directory: str
    pool_id: str
    name: str
    position: int
    made_at: str  # when the backup was
    report: Report


def restore(
    backup: Path,
    target: Path,
    *,
    secrets: Path,
    passphrase: str | None = None,
    journal: str = SQLITE,
    progress: Progress = no_progress,
) -> Restored:
    """Restore a backup into a new directory; `journal` says where its journal is kept from now on.

    **Rejects** with `Malformed` a directory that is no backup, a target that exists and secrets of
    another pool, and with `BackupDamaged` a backup that is not what its manifest says or does not
    verify.
    """
    manifest = read_manifest(backup)
    keys = read_secrets(secrets, passphrase=passphrase)
    if secrets_fingerprint(keys) != manifest.secrets_fingerprint:
        raise Malformed(f"{secrets} holds the secrets of another pool", parameter="secrets")
    count = len(manifest.files)
    check_files(
        backup, manifest, progress=lambda through: progress(Stage.COMPARING, through, count)
    )
    with new_directory(target) as part:
        directory = _lay_out(backup, part, keys, manifest, journal)
        _restore_journal(backup, directory, manifest, progress)
        report = verify_pool(directory, expected=_expected(manifest), progress=progress)
        _require_whole(report, manifest)
    return Restored(
        directory=str(target),
        pool_id=manifest.pool_id,
        name=manifest.name,
        position=manifest.position,
        made_at=manifest.made_at,
        report=msgspec.structs.replace(report, subject=str(target)),
    )


def _lay_out(
    backup: Path, part: Path, keys: PoolSecrets, manifest: Manifest, journal: str
) -> PoolDirectory:
    """Everything but the journal."""
    settings = msgspec.json.decode((backup / SETTINGS).read_bytes(), type=PoolSettings)
    settings = msgspec.structs.replace(settings, journal=journal)
    write_private(part / "secrets.json", msgspec.json.format(msgspec.json.encode(keys)))
    write_whole(part / "pool.json", (msgspec.json.format(msgspec.json.encode(settings)),))
    directory = PoolDirectory(part)
    if (backup / VAULT).exists():
        shutil.copyfile(backup / VAULT, directory.vault_path)
    if (backup / PERSONAL_READS).exists():
        shutil.copyfile(backup / PERSONAL_READS, directory.personal_reads_path)
    log = directory.log_path
    log.mkdir(parents=True)
    shutil.copyfile(backup / CHECKPOINTS, log / CHECKPOINTS)
    if manifest.checkpoint is not None:
        write_whole(log / "latest-checkpoint", (manifest.checkpoint.encode(),))
    return directory


def _restore_journal(
    backup: Path, directory: PoolDirectory, manifest: Manifest, progress: Progress
) -> None:
    is_file = (backup / JOURNAL_FILE).exists()
    if is_file and directory.settings.journal == SQLITE:
        shutil.copyfile(backup / JOURNAL_FILE, directory.journal_path)
        return
    journal = open_journal(directory)
    try:
        if journal.head().position:
            raise Malformed("there is a journal of this pool already", parameter="journal")
        for commit in commits_in_backup(backup, directory.pool_id):
            if journal.append(commit) is not Outcome.DURABLE:
                raise JournalUnavailable("the journal did not keep a commit that was restored")
            progress(Stage.RESTORING, commit.header.last_position, manifest.position)
    finally:
        journal.close()


def _expected(manifest: Manifest) -> list[KeptState]:
    """The state the backup's own release replayed; another release may shape states otherwise."""
    if manifest.state_hash is None or manifest.release != version("tpwallet"):
        return []
    return [KeptState("the backup", manifest.position, bytes.fromhex(manifest.state_hash))]


def _require_whole(report: Report, manifest: Manifest) -> None:
    verdict = report.verdict
    if verdict.findings:
        raise BackupDamaged(
            f"the restored pool does not verify: {verdict.findings[0].message}",
            position=verdict.first_bad_position,
        )
    if (verdict.position, verdict.commit_hash) != (manifest.position, manifest.commit_hash):
        raise BackupDamaged(
            "the restored journal does not end where the backup says",
            position=verdict.position,
            expected=manifest.position,
        )
