"""An author of random ledger histories, who knows where rules rub against each other.

Uniformly random records would all be refused for the same dull reasons. This author keeps a ledger
of its own (an oracle) to know what exists, and mostly writes events that are nearly right: a retry
with one field changed, an id that failed before, a post of one unit too much, a step in time that
ends exactly on an expiry, amounts at the ends of the integers. What the ledger answers to them is
not its concern.
"""

import random
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from tests.laws.semantics.operations import (
    CreateAccounts,
    CreateTransfers,
    CreateTransfersAsUnit,
    Expire,
    Operation,
    perform,
)
from tests.laws.semantics.writing import MAX, SECOND
from tpwallet.lab.oracle import (
    NO_RULES,
    TIMESTAMP_MAX,
    AccountFlag,
    ChangeKind,
    Oracle,
    OracleAccount,
    OracleTransfer,
    PoolRules,
    TransferFlag,
)

ACCOUNT_IDS = range(1, 9)
UNKNOWN_ID = 999_999
# An ordinary time, the beginning of time, and ten seconds before the end of it.
START_TIMES = (1_700_000_000 * SECOND, 1_000, TIMESTAMP_MAX - 10 * SECOND)
AMOUNTS_BY_CLIMATE = (
    (0, 1, 2, 3, 5, 10),
    (0, 1, 2**127 - 1, 2**127, 2**127 + 1, MAX - 1, MAX),
    (0, 1, 5, 2**64, 2**127, MAX),
)
Record = TypeVar("Record", OracleAccount, OracleTransfer)

_DEBITS_LIMITED = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
_CREDITS_LIMITED = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
_BITS = {
    "user_data_64": 64,
    "user_data_32": 32,
    "reserved": 32,
    "timeout": 32,
    "ledger": 32,
    "code": 16,
    "timestamp": 64,
}
_EDGES = (0, 1, 2, 2**16 - 1, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, MAX - 1, MAX)


