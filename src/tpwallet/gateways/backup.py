"""A backup as a directory: what lies in it, and how it is known to be whole.

    manifest.json        what it is of, and the length and SHA-256 of every other file
    manifest.sig         a signed note: the pool's checkpoint key signs the manifest's SHA-256
    pool.json            the pool's settings
    journal.db           the journal as a SQLite file, or
    journal.tpwx         the journal as an export, of a pool kept elsewhere
    vault.db             sealed personal data: useless without the secrets
    checkpoints.jsonl    the checkpoints signed over the journal: [position, note] a line
    personal-reads.jsonl    who has opened which personal text, if anybody has

The secrets are not in it: they are written to a file beside it, or wherever the operator says, so
that no one place holds both the sealed data and what opens it. A backup is made under another name
(`.part`) and renamed when everything in it is durable; a directory with a manifest is complete. A
`.part` that a crash left behind is known by a mark in it: no other is ever cleared away.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import apsw
import msgspec

from tpwallet.gateways.journals.limits import WRITE_LOCK_MS_MAX
from tpwallet.gateways.journals.sqlite_backup import copy_database
from tpwallet.gateways.whole_file import file_digest, sync, write_whole
from tpwallet.kernel.errors import Malformed, TpwalletError

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
SETTINGS: Final = "pool.json"
JOURNAL_FILE: Final = "journal.db"
JOURNAL_EXPORT: Final = "journal.tpwx"
VAULT: Final = "vault.db"
CHECKPOINTS: Final = "checkpoints.jsonl"
PERSONAL_READS: Final = "personal-reads.jsonl"

_UNFINISHED = ".tpwallet-unfinished"  # marks a directory that we have begun to fill


class BackupDamaged(TpwalletError):
    """A backup's file is missing, or is not the one that was written."""

    code = "backup_damaged"


class BackedUpFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup is of. Hashes and ids are hexadecimal, `made_at` is RFC 3339."""

    format: Literal["tpwallet-backup-1"] = "tpwallet-backup-1"
    release: str
    made_at: str
    pool_id: str
    name: str
    origin: str
    position: int
    commit_hash: str
    checkpoint: str | None = None  # signed over the whole copy; None: the copy was not verified
    state_hash: str | None = None  # as this release replays it
    secrets_fingerprint: str
    files: list[BackedUpFile]


@contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """A new directory, filled under another name and given its own when all in it is durable.

    **Rejects** with `Malformed` a path that exists and is not empty, and one whose other name
    (`.part`) is taken by what was not begun here.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Malformed(f"{path} exists and is not replaced", parameter="directory")
    path = path.resolve()
    part = path.with_name(path.name + ".part")
    _clear_away(part)
    part.mkdir(parents=True, mode=0o700)
    try:
        (part / _UNFINISHED).touch()
        yield part
        (part / _UNFINISHED).unlink()
        _sync_all(part)
        if path.exists():
            path.rmdir()
        part.rename(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    sync(path.parent)


def _clear_away(part: Path) -> None:
    """Remove what a crash left of an attempt of ours, and nothing else."""
    if part.is_symlink() or part.is_file() or (part.is_dir() and not _is_unfinished(part)):
        raise Malformed(
            f"{part} is in the way, and was not left by an unfinished backup", parameter="directory"
        )
    if part.is_dir():
        shutil.rmtree(part)


def _is_unfinished(part: Path) -> bool:
    return (part / _UNFINISHED).is_file() or not any(part.iterdir())


def _sync_all(directory: Path) -> None:
    """Make every file and name under a directory durable."""
    for path in directory.rglob("*"):
        sync(path)
    sync(directory)


def copy_vault(source: Path, target: Path) -> None:
    """Copy a vault as it is now, while it may be written; nothing in it is opened.

    **Rejects** with `BackupDamaged` a vault that cannot be read.
    """
    try:
        connection = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            connection.set_busy_timeout(WRITE_LOCK_MS_MAX)
            copy_database(connection, target, None)
        finally:
            connection.close()
    except apsw.Error as error:
        raise BackupDamaged(f"the vault cannot be copied: {error}") from error


def describe_files(directory: Path) -> list[BackedUpFile]:
    """The files of a directory as a manifest tells of them."""
    return [
        BackedUpFile(name=file.name, bytes=file.stat().st_size, sha256=file_digest(file))
        for file in sorted(directory.iterdir())
        if file.name not in (MANIFEST, SIGNATURE, _UNFINISHED)
    ]


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write what a backup is of: the last thing that is written into it."""
    content = msgspec.json.format(msgspec.json.encode(manifest))
    write_whole(directory / MANIFEST, (content, b"\n"))


def write_signature(directory: Path, note: str) -> None:
    """Write the note that signs the manifest."""
    write_whole(directory / SIGNATURE, (note.encode(),))


def read_signature(directory: Path) -> str | None:
    """The note that signs a backup's manifest, nothing verified; None: there is none.

    **Rejects** with `BackupDamaged` a file that is no text.
    """
    try:
        return (directory / SIGNATURE).read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise BackupDamaged("the backup's signature cannot be read", file=SIGNATURE) from None


def read_manifest(directory: Path) -> Manifest:
    """What a backup is of. **Rejects** with `Malformed` a directory that is no whole backup."""
    try:
        return msgspec.json.decode((directory / MANIFEST).read_bytes(), type=Manifest)
    except OSError:
        raise Malformed(
            f"{directory} is no backup: it has no manifest", parameter="backup"
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"{directory}: manifest: {error}", parameter="backup") from None


def check_files(
    directory: Path, manifest: Manifest, *, progress: Callable[[int], None] = lambda _count: None
) -> None:
    """Compare every file with the manifest; `progress` is told how many were.

    **Rejects** with `BackupDamaged` the first that is missing or differs, and one too many.
    """
    known = {MANIFEST, SIGNATURE, *(file.name for file in manifest.files)}
    for found in sorted(directory.iterdir()):
        if found.name not in known:
            raise BackupDamaged("the backup has a file its manifest does not name", file=found.name)
    for count, file in enumerate(manifest.files, start=1):
        path = directory / file.name
        if Path(file.name).name != file.name or not path.is_file():
            raise BackupDamaged("a file of the backup is missing", file=file.name)
        if path.stat().st_size != file.bytes or file_digest(path) != file.sha256:
            raise BackupDamaged("a file of the backup is not the one written", file=file.name)
        progress(count)
