"""The vault: sealed personal data, in a database of its own (SQLite).

Every subject has a key, wrapped under the pool's master key; every field is sealed under its
subject's key and bound to its reference. A field is durable before `seal` returns, so before any
commit that could refer to it. Erasing a subject destroys its wrapped key and its fields, in this
file and in no copy of it. Deleting is not enough for that: SQLite overwrites what is deleted
(`secure_delete`), and yet every page that held it is still in the write-ahead log. So an erasure is
over only when the log has been cut off. While another connection reads from the log that cannot be;
then the erasure says so, and the log is cut off at the next opportunity.

A crash between sealing and the commit leaves a field that nothing refers to. So each field has the
time it was sealed at last: who sweeps such orphans leaves alone what a command may still be on its
way with.
"""

import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from tpwallet.gateways.whole_file import sync
from tpwallet.kernel import limits
from tpwallet.kernel.errors import ErasureUnfinished, Malformed, Rejected, VaultUnavailable
from tpwallet.kernel.sealed import SealedReference, SubjectId
from tpwallet.keys.digests import keyed_digest
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
_CUTS_MAX = 100  # how often an erasure tries to cut the log off, while others read from it
_CUT_PAUSE_SECONDS = 0.05


class SqliteVault:
    """A vault in one file; any thread may use it."""

    def __init__(
        self, path: Path, master_key: bytes, *, wall: Callable[[], int] = time.time_ns
    ) -> None:
        """`master_key`: 32 bytes, kept apart from the file."""
        self._master_key = master_key
        self._wall = wall
        self._log_path = path.with_name(f"{path.name}-wal")
        self._is_log_to_cut = True  # of what was erased before, for all that is known
        self._lock = threading.Lock()
        with _told():
            self._database = apsw.Connection(str(path))
            self._set_up()
        self._cut_log_if_wanted()

    def _set_up(self) -> None:
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
        self, subject: SubjectId, text: str, *, purpose: Sequence[bytes] = ()
    ) -> SealedReference:
        """Seal a text under its subject's key, make it durable, and return its reference: one that
        follows from text and purpose, under which it is kept once however often it is sealed, or a
        random one.
        """
        data = _checked(text)
        with self._changing():
            return self._seal(subject, self._any_key_of(subject), data, purpose)

    def seal_all(
        self, subject: SubjectId, texts: Mapping[str, str], *, purpose: Sequence[bytes]
    ) -> dict[str, SealedReference]:
        """Seal texts by name, all of them or none; returns a reference for each, which follows from
        text, purpose and name.

        **Rejects** as `seal` does, and with `VaultUnavailable` when they cannot be made durable.
        """
        named = _named(texts, purpose)
        with self._changing():
            key = self._any_key_of(subject)
            return {name: self._seal(subject, key, *one) for name, one in named.items()}

    def references_for(
        self, subject: SubjectId, texts: Mapping[str, str], *, purpose: Sequence[bytes]
    ) -> dict[str, SealedReference]:
        """References as `seal_all` would give them; nothing is kept. Those of a subject that has no
        key yet are none that it will ever have.

        **Rejects** as `seal_all` does.
        """
        named = _named(texts, purpose)
        with self._asking():
            key = self._key_of(subject) or secrets.token_bytes(KEY_BYTES)
        return {name: _reference_for(key, *one) for name, one in named.items()}

    def _seal(
        self, subject: SubjectId, key: bytes, data: bytes, purpose: Sequence[bytes]
    ) -> SealedReference:
        reference = _reference_for(key, data, purpose)
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
        return reference

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """One at a time."""
        with _told(), self._lock:
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All of it or nothing, durable at the end."""
        with self._asking(), self._database:
            yield

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The same, and an opportunity to finish what an earlier erasure has left."""
        with self._writing():
            yield
        self._cut_log_if_wanted()

    def _cut_log_if_wanted(self) -> None:
        """Finish an earlier erasure; what is done now does not depend on it."""
        if self._is_log_to_cut:
            with suppress(VaultUnavailable):
                self._cut_log()

    def _cut_log(self) -> bool:
        """Move all of the log into the file, and leave nothing of it; returns False while another
        connection is in the way.
        """
        with self._asking():
            self._database.set_busy_timeout(0)
            try:
                self._database.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            except apsw.BusyError:
                return False
            finally:
                self._database.set_busy_timeout(_BUSY_MS_MAX)
            sync(self._log_path)
            self._is_log_to_cut = False
            return True

    def _key_of(self, subject: SubjectId) -> bytes | None:
        """The subject's key, or None when there is none yet."""
        row = self._database.execute(
            "select wrapped_key from subjects where subject = ?", (subject,)
        ).fetchone()
        if row is None:
            return None
        if row[0] is None:
            raise Rejected("subject_erased", "this person's data was erased", subject=subject)
        return unwrap_key(self._master_key, wrapped=row[0], binding=(subject.encode(),))

    def _any_key_of(self, subject: SubjectId) -> bytes:
        """The subject's key, made when there is none yet."""
        return self._key_of(subject) or self._new_key(subject)

    def _new_key(self, subject: SubjectId) -> bytes:
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = wrap_key(
            self._master_key,
            nonce=secrets.token_bytes(NONCE_BYTES),
            key=key,
            binding=(subject.encode(),),
        )
        self._database.execute("insert into subjects values (?, ?)", (subject, wrapped))
        return key

    def open(self, reference: SealedReference) -> str | None:
        """The text, or None once its subject is erased or the field was never kept."""
        with self._asking():
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
        """Destroy a subject's key; returns how many fields can no longer be opened.

        **Rejects** with `ErasureUnfinished` when that is done, and a copy of the key is left in the
        log for now.
        """
        texts = self._erase(subject)
        for _ in range(_CUTS_MAX):
            with suppress(VaultUnavailable):  # a disk that fails does not bring the key back
                if self._cut_log():
                    return texts
            time.sleep(_CUT_PAUSE_SECONDS)
        raise ErasureUnfinished(
            "the key is destroyed, and the vault's log still has a copy of it, because somebody "
            "else reads the vault or its disk fails; it goes at the next opportunity: erase again "
            "to see",
            texts=texts,
        )

    def _erase(self, subject: SubjectId) -> int:
        with self._writing():
            self._is_log_to_cut = True
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
        with self._asking():
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
        with self._changing():
            before = self._database.total_changes()
            self._database.executemany(
                "delete from fields where reference = ? and sealed_at < ?",
                [(reference, sealed_before) for reference in references],
            )
            discarded = self._database.total_changes() - before
        return int(discarded)

    def close(self) -> None:
        """Close the file."""
        self._cut_log_if_wanted()
        with self._asking():
            self._database.close()


@contextmanager
def _told() -> Iterator[None]:
    """**Rejects** with `VaultUnavailable` what the database cannot do now."""
    try:
        yield
    except (apsw.Error, OSError) as error:
        raise VaultUnavailable(f"the vault: {error}") from error


def _checked(text: str) -> bytes:
    data = text.encode()
    if len(data) > limits.SEALED_BYTES_MAX:
        raise Malformed(
            f"a sealed text has at most {limits.SEALED_BYTES_MAX} bytes", parameter="text"
        )
    return data


def _named(
    texts: Mapping[str, str], purpose: Sequence[bytes]
) -> dict[str, tuple[bytes, tuple[bytes, ...]]]:
    return {name: (_checked(text), (*purpose, name.encode())) for name, text in texts.items()}


def _reference_for(key: bytes, data: bytes, purpose: Sequence[bytes]) -> SealedReference:
    return SealedReference(_reference(key, purpose, data) if purpose else secrets.token_bytes(16))


def _reference(key: bytes, purpose: Sequence[bytes], data: bytes) -> bytes:
    """What a text is found under; whoever has not its subject's key learns nothing from it."""
    return keyed_digest(keyed_digest(key, "reference key", b""), "sealed field", *purpose, data)
