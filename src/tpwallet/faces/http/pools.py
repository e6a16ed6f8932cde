"""The pools one hub serves, and how a key leads to its pool.

A key belongs to exactly one pool and selects it, so no path names a pool, and a caller cannot as
much as ask about a pool that is not theirs (decision: key-names-the-pool).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from tpwallet.faces.http import limits
from tpwallet.faces.http.desk import Desk
from tpwallet.faces.http.metrics import Gauges, MeteredJournal, Metrics
from tpwallet.faces.http.movement import Movement
from tpwallet.faces.http.pages import Pages, pages_here, relayed_pages
from tpwallet.faces.http.places import Places
from tpwallet.faces.http.questions import Questions
from tpwallet.faces.http.relay import Relay
from tpwallet.faces.naming import Addresses
from tpwallet.faces.reading_shapes import Progress
from tpwallet.gateways.journals import open_journal
from tpwallet.gateways.personal_reads import PersonalReads
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer
from tpwallet.hub.elapsed import elapsed_ns
from tpwallet.kernel.access import Actor
from tpwallet.kernel.errors import InvariantBroken, TpwalletError
from tpwallet.keys.api_keys import ApiKeyMalformed, api_key_hash
from tpwallet.processes.errors import FollowerUnavailable

_PROGRESS_PATH = "/v1/progress"
_MS = 1_000_000


class ServedPool:
    """A pool this process writes, or reads, or both."""

    def __init__(
        self,
        directory: PoolDirectory,
        *,
        metrics: Metrics,
        writer: Writer | None = None,
        questions: Questions | None = None,
        relay: Relay | None = None,
    ) -> None:
        """`relay` passes questions on to another process, where they are not answered here."""
        self.directory = directory
        self.metrics = metrics
        self.relay = relay
        self._writer = writer
        self._questions = questions
        self._desk: Desk | None = None
        self.addresses = Addresses()
        self.streams = Places(lambda: limits.STREAMS_MAX)
        self.imports = Places(lambda: limits.IMPORTS_READ_MAX)
        if questions is not None:
            self.pages: Pages = pages_here(questions)
            self.movement = questions.movement
        elif relay is not None:
            self.pages = relayed_pages(relay)
            self.movement = Movement(lambda: self.writer.position)

    @property
    def name(self) -> str:
        """What the pool's settings call it."""
        return self.directory.settings.name

    @property
    def is_written(self) -> bool:
        """Whether this process writes the pool."""
        return self._writer is not None

    @property
    def is_read(self) -> bool:
        """Whether this process reads the pool."""
        return self._questions is not None

    @property
    def is_starting(self) -> bool:
        """Whether the process that answers questions has not read the journal yet."""
        return self.relay is not None and not self.relay.is_answering.is_set()

    @property
    def writer(self) -> Writer:
        """The pool's writer."""
        if self._writer is None:
            raise InvariantBroken("this process does not write the pool")
        return self._writer

    @property
    def questions(self) -> Questions:
        """Where questions are put. **Rejects** with `FollowerUnavailable` when there are none."""
        if self._questions is None:
            raise FollowerUnavailable("reads are not answered at the moment")
        return self._questions

    @property
    def personal_reads(self) -> PersonalReads:
        """Where it is written down who opens personal texts."""
        return PersonalReads(self.directory.personal_reads_path)

    @property
    def desk(self) -> Desk:
        """Where the event loop hands the pool commands."""
        if self._desk is None:
            self._desk = Desk(self.writer)
        return self._desk

    async def gauges(self) -> Gauges:
        """How the pool is doing now."""
        writer = self.writer
        follower_position = await self._follower_position()
        return Gauges(
            queue_depth=writer.queue_depth,
            position=writer.position,
            follower_position=follower_position,
            is_halted=writer.halted is not None,
            room_used=writer.room_used,
        )

    async def _follower_position(self) -> int | None:
        """What reads reflect; None: they are not answered."""
        if self.relay is None:
            return self.questions.position if self.questions.is_answering else None
        deadline = elapsed_ns() + limits.FOLLOWER_ASKED_MS_MAX * _MS
        try:
            reply = await self.relay.ask(_PROGRESS_PATH, deadline=deadline)
        except TpwalletError:
            return None
        return _progress(reply.body).position if reply.status == 200 else None

    def close(self) -> None:
        """Finish what is under way and let go of the pool."""
        try:
            if self._questions is not None:
                self._questions.close()
        finally:
            if self._writer is not None:
                self._writer.close()


_progress = msgspec.json.Decoder(Progress).decode


def open_written(path: Path | str, relay: Relay, *, owner: str = "server") -> ServedPool:
    """Open a pool for writing, whose questions go through a relay.

    **Rejects** what `Writer` rejects.
    """
    directory, metrics = PoolDirectory(path), Metrics()
    writer = Writer(
        directory,
        owner=owner,
        open_journal=lambda of: MeteredJournal(open_journal(of), metrics),
    )
    return ServedPool(directory, metrics=metrics, writer=writer, relay=relay)


class Pools:
    """Every pool this process serves."""

    def __init__(self, pools: Sequence[ServedPool]) -> None:
        self._pools = tuple(pools)

    def __iter__(self) -> Iterator[ServedPool]:
        return iter(self._pools)

    def __getitem__(self, number: int) -> ServedPool:
        return self._pools[number]

    def caller_of(self, token: str) -> tuple[ServedPool, Actor] | None:
        """The pool a key belongs to and who it stands for; None: unknown, expired, revoked."""
        try:
            token_hash = _hash_of(token)
        except ApiKeyMalformed:
            return None
        for pool in self._pools:
            actor = pool.writer.actor_of(token_hash)
            if actor is not None:
                return pool, actor
        return None


@lru_cache(maxsize=1024)
def _hash_of(token: str) -> bytes:
    return api_key_hash(token)
