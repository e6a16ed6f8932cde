"""The transparency log: a Merkle tree over every event, and the checkpoints signed over it.

It follows the journal, hashes each event into a leaf (`kernel.leaves`), and keeps the complete
subtrees in an append-only file. After each catch-up its root is signed as a checkpoint, off the hot
path. With it come the proofs: that an event stands in the journal, that a transfer stands in a
batch, and that an older checkpoint's log is how a newer one's begins.

A checkpoint is made durable before anybody sees it: what was shown to others must be remembered
here, or a journal that was cut off after a crash could be signed over again. The newest one says
how much of the hash file counts; what a crash left behind it is cut off. A hash file that does not
lead to its root is thrown away and computed again. Every checkpoint that is kept is compared with
the root computed then: a journal that leads to another root is not the one that was signed.

Source: docs/reference/journal-format.md, "Transparency log", "Checkpoint".
"""

import threading
from bisect import bisect_right
from collections.abc import Sequence

from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt
from tpwallet.kernel.journal import Head
from tpwallet.kernel.leaves import leaves_of
from tpwallet.keys.signing import KeyPair
from tpwallet.ports.log_files import CheckpointStore, HashFile
from tpwallet.ports.view import ViewDamaged
from tpwallet.proofs.checkpoint import Checkpoint, signed_checkpoint, unverified_checkpoint
from tpwallet.proofs.hash_store import stored_count
from tpwallet.proofs.log import Log
from tpwallet.proofs.note import Signer
from tpwallet.proofs.prove import PublishedLog
from tpwallet.proofs.vkey import Vkey
from tpwallet.views import limits


