"""The composition root: a pool's settings in, its running writer out.

Everything is put together here and nowhere else: the journal driver, the parts of state, the
routes of every flow, the clock, the vault. A writer takes a pool by appending an epoch marker,
which fences every older writer; when its shard halts, the writer rebuilds it from the journal and
takes the pool again.
"""

import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping

import msgspec

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows import (
    accounts,
    administration,
    archiving,
    bulk,
    clock,
    delisting,
    imports,
    rescaling,
    transfers,
)
from tpwallet.gateways.checkpoint_file import latest_note
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.live_state import keep_live_state, live_state_of
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.gateways.vault import SqliteVault
from tpwallet.gateways.whole_file import sync
from tpwallet.kernel.access import CLOCK, OWNER, AccessState, Actor
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Command, Rehearsal, Request, Routes, routes_of
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.decider import Answer, Decider, Deliver, Read, Recorded, Work
from tpwallet.kernel.documents import DocumentState
from tpwallet.kernel.errors import (
    NOT_DONE,
    ClockRefused,
    Fenced,
    Halted,
    JournalUnavailable,
    OutcomeUnknown,
    TpwalletError,
)
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.journal import Head, Journal
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.sealed import SubjectId
from tpwallet.kernel.shard import Shard
from tpwallet.kernel.state import PoolState, State
from tpwallet.keys.digests import keyed_digest
from tpwallet.keys.signing import KeyPair
from tpwallet.processes.restoring import check_reaches, keep_last, restore, work_in
from tpwallet.processes.taking import holds_pool, take_pool
from tpwallet.proofs.checkpoint import unverified_checkpoint
from tpwallet.proofs.vkey import Vkey

ROUTES: Routes = routes_of(
    accounts.ROUTES,
    administration.ROUTES,
    archiving.ROUTES,
    bulk.ROUTES,
    clock.ROUTES,
    delisting.ROUTES,
    imports.ROUTES,
    rescaling.ROUTES,
    transfers.ROUTES,
)
_encode = msgspec.msgpack.Encoder(order="deterministic").encode  # a map has no order of its own


def empty_replica(pool_id: bytes) -> Replica:
    """A pool's state before its first event."""
    entropy = secrets.token_bytes(32)
    parts: dict[str, State] = {
        "kernel": KernelState(),
        "access": AccessState(),
        "documents": DocumentState(),
        "facts": LedgerFacts(),
        "ledger": LedgerState(entropy),
    }
    return Replica(pool_id, PoolState(parts), IdempotencyState(secrets.randbits(128)))


def body_digest(key: bytes, route_name: str, command: Command) -> bytes:
    """The keyed digest of a command's body, by which a repeated command id is told from a reuse."""
    body = hashlib.sha256(_encode(command)).digest()  # in hardware, and without the interpreter
    return keyed_digest(key, "command body", route_name.encode(), body)


def log_signer(directory: PoolDirectory) -> KeyPair:
    """The key that signs a pool's checkpoints."""
    return KeyPair(bytes.fromhex(directory.secrets.signing_seed))


def check_signed(directory: PoolDirectory, journal: Journal) -> None:
    """Check that the journal still reaches the newest checkpoint that was signed over it.

    **Rejects** with `JournalCorrupt` one that was cut off or rewritten since.
    """
    note = latest_note(directory.log_path)
    if note is not None:
        signed = unverified_checkpoint(note)
        check_reaches(
            journal, Head(signed.position, signed.commit, time=signed.time_ns), "a checkpoint"
        )


