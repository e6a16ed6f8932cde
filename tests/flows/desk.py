"""A pool to ask things of: the real routes and deciders on a state in memory, at a time the test
sets. Given what was asked before, when a command comes, then a receipt and events, or a refusal.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import Note
from tpwallet.domains.ledger.records import Account, Transfer, pack_account, pack_transfers
from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.flows import accounts, bulk, transfers
from tpwallet.flows.bulk import BatchReply
from tpwallet.flows.receipts import Receipt
from tpwallet.hub import ROUTES, body_digest, empty_replica
from tpwallet.kernel.access import LEDGER_BULK, LEDGER_WRITE, OWNER, Actor
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Command, Request
from tpwallet.kernel.commit import Entry
from tpwallet.kernel.decider import Answer, Decider, Group, Recorded
from tpwallet.kernel.errors import Fact, Malformed, Rejected, TpwalletError
from tpwallet.kernel.wire import Event

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
TODAY = "2026-01-15"
START = int(datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp()) * SECOND
CLERK = Actor("key:clerk", frozenset({LEDGER_WRITE}))
ROBOT = Actor("key:robot", frozenset({LEDGER_BULK}))


def _nowhere(position: int) -> Entry:
    raise LookupError(f"nothing was made durable, and {position} is asked for")


class Desk:
    """One empty pool."""

    def __init__(self) -> None:
        self.now = START
        self.replica = empty_replica(bytes(16))
        self.entries: list[Entry] = []
        self._ids = count(1)
        self._past = Recorded(_nowhere)
        self._decider = Decider(
            state=self.replica.state,
            idempotency=self.replica.idempotency,
            routes=ROUTES,
            clock=PoolClock(lambda: self.now, self.monotonic, last=0),
            past=self._past,
        )

    def monotonic(self) -> int:
        """The monotonic clock, which follows `now` unless a test says otherwise."""
        return self.now - START

    # Asking

    def answer(
        self, command: Command, *, actor: Actor = OWNER, command_id: str | None = None
    ) -> Answer:
        """What a command is answered, errors included."""
        group = Group(self.replica.state.position + 1)
        answer = self._decider.decide(self._request(command, actor, command_id), group)
        self.entries += group.entries
        return answer

    def does(
        self, command: Command, *, actor: Actor = OWNER, command_id: str | None = None
    ) -> Receipt:
        """The receipt of a command; raises what it is refused for."""
        answer = self.answer(command, actor=actor, command_id=command_id)
        if isinstance(answer, TpwalletError):
            raise answer
        assert isinstance(answer, Receipt)
        return answer

    def refuses(self, command: Command, *, actor: Actor = OWNER) -> tuple[str, dict[str, Fact]]:
        """Code and facts of a command's refusal, which must be recorded and leave nothing."""
        before, recorded = self.hashes(), len(self.entries)
        answer = self.answer(command, actor=actor)
        assert isinstance(answer, Rejected), answer
        assert self.hashes() == before, "a refusal left something"
        [refused] = self.entries[recorded:]
        assert self.event_names == ["kernel.refused"]
        facts = dict(answer.facts)
        assert facts.pop("position") == refused.first_position
        return answer.code, facts

    def code(self, command: Command, *, actor: Actor = OWNER) -> str:
        """The code of a command's refusal."""
        return self.refuses(command, actor=actor)[0]

    def malformed(self, command: Command) -> str:
        """The parameter a command is unfit for; nothing is recorded of it."""
        before, recorded = self.hashes(), len(self.entries)
        answer = self.answer(command)
        assert isinstance(answer, Malformed), answer
        assert (self.hashes(), len(self.entries)) == (before, recorded)
        return str(answer.facts["parameter"])

    def rehearses(self, command: Command, *, actor: Actor = OWNER) -> Answer:
        """What a command would be answered; it must leave nothing."""
        before = self.hashes()
        answer = self._decider.rehearse(self._request(command, actor, "rehearsal"))
        assert self.hashes() == before, "a rehearsal left something"
        return answer

    def _request(self, command: Command, actor: Actor, command_id: str | None) -> Request:
        digest = body_digest(bytes(32), ROUTES[type(command)].name, command)
        return Request(command, actor, command_id or f"c{next(self._ids)}", digest)

    # Given

    def opened(
        self, address: str, kind: AccountKind = AccountKind.LIABILITY, *, guarded: bool = True
    ) -> "Desk":
        """With an account; its asset is the address's last segment."""
        asset = address.rpartition("/")[2]
        self.does(accounts.OpenAccount(address=address, asset=asset, kind=kind, guarded=guarded))
        return self

    def raw_account(self, number: int, *, ledger: int = 978, flags: int = 0) -> None:
        """With an account that has no address."""
        record = pack_account(Account(id=number, ledger=ledger, code=1, flags=flags))
        assert self.bulk(bulk.CreateAccounts(record)).refused() == []

    def paid(self, debit: str, credit: str, amount: str) -> Receipt:
        """With a payment."""
        return self.does(transfers.Post(legs=(leg(debit, credit, amount),)))

    def held(self, debit: str, credit: str, amount: str, timeout: int = 0) -> str:
        """With a reservation; its id."""
        hold = transfers.Hold(leg=leg(debit, credit, amount), timeout_seconds=timeout)
        return str(self.does(hold).transfers[0].transfer.id)

    def bulk(self, command: Command, *, actor: Actor = OWNER) -> BatchReply:
        """The statuses of a raw batch."""
        answer = self.answer(command, actor=actor)
        if isinstance(answer, TpwalletError):
            raise answer
        assert isinstance(answer, BatchReply)
        return answer

    def sends(self, rows: Sequence[Transfer], *, actor: Actor = OWNER) -> BatchReply:
        """The statuses of a batch of transfers."""
        return self.bulk(bulk.CreateTransfers(pack_transfers(rows)), actor=actor)

    # Seeing

    @property
    def ledger(self) -> LedgerState:
        return self.replica.state.part(LedgerState)

    @property
    def facts(self) -> LedgerFacts:
        return self.replica.state.part(LedgerFacts)

    @property
    def events(self) -> tuple[Event, ...]:
        """Of the last command."""
        return self.entries[-1].events

    @property
    def event_names(self) -> list[str]:
        return [event.wire_name.partition("@")[0] for event in self.events]

    def account(self, reference: str) -> Account:
        account = self.ledger.account(parse_account(reference, parameter="account"))
        assert account is not None, f"no account {reference}"
        return account

    def posted(self, reference: str) -> int:
        """Credits less debits, in minor units."""
        account = self.account(reference)
        return account.credits_posted - account.debits_posted

    def pending(self, reference: str) -> tuple[int, int]:
        """Debits and credits that are reserved, in minor units."""
        account = self.account(reference)
        return account.debits_pending, account.credits_pending

    def hashes(self) -> list[bytes]:
        return [part.state_hash() for part in self.replica.state.parts.values()]


def leg(debit: str, credit: str, amount: str, asset: str = "EUR", code: int = 1) -> Leg:
    """A leg, in euros unless told otherwise."""
    return Leg(debit=debit, credit=credit, amount=amount, asset=asset, code=code)


def post(debit: str, credit: str, amount: str, **fields: str) -> transfers.Post:
    """A payment of one leg; `fields` are the leg's and the note's."""
    effective_date = fields.pop("effective_date", None)
    note = Note(effective_date=effective_date)
    return transfers.Post(legs=(leg(debit, credit, amount, **fields),), note=note)  # type: ignore[arg-type]
