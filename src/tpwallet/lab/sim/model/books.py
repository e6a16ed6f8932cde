"""A pool's books as they should be, and what each command should be told.

A command is tried on a copy; a refusal throws the copy away. Nothing here is clever: what a pool
must do is easier to see where nothing is fast.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tpwallet.kernel.command import Command, Request
from tpwallet.kernel.errors import Fact
from tpwallet.lab.oracle import OracleTransfer, PoolRules, Result
from tpwallet.lab.sim.model.moments import FlowOracle
from tpwallet.lab.sim.told import Booked, Fault, Statuses, Told, refusal
from tpwallet.money import standard_catalogue


class Refused(Exception):
    """The command is refused, which is recorded."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Unfit(Exception):
    """The command cannot be understood, which is not recorded."""


class Named(NamedTuple):
    """An account that has an address."""

    address: str
    guarded: bool
    ledger: int
    metadata: tuple[tuple[str, str], ...] = ()


class Grant(NamedTuple):
    """What a bulk caller may move besides open accounts."""

    holder: str
    subtrees: tuple[str, ...]
    ledgers: tuple[int, ...]


class Outcome(NamedTuple):
    """What came of a command id: the first time and ever after."""

    command: Command
    told: Told
    position: int
    time: int
    events: tuple[str, ...]  # what it led to


@dataclass
class Books:
    """Everything a pool remembers."""

    oracle: FlowOracle = field(default_factory=FlowOracle)
    position: int = 0
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    named: dict[int, Named] = field(default_factory=dict)  # by account id
    closings: dict[int, int] = field(default_factory=dict)  # account id: closing reservation
    credit_lines: dict[int, int] = field(default_factory=dict)  # account id: limit in minor units
    grants: dict[int, Grant] = field(default_factory=dict)
    assets: dict[str, tuple[int, int]] = field(default_factory=dict)  # code: scale, ledger
    delisted: dict[str, str | None] = field(default_factory=dict)  # code: successor
    documents: dict[tuple[str, str], tuple[bytes, ...]] = field(default_factory=dict)
    keys: dict[str, bool] = field(default_factory=dict)  # id: is revoked
    closed_through: str = ""  # ISO 8601 day

    def copy(self) -> "Books":
        """Independent books with the same content."""
        return Books(
            self.oracle.copy(),
            self.position,
            dict(self.outcomes),
            dict(self.named),
            dict(self.closings),
            dict(self.credit_lines),
            dict(self.grants),
            dict(self.assets),
            dict(self.delisted),
            dict(self.documents),
            dict(self.keys),
            self.closed_through,
        )

    def become(self, other: "Books") -> None:
        """Take over the content of books that are not used any more."""
        self.__dict__.update(other.__dict__)

    def asset(self, code: str, parameter: str = "asset") -> tuple[int, int]:
        """Scale and ledger number of an asset. Refuses `unknown_asset`, `asset_delisted`."""
        if code not in self.assets and code not in standard_catalogue():
            raise Refused("unknown_asset", parameter=parameter)
        if code in self.delisted:
            raise Refused("asset_delisted", asset=code, parameter=parameter)
        return self._known_asset(code)

    def _known_asset(self, code: str) -> tuple[int, int]:
        if code in self.assets:
            return self.assets[code]
        found = standard_catalogue().by_code(code)
        return found.scale, found.ledger

    def refuse_delisted(self, movements: Sequence[OracleTransfer]) -> None:
        """No flow books in an asset that is delisted."""
        codes = self._delisted_codes()
        for leg, movement in enumerate(movements):
            if movement.ledger in codes:
                raise Refused("asset_delisted", asset=codes[movement.ledger], leg=leg)

    @property
    def rules(self) -> PoolRules:
        """What a raw batch or an import may not bring, whoever sends it."""
        return PoolRules(
            frozenset(self._delisted_codes()),
            date.fromisoformat(self.closed_through) if self.closed_through else None,
            frozenset(self.closings.values()),
        )

    def _delisted_codes(self) -> dict[int, str]:
        return {self._known_asset(code)[1]: code for code in self.delisted}

    def is_the_hubs(self, account_id: int) -> bool:
        """Whether an account is one that the hub opened for itself."""
        named = self.named.get(account_id)
        return named is not None and is_kept(named.address)

    def may_touch(self, actor: str, account_id: int) -> bool:
        """Whether a raw batch of this actor may move an account."""
        if self.is_the_hubs(account_id):
            return False
        named = self.named.get(account_id)
        if named is None or not named.guarded:
            return True
        return any(
            grant.holder == actor and _covers(grant, named) for grant in self.grants.values()
        )