class Writer:
    """One pool's writer: a shard, and what it takes to rebuild it."""

    def __init__(
        self,
        directory: PoolDirectory,
        *,
        owner: str = "embedded",
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
        open_journal: Callable[[PoolDirectory], Journal] = open_journal,
    ) -> None:
        """Lock the directory, replay the journal and take the pool.

        **Rejects** with `Halted` a pool another process writes, `JournalCorrupt` a journal that
        does not hold together, `JournalUnavailable` one that cannot be written now.
        """
        self.directory = directory
        self._owner = owner
        self._vkey = Vkey(directory.settings.origin, log_signer(directory).public_key)
        self._snapshots = SnapshotDirectory(directory.snapshots_path)
        self._token = secrets.token_hex(8)
        self._clock = PoolClock(wall, monotonic, last=0)
        self._open_journal = open_journal
        self._digest_key = bytes.fromhex(directory.secrets.digest_key)
        self._changing = threading.Lock()
        self._closed = False
        with contextlib.ExitStack() as stack:
            stack.enter_context(directory.writing())
            self.vault = SqliteVault(
                directory.vault_path, bytes.fromhex(directory.secrets.vault_key)
            )
            stack.callback(self.vault.close)
            self._start()
            self._resources = stack.pop_all()

    def _start(self, *, again: bool = False) -> None:
        """Replay the journal, from the newest snapshot on, take the pool and start a shard."""
        self._journal = self._open_journal(self.directory)
        try:
            check_signed(self.directory, self._journal)
            replica, _ = restore(
                self._snapshots, self._journal, lambda: empty_replica(self.directory.pool_id)
            )
            self._replayed_before = work_in(replica)
            replica.catch_up(self._journal)
            if again and not holds_pool(replica, self._token):
                raise Fenced("another writer has taken this pool")
            self._clock.go_on_from(replica.head.time)
            sync(self.directory.path)  # the names of its files, before anything is promised
            epoch = take_pool(
                self._journal,
                replica,
                owner=self._owner,
                token=self._token,
                now=self._clock.now(),
                vkey=self._vkey,
            )
            self._clock.go_on_from(replica.head.time)
        except BaseException:
            self._journal.close()
            raise
        self._replica = replica
        recorded = Recorded(self._read_entry)
        decider = Decider(
            state=replica.state,
            idempotency=replica.idempotency,
            routes=ROUTES,
            clock=self._clock,
            past=recorded,
        )
        self._shard = Shard(
            decider=decider,
            recorded=recorded,
            journal=self._journal,
            head=replica.head,
            pool_id=self.directory.pool_id,
            epoch=epoch,
        )

    def _read_entry(self, position: int) -> Entry:
        for entry in self._journal.commit_at(position).entries():
            if entry.first_position <= position <= entry.last_position:
                return entry
        raise LookupError(f"no entry holds position {position}")

    def recover(self) -> None:
        """Rebuild a halted shard from the journal and take the pool again.

        **Rejects** with `Fenced` when another writer has it: then this one is over.
        """
        with self._changing:
            reason = self._shard.halted
            if reason is None or self._closed:
                return
            if isinstance(reason, Fenced):
                raise reason
            self._shard.close()
            self._journal.close()
            self._start(again=True)

    def request(
        self,
        command: Command,
        *,
        actor: Actor = OWNER,
        command_id: str | None = None,
        deadline: int | None = None,
    ) -> Request:
        """A command ready to be run; without an id of its own it gets a random one.

        Past `deadline` (nanoseconds of the monotonic clock) it is not begun any more.
        """
        digest = body_digest(self._digest_key, ROUTES[type(command)].name, command)
        return Request(
            command, actor, command_id or secrets.token_hex(16), digest, deadline=deadline
        )

    def seal(
        self,
        subject: str,
        texts: Mapping[str, str],
        *,
        actor: Actor,
        command_id: str,
        is_rehearsal: bool = False,
    ) -> dict[str, bytes]:
        """Seal a command's personal texts, all of them or none; returns a reference for each. For a
        rehearsal nothing is kept.

        References follow from command and text, under the subject's own key: a repeated command has
        the same ones, another text under the same command id has others and is told apart, and once
        the subject is erased nobody can try which text it was.
        """
        purpose = (actor.name.encode(), command_id.encode())
        sealing = self.vault.references_for if is_rehearsal else self.vault.seal_all
        return dict(sealing(SubjectId(subject), texts, purpose=purpose))

    def run(
        self, command: Command, *, actor: Actor = OWNER, command_id: str | None = None
    ) -> Answer:
        """Run a command and wait for its answer. **Rejects** with what it was refused for."""
        self._begin()
        return self._shard.call(self.request(command, actor=actor, command_id=command_id))

    def rehearse(self, command: Command, *, actor: Actor = OWNER) -> Answer:
        """What a command would be answered now, without doing any of it."""
        self._revive()
        return self._shard.call(Rehearsal(self.request(command, actor=actor)))

    def submit(self, work: Work, deliver: Deliver) -> None:
        """Queue a command or a read; `deliver` is called from another thread with its answer."""
        self._shard.submit(work, deliver)

    def read(self, read: Read) -> Answer:
        """Read live state; what it shows is durable when it is returned."""
        self._begin()
        return self._shard.call(read)

    def _begin(self) -> None:
        """What comes before a command or a read. If it fails, that one was not begun, whatever is
        known of the pulse.
        """
        self._revive()
        try:
            self.pulse()
        except OutcomeUnknown as error:
            raise Halted(f"the pool has stopped and is to be rebuilt; {NOT_DONE}") from error

    @property
    def is_expiry_due(self) -> bool:
        """Whether reservations have run out that are not released yet."""
        return 0 < self._replica.state.part(LedgerState).next_expiry <= self._clock.now()

    def pulse(self) -> None:
        """Release reservations that have run out, if there are any and the clock is believed."""
        if self.is_expiry_due:
            with contextlib.suppress(ClockRefused):  # commands are told; reads go on
                self._shard.call(self.request(clock.Expire(), actor=CLOCK))

    def _revive(self) -> None:
        if self._shard.halted is not None:
            self.recover()

    def actor_of(self, token_hash: bytes) -> Actor | None:
        """Who an API key stands for now, or None: unknown, expired or revoked."""
        return self._replica.state.part(AccessState).actor_of(token_hash, self._clock.now())

    @property
    def queue_depth(self) -> int:
        """How many commands and reads wait."""
        return self._shard.queue_depth

    @property
    def journal(self) -> Journal:
        """The pool's journal."""
        return self._journal

    @property
    def position(self) -> int:
        """The last durable position."""
        return self._shard.durable_position

    @property
    def halted(self) -> TpwalletError | None:
        """Why the shard has stopped, or None."""
        return self._shard.halted

    def close(self) -> None:
        """Finish what is under way and let go of everything."""
        with self._changing:
            if self._closed:
                return
            self._closed = True
            self._shard.close()
            try:
                self._keep_state()
            finally:
                self._journal.close()
                self._resources.close()

    def _keep_state(self) -> None:
        """Spare the next start the replaying, and write down what replay must arrive at; nobody
        waits for this writer any more.
        """
        if self._shard.halted is not None:
            return
        with contextlib.suppress(OSError, JournalUnavailable):  # then the next start replays
            head = self._journal.head()
            if head.position == self._replica.state.position:
                self._replica.head = head
                keep_live_state(self.directory.path, live_state_of(self._replica))
                keep_last(self._snapshots, self._replica, since=self._replayed_before)
