"""A pool's directory: its settings, its secrets, its lock, and where everything else lies.

    pool.json      settings, public
    secrets.json   keys, readable by the owner only; back it up apart from the rest
    journal.db     the journal, when it is kept here; -wal and -shm beside it belong to it
    journal.end    how far it had reached a moment ago: a witness, should its end be lost
    vault.db       sealed personal data
    log/           the transparency log: hashes, rebuildable, and checkpoints, which are evidence
    views/         read models, rebuildable
    snapshots/     states at past positions, rebuildable
    segments/      the journal's archived beginning, or cards that say where it was put
    live-state.json    what replay must arrive at, by the last writer; only compared
    writer.lock    held by the process that writes
    reader.lock    held by the process that keeps views, log and snapshots
    personal-reads.jsonl    who has opened which personal text, and when

The secrets are 32 random bytes each: the blinding key of the log, the key of digests, the seed of
the key that signs checkpoints, and the vault's master key.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tpwallet.gateways.whole_file import sync, write_whole
from tpwallet.kernel.errors import Halted, Malformed, NotAPool

FORMAT = 1
SQLITE = "sqlite"
_OF_NOBODY = ("secrets.json", "lost+found")  # keys without settings are of no pool yet
_IS_PART = re.compile(r"pool\.json\.[0-9a-f]+\.part").fullmatch
_OF_A_POOL = ("pool.json", "journal.db", "vault.db")  # its keys may be needed while one is there


class PoolSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pool is; written once by `tpwallet init`, edited by an operator."""

    format: int
    pool_id: str  # 32 hex digits
    name: str
    base_asset: str  # what values are shown in
    origin: str  # names the log in checkpoints
    journal: str = SQLITE  # or a PostgreSQL address, postgresql://…
    region: str = ""  # where its data may lie


class PoolSecrets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pool's keys, in hex."""

    blinding_key: str
    digest_key: str
    signing_seed: str
    vault_key: str

    def __repr__(self) -> str:
        return "PoolSecrets(…)"


class PoolDirectory:
    """An existing pool's directory."""

    def __init__(self, path: Path | str) -> None:
        """**Rejects** with `NotAPool` a path that holds none, and with `Malformed` settings that
        cannot be read.
        """
        self.path = Path(path)
        try:
            self.settings = msgspec.json.decode(
                (self.path / "pool.json").read_bytes(), type=PoolSettings
            )
            self.secrets = msgspec.json.decode(
                (self.path / "secrets.json").read_bytes(), type=PoolSecrets
            )
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotAPool(
                f"{self.path} is no pool; make one with: tpwallet init {self.path}",
                parameter="pool",
                missing=str(error.filename),
            ) from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Malformed(f"{self.path}: settings: {error}", parameter="pool") from None
        if self.settings.format != FORMAT:
            raise Malformed(
                f"{self.path} has format {self.settings.format}; this release reads {FORMAT}",
                parameter="pool",
            )

    @property
    def pool_id(self) -> bytes:
        """The pool's id, 16 bytes."""
        return bytes.fromhex(self.settings.pool_id)

    @property
    def journal_path(self) -> Path:
        """The journal, when it is kept here."""
        return self.path / "journal.db"

    @property
    def vault_path(self) -> Path:
        """Sealed personal data."""
        return self.path / "vault.db"

    @property
    def personal_reads_path(self) -> Path:
        """Who has opened which personal text, and when."""
        return self.path / "personal-reads.jsonl"

    @property
    def log_path(self) -> Path:
        """The transparency log."""
        return self.path / "log"

    @property
    def views_path(self) -> Path:
        """Read models."""
        return self.path / "views"

    @property
    def snapshots_path(self) -> Path:
        """States at past positions."""
        return self.path / "snapshots"

    @property
    def segments_path(self) -> Path:
        """Archived segments, and their cards."""
        return self.path / "segments"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock. **Rejects** with `Halted` while another process holds it."""
        with self._locked("writer.lock"):
            yield

    @contextmanager
    def following(self) -> Iterator[None]:
        """Hold the lock of whoever keeps views, log and snapshots. **Rejects** with `Halted` while
        another process holds it.
        """
        with self._locked("reader.lock"):
            yield

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with (self.path / name).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Halted(
                    f"{self.path} is in use by another process (is it being served?)",
                    pool=str(self.path),
                ) from None
            yield


def create_pool(
    path: Path | str, *, name: str, base_asset: str, journal: str = SQLITE, region: str = ""
) -> PoolDirectory:
    """Make a pool's directory with fresh keys; it is durable when this returns, and no pool until
    its settings, which come last, are there whole.

    **Rejects** with `NotAPool` a path that holds anything else: a pool is made in a directory that
    is new or empty; and with `Malformed` one that already holds a pool, or what is left of one that
    lost its settings: its keys would be written over.
    """
    path = Path(path)
    if any((path / name).exists() for name in _OF_A_POOL):
        raise Malformed(f"{path} holds a pool already", parameter="pool")
    if not _may_become_a_pool(path):
        raise NotAPool(
            f"{path} is no pool and not empty; a pool is made in a new or an empty directory",
            parameter="pool",
        )
    _make_folder(path)
    pool_id = secrets.token_hex(16)
    settings = PoolSettings(
        format=FORMAT,
        pool_id=pool_id,
        name=name,
        base_asset=base_asset,
        origin=f"tpwallet/{pool_id}",
        journal=journal,
        region=region,
    )
    keys = PoolSecrets(
        blinding_key=secrets.token_hex(32),
        digest_key=secrets.token_hex(32),
        signing_seed=secrets.token_hex(32),
        vault_key=secrets.token_hex(32),
    )
    write_private(path / "secrets.json", msgspec.json.format(msgspec.json.encode(keys)))
    write_whole(path / "pool.json", [msgspec.json.format(msgspec.json.encode(settings))])
    return PoolDirectory(path)


def _may_become_a_pool(path: Path) -> bool:
    """Whether nothing is there but what a file system, or a crash while a pool was made, left."""
    if not path.exists():
        return True
    return path.is_dir() and all(
        entry.name in _OF_NOBODY or _IS_PART(entry.name) for entry in path.iterdir()
    )


def _make_folder(path: Path) -> None:
    """Make a folder and those above it, and make their names durable."""
    path = path.absolute()
    missing = [folder for folder in path.parents if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in (path, *missing):
        sync(folder.parent)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, and make it durable."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
