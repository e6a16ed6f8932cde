"""Founding a pool, and issuing the keys that programs present."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from tpwallet.faces.issuing import fresh_key
from tpwallet.gateways.pool_directory import (
    SQLITE,
    PoolDirectory,
    create_pool,
    write_private,
)
from tpwallet.hub import Writer
from tpwallet.kernel.access import SCOPES
from tpwallet.kernel.errors import Malformed
from tpwallet.money import MoneyError, standard_catalogue

ADMIN_KEY: Final = "admin"


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was issued. The token is told once: only its digest is kept."""

    key_id: str
    token: str
    scopes: list[str]
    expires_at: int | None = None


class Founded(msgspec.Struct, frozen=True, kw_only=True):
    """A pool that was made, and its first key; `key_file` holds the token for its owner."""

    directory: str
    pool_id: str
    name: str
    base_asset: str
    origin: str
    key: Issued
    key_file: str
    position: int


def found_pool(
    path: Path, *, name: str, base_asset: str, journal: str = SQLITE, region: str = ""
) -> Founded:
    """Make a pool with its first key, which may do everything.

    **Rejects** with `Malformed` a path that already holds a pool and an asset nobody knows, and as
    the journal's driver does; nothing is left behind then.
    """
    try:
        standard_catalogue().by_code(base_asset)
    except MoneyError as error:
        raise Malformed(str(error), parameter="base_asset") from None
    is_new = not path.exists()
    directory = create_pool(path, name=name, base_asset=base_asset, journal=journal, region=region)
    path.chmod(0o700)
    try:
        writer = Writer(directory, owner="tpwallet init")
        try:
            issued = issue(writer, ADMIN_KEY, SCOPES)
            position = writer.position
        finally:
            writer.close()
    except BaseException:
        _take_back(directory, is_new=is_new)
        raise
    key_file = path / "admin.key"
    write_private(key_file, issued.token.encode() + b"\n")
    settings = directory.settings
    return Founded(
        directory=str(path),
        pool_id=settings.pool_id,
        name=settings.name,
        base_asset=settings.base_asset,
        origin=settings.origin,
        key=issued,
        key_file=str(key_file),
        position=position,
    )


def issue(
    writer: Writer, key_id: str, scopes: Sequence[str], *, expires_at: int | None = None
) -> Issued:
    """Issue a key; `expires_at` in nanoseconds. **Rejects** as `issue_key` in the kernel does."""
    key = fresh_key(key_id, scopes, expires_at=expires_at)
    writer.run(key.command)
    return Issued(key_id=key_id, token=key.token, scopes=list(scopes), expires_at=expires_at)


def _take_back(directory: PoolDirectory, *, is_new: bool) -> None:
    """Remove what was made of a pool that could not be opened."""
    for name in ("pool.json", "secrets.json", "writer.lock", "journal.end"):
        (directory.path / name).unlink(missing_ok=True)
    for file in directory.path.glob("*.db*"):
        file.unlink()
    if is_new:
        directory.path.rmdir()
