"""The vault: sealed personal data, in a database of its own (SQLite).

Every subject has a key, wrapped under the pool's master key; every field is sealed under its
subject's key and bound to its reference. A field is durable before `seal` returns, so before any
commit that could refer to it. Erasing a subject destroys its wrapped key and its fields.

A crash between sealing and the commit leaves a field that nothing refers to. So each field has the
time it was sealed at last: who sweeps such orphans leaves alone what a command may still be on its
way with.
"""

import secrets
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

import apsw

from tpwallet.kernel import limits
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.sealed import SealedReference, SubjectId
from tpwallet.keys.sealing import KEY_BYTES, NONCE_BYTES, seal, unseal, unwrap_key, wrap_key

_SCHEMA = """
create table if not exists subjects (subject text primary key, wrapped_key blob) strict;
create table if not exists fields (
    reference blob primary key, subject text not null, sealed blob not null
) strict;
create index if not exists fields_of_subject on fields (subject);
"""
# Nanoseconds since 1970 UTC; 0: sealed by a release that did not write it down.
_SEALED_AT = "alter table fields add column sealed_at integer not null default 0"
_BUSY_MS_MAX = 10_000  # how long to wait for another process's write


class SqliteVault:
    """A vault in one file; any thread may use it."""

    def __init__(
        self, path: Path, master_key: bytes, *, wall: Callable[[], int] = time.time_ns
    ) -> None:
        """`master_key`: 32 bytes, kept apart from the file."""
        self._master_key = master_key
        self._wall = wall
        self._lock = threading.Lock()
        self._database = apsw.Connection(str(path))
        self._database.set_busy_timeout(_BUSY_MS_MAX)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = full")
        self._database.execute("pragma secure_delete = on")
        with self._database:
            self._database.execute(_SCHEMA)
            columns = {row[1] for row in self._database.execute("pragma table_info(fields)")}
            if "sealed_at" not in columns:
                self._database.execute(_SEALED_AT)

    def seal(
        self, subject: SubjectId, text: str, *, reference: bytes | None = None
    ) -> SealedReference:
        """Seal a text under its subject's key, make it durable, and return its reference: a given
        one, under which it is kept once however often it is sealed, or a random one.
        """
        data = text.encode()
        if len(data) > limits.SEALED_BYTES_MAX:
            raise Malformed(
                f"a sealed text has at most {limits.SEALED_BYTES_MAX} bytes", parameter="text"
            )
        reference = reference or secrets.token_bytes(16)
        with self._lock, self._database:
            key = self._key_of(subject)
            sealed = seal(
                key,
                nonce=secrets.token_bytes(NONCE_BYTES),
                plaintext=data,
                binding=(subject.encode(), reference),
            )
            self._database.execute(
                "insert into fields (reference, subject, sealed, sealed_at) values (?, ?, ?, ?)"
                " on conflict (reference) do update set sealed_at = excluded.sealed_at",
                (reference, subject, sealed, self._wall()),
            )
        return SealedReference(reference)

    def _key_of(self, subject: SubjectId) -> bytes:
        """The subject's key, made when there is none yet."""
        binding = (subject.encode(),)
        row = self._database.execute(
            "select wrapped_key from subjects where subject = ?", (subject,)
        ).fetchone()
        if row is None:
            key = secrets.token_bytes(KEY_BYTES)
            wrapped = wrap_key(
                self._master_key,
                nonce=secrets.token_bytes(NONCE_BYTES),
                key=key,
                binding=binding,
            )
            self._database.execute("insert into subjects values (?, ?)", (subject, wrapped))
            return key
        if row[0] is None:
            raise Rejected("subject_erased", "this person's data was erased", subject=subject)
        return unwrap_key(self._master_key, wrapped=row[0], binding=binding)

    def open(self, reference: SealedReference) -> str | None:
        """The text, or None once its subject is erased or the field was never kept."""
        with self._lock:
            row = self._database.execute(
                "select subject, sealed, wrapped_key from fields join subjects using (subject)"
                " where reference = ?",
                (reference,),
            ).fetchone()
        if row is None or row[2] is None:
            return None
        subject, sealed, wrapped = row
        binding = (subject.encode(),)
        key = unwrap_key(self._master_key, wrapped=wrapped, binding=binding)
        return unseal(key, sealed=sealed, binding=(*binding, reference)).decode()

    def erase(self, subject: SubjectId) -> int:
        """Destroy a subject's key; returns how many fields can no longer be opened."""
        with self._lock:
            return self._erase(subject)

    def _erase(self, subject: SubjectId) -> int:
        with self._database:
            self._database.execute(
                "insert into subjects values (?, null)"
                " on conflict (subject) do update set wrapped_key = null",
                (subject,),
            )
            self._database.execute("delete from fields where subject = ?", (subject,))
        return int(self._database.changes())

    def references(self, *, sealed_before: int | None = None) -> set[bytes]:
        """Every reference the vault holds, or those that were sealed last before a time, in
        nanoseconds.
        """
        with self._lock:
            if sealed_before is None:
                rows = self._database.execute("select reference from fields")
            else:
                rows = self._database.execute(
                    "select reference from fields where sealed_at < ?", (sealed_before,)
                )
            return {row[0] for row in rows}

    def discard(self, references: Collection[bytes], *, sealed_before: int) -> int:
        """Delete fields that no commit refers to, but for those that were sealed again meanwhile;
        returns how many were.
        """
        with self._lock, self._database:
            before = self._database.total_changes()
            self._database.executemany(
                "delete from fields where reference = ? and sealed_at < ?",
                [(reference, sealed_before) for reference in references],
            )
            discarded = self._database.total_changes() - before
        return int(discarded)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
