"""The writing half of a pool, put together: a shard, and what it takes to rebuild it.

A writer takes a pool by appending an epoch marker, which fences every older writer; when its shard
halts, the writer rebuilds it from the journal and takes the pool again.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping

from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows import clock
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.live_state import keep_live_state, live_state_of
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.gateways.whole_file import sync
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.hub.routes import ROUTES, body_digest
from tpwallet.hub.signing import check_signed, log_signer
from tpwallet.hub.state import empty_replica
from tpwallet.hub.vault import open_vault
from tpwallet.kernel.access import CLOCK, OWNER, AccessState, Actor
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Command, Rehearsal, Request
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.decider import Answer, Decider, Deliver, Read, Recorded, Work
from tpwallet.kernel.errors import (
    NOT_DONE,
    ClockRefused,
    ExecutedBeforeErasure,
    Fenced,
    Halted,
    JournalUnavailable,
    Malformed,
    OutcomeUnknown,
    Rejected,
    TpwalletError,
)
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.sealed import SubjectId, check_personal
from tpwallet.kernel.shard import Shard
from tpwallet.processes.restoring import keep_last, restore, work_in
from tpwallet.processes.taking import holds_pool, take_pool
from tpwallet.proofs.vkey import Vkey


class Writer:
    """One pool's writer: a shard, and what it takes to rebuild it."""

    def __init__(
        self,
        directory: PoolDirectory,
        *,
        owner: str = "embedded",
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = elapsed_ns,
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
            self.vault = open_vault(directory)
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

        Past `deadline` (nanoseconds of `hub.elapsed`) it is not begun any more. **Rejects** with
        `Malformed` texts that are no Unicode (a lone surrogate), and numbers past 64 bits.
        """
        try:
            digest = body_digest(self._digest_key, ROUTES[type(command)].name, command)
        except (UnicodeEncodeError, OverflowError) as error:
            raise Malformed(f"this cannot be written down: {error}", parameter="command") from None
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

        **Rejects** `subject_erased`; with `ExecutedBeforeErasure` a command that was executed
        before its subject was erased; with `Malformed` too many texts, and a text's name, which
        stays in the journal, that is no word.
        """
        check_personal(subject, texts)
        purpose = (actor.name.encode(), command_id.encode())
        sealing = self.vault.references_for if is_rehearsal else self.vault.seal_all
        try:
            return dict(sealing(SubjectId(subject), texts, purpose=purpose))
        except Rejected:
            if not is_rehearsal:
                self._check_not_executed(actor, command_id)
            raise

    def _check_not_executed(self, actor: Actor, command_id: str) -> None:
        """**Rejects** with `ExecutedBeforeErasure`."""
        key = IdempotencyState.key_of(actor.name, command_id)
        first = self.read(lambda _: self._replica.idempotency.position_of(key))
        if first:
            raise ExecutedBeforeErasure(
                "this command id was executed before the person's data was erased; its outcome is "
                "recorded at the position, and it is not executed again",
                command_id=command_id,
                position=first,
            )

    def run(
        self, command: Command, *, actor: Actor = OWNER, command_id: str | None = None
    ) -> Answer:
        """Run a command and wait for its answer. **Rejects** with what it was refused for."""
        return self.call(self.request(command, actor=actor, command_id=command_id))

    def rehearse(self, command: Command, *, actor: Actor = OWNER) -> Answer:
        """What a command would be answered now, without doing any of it."""
        return self.call(Rehearsal(self.request(command, actor=actor)))

    def submit(self, work: Work, deliver: Deliver) -> None:
        """Queue a command or a read; `deliver` is called from another thread with its answer."""
        self._shard.submit(work, deliver)

    def read(self, read: Read) -> Answer:
        """Read live state; what it shows is durable when it is returned."""
        return self.call(read)

    def call(self, work: Work) -> Answer:
        """Put a request, a rehearsal or a read to the pool and wait for its answer. **Rejects**
        with what it was refused for.
        """
        self._begin()
        return self._shard.call(work)

    def _begin(self) -> None:
        """What comes before any work. If it fails, the work was not begun, whatever is known of
        the pulse.
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
            with contextlib.suppress(ClockRefused, Rejected):  # commands are told; reads go on
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
    def room_used(self) -> dict[str, float]:
        """What share of the room for `transfers` and for `commands` is taken: at 1 no more is."""
        return {
            "transfers": self._replica.state.part(LedgerState).transfer_ids.share_used,
            "commands": self._replica.idempotency.index().share_used,
        }

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
