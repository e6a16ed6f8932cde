"""The oracle: the whole ledger model behind one small class.

It is what the compiled ledger engine is compared with. It owes nothing to that engine, is written
to be read next to the published rules, and is slow on purpose: whenever speed and obviousness
disagree, obviousness wins. It keeps no journal, signs nothing and must never serve money.

The model is TigerBeetle's (https://docs.tigerbeetle.com/reference/). Three things are **tpwallet's
own** and marked so where they occur: guards (`permitted`), the pool's rules (`rules`) and units
(`create_transfers_as_unit`).
"""

from collections.abc import Sequence

from tpwallet.lab.oracle.accounts import create_account
from tpwallet.lab.oracle.batch import run_batch
from tpwallet.lab.oracle.creation import create_transfer
from tpwallet.lab.oracle.expiry import release_due
from tpwallet.lab.oracle.flags import AccountFlag
from tpwallet.lab.oracle.grants import Permitted
from tpwallet.lab.oracle.records import TIMESTAMP_MAX, OracleAccount, OracleTransfer
from tpwallet.lab.oracle.results import (
    BalanceRow,
    Balances,
    ChangeEvent,
    ChangeKind,
    Result,
    UnitRefused,
)
from tpwallet.lab.oracle.rules import NO_RULES, PoolRules
from tpwallet.lab.oracle.state import State


class Oracle:
    """A ledger in dictionaries. Times are nanoseconds since 1970 UTC and may only go forward.

    >>> oracle = Oracle()
    >>> oracle.create_accounts([OracleAccount(id=n, ledger=1, code=1) for n in (1, 2)], 100)
    [Result(status='created', timestamp=99), Result(status='created', timestamp=100)]
    >>> payment = OracleTransfer(
    ...     id=7, debit_account_id=1, credit_account_id=2, amount=5, ledger=1, code=1
    ... )
    >>> oracle.create_transfers([payment], 200)
    [Result(status='created', timestamp=200)]
    >>> oracle.create_transfers([payment], 300)
    [Result(status='exists', timestamp=200)]
    """

    def __init__(self) -> None:
        self._state = State()

    def create_accounts(
        self, events: Sequence[OracleAccount], now_ns: int, rules: PoolRules = NO_RULES
    ) -> list[Result]:
        """Create accounts at batch time `now_ns`; event i of n stands at `now_ns - n + i + 1`.

        `rules` (tpwallet's own) are those of the pool at this moment.

        Rejects, with `ValueError`, a time that puts an event at or before an earlier call.
        """
        self._require_time_for(len(events), now_ns)
        results = run_batch(
            self._state,
            events,
            now_ns,
            lambda event, moment: create_account(self._state, event, moment, rules),
        )
        self._state.clock_ns = now_ns
        return results

    def create_transfers(
        self,
        events: Sequence[OracleTransfer],
        now_ns: int,
        permitted: Permitted | None = None,
        rules: PoolRules = NO_RULES,
    ) -> list[Result]:
        """Create transfers at batch time `now_ns`; event i of n stands at `now_ns - n + i + 1`.

        `permitted` (tpwallet's own) tells of an account id whether the caller may touch it; without
        it every account may be touched. `rules` (its own, too) are those of the pool at this
        moment.

        Rejects, with `ValueError`, a time that puts an event at or before an earlier call.
        """
        self._require_time_for(len(events), now_ns)
        results = run_batch(
            self._state,
            events,
            now_ns,
            lambda event, moment: create_transfer(self._state, event, moment, permitted, rules),
        )
        self._state.clock_ns = now_ns
        return results

    def create_transfers_as_unit(
        self,
        events: Sequence[OracleTransfer],
        now_ns: int,
        permitted: Permitted | None = None,
    ) -> list[Result] | UnitRefused:
        """Create all of `events` or none of them (tpwallet's own).

        A refused unit leaves no trace: nothing is stored, no id is burnt, the clock has not moved.
        The answer then names the event that was refused, not those that fell with it in its chain.

        Rejects, with `ValueError`, a time that puts an event at or before an earlier call.
        """
        state_before = self._state.copy()
        results = self.create_transfers(events, now_ns, permitted)
        for index, result in enumerate(results):
            if result.status not in ("created", "linked_event_failed"):
                self._state.restore(state_before)
                return UnitRefused(index, result.status)
        return results

    def expire(self, now_ns: int, limit: int) -> list[int]:
        """Release due pending transfers, at most `limit`, by (expires_at, timestamp); return ids.

        Rejects, with `ValueError`, a time before an earlier call's and a negative limit.
        """
        if limit < 0:
            raise ValueError(f"limit is negative: {limit}")
        self._require_time_for(0, now_ns)
        self._state.clock_ns = now_ns
        return release_due(self._state, now_ns, limit)

    def account(self, account_id: int) -> OracleAccount | None:
        """Return the account as it is now, or `None`."""
        return self._state.accounts.get(account_id)

    def transfer(self, transfer_id: int) -> OracleTransfer | None:
        """Return the transfer as stored, or `None`. A refused transfer was never stored."""
        return self._state.transfers.get(transfer_id)

    def accounts(self) -> list[OracleAccount]:
        """Return every account, in order of creation."""
        return list(self._state.accounts.values())

    def transfers_of(self, account_id: int) -> list[OracleTransfer]:
        """Return every transfer that debits or credits the account, in order of creation."""
        return [
            transfer
            for transfer in self._state.transfers.values()
            if account_id in (transfer.debit_account_id, transfer.credit_account_id)
        ]

    def balances_history(self, account_id: int) -> list[BalanceRow]:
        """Return both accounts' balances after each transfer of an account that keeps `history`.

        An account that does not keep it, or does not exist, has no rows. Expiry adds none.
        """
        account = self._state.accounts.get(account_id)
        if account is None or not account.has(AccountFlag.HISTORY):
            return []
        return [
            BalanceRow(
                change.timestamp,
                change.transfer.id,
                Balances.of(change.debit_account),
                Balances.of(change.credit_account),
            )
            for change in self._state.change_events
            if account_id in (change.debit_account.id, change.credit_account.id)
            and change.kind is not ChangeKind.TWO_PHASE_EXPIRED
        ]

    def change_events(self) -> list[ChangeEvent]:
        """Return every change of balances so far, expiries included, in order."""
        return list(self._state.change_events)

    def copy(self) -> "Oracle":
        """Return an independent oracle in the same state."""
        twin = Oracle()
        twin._state = self._state.copy()
        return twin

    def _require_time_for(self, event_count: int, now_ns: int) -> None:
        if not self._state.clock_ns + event_count <= now_ns <= TIMESTAMP_MAX:
            raise ValueError(
                f"{event_count} events do not fit between {self._state.clock_ns} and {now_ns}"
            )
