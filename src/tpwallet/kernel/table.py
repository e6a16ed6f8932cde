"""Tables: state as frozen records by key.

A record is replaced, never mutated. Every change inside a unit leaves its undo, and the table's
digest follows every change, so a state hash costs nothing to keep (a sum of the records' digests
modulo 2^128, which does not depend on the order of changes).
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

Key = str | int | bytes | tuple[str | int | bytes, ...]
K = TypeVar("K", bound=Key)
R = TypeVar("R", bound=msgspec.Struct)

# Changes since a unit began: the table, the key, and the record it had.
UndoLog = list[tuple["Table[Any, Any]", Any, Any]]

_MODULUS = 1 << 128
_encode = msgspec.msgpack.Encoder().encode


def _digest(name: str, key: Key, record: msgspec.Struct) -> int:
    data = _encode((name, key, record))
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "little")


class Table(Generic[K, R]):
    """Records of one kind by key."""

    def __init__(self, name: str, key_type: object, record_type: type[R]) -> None:
        self.name = name
        self._rows: dict[K, R] = {}
        self._undo: UndoLog = []
        self._digest = 0
        self._decoder = msgspec.msgpack.Decoder(list[tuple[key_type, record_type]])  # type: ignore[valid-type]

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[tuple[K, R]]:
        return iter(self._rows.items())

    def get(self, key: K) -> R | None:
        """The record of a key, or None."""
        return self._rows.get(key)

    def put(self, key: K, record: R) -> None:
        """Add or replace a record."""
        self._change(key, record)

    def delete(self, key: K) -> None:
        """Take out a record that is there."""
        self._change(key, None)

    def _change(self, key: K, record: R | None) -> None:
        before = self._rows.get(key)
        self._undo.append((self, key, before))
        self._write(key, before, record)

    def _write(self, key: K, before: R | None, after: R | None) -> None:
        change = 0
        if before is not None:
            change -= _digest(self.name, key, before)
        if after is not None:
            change += _digest(self.name, key, after)
            self._rows[key] = after
        else:
            self._rows.pop(key, None)
        self._digest = (self._digest + change) % _MODULUS

    def log_undo_to(self, log: "UndoLog") -> None:
        """Note changes in a log shared with other tables."""
        self._undo = log

    @property
    def digest(self) -> int:
        """A number that two tables share when they hold the same records (128 bits)."""
        return self._digest

    def dump(self) -> bytes:
        """The table as bytes."""
        return _encode(list(self._rows.items()))

    def load(self, data: bytes | memoryview) -> None:
        """Replace the table by a dump."""
        self._rows = dict(self._decoder.decode(data))
        self._digest = sum(_digest(self.name, k, r) for k, r in self._rows.items()) % _MODULUS


def take_back(log: UndoLog) -> None:
    """Take back every change in a log, the last first."""
    while log:
        table, key, before = log.pop()
        table._write(key, table._rows.get(key), before)
