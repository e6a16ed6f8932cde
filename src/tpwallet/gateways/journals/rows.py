"""What a journal driver checks of a commit on its way in and of a row on its way out.

A row is a commit as databases keep it: `first_position, last_position, epoch, hash, header` and,
where asked for, `body`. The three numbers repeat what the header says, so that a query can find a
commit without reading it; the hash is the commit's, so that an append can demand what it follows
and a changed header is known at once. A row that contradicts itself is damage.

This is not the check of the chain. That a commit names the hash of the one before it, and that its
body has the hash its header names, is `check_link`'s matter in the kernel, which every reader of a
journal runs. Only a commit fetched alone has no such reader, so its body is checked here.
"""

from collections.abc import Sequence

from tpwallet.gateways.journals.limits import POSITION_MAX
from tpwallet.kernel.commit import Commit, Header, commit_hash
from tpwallet.kernel.errors import InvariantBroken, JournalCorrupt
from tpwallet.kernel.journal import Head
from tpwallet.kernel.limits import COMMIT_BODY_BYTES_MAX

Row = Sequence[object]


def check_appendable(commit: Commit, pool_id: bytes) -> Header:
    """The header of a commit that a driver is about to store.

    **Rejects** with `InvariantBroken` what no kernel hands out: a commit of another pool, without
    events, longer than `COMMIT_BODY_BYTES_MAX`, or numbered past `POSITION_MAX`.
    """
    header = commit.header
    if header.pool_id != pool_id:
        raise InvariantBroken("a commit of another pool was given to this pool's journal")
    if header.first_position < 1 or header.event_count < 1 or header.entry_count < 1:
        raise InvariantBroken("a commit without events or positions was given to the journal")
    if max(header.last_position, header.epoch) > POSITION_MAX:
        raise InvariantBroken("positions and epochs end at the limit", limit=POSITION_MAX)
    if not header.body_length == len(commit.body) <= COMMIT_BODY_BYTES_MAX:
        raise InvariantBroken(
            "a commit's body is too long, or not as long as its header says",
            bytes=len(commit.body),
            limit=COMMIT_BODY_BYTES_MAX,
        )
    return header


def stored_header(row: Row, *, pool_id: bytes, position: int) -> Header:
    """The header in a row.

    **Rejects** with `JournalCorrupt`, naming `position`, a row that contradicts itself.
    """
    first_position, last_position, epoch, stored_hash, header_bytes = row[:5]
    if not isinstance(header_bytes, bytes):
        raise JournalCorrupt("a stored header is not bytes", position=position)
    try:
        header = Header.unpack(header_bytes)
    except ValueError as error:
        raise JournalCorrupt(f"stored header: {error}", position=position) from error
    if commit_hash(header_bytes) != stored_hash:
        raise JournalCorrupt("a stored header does not match its hash", position=position)
    if header.pool_id != pool_id:
        raise JournalCorrupt("a stored commit is another pool's", position=position)
    numbers = (header.first_position, header.last_position, header.epoch)
    if numbers != (first_position, last_position, epoch):
        raise JournalCorrupt("a stored commit's header and row differ", position=position)
    if header.first_position < 1 or not 1 <= header.entry_count <= header.event_count:
        raise JournalCorrupt("a stored commit's counts make no sense", position=position)
    return header


def stored_commit(row: Row, header: Header) -> Commit:
    """The commit in a row whose header was read.

    **Rejects** with `JournalCorrupt` a body that is not as long as its header says.
    """
    header_bytes, body = row[4], row[5]
    if not (isinstance(header_bytes, bytes) and isinstance(body, bytes)):
        raise JournalCorrupt("a stored body is not bytes", position=header.first_position)
    if header.body_length != len(body):
        raise JournalCorrupt(
            "a stored body is not as long as its header says", position=header.first_position
        )
    return Commit(header_bytes, body)


def check_body(commit: Commit) -> Commit:
    """The commit itself. **Rejects** with `JournalCorrupt` a body that its header does not name."""
    if commit.body_hash != commit.header.body_hash:
        raise JournalCorrupt("body does not match its hash", position=commit.header.first_position)
    return commit


def follow(before: Head, header: Header) -> Head:
    """The head of a journal that had another head before this commit.

    **Rejects** with `JournalCorrupt` a commit that does not follow; its body is not looked at.
    """
    follows = header.first_position == before.position + 1 and header.previous == before.hash
    if not follows or header.epoch < before.epoch:
        raise JournalCorrupt(
            "a stored commit does not follow the one before it", position=before.position + 1
        )
    return end_of(header)


def head_of(rows: Sequence[Row], *, pool_id: bytes) -> Head:
    """The head, from a journal's last two rows, the last one first.

    **Rejects** with `JournalCorrupt` rows that make no sense or do not follow each other; where the
    damage begins two rows do not tell.

    >>> head_of([], pool_id=bytes(16)).position
    0
    """
    head = Head()
    for row in reversed(rows):
        header = stored_header(row, pool_id=pool_id, position=1)
        is_earlier = row is not rows[0]
        head = end_of(header) if is_earlier else follow(head, header)
    return head


def end_of(header: Header) -> Head:
    """The head of a journal that ends with this commit."""
    return Head(header.last_position, commit_hash(header.pack()), header.epoch, header.time)
