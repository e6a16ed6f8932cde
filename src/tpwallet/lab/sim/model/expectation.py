"""What each caller should be told, across crashes: the books, and how to go back in them.

What was decided and did not come into the journal never happened. So the books are kept as they
were at some durable position, with what was decided since, and are played again up to wherever a
journal is found to end.
"""

from collections.abc import Mapping

from tpwallet.flows import bulk, imports, transfers
from tpwallet.flows.clock import Expire, OverrideClock
from tpwallet.kernel.access import ADMIN, LEDGER_BULK, LEDGER_WRITE
from tpwallet.kernel.command import Command, Request
from tpwallet.lab.sim.clocks import SECOND_NS
from tpwallet.lab.sim.failure import expect, require
from tpwallet.lab.sim.model.administration import ADMINISTRATION
from tpwallet.lab.sim.model.books import Books, decide
from tpwallet.lab.sim.model.bulk import BULK
from tpwallet.lab.sim.model.clock import ExpectedClock
from tpwallet.lab.sim.model.flows import FLOWS
from tpwallet.lab.sim.told import Fault, Refusal, Told, refusal

RULES = {**FLOWS, **BULK, **ADMINISTRATION}
_ANSWERS_KEPT_NS = 30 * 86_400 * SECOND_NS
_RECORDS = (bulk.CreateAccounts, bulk.CreateTransfers, imports.ImportTransfers)
_NOT_REHEARSED = {bulk.CreateAccounts, bulk.CreateTransfers, Expire, OverrideClock}
_PLAYED_AGAIN_MAX = 60  # commands, before the books are copied


class Expectation:
    """The books as they should be now, and as they were at a durable position."""

    def __init__(self) -> None:
        self.books = Books()
        self._base = Books()
        self._since: list[tuple[Request, int]] = []  # decided since, and when

    def answer(self, request: Request, clock: ExpectedClock) -> Told:
        """What the caller of a request that is decided now should be told."""
        known = self.books.outcomes.get((request.actor.name, request.command_id))
        if known is not None:
            at = known.position
            if known.command != request.command:
                return refusal("idempotency_conflict", command_id=request.command_id, position=at)
            if clock.now() - known.time > _ANSWERS_KEPT_NS:
                return refusal("idempotency_expired", command_id=request.command_id, position=at)
            return known.told
        vouches = isinstance(request.command, OverrideClock)
        now = None if vouches else clock.take(_times(request.command))
        if now is None and not vouches:
            return Fault("clock_refused")
        if scope_of(type(request.command)) not in request.actor.scopes:
            return Fault("forbidden")  # its time is gone all the same
        if now is None:
            now = clock.vouch()
        told = decide(self.books, RULES, request, now)
        if not isinstance(told, Fault):
            self._since.append((request, now))
        return told

    def rehearse(self, request: Request, clock: ExpectedClock) -> Told:
        """What the caller of a request that is only tried should be told; nothing comes of it."""
        command = type(request.command)
        if command in _NOT_REHEARSED:
            return Fault("malformed_request")
        if scope_of(command) not in request.actor.scopes:
            return Fault("forbidden")
        now = clock.now() + _times(request.command)
        told = decide(self.books.copy(), RULES, request, now)
        if isinstance(told, Refusal):  # it has no position: it is recorded nowhere
            return refusal(told.code, **{k: v for k, v in told.facts if k != "position"})
        return told

    def settle(self, position: int) -> None:
        """All up to a position is durable and will not be played again."""
        if position == self.books.position and len(self._since) > _PLAYED_AGAIN_MAX:
            self._base = self.books.copy()
            self._since.clear()

    def rewind(self, position: int, markers: Mapping[int, int]) -> None:
        """The journal ends at a position: what was decided beyond it never happened. `markers` are
        the positions at which owners took the pool, and how many events that was.

        **Rejects** with `SimulationFailed` a position at which nothing ever ended.
        """
        books, kept = self._base.copy(), 0
        while books.position < position:
            if books.position + 1 in markers:
                books.position += markers[books.position + 1]
                continue
            require(kept < len(self._since), f"the journal holds more than was decided: {position}")
            request, now = self._since[kept]
            decide(books, RULES, request, now)
            kept += 1
        expect(books.position, position, "end of the journal")
        self.books = books
        del self._since[kept:]


def scope_of(command: type[Command]) -> str:
    """The scope the door should ask for."""
    if command in _RECORDS:
        return LEDGER_BULK
    return LEDGER_WRITE if command in FLOWS else ADMIN


def _times(command: Command) -> int:
    if isinstance(command, _RECORDS):
        return max(1, len(command.records) // 128)
    return len(command.legs) if isinstance(command, transfers.Post) else 1
