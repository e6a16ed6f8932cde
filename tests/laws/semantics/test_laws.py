"""What must be true of any history, whatever was in it. Checked on the oracle, for every seed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.semantics.generate import random_history
from tests.laws.semantics.operations import (
    CreateTransfers,
    CreateTransfersAsUnit,
    Expire,
    Operation,
    Outcome,
    perform,
)
from tpwallet.lab.oracle import (
    TIMESTAMP_MAX,
    TRANSIENT,
    AccountFlag,
    Balances,
    ChangeKind,
    Oracle,
    OracleAccount,
    OracleTransfer,
    Result,
    UnitRefused,
)

seeds = st.integers(min_value=0, max_value=2**32)


def _play(seed: int) -> tuple[Oracle, list[tuple[Operation, Outcome]]]:
    ledger = Oracle()
    return ledger, [(step, perform(ledger, step)) for step in random_history(seed)]


def _transfers(ledger: Oracle) -> list[OracleTransfer]:
    return [
        change.transfer
        for change in ledger.change_events()
        if change.kind is not ChangeKind.TWO_PHASE_EXPIRED
    ]


@given(seeds)
def test_debits_equal_credits_on_every_ledger(seed: int) -> None:
    ledger, _ = _play(seed)
    for number in {account.ledger for account in ledger.accounts()}:
        members = [account for account in ledger.accounts() if account.ledger == number]
        sums = [sum(column) for column in zip(*map(Balances.of, members), strict=True)]
        assert sums[0] == sums[2]
        assert sums[1] == sums[3]


@given(seeds)
def test_balances_are_the_sums_of_what_is_stored(seed: int) -> None:
    ledger, _ = _play(seed)
    expected: dict[int, Counter[str]] = {n.id: Counter() for n in ledger.accounts()}
    open_pendings: dict[int, OracleTransfer] = {}
    for change in ledger.change_events():
        transfer = change.transfer
        if change.kind is ChangeKind.TWO_PHASE_PENDING:
            open_pendings[transfer.id] = transfer
        elif change.kind is ChangeKind.TWO_PHASE_EXPIRED:
            del open_pendings[transfer.id]
        elif change.kind is not ChangeKind.SINGLE_PHASE:
            del open_pendings[transfer.pending_id]
        if change.kind in (ChangeKind.SINGLE_PHASE, ChangeKind.TWO_PHASE_POSTED):
            expected[transfer.debit_account_id]["debits_posted"] += transfer.amount
            expected[transfer.credit_account_id]["credits_posted"] += transfer.amount
    for pending in open_pendings.values():
        expected[pending.debit_account_id]["debits_pending"] += pending.amount
        expected[pending.credit_account_id]["credits_pending"] += pending.amount
    for account in ledger.accounts():
        for name in Balances._fields:
            assert getattr(account, name) == expected[account.id][name]


@given(seeds)
def test_limits_hold_after_every_change(seed: int) -> None:
    ledger, _ = _play(seed)
    for change in ledger.change_events():
        for account in (change.debit_account, change.credit_account):
            if account.has(AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS):
                assert account.debits_pending + account.debits_posted <= account.credits_posted
            if account.has(AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS):
                assert account.credits_pending + account.credits_posted <= account.debits_posted


@given(seeds)
def test_sums_of_an_account_fit_their_fields_after_every_change(seed: int) -> None:
    ledger, _ = _play(seed)
    for change in ledger.change_events():
        for account in (change.debit_account, change.credit_account):
            assert account.debits_pending + account.debits_posted < 2**128
            assert account.credits_pending + account.credits_posted < 2**128


@given(seeds)
def test_every_change_is_a_created_transfer_or_an_expiry(seed: int) -> None:
    ledger, steps = _play(seed)
    created: list[int] = []
    expired: list[int] = []
    for operation, outcome in steps:
        if isinstance(operation, Expire):
            expired += [released for released in outcome if isinstance(released, int)]
        elif isinstance(operation, CreateTransfers | CreateTransfersAsUnit):
            created += [event.id for event in _created(operation, outcome)]
    changes = ledger.change_events()
    of_expiry = [n for n in changes if n.kind is ChangeKind.TWO_PHASE_EXPIRED]
    assert [change.transfer.id for change in of_expiry] == expired
    assert [transfer.id for transfer in _transfers(ledger)] == created


@given(seeds)
def test_timestamps_increase_within_a_kind(seed: int) -> None:
    ledger, _ = _play(seed)
    of_accounts = [account.timestamp for account in ledger.accounts()]
    of_transfers = [transfer.timestamp for transfer in _transfers(ledger)]
    assert of_accounts == sorted(set(of_accounts))
    assert of_transfers == sorted(set(of_transfers))


@given(seeds)
def test_sending_a_created_transfer_again_exists_and_changes_nothing(seed: int) -> None:
    ledger, steps = _play(seed)
    changes = ledger.change_events()
    now_ns = steps[-1][0].now_ns
    for operation, outcome in steps:
        if not isinstance(operation, CreateTransfers | CreateTransfersAsUnit):
            continue
        for event in _created(operation, outcome):
            if event.linked or now_ns >= TIMESTAMP_MAX:
                continue
            now_ns += 1
            stored = ledger.transfer(event.id)
            assert stored is not None
            answer = ledger.create_transfers([event], now_ns)
            assert answer == [Result("exists", stored.timestamp)]
    assert ledger.change_events() == changes


@given(seeds)
def test_a_burnt_id_is_never_stored(seed: int) -> None:
    ledger, steps = _play(seed)
    for operation, outcome in steps:
        if isinstance(operation, CreateTransfers) and not isinstance(outcome, UnitRefused):
            for event, answer in zip(operation.events, outcome, strict=True):
                if isinstance(answer, Result) and answer.status in TRANSIENT:
                    assert ledger.transfer(event.id) is None


@given(seeds)
def test_a_reservation_is_resolved_at_most_once(seed: int) -> None:
    ledger, _ = _play(seed)
    resolved = Counter(
        change.transfer.pending_id or change.transfer.id
        for change in ledger.change_events()
        if change.kind not in (ChangeKind.SINGLE_PHASE, ChangeKind.TWO_PHASE_PENDING)
    )
    assert all(count == 1 for count in resolved.values())


@given(seeds)
def test_a_closed_account_changes_by_void_and_expiry_only(seed: int) -> None:
    ledger, _ = _play(seed)
    before: dict[int, OracleAccount] = {}
    for change in ledger.change_events():
        for account in (change.debit_account, change.credit_account):
            earlier = before.get(account.id)
            if earlier is not None and earlier.has(AccountFlag.CLOSED):
                assert change.kind in (ChangeKind.TWO_PHASE_VOIDED, ChangeKind.TWO_PHASE_EXPIRED)
            before[account.id] = account


@given(seeds)
def test_a_refused_unit_leaves_no_trace(seed: int) -> None:
    ledger = Oracle()
    for operation in random_history(seed):
        before = ledger.copy()
        if isinstance(perform(ledger, operation), UnitRefused):
            assert ledger.accounts() == before.accounts()
            assert ledger.change_events() == before.change_events()
            # The same call ends the same way, so no id was burnt and no time was used.
            assert perform(ledger, operation) == perform(before, operation)


@given(seeds)
def test_a_chain_is_all_or_nothing(seed: int) -> None:
    _, steps = _play(seed)
    for operation, outcome in steps:
        if isinstance(operation, Expire) or isinstance(outcome, UnitRefused):
            continue
        events: tuple[OracleAccount | OracleTransfer, ...] = operation.events
        chain: list[str] = []
        for event, answer in zip(events, outcome, strict=True):
            assert isinstance(answer, Result)
            chain.append(answer.status)
            if not event.linked or answer.status == "linked_event_chain_open":
                assert chain.count("created") in (0, len(chain))
                chain = []


def _created(
    operation: CreateTransfers | CreateTransfersAsUnit, outcome: Outcome
) -> list[OracleTransfer]:
    if isinstance(outcome, UnitRefused):
        return []
    return [
        event
        for event, answer in zip(operation.events, outcome, strict=True)
        if isinstance(answer, Result) and answer.status == "created"
    ]
