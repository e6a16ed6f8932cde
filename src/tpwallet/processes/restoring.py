"""Starting from a snapshot: the newest one that can be used, and then the journal's tail.

A snapshot that cannot be used (damaged, of another release) is passed over with its reason, and an
older one or the journal's beginning serves. One that is intact and yet does not fit the journal is
evidence: the journal was cut off or rewritten after it was made, and nobody may go on from there
as if nothing had happened.

What lies before the snapshot is not read, so it is not verified either: see `chain_check`.
"""

from collections.abc import Callable
from typing import NamedTuple

from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.errors import JournalCorrupt, SegmentNotAtHand
from tpwallet.kernel.journal import Head, Journal
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import SnapshotUnusable, load_snapshot, take_snapshot
from tpwallet.ports.snapshots import SnapshotStore
from tpwallet.processes import limits


class PassedOver(NamedTuple):
    """A snapshot that was not used, and why."""

    position: int
    reason: str


class Restored(NamedTuple):
    """A replica at a snapshot's position, or empty when none could be used."""

    replica: Replica
    passed_over: list[PassedOver]


def restore(
    snapshots: SnapshotStore,
    journal: Journal,
    empty: Callable[[], Replica],
    *,
    at_most: int | None = None,
) -> Restored:
    """The replica of the newest usable snapshot, not beyond `at_most`.

    **Rejects** with `JournalCorrupt` a journal that ends before an intact snapshot, naming the
    first position that is missing, or that holds another commit where the snapshot was made.
    """
    passed_over: list[PassedOver] = []
    for position in reversed(snapshots.positions()):
        if at_most is not None and position > at_most:
            continue
        replica = empty()
        try:
            load_snapshot(snapshots.open(position), replica)
        except (SnapshotUnusable, OSError) as error:
            passed_over.append(PassedOver(position, str(error)))
            continue
        check_reaches(journal, replica.head, "a snapshot")
        return Restored(replica, passed_over)
    return Restored(empty(), passed_over)


def work_in(replica: Replica) -> int:
    """How much replaying a state took: its events, and the records in them."""
    ledger = replica.state.part(LedgerState)
    return replica.state.position + ledger.account_count + ledger.transfer_count


def keep_last(snapshots: SnapshotStore, replica: Replica, *, since: int) -> bool:
    """Keep a snapshot of a state that nobody changes any more, if replaying what came after
    `since` (as `work_in` measured it) is worth sparing; returns whether it was kept.

    **Rejects** with `OSError` a full disk.
    """
    if work_in(replica) - since < limits.LAST_SNAPSHOT_WORK:
        return False
    if replica.head.position in snapshots.positions():
        return False
    snapshot = take_snapshot(replica)
    snapshots.save(snapshot.position, snapshot.chunks())
    snapshots.prune(limits.SNAPSHOTS_KEPT)
    return True


def check_reaches(journal: Journal, evidence: Head, what: str) -> None:
    """Check that a journal still holds the commit that some evidence was made of.

    A commit whose segment file is not at hand is taken on trust: it was verified when it was
    archived, and whoever needs what is in it is told.

    **Rejects** with `JournalCorrupt` one that ends earlier, or that holds another commit there.
    """
    if evidence.position == 0:
        return
    end = journal.head().position
    if end < evidence.position:
        raise JournalCorrupt(
            f"the journal ends at {end}, but {what} was made of it at {evidence.position}: "
            "it was cut off",
            position=end + 1,
        )
    try:
        commit = journal.commit_at(evidence.position)
    except SegmentNotAtHand:
        return
    if commit.hash != evidence.hash or commit.header.last_position != evidence.position:
        raise JournalCorrupt(
            f"the journal is not the one {what} was made of at {evidence.position}",
            position=commit.header.first_position,
        )
