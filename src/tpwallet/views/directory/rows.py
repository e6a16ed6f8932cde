"""What the directory answers with, and how it is kept in a row."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
_decode_texts = msgspec.json.Decoder(dict[str, str]).decode
_decode_references = msgspec.json.Decoder(dict[str, bytes]).decode  # base 64 in JSON


class RowDamaged(Exception):
    """A row does not say what was written in it."""


class NamedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account that has an address, as it was opened."""

    account_id: int
    address: str
    ledger: int
    code: int
    guarded: bool  # moved by flows and granted bulk callers only
    metadata: dict[str, str] = {}
    sealed: dict[str, bytes] = {}  # name: sealed reference


class TransferNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer means beside its amounts."""

    effective_date: str | None = None  # ISO 8601
    metadata: dict[str, str] = {}
    sealed: dict[str, bytes] = {}


def to_bytes(value: int, length: int = 16) -> bytes:
    """An id, or another number of so many bytes, as it is kept.

    >>> to_bytes(1).hex()
    '01000000000000000000000000000000'
    """
    return value.to_bytes(length, "little")


def to_id(data: bytes) -> int:
    """An id from how it is kept."""
    return int.from_bytes(data, "little")


def to_json(texts: dict[str, str] | dict[str, bytes]) -> bytes | None:
    """Texts or references as they are kept; None when there are none."""
    return _encode(texts) if texts else None


def _decoded(kept: bytes | None, decode: Callable[[bytes], dict[str, T]]) -> dict[str, T]:
    if kept is None:
        return {}
    try:
        return decode(kept)
    except (msgspec.DecodeError, TypeError) as error:
        raise RowDamaged(f"a row cannot be read: {error}") from error


def account_of(row: Any) -> NamedAccount:  # noqa: ANN401 - SQLAlchemy gives rows no types
    """An account from its row. **Rejects** with `RowDamaged` one that cannot be read."""
    return NamedAccount(
        account_id=to_id(row.account_id),
        address=row.address,
        ledger=row.ledger,
        code=row.code,
        guarded=row.guarded,
        metadata=_decoded(row.metadata, _decode_texts),
        sealed=_decoded(row.sealed, _decode_references),
    )


def note_of(row: Any) -> TransferNote:  # noqa: ANN401 - SQLAlchemy gives rows no types
    """A note from its row. **Rejects** with `RowDamaged` one that cannot be read."""
    return TransferNote(
        effective_date=row.effective_date,
        metadata=_decoded(row.metadata, _decode_texts),
        sealed=_decoded(row.sealed, _decode_references),
    )
