"""Exporting a journal: what goes into a `.tpwx` file, taken from any journal in one reading.

The log's root at the end is computed along the way, so a journal without a published log can be
exported too. Checkpoints that were published stand where they end; unless the last of them already
covers everything, one more is signed at the end, so that the whole file is under a signature.

Source: docs/reference/journal-format.md, "Exported journal".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tpwallet.formats.export import write_export
from tpwallet.formats.export_items import ExportedCommit, ExportedNote, ExportHead, Item
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.journal import Head
from tpwallet.kernel.leaves import leaves_of
from tpwallet.proofs.checkpoint import Checkpoint, signed_checkpoint
from tpwallet.proofs.frontier import Frontier, grow
from tpwallet.proofs.note import Signer

Progress = Callable[[int], None]  # is told the position reached


class Export:
    """One export under way."""

    def __init__(
        self,
        head: ExportHead,
        *,
        end: Head,
        notes: Mapping[int, Sequence[str]],
        signer: Signer | None,
        progress: Progress = lambda _position: None,
    ) -> None:
        """`head` names the positions from 1 to `end`, where a commit ends; `notes` are the
        published checkpoints by position. Without a `signer` none is added.
        """
        self._head = head
        self._end = end
        self._notes = notes
        self._signer = signer
        self._progress = progress
        self._frontier = Frontier()

    def chunks(self, commits: Iterable[Commit]) -> Iterator[bytes]:
        """The file, piece by piece, from the journal's commits.

        **Rejects** with `ExportRejected` commits that do not follow, and with `JournalCorrupt` one
        that cannot be read.
        """
        return write_export(self._head, self._items(commits), root=self._root)

    def _root(self) -> bytes:
        return self._frontier.root()

    def _items(self, commits: Iterable[Commit]) -> Iterator[Item]:
        position = 0
        following = iter(commits)
        while position < self._end.position and (commit := next(following, None)) is not None:
            leaves = leaves_of(commit.entries(), self._head.blinding_key)
            self._frontier = grow(self._frontier, leaves).frontier
            position = commit.header.last_position
            yield ExportedCommit(commit.header_bytes, commit.body)
            for text in self._notes.get(position, ()):
                yield ExportedNote(text)
            self._progress(position)
        if position == self._end.position:
            yield from self._last_note()

    def _last_note(self) -> Iterator[Item]:
        """A checkpoint over everything, if there is none yet."""
        if self._signer is None or self._notes.get(self._end.position):
            return
        checkpoint = Checkpoint(
            origin=self._head.origin,
            position=self._end.position,
            root=self._frontier.root(),
            commit=self._end.hash,
            time_ns=self._end.time,
        )
        yield ExportedNote(signed_checkpoint(checkpoint, (self._signer,)))