class Author:
    """Writes one history, call by call. The same seed writes the same history."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._mirror = Oracle()
        self._now_ns = self._random.choice(START_TIMES)
        self._amounts = self._random.choice(AMOUNTS_BY_CLIMATE)
        self._next_transfer_id = 100
        self._sent_accounts: list[OracleAccount] = []
        self._sent_transfers: list[OracleTransfer] = []

    def write(self, length: int, *, with_extensions: bool) -> list[Operation]:
        """Write a history of `length` calls; guards, rules and units only `with_extensions`."""
        history: list[Operation] = []
        while len(history) < length:
            operation = self._operation(is_first=not history, with_extensions=with_extensions)
            perform(self._mirror, operation)
            history.append(operation)
        return history

    def _operation(self, *, is_first: bool, with_extensions: bool) -> Operation:
        kinds = ("accounts", "transfers", "unit", "expire")
        weights = (2, 12, 1 if with_extensions else 0, 2)
        kind = "accounts" if is_first else self._random.choices(kinds, weights)[0]
        if kind == "expire":
            return Expire(self._step_in_time(0), self._random.choice((0, 1, 2, 8190)))
        count = 5 if is_first else self._random.choice((1, 1, 1, 2, 3, 4, 6))
        now_ns = self._step_in_time(count)
        is_imported = self._chance(0.15)
        if kind == "accounts":
            if is_first:
                return CreateAccounts(tuple(map(self._sound_account, range(1, count + 1))), now_ns)
            accounts = [self._account(now_ns, is_imported=is_imported) for _ in range(count)]
            rules = self._rules(now_ns) if with_extensions else NO_RULES
            return CreateAccounts(tuple(self._link(accounts)), now_ns, rules)
        transfers = [self._transfer(now_ns, is_imported=is_imported) for _ in range(count)]
        events = tuple(self._link(transfers))
        if kind == "unit":
            return CreateTransfersAsUnit(events, now_ns)
        if not with_extensions:
            return CreateTransfers(events, now_ns)
        granted = None
        if self._chance(0.1):
            granted = frozenset(n for n in ACCOUNT_IDS if self._chance(0.6))
        return CreateTransfers(events, now_ns, granted, self._rules(now_ns))

    def _rules(self, now_ns: int) -> PoolRules:
        """Rules of a pool for one batch: mostly none."""
        if self._chance(0.8):
            return NO_RULES
        days_ago = timedelta(days=self._random.choice((0, 1, 20_000)))
        today = datetime.fromtimestamp(now_ns // SECOND, UTC).date()
        return PoolRules(
            frozenset(number for number in (1, 2) if self._chance(0.2)),
            max(today, date(1980, 1, 1)) - days_ago if self._chance(0.5) else None,
            frozenset(key for key in self._open_closings() if self._chance(0.7)),
        )

    def _open_closings(self) -> list[int]:
        """Ids of the open reservations that keep an account closed."""
        found: dict[int, None] = {}
        for change in self._mirror.change_events():
            event = change.transfer
            if change.kind is ChangeKind.TWO_PHASE_PENDING:
                if event.has(TransferFlag.CLOSING_DEBIT) or event.has(TransferFlag.CLOSING_CREDIT):
                    found[event.id] = None
            else:
                ended = change.kind is ChangeKind.TWO_PHASE_EXPIRED
                found.pop(event.id if ended else event.pending_id, None)
        return list(found)

    def _step_in_time(self, event_count: int) -> int:
        earliest = self._now_ns + event_count
        targets = [earliest, earliest, earliest + 1, earliest + self._random.randrange(50)]
        if earliest < TIMESTAMP_MAX - 100 * SECOND:
            targets += [earliest + SECOND, earliest + 10 * SECOND]
        for pending in self._sent_pendings()[-8:]:
            stored = self._mirror.transfer(pending.id)
            if stored is not None and stored.expires_at is not None:
                targets += [stored.expires_at + n for n in (-1, 0, 1)]
        reachable = [n for n in targets if earliest <= n < TIMESTAMP_MAX - SECOND]
        self._now_ns = self._random.choice(reachable)
        return self._now_ns

    def _account(self, now_ns: int, *, is_imported: bool) -> OracleAccount:
        if self._sent_accounts and self._chance(0.25):
            event = self._random.choice(self._sent_accounts)
        else:
            event = self._sound_account(self._random.choice(ACCOUNT_IDS))
        if is_imported and self._chance(0.95):
            event = replace(
                event, flags=event.flags | AccountFlag.IMPORTED, timestamp=self._past(now_ns)
            )
        if self._chance(0.2):
            event = self._with_one_field_changed(event)
        self._sent_accounts.append(event)
        return event

    def _sound_account(self, account_id: int) -> OracleAccount:
        limit = self._random.choice((0, 0, 0, _DEBITS_LIMITED, _CREDITS_LIMITED))
        history = self._random.choice((0, AccountFlag.HISTORY))
        closed = AccountFlag.CLOSED if self._chance(0.05) else 0
        return OracleAccount(
            id=account_id,
            ledger=1 if self._chance(0.85) else 2,
            code=self._random.choice((1, 2)),
            flags=limit | history | closed,
        )

    def _transfer(self, now_ns: int, *, is_imported: bool) -> OracleTransfer:
        kinds = ("single", "pending", "post", "void", "retry")
        kind = self._random.choices(kinds, (5, 4, 4, 3, 3))[0]
        chance_of_change = 0.15
        if kind == "retry" and self._sent_transfers:
            event = self._retry()
            chance_of_change = 0.5
        elif kind in ("post", "void") and self._sent_pendings():
            event = self._resolution(is_post=kind == "post")
        else:
            event = self._plain_transfer(is_pending=kind == "pending")
        if is_imported and self._chance(0.95):
            event = replace(
                event, flags=event.flags | TransferFlag.IMPORTED, timestamp=self._past(now_ns)
            )
        if self._chance(chance_of_change):
            event = self._with_one_field_changed(event)
        self._sent_transfers.append(event)
        return event

    def _retry(self) -> OracleTransfer:
        recent = self._sent_transfers[-40:]
        created = [event for event in recent if self._mirror.transfer(event.id) is not None]
        return self._random.choice(created if created and self._chance(0.7) else recent)

    def _plain_transfer(self, *, is_pending: bool) -> OracleTransfer:
        existing = self._mirror.accounts() or [OracleAccount(id=1, ledger=1)]
        debit = self._random.choice(existing)
        neighbours = [n for n in existing if n.ledger == debit.ledger and n.id != debit.id]
        credit = self._random.choice(neighbours or existing)
        flags = 0
        for flag in (TransferFlag.BALANCING_DEBIT, TransferFlag.BALANCING_CREDIT):
            flags |= flag if self._chance(0.1) else 0
        if is_pending:
            flags |= TransferFlag.PENDING
            for flag in (TransferFlag.CLOSING_DEBIT, TransferFlag.CLOSING_CREDIT):
                flags |= flag if self._chance(0.06) else 0
        timeouts = (0, 0, 1, 1, 2, 3, 2**32 - 1) if is_pending else (0,)
        return OracleTransfer(
            id=self._fresh_transfer_id(),
            debit_account_id=debit.id,
            credit_account_id=credit.id,
            amount=self._random.choice(self._amounts),
            user_data_64=self._random.choice((0, 0, 7)),
            timeout=self._random.choice(timeouts),
            ledger=debit.ledger,
            code=self._random.choice((1, 2)),
            flags=flags,
        )

    def _resolution(self, *, is_post: bool) -> OracleTransfer:
        sent = self._sent_pendings()[-15:]
        created = [event for event in sent if self._mirror.transfer(event.id) is not None]
        pending = self._random.choice(created if created and self._chance(0.8) else sent)
        stored = self._mirror.transfer(pending.id) or pending
        amounts = {0, MAX, stored.amount, max(stored.amount - 1, 0), min(stored.amount + 1, MAX)}
        says_all = self._chance(0.3)
        kind = TransferFlag.POST_PENDING_TRANSFER if is_post else TransferFlag.VOID_PENDING_TRANSFER
        return OracleTransfer(
            id=self._fresh_transfer_id(),
            debit_account_id=pending.debit_account_id if says_all else 0,
            credit_account_id=pending.credit_account_id if says_all else 0,
            amount=self._random.choice(sorted(amounts)),
            pending_id=pending.id,
            user_data_64=self._random.choice((0, 0, 8)),
            ledger=pending.ledger if says_all else 0,
            code=pending.code if says_all else 0,
            flags=kind,
        )

    def _sent_pendings(self) -> list[OracleTransfer]:
        return [event for event in self._sent_transfers if event.has(TransferFlag.PENDING)]

    def _fresh_transfer_id(self) -> int:
        self._next_transfer_id += 1
        return self._next_transfer_id

    def _past(self, now_ns: int) -> int:
        stamps = [record.timestamp for record in self._mirror.accounts()]
        changes = self._mirror.change_events()
        latest = max((change.transfer.timestamp for change in changes), default=1)
        choices = [latest + 1, latest + 2, latest + 3, latest + 4, latest, now_ns - 1, now_ns]
        if stamps:
            stamp = self._random.choice(stamps)
            choices += [stamp - 1, stamp, stamp + 1, max(stamps) + 1]
        return max(self._random.choice(choices), 0)

    def _with_one_field_changed(self, event: Record) -> Record:
        name = self._random.choice([field.name for field in fields(event)])
        present: int = getattr(event, name)
        if name == "flags":
            bits = range(16) if self._chance(0.1) else range(9)
            return replace(event, flags=present ^ 1 << self._random.choice(bits))
        widest = 2 ** _BITS.get(name, 128)
        values = [n for n in (*_EDGES, UNKNOWN_ID, present + 1, present - 1) if 0 <= n < widest]
        if name.endswith("account_id"):
            values += ACCOUNT_IDS
        elif name in ("id", "pending_id"):
            values += [sent.id for sent in self._sent_transfers[-20:]]
        return replace(event, **{name: self._random.choice(values)})

    def _link(self, events: Sequence[Record]) -> list[Record]:
        if not self._chance(0.3):
            return list(events)
        chances = [0.6] * (len(events) - 1) + [0.1]
        return [
            replace(event, flags=event.flags | 1) if self._chance(chance) else event
            for event, chance in zip(events, chances, strict=True)
        ]

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability
