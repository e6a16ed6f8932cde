"""The order of an exported journal: what may follow what.

Writer and reader walk the same items past one `ExportOrder`, so that a file which could be written
can be read and the other way round. It follows positions, the hash chain of headers and the hash of
each body. It does not compute the log's root or check signatures: that is a verifier's work.

Source: docs/reference/journal-format.md, "Commit" and "Exported journal".
"""

from hashlib import sha256

from tpwallet.formats.export_items import (
    HASH_BYTES,
    CommitHeader,
    ExportedCommit,
    ExportedNote,
    ExportHead,
    ExportRejected,
    parse_header,
)


class ExportOrder:
    """How far an export has come, and what must come next."""

    def __init__(self, head: ExportHead) -> None:
        self._head = head
        self._epoch = 0
        # What an export that begins amid the journal hangs on is not in the file.
        self._previous = bytes(HASH_BYTES) if head.first_position == 1 else None
        self._next_position = head.first_position
        self.commits = 0

    @property
    def events(self) -> int:
        """How many events have passed."""
        return self._next_position - self._head.first_position

    def commit(self, item: ExportedCommit) -> None:
        """Let a commit pass.

        **Rejects** (ExportRejected) `malformed` and `too_long` headers, `commit_misplaced` for one
        of another pool, position, chain or of an older epoch, and `body_mismatch`.
        """
        header = parse_header(item.header)
        self._require_place(header)
        if len(item.body) != header.body_length or sha256(item.body).digest() != header.body_hash:
            raise ExportRejected("body_mismatch", position=header.first_position)
        self._epoch = header.epoch
        self._previous = sha256(item.header).digest()
        self._next_position += header.event_count
        self.commits += 1

    def note(self, item: ExportedNote) -> None:
        """Let a checkpoint pass.

        **Rejects** (ExportRejected `note_misplaced`) a note whose first two lines are not the
        origin and the position of the last event of the commit before it.
        """
        expected = [self._head.origin, str(self._next_position - 1)]
        if not self.commits or item.text.split("\n")[:2] != expected:
            raise ExportRejected("note_misplaced", ends_at=self._next_position - 1)

    def end(self) -> None:
        """Let the end pass. **Rejects** (ExportRejected `count_mismatch`) missing positions."""
        if self._next_position - 1 != self._head.last_position:
            raise ExportRejected(
                "count_mismatch",
                last_position=self._head.last_position,
                found=self._next_position - 1,
            )

    def _require_place(self, header: CommitHeader) -> None:
        place: dict[str, tuple[int | str, int | str]] = {
            "pool": (self._head.pool.hex(), header.pool.hex()),
            "first_position": (self._next_position, header.first_position),
            "previous": ((self._previous or header.previous).hex(), header.previous.hex()),
            "epoch": (max(self._epoch, header.epoch), header.epoch),
        }
        for what, (expected, found) in place.items():
            if expected != found:
                raise ExportRejected("commit_misplaced", what=what, expected=expected, found=found)
        if header.first_position + header.event_count - 1 > self._head.last_position:
            raise ExportRejected("commit_misplaced", what="last_position", found=header.event_count)
