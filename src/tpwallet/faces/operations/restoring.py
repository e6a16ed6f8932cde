"""Restoring a pool from a backup into a fresh place, and proving that it is the same pool.

The secrets are compared with their fingerprint, the manifest with its signature, every file with
the manifest. The backup's journal is then verified as any other: its chain, its double entry, every
checkpoint that was ever kept, and the one signed when the backup was made; and it must name the key
the backup is signed with as its own. Nothing is written into a database before that. Only a pool
whose journal reads back, commit by commit, as the one that was verified gets its name.

A restored pool *is* the pool: the same id, keys and history. Running it beside the one it was
taken from would fork that history, and nothing here can see the other one.
"""

import shutil
from collections.abc import Collection, Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec

from tpwallet.faces.operations.backup_journal import commits_in_backup
from tpwallet.faces.operations.backup_signature import check_signature
from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import all_commits, reading
from tpwallet.faces.operations.verifying import Report, verify_copy
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
from tpwallet.gateways.checkpoint_file import LATEST
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
from tpwallet.kernel.commit import GENESIS, Commit, check_link
from tpwallet.kernel.errors import JournalUnavailable, Malformed
from tpwallet.kernel.journal import Head, Outcome
from tpwallet.processes.verification.kept_state import KeptState


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """A pool that was restored, and what its verification said.

    `signed_by` is the key the backup is signed with, None: it is not signed, so commits may be
    missing at its end. `key_demanded` says whether the caller had named that key.
    """

    directory: str
    pool_id: str
    name: str
    position: int
    made_at: str  # when the backup was
    signed_by: str | None
    key_demanded: bool
    report: Report


def restore(
    backup: Path,
    target: Path,
    *,
    secrets: Path,
    passphrase: str | None = None,
    journal: str = SQLITE,
    vkeys: Collection[str] = (),
    allows_unsigned: bool = False,
    progress: Progress = no_progress,
) -> Restored:
    """Restore a backup into a new directory; `journal` says where its journal is kept from now on.

    It must be signed with the key of the secrets and, if `vkeys` are given, that key be one of
    them; one that is not signed at all is taken only if that is allowed. What an interrupted
    restore has written into a database is gone on from.

    **Rejects** with `Malformed` a directory that is no backup, a target that exists, secrets of
    another pool and a database with another journal, and with `BackupDamaged` a backup that is not
    what was signed, is not what its manifest says, or does not verify.
    """
    backup, target = backup.resolve(), target.resolve()
    manifest = read_manifest(backup)
    keys = read_secrets(secrets, passphrase=passphrase)
    if secrets_fingerprint(keys) != manifest.secrets_fingerprint:
        raise Malformed(f"{secrets} holds the secrets of another pool", parameter="secrets")
    vkey = check_signature(backup, manifest, keys, demanded=vkeys, allows_unsigned=allows_unsigned)
    count = len(manifest.files)
    check_files(
        backup, manifest, progress=lambda through: progress(Stage.COMPARING, through, count)
    )
    with new_directory(target) as part:
        directory = _lay_out(backup, part, keys, manifest, journal)
        report, log_vkeys = verify_copy(
            directory,
            commits_in_backup(backup, directory.pool_id),
            end=manifest.position,
            expected=_expected(manifest),
            progress=progress,
        )
        _require_whole(report, manifest)
        if vkey is not None and manifest.position and str(vkey) not in log_vkeys:
            raise BackupDamaged("the journal does not name the key the backup is signed with")
        _restore_journal(backup, directory, manifest, progress)
    return Restored(
        directory=str(target),
        pool_id=manifest.pool_id,
        name=manifest.name,
        position=manifest.position,
        made_at=manifest.made_at,
        signed_by=None if vkey is None else str(vkey),
        key_demanded=bool(vkeys),
        report=msgspec.structs.replace(report, subject=str(target)),
    )


def _lay_out(
    backup: Path, part: Path, keys: PoolSecrets, manifest: Manifest, journal: str
) -> PoolDirectory:
    """Everything but the journal."""
    settings = msgspec.structs.replace(_settings_in(backup, manifest), journal=journal)
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
        write_whole(log / LATEST, (manifest.checkpoint.encode(),))
    return directory


def _settings_in(backup: Path, manifest: Manifest) -> PoolSettings:
    try:
        settings = msgspec.json.decode((backup / SETTINGS).read_bytes(), type=PoolSettings)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupDamaged(f"the backup's settings cannot be read: {error}") from error
    if (settings.pool_id, settings.origin) != (manifest.pool_id, manifest.origin):
        raise BackupDamaged("the backup's settings are of another pool than its manifest")
    return settings


def _restore_journal(
    backup: Path, directory: PoolDirectory, manifest: Manifest, progress: Progress
) -> None:
    is_file = (backup / JOURNAL_FILE).exists()
    if is_file and directory.settings.journal == SQLITE:
        shutil.copyfile(backup / JOURNAL_FILE, directory.journal_path)
    else:
        _append(backup, directory, manifest, progress)
    _read_back(directory, manifest)


def _append(backup: Path, directory: PoolDirectory, manifest: Manifest, progress: Progress) -> None:
    """Put the commits into a journal that is empty, or that holds the first of them: what a restore
    that was interrupted has left.
    """
    journal = open_journal(directory, as_found=True)
    try:
        commits = _commits_after(
            journal.head(), commits_in_backup(backup, directory.pool_id), manifest
        )
        for commit in commits:
            if journal.append(commit) is not Outcome.DURABLE:
                raise JournalUnavailable("the journal did not keep a commit that was restored")
            progress(Stage.RESTORING, commit.header.last_position, manifest.position)
    finally:
        journal.close()


def _commits_after(head: Head, commits: Iterator[Commit], manifest: Manifest) -> Iterator[Commit]:
    """The commits that follow a journal's head, which must be one of those before the last."""
    if head.position >= manifest.position > 0:
        raise Malformed("there is a journal of this pool already", parameter="journal")
    reached = Head()
    for commit in commits:
        last = commit.header.last_position
        if last > head.position:
            if (reached.position, reached.hash) != (head.position, head.hash):
                raise Malformed("there is another journal of this pool", parameter="journal")
            yield commit
            head = reached = Head(last, commit.hash)
        else:
            reached = Head(last, commit.hash)


def _read_back(directory: PoolDirectory, manifest: Manifest) -> None:
    """Read what was written, and compare it with what was verified: hash by hash, to the end."""
    after, previous, epoch = 0, GENESIS, 0
    with reading(directory) as journal:
        for commit in all_commits(journal):
            check_link(
                commit, pool_id=directory.pool_id, previous=previous, after=after, epoch=epoch
            )
            header = commit.header
            after, previous, epoch = header.last_position, commit.hash, header.epoch
    if (after, previous.hex()) != (manifest.position, manifest.commit_hash):
        raise BackupDamaged("the restored journal is not the one in the backup", position=after)


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
