"""Replaying a journal: the state it leads to, and how fast this machine gets there."""

import time

import msgspec

from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import reading
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import empty_replica
from tpwallet.kernel.commit import Commit, check_link
from tpwallet.kernel.errors import Malformed
from tpwallet.kernel.replica import Replica


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a replay arrived; hashes are hexadecimal, the commit's is of the last whole one."""

    position: int
    events: int
    state_hash: str
    commit_hash: str
    accounts: int
    transfers: int
    open_reservations: int
    seconds: str
    events_per_second: int


def replay_pool(
    directory: PoolDirectory, *, until: int | None = None, progress: Progress = no_progress
) -> Replayed:
    """Replay a pool's journal from its first event, to `until` or its end.

    **Rejects** with `Malformed` a position that is not in the journal, and with `JournalCorrupt`
    one that does not hold together.
    """
    replica = empty_replica(directory.pool_id)
    with reading(directory) as journal:
        end = journal.head().position
        target = end if until is None else until
        if not 0 <= target <= end:
            raise Malformed(f"the journal reaches from 0 to {end}", parameter="to")
        started = time.monotonic_ns()
        for commit in journal.read():
            if replica.state.position >= target:
                break
            if commit.header.last_position <= target:
                replica.replay(commit)
            else:
                _replay_part(replica, commit, target)
            progress(Stage.REPLAYING, replica.state.position, target)
        elapsed = max(time.monotonic_ns() - started, 1)
    ledger = replica.state.part(LedgerState)
    return Replayed(
        position=target,
        events=target,
        state_hash=replica.state.state_hash().hex(),
        commit_hash=replica.head.hash.hex(),
        accounts=ledger.account_count,
        transfers=ledger.transfer_count,
        open_reservations=ledger.open_reservation_count,
        seconds=f"{elapsed // 10**9}.{elapsed // 10**6 % 1000:03d}",
        events_per_second=target * 10**9 // elapsed,
    )


def _replay_part(replica: Replica, commit: Commit, until: int) -> None:
    """Replay the events of a commit up to a position within it."""
    check_link(
        commit,
        pool_id=replica.pool_id,
        previous=replica.head.hash,
        after=replica.head.position,
        epoch=replica.head.epoch,
    )
    for entry in commit.entries():
        for position, event in enumerate(entry.events, start=entry.first_position):
            if position <= until:
                replica.state.replay(event, position)
    replica.state.settle()