def is_kept(address: str) -> bool:
    """Whether an address is kept for accounts that the hub opens for itself."""
    first, *rest = segments = address.split("/")
    return (
        first == "control"
        or segments[-1] == "credit-line"
        or (first == "conversion" and rest[:1] == ["rescaling"])
    )


def _covers(grant: Grant, named: Named) -> bool:
    above = [named.address]
    while "/" in above[-1]:
        above.append(above[-1].rpartition("/")[0])
    return bool(set(above) & set(grant.subtrees)) and (
        not grant.ledgers or named.ledger in grant.ledgers
    )


class Attempt:
    """One command under way: the books it changes, and the events it should lead to."""

    def __init__(self, books: Books, request: Request, now: int) -> None:
        self.books = books
        self.request = request
        self.now = now
        self.events: list[str] = []
        self._booked: list[tuple[int, int, int]] = []  # event, index, transfer id
        self._notes: list[tuple[int, str | None, tuple[tuple[str, str], ...]]] = []
        self._statuses: list[Result] | None = None

    @property
    def actor(self) -> str:
        """Who asks."""
        return self.request.actor.name

    def record(self, *names: str) -> None:
        """Note events that the command leads to."""
        self.events += names

    def record_transfers(self, transfer_ids: list[int]) -> None:
        """Note an event of transfers that were stored, in their order."""
        self._booked += [
            (len(self.events), index, transfer_id) for index, transfer_id in enumerate(transfer_ids)
        ]
        self.events.append("ledger.batch_applied")

    def record_note(self, transfer_id: int, day: str | None, metadata: dict[str, str]) -> None:
        """Note an event of what a transfer means."""
        self._notes.append((transfer_id, day, tuple(sorted(metadata.items()))))
        self.events.append("ledger.transfer_noted")

    def answer_with(self, statuses: list[Result]) -> None:
        """The answer is one of a raw batch."""
        self._statuses = statuses

    def told(self) -> Told:
        """What the caller should be told."""
        first = self.books.position + 1
        if self._statuses is not None:
            statuses = tuple(result.status for result in self._statuses)
            times = tuple(result.timestamp for result in self._statuses)
            return Statuses(first, statuses, times)
        transfers = []
        for event, index, transfer_id in self._booked:
            stored = self.books.oracle.transfer(transfer_id)
            if stored is None:
                raise LookupError(f"transfer {transfer_id} was booked and is not there")
            transfers.append((first + event, index, stored))
        last = first + len(self.events) - 1
        return Booked(last, self.now, tuple(transfers), tuple(self._notes))


Rule = Callable[[Attempt, Any], None]
Rules = Mapping[type[Command], Rule]


def decide(books: Books, rules: Rules, request: Request, now: int) -> Told:
    """Do a command that passed the door and is new, at a time; returns what its caller is told."""
    attempt = Attempt(books.copy(), request, now)
    try:
        rules[type(request.command)](attempt, request.command)
    except Unfit:
        return Fault("malformed_request")
    except Refused as refused:
        told: Told = refusal(refused.code, position=books.position + 1, **refused.facts)
        events = ["kernel.refused"]
    else:
        if not attempt.events:
            attempt.record("kernel.unchanged")
        told, events = attempt.told(), attempt.events
        books.become(attempt.books)
    key = (request.actor.name, request.command_id)
    books.outcomes[key] = Outcome(request.command, told, books.position + 1, now, tuple(events))
    books.position += len(events)
    return told
