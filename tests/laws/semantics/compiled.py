"""The compiled ledger as an `Engine`: the oracle's records in, its results out.

It keeps the events it led to, as a journal would, because the ledger reads its past back from
there.
"""

import os
from collections.abc import Sequence
from typing import cast

import numpy as np

from tpwallet.domains.ledger.access import FLOW_ACCESS, OPEN_ACCESS
from tpwallet.domains.ledger.answers import answers_of
from tpwallet.domains.ledger.decide import create_accounts, create_transfers, expire, first_refusal
from tpwallet.domains.ledger.events import (
    AccountClosed,
    AccountsCreated,
    AssetDelisted,
    AssetRegistered,
    BatchApplied,
    Expired,
    PeriodClosed,
)
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.records import (
    Account,
    Transfer,
    pack_account,
    pack_transfer,
    unpack_transfer,
    words_of,
)
from tpwallet.domains.ledger.refusing import barred_accounts, barred_transfers
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.wire import Event
from tpwallet.lab.oracle import (
    NO_RULES,
    OracleAccount,
    OracleTransfer,
    Permitted,
    PoolRules,
    Result,
    UnitRefused,
)
from tpwallet.lab.oracle import Status as OracleStatus

_FIELDS = Transfer.__struct_fields__
_ACCOUNT_FIELDS = Account.__struct_fields__


def _transfer_bytes(event: OracleTransfer) -> bytes:
    return pack_transfer(Transfer(**{name: getattr(event, name) for name in _FIELDS}))


def _account_bytes(event: OracleAccount) -> bytes:
    packed = bytearray(
        pack_account(Account(**{name: getattr(event, name) for name in _ACCOUNT_FIELDS}))
    )
    packed[108:112] = event.reserved.to_bytes(4, "little")
    return bytes(packed)


class CompiledLedger:
    """A fresh ledger of its own."""

    def __init__(self) -> None:
        self.state = LedgerState(os.urandom(32))
        self.events: list[Event] = []

    @property
    def _next(self) -> int:
        return len(self.events) + 1

    def event_at(self, position: int) -> Event:
        return self.events[position - 1]

    def create_accounts(
        self, events: Sequence[OracleAccount], now_ns: int, rules: PoolRules = NO_RULES
    ) -> list[Result]:
        words = words_of(b"".join(map(_account_bytes, events)))
        barred = barred_accounts(_facts(rules), words)
        event = create_accounts(self.state, words, now=now_ns, position=self._next, barred=barred)
        self.events.append(event)
        return self._results(event, words, now_ns)

    def create_transfers(
        self,
        events: Sequence[OracleTransfer],
        now_ns: int,
        permitted: Permitted | None = None,
        rules: PoolRules = NO_RULES,
    ) -> list[Result]:
        access = FLOW_ACCESS
        if permitted is not None:
            access = 1 << 5
            for row in range(self.state.account_count):
                words = self.state.accounts[row]
                allowed = permitted(int(words[0]) | int(words[1]) << 64)
                self.state.access[row] = access if allowed else 0
        words = words_of(b"".join(map(_transfer_bytes, events)))
        event = create_transfers(
            self.state,
            words,
            now=now_ns,
            position=self._next,
            past=self,
            access=access,
            barred=barred_transfers(_facts(rules), self.state, words),
        )
        self.events.append(event)
        self.state.access[: self.state.account_count] = OPEN_ACCESS
        return self._results(event, words, now_ns)

    def create_transfers_as_unit(
        self, events: Sequence[OracleTransfer], now_ns: int
    ) -> list[Result] | UnitRefused:
        words = words_of(b"".join(map(_transfer_bytes, events)))
        before = self.state.state_hash()
        mark = self.state.mark()
        self.state.begin_undoable()
        event = create_transfers(
            self.state, words, now=now_ns, position=self._next, past=self, burns=False
        )
        refusal = first_refusal(event)
        if refusal is not None:
            self.state.rollback(mark)
            assert self.state.state_hash() == before
            return UnitRefused(refusal[0], _label(refusal[1]))
        self.state.settle(mark)
        self.events.append(event)
        return self._results(event, words, now_ns)

    def _results(
        self, event: AccountsCreated | BatchApplied, words: np.ndarray, now_ns: int
    ) -> list[Result]:
        statuses, timestamps = answers_of(event, words, now_ns, self.state, self)
        return [
            Result(_label(Status(status)), timestamp)
            for status, timestamp in zip(statuses.tolist(), timestamps.tolist(), strict=True)
        ]

    def expire(self, now_ns: int, limit: int) -> list[int]:
        self.state.mark()
        expired = expire(self.state, now=now_ns, limit=limit)
        self.state.settle(0)
        if expired is None:
            return []
        self.events.append(expired)
        return [
            int.from_bytes(expired.ids[at : at + 16], "little")
            for at in range(0, len(expired.ids), 16)
        ]

    def account(self, account_id: int) -> OracleAccount | None:
        found = self.state.account(account_id)
        if found is None:
            return None
        return OracleAccount(**{name: getattr(found, name) for name in _ACCOUNT_FIELDS})

    def transfer(self, transfer_id: int) -> OracleTransfer | None:
        place = self.state.place_of(transfer_id)
        if place is None:
            return None
        event = self.events[place[0] - 1]
        assert isinstance(event, BatchApplied)
        found = unpack_transfer(event.records[place[1] * 128 : place[1] * 128 + 128])
        return OracleTransfer(**{name: getattr(found, name) for name in _FIELDS})

    def replayed(self) -> LedgerState:
        """Another ledger, from the events of this one."""
        other = LedgerState(os.urandom(32))
        for position, event in enumerate(self.events, start=1):
            assert isinstance(event, AccountsCreated | BatchApplied | Expired)
            other.apply(event, position)
        return other


def _facts(rules: PoolRules) -> LedgerFacts:
    """The facts of a pool that has these rules."""
    facts = LedgerFacts()
    for number in sorted(rules.delisted_ledgers):
        code = f"OLD{number}"
        facts.apply(AssetRegistered(code, 0, number, "custom"), 0)
        facts.apply(AssetDelisted(code, None), 0)
    if rules.closed_through is not None:
        facts.apply(PeriodClosed(str(rules.closed_through)), 0)
    for pending_id in sorted(rules.closing_reservations):
        key = pending_id.to_bytes(16, "little")
        facts.apply(AccountClosed(key, key, "frozen"), 0)
    return facts


def _label(status: Status) -> OracleStatus:
    return cast("OracleStatus", status.label)
