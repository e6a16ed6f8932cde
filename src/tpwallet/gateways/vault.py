"""The vault: sealed personal data, in a database of its own (SQLite).

Every subject has a key, wrapped under the pool's master key; every field is sealed under its
subject's key and bound to its reference. A field is durable before `seal` returns, so before any
commit that could refer to it. Erasing a subject destroys its wrapped key and its fields.
"""

import secrets
import threading
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


class SqliteVault:
    """A vault in one file; any thread may use it."""

    def __init__(self, path: Path, master_key: bytes) -> None:
        """`master_key`: 32 bytes, kept apart from the file."""
        self._master_key = master_key
        self._lock = threading.Lock()
        self._database = apsw.Connection(str(path))
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = full")
        self._database.execute("pragma secure_delete = on")
        self._database.execute(_SCHEMA)

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
                "insert or ignore into fields values (?, ?, ?)", (reference, subject, sealed)
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

    def references(self) -> set[bytes]:
        """Every reference the vault holds, for sweeping orphans."""
        with self._lock:
            return {row[0] for row in self._database.execute("select reference from fields")}

    def discard(self, references: set[bytes]) -> None:
        """Delete fields that no commit refers to."""
        with self._lock, self._database:
            self._database.executemany(
                "delete from fields where reference = ?", [(r,) for r in references]
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
