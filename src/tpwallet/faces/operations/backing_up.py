"""Backing a pool up while it is in use: one consistent copy, verified before it is called one.

The journal is copied first, at one moment; the vault after it, so that it holds every sealed text
the copied journal refers to. What the journal's copy leads to is then computed from nothing and
signed, and so is the manifest: a restored pool is held against both signatures. The secrets go into
a file of their own.
"""

import shutil
import time
from importlib.metadata import version
from pathlib import Path

import msgspec

from tpwallet.faces.operations.backup_journal import commits_in_backup
from tpwallet.faces.operations.backup_signature import sign_backup
from tpwallet.faces.operations.exporting import export_to
from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import (
    Notes,
    blinding_key_of,
    reading,
    signer_of,
    stored_notes,
)
from tpwallet.faces.present import time_text
from tpwallet.gateways.backup import (
    CHECKPOINTS,
    JOURNAL_EXPORT,
    JOURNAL_FILE,
    PERSONAL_READS,
    SETTINGS,
    VAULT,
    BackupDamaged,
    Manifest,
    copy_vault,
    describe_files,
    new_directory,
    write_manifest,
)
from tpwallet.gateways.journals.segmented import Segmented
from tpwallet.gateways.journals.sqlite import SqliteJournal
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.secrets_file import secrets_fingerprint, write_secrets
from tpwallet.gateways.whole_file import write_whole
from tpwallet.hub import empty_replica
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.journal import Head, Journal
from tpwallet.processes.verification.verification import Verification, verify_commits
from tpwallet.proofs.checkpoint import Checkpoint, signed_checkpoint


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was made; `secrets` is the file they were written to, None: left out.

    `signed_beyond` is the newest position that was ever signed, where the backup ends before it.
    """

    directory: str
    secrets: str | None
    secrets_sealed: bool
    position: int
    bytes: int
    verified: bool
    vkey: str  # of the key that signed it
    signed_beyond: int | None = None


def default_secrets_path(backup: Path) -> Path:
    """Where a backup's secrets are written when nothing else is said: a file beside it."""
    backup = backup.resolve()
    return backup.with_name(f"{backup.name}.secrets.json")


def back_up(
    directory: PoolDirectory,
    target: Path,
    *,
    secrets_to: Path | None,
    passphrase: str | None = None,
    verifies: bool = True,
    through: int | None = None,
    progress: Progress = no_progress,
) -> BackedUp:
    """Copy a pool into a new directory, and its secrets into a new file, None: nowhere.

    With a `passphrase` the secrets are sealed. Unless it `verifies`, the copy is not read back. It
    goes `through` a position and no further, if one is given: that is what can be saved of a
    journal that is damaged after it.

    **Rejects** with `Malformed` a directory or file that exists, with `BackupDamaged` a copy that
    does not verify, and with `JournalCorrupt` damage before its end.
    """
    target = target.resolve()  # "." is another directory, once it was replaced
    secrets_to = None if secrets_to is None else secrets_to.resolve()
    if secrets_to is not None and secrets_to.exists():
        raise Malformed(f"{secrets_to} exists and is not replaced", parameter="secrets_to")
    with new_directory(target) as part:
        stored = stored_notes(directory.log_path)
        head = _copy_journal(directory, part, through, progress)
        notes = {position: texts for position, texts in stored.items() if position <= head.position}
        if directory.vault_path.exists():
            copy_vault(directory.vault_path, part / VAULT)
        if directory.personal_reads_path.exists():
            shutil.copyfile(directory.personal_reads_path, part / PERSONAL_READS)
        write_whole(part / CHECKPOINTS, _lines(notes))
        settings = msgspec.json.format(msgspec.json.encode(directory.settings))
        write_whole(part / SETTINGS, (settings, b"\n"))
        signed = _verify(directory, part, notes, head, progress) if verifies else (None, None)
        write_manifest(part, _manifest(directory, part, head, *signed))
        sign_backup(part, signer_of(directory))
        if secrets_to is not None:
            write_secrets(
                secrets_to,
                directory.secrets,
                pool_id=directory.settings.pool_id,
                passphrase=passphrase,
            )
    return BackedUp(
        directory=str(target),
        secrets=None if secrets_to is None else str(secrets_to),
        secrets_sealed=secrets_to is not None and passphrase is not None,
        position=head.position,
        bytes=sum(file.stat().st_size for file in target.iterdir()),
        verified=verifies,
        vkey=str(signer_of(directory).vkey),
        signed_beyond=max((at for at in stored if at > head.position), default=None),
    )


def _copy_journal(
    directory: PoolDirectory, part: Path, through: int | None, progress: Progress
) -> Head:
    with reading(directory) as journal:
        file = None if journal.trimmed() else _database_of(journal)
        if isinstance(file, SqliteJournal) and through is None:
            journal.head()  # what was cut off is not copied as if it were whole
            return file.backup_to(
                part / JOURNAL_FILE,
                progress=lambda through, whole: progress(Stage.COPYING, through, whole),
            )
        target = part / JOURNAL_EXPORT  # of a pool with archived segments too: one whole journal
        return export_to(directory, journal, target, through=through, progress=progress)[0]


def _database_of(journal: Journal) -> Journal:
    return journal.database if isinstance(journal, Segmented) else journal


def _lines(notes: Notes) -> list[bytes]:
    return [
        msgspec.json.encode((position, text)) + b"\n"
        for position in sorted(notes)
        for text in notes[position]
    ]


def _verify(
    directory: PoolDirectory, part: Path, notes: Notes, head: Head, progress: Progress
) -> tuple[str | None, str | None]:
    """Read the copy back: the checkpoint over all of it, and the hash of the state it leads to."""
    signer, replica = signer_of(directory), empty_replica(directory.pool_id)
    verification = Verification(
        replica,
        blinding_key=blinding_key_of(directory),
        trusted=[signer.vkey],
        follows_keys=True,
    )
    commits = commits_in_backup(part, directory.pool_id)
    for position in verify_commits(verification, commits, notes):
        progress(Stage.VERIFYING, position, head.position)
    verdict = verification.conclude()
    if not verdict.ok:
        raise BackupDamaged(
            f"the copy does not verify: {verdict.findings[0].message}",
            position=verdict.first_bad_position,
        )
    if verdict.position == 0:
        return None, verdict.state_hash
    if str(signer.vkey) not in replica.state.part(KernelState).vkeys:
        raise BackupDamaged(
            "the journal does not name the pool's key; let a writer open the pool once",
            vkey=str(signer.vkey),
        )
    checkpoint = Checkpoint(
        origin=directory.settings.origin,
        position=head.position,
        root=bytes.fromhex(verdict.root or ""),
        commit=head.hash,
        time_ns=head.time,
    )
    return signed_checkpoint(checkpoint, (signer,)), verdict.state_hash


def _manifest(
    directory: PoolDirectory,
    part: Path,
    head: Head,
    checkpoint: str | None,
    state_hash: str | None,
) -> Manifest:
    settings = directory.settings
    return Manifest(
        release=version("tpwallet"),
        made_at=time_text(time.time_ns()),
        pool_id=settings.pool_id,
        name=settings.name,
        origin=settings.origin,
        position=head.position,
        commit_hash=head.hash.hex(),
        checkpoint=checkpoint,
        state_hash=state_hash,
        secrets_fingerprint=secrets_fingerprint(directory.secrets),
        files=describe_files(part),
    )
