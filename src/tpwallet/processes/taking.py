"""Taking a pool: an owner writes an epoch marker, which fences every older writer.

The marker is an entry like any other, so who owns a pool is read from its journal and from nowhere
else. Whether the taker may have the pool is not asked here; the lock of its directory is a
gateway's.
"""

from importlib.metadata import version

from tpwallet.kernel.commit import Entry, Envelope, encode_envelope, seal_commit
from tpwallet.kernel.errors import Fenced, JournalUnavailable
from tpwallet.kernel.facts import EpochStarted, KernelState, LogKeyAdded
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.journal import Journal, Outcome, not_said
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.wire import Event, encode_event
from tpwallet.proofs.vkey import Vkey

_KERNEL = "kernel"  # the actor of epoch markers


def _marker_id(epoch: int, token: str) -> str:
    """The command id of the marker that begins an epoch of the owner with this token."""
    return f"epoch-{epoch}-{token}"


def holds_pool(replica: Replica, token: str) -> bool:
    """Whether the latest epoch of a journal is of the owner with this token."""
    key = IdempotencyState.key_of(_KERNEL, _marker_id(replica.head.epoch, token))
    return replica.idempotency.position_of(key) != 0


def take_pool(
    journal: Journal,
    replica: Replica,
    *,
    owner: str,
    token: str,
    now: int,
    vkey: Vkey | None = None,
) -> int:
    """Append the epoch marker that fences every older writer; returns the new epoch.

    `token` is random and tells this owner from all others, `owner` what it is called. `vkey`, which
    the pool's checkpoints are signed with, is written down beside the marker when it is new.

    **Rejects** with `Fenced` when another writer was faster, and with `JournalUnavailable` when
    it is not known whether the marker was kept.
    """
    head = replica.head
    epoch = head.epoch + 1
    events: list[Event] = [EpochStarted(epoch, owner, version("tpwallet"))]
    if vkey is not None and str(vkey) not in replica.state.part(KernelState).vkeys:
        events.append(LogKeyAdded(str(vkey)))
    moment = max(now, head.time + 1)
    envelope = Envelope(_marker_id(epoch, token), _KERNEL, None, bytes(16), moment)
    entry = Entry(
        envelope,
        head.position + 1,
        tuple(events),
        encode_envelope(envelope),
        tuple(encode_event(event) for event in events),
    )
    commit = seal_commit(
        pool_id=replica.pool_id,
        epoch=epoch,
        first_position=head.position + 1,
        previous=head.hash,
        entries=[entry],
    )
    outcome = journal.append(commit)
    if outcome is Outcome.FENCED:
        raise Fenced("another writer took this pool")
    if outcome is Outcome.UNKNOWN:
        text, facts = not_said(journal, "the epoch marker")
        raise JournalUnavailable(text, **facts)
    replica.replay(commit)
    return epoch
