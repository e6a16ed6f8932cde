"""Reading a pool beside whoever writes it: its journal, its checkpoints, its public keys."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import tpwallet.hub  # noqa: F401 - declares every event there is, so that all can be read
from tpwallet.gateways.checkpoint_file import kept_notes, latest_note
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.journals.segmented import Segmented
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.kernel.journal import Head, Journal
from tpwallet.keys.signing import KeyPair
from tpwallet.proofs.checkpoint import unverified_checkpoint
from tpwallet.proofs.note import Signer
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey

Notes = Mapping[int, list[str]]


@contextmanager
def reading(directory: PoolDirectory, *, as_found: bool = False) -> Iterator[Journal]:
    """The pool's journal, for reading only. One that was cut off has no head, unless it is read
    `as_found`.

    **Rejects** with `JournalUnavailable` one that cannot be opened, and with `JournalCorrupt` one
    that is gone or not this pool's journal.
    """
    journal = open_journal(directory, read_only=True, as_found=as_found)
    try:
        yield journal
    finally:
        journal.close()


def all_commits(journal: Journal) -> Iterator[Commit]:
    """The commits of a journal, in order, as far as they can be read.

    **Rejects** with `JournalCorrupt` where that ends early, after what comes before it was given.
    """
    try:
        journal.head()
    except JournalCorrupt:
        if isinstance(journal, Segmented):
            yield from journal.salvage()
        raise
    yield from journal.read()


def end_at(journal: Journal, through: int) -> Head:
    """Where the last commit ends that ends at a position or before it.

    **Rejects** with `Malformed` a position that is not in the journal, and with `JournalCorrupt`
    one that comes after damage.
    """
    reached = Head()
    commits = all_commits(journal)
    while reached.position < through and (commit := next(commits, None)) is not None:
        header = commit.header
        if header.last_position > through:
            return reached
        reached = Head(header.last_position, commit.hash, header.epoch, header.time)
    if reached.position < through:
        raise Malformed(
            f"the journal reaches from 0 to {reached.position}",
            parameter="through",
            position=reached.position,
        )
    return reached


def signer_of(directory: PoolDirectory) -> Signer:
    """The key that signs the pool's checkpoints."""
    pair = KeyPair(bytes.fromhex(directory.secrets.signing_seed))
    return Signer(Vkey(directory.settings.origin, pair.public_key), pair.sign)


def blinding_key_of(directory: PoolDirectory) -> bytes:
    """The 32-byte key that blinds the pool's log."""
    return bytes.fromhex(directory.secrets.blinding_key)


def stored_notes(folder: Path) -> Notes:
    """The checkpoints that lie in a folder, by the position they end on; files are left alone.

    **Rejects** with `JournalCorrupt` one that cannot be read: it is evidence, so it is not passed
    over.
    """
    notes: dict[int, list[str]] = {}
    for text in _texts(folder):
        try:
            position = unverified_checkpoint(text).position
        except ProofRejected as refused:
            raise JournalCorrupt(f"a checkpoint cannot be read: {refused}", position=1) from None
        if text not in notes.setdefault(position, []):
            notes[position].append(text)
    return notes


def _texts(folder: Path) -> Iterator[str]:
    for kept in kept_notes(folder):  # a line a crash cut short was published to nobody
        yield kept.note
    latest = latest_note(folder)
    if latest is not None:
        yield latest