class TransparencyLog:
    """One pool's log. Any thread may call."""

    def __init__(
        self,
        *,
        hashes: HashFile,
        checkpoints: CheckpointStore,
        origin: str,
        signer: KeyPair,
        blinding_key: bytes,
    ) -> None:
        """`origin` names the log in checkpoints; `blinding_key` is the pool's K (32 bytes)."""
        self._hashes = hashes
        self._checkpoints = checkpoints
        self._origin = origin
        self._blinding_key = blinding_key
        self.vkey = Vkey(origin, signer.public_key)
        self._signers = (Signer(self.vkey, signer.sign),)
        self._lock = threading.Lock()
        self._kept = checkpoints.kept_positions()
        self._note = self._durable_note = checkpoints.latest()
        self._signed = None if self._note is None else unverified_checkpoint(self._note)
        self._log = self._open()
        self._kept_time = self._time_of_last_kept()

    def _open(self) -> Log:
        """The log as of the newest checkpoint, or empty when the hashes do not lead to it."""
        stated = self._signed
        if stated is not None and self._hashes.count() >= stored_count(stated.position):
            self._hashes.truncate(stored_count(stated.position))
            log = Log(self._hashes)
            if log.root(log.size) == stated.root:
                return log
        self._hashes.truncate(0)
        return Log(self._hashes)

    def _time_of_last_kept(self) -> int:
        note = self._checkpoints.kept(self._kept[-1]) if self._kept else None
        return 0 if note is None else unverified_checkpoint(note).time_ns

    # Building

    @property
    def position(self) -> int:
        """The last position it holds."""
        return self._log.size

    @property
    def signed(self) -> Checkpoint | None:
        """The newest checkpoint; it may be beyond `position` while the log is computed again."""
        return self._signed

    @property
    def damage(self) -> ViewDamaged | None:
        """None: hashes that do not lead to a signed root are computed again when it is opened."""
        return None

    def apply(self, entries: Sequence[Entry]) -> None:
        """Add the leaves of the journal's next entries.

        **Rejects** with `InvariantBroken` entries that are not the next, and with `JournalCorrupt`
        a journal that leads to another root than one that was signed.
        """
        if not entries:
            return
        leaves = leaves_of(entries, self._blinding_key)
        with self._lock:
            before = self._log.size
            if entries[0].first_position != before + 1:
                raise InvariantBroken(
                    f"the log at {before} met position {entries[0].first_position}"
                )
            self._log.append(leaves)
            self._check_signed(before)

    def _check_signed(self, before: int) -> None:
        """Compare the roots computed since `before` with those that were signed."""
        passed = slice(bisect_right(self._kept, before), bisect_right(self._kept, self._log.size))
        for position in self._kept[passed]:
            note = self._checkpoints.kept(position)
            if note is not None:
                self._check_root(unverified_checkpoint(note))
        stated = self._signed
        if stated is not None and before < stated.position <= self._log.size:
            self._check_root(stated)

    def _check_root(self, stated: Checkpoint) -> None:
        if self._log.root(stated.position) != stated.root:
            raise JournalCorrupt(
                "the journal is not the one a checkpoint was signed over",
                position=stated.position,
            )

    def publish(self, head: Head) -> None:
        """Sign the log as of a commit that ends where the log does.

        **Rejects** with `InvariantBroken` a commit that ends elsewhere.
        """
        with self._lock:
            if head.position != self._log.size:
                raise InvariantBroken(f"the log at {self._log.size} is not at {head.position}")
            if self._signed is not None and self._signed.position >= head.position:
                return
            self._note = self._sign(head)
            self._signed = unverified_checkpoint(self._note)
            if self._is_kept(head):
                self._make_durable()
                self._checkpoints.keep(head.position, self._note)
                self._kept.append(head.position)
                self._kept_time = head.time

    def _is_kept(self, head: Head) -> bool:
        last = self._kept[-1] if self._kept else 0
        is_far = head.position - last >= limits.KEPT_POSITIONS
        return not self._kept or is_far or head.time - self._kept_time >= limits.KEPT_NS

    def _sign(self, head: Head) -> str:
        checkpoint = Checkpoint(
            origin=self._origin,
            position=head.position,
            root=self._log.root(head.position),
            commit=head.hash,
            time_ns=head.time,
        )
        return signed_checkpoint(checkpoint, self._signers)

    def flush(self) -> None:
        """Make the log durable up to its newest checkpoint."""
        with self._lock:
            self._make_durable()

    def _make_durable(self) -> None:
        note = self._note
        if note is not None and note != self._durable_note:
            self._hashes.flush()
            self._checkpoints.replace_latest(note)
            self._durable_note = note

    def close(self) -> None:
        """Let go of the files. What was not flushed is computed again."""
        with self._lock:
            self._hashes.close()

    # Reading

    def note(self) -> str | None:
        """The newest checkpoint, made durable; None: there is none."""
        with self._lock:
            self._make_durable()
            return self._note

    def sign_again(self, head: Head) -> str:
        """The checkpoint of a past commit: the one that is kept, or the same signed once more.

        **Rejects** with `ValueError` a commit that no checkpoint covers yet.
        """
        with self._lock:
            if self._signed is None or self._signed.position < head.position:
                raise ValueError(f"no checkpoint covers {head.position} yet")
            self._make_durable()
            return self._checkpoints.kept(head.position) or self._sign(head)

    def published(self, vkeys: Sequence[Vkey]) -> PublishedLog | None:
        """The log under its newest checkpoint, for proofs; None before the first.

        `vkeys` are the keys that have signed before; the present one is added if it is missing.
        """
        note, stated = self.note(), self._signed
        if note is None or stated is None or stated.position > self.position:
            return None
        return PublishedLog(
            log=self._log,
            checkpoint=note,
            vkeys=self.all_vkeys(vkeys),
            blinding_key=self._blinding_key,
        )

    def all_vkeys(self, vkeys: Sequence[Vkey]) -> tuple[Vkey, ...]:
        """These keys and the present one, each once."""
        return tuple(dict.fromkeys((*vkeys, self.vkey)))

    def consistency_path(self, old: int, new: int) -> tuple[bytes, ...]:
        """The path that proves the log at `old` to begin the log at `new`.

        **Rejects** with `ValueError` positions out of order or not reached.
        """
        return self._log.consistency_path(old, new)

    def root(self, position: int) -> bytes:
        """The root at a position. **Rejects** with `ValueError` one that was not reached."""
        return self._log.root(position)
