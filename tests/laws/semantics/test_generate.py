"""The generators reach what they are for."""

from collections import Counter

from tests.laws.semantics.generate import fixed_ledger, flag_combinations, random_history
from tests.laws.semantics.operations import CreateTransfersAsUnit, perform, statuses_in
from tests.laws.semantics.statuses import EXTENSIONS, STATUSES
from tpwallet.lab.oracle import Oracle, Result, TransferFlag

SEEDS_MAX = 400


def test_random_histories_reach_every_status() -> None:
    missing = set(STATUSES)
    seed = 0
    while missing and seed < SEEDS_MAX:
        ledger = Oracle()
        for operation in random_history(seed):
            missing -= set(statuses_in(perform(ledger, operation)))
        seed += 1
    assert not missing, f"{SEEDS_MAX} seeds do not reach {sorted(missing)}"


def test_random_histories_release_reservations() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(30):
        ledger = Oracle()
        for operation in random_history(seed):
            perform(ledger, operation)
        kinds.update(change.kind for change in ledger.change_events())
    assert set(kinds) == {
        "single_phase",
        "two_phase_pending",
        "two_phase_posted",
        "two_phase_voided",
        "two_phase_expired",
    }


def test_a_seed_writes_one_history() -> None:
    assert random_history(7) == random_history(7)
    assert random_history(7) != random_history(8)


def test_histories_without_extensions_use_none() -> None:
    for seed in range(20):
        ledger = Oracle()
        for operation in random_history(seed, with_extensions=False):
            assert not isinstance(operation, CreateTransfersAsUnit)
            assert not set(EXTENSIONS) & set(statuses_in(perform(ledger, operation)))


def test_flag_combinations_are_all_there() -> None:
    events = [operation.events[0] for operation in flag_combinations()]
    assert len(events) == len(set(events)) == 2**9 * 3 * 3 * 2
    assert {event.flags for event in events} == set(range(2**9))


def test_fixed_ledger_is_created_without_a_refusal() -> None:
    ledger = Oracle()
    for operation in fixed_ledger():
        assert set(statuses_in(perform(ledger, operation))) == {"created"}


def test_flag_combinations_are_judged_one_by_one_on_a_fresh_ledger() -> None:
    fresh = Oracle()
    for operation in fixed_ledger():
        perform(fresh, operation)
    reached: Counter[str] = Counter()
    for operation in flag_combinations():
        ledger = fresh.copy()
        (result,) = ledger.create_transfers(operation.events, operation.now_ns)
        reached[result.status] += 1
        _check_outcome(fresh, ledger, operation.events[0].flags, result)
    assert set(reached) == {
        "created",
        "linked_event_chain_open",
        "flags_are_mutually_exclusive",
        "pending_id_must_be_zero",
        "pending_id_must_not_be_zero",
        "timeout_reserved_for_pending_transfer",
        "closing_transfer_must_be_pending",
        "pending_transfer_not_found",
        "pending_transfer_has_different_amount",
        "exceeds_pending_transfer_amount",
        "imported_event_timeout_must_be_zero",
        "overflows_debits_pending",
        "overflows_debits",
    }


def _check_outcome(fresh: Oracle, ledger: Oracle, flags: int, result: Result) -> None:
    if flags & TransferFlag.LINKED:
        assert result.status == "linked_event_chain_open"
    if result.status == "created":
        assert len(ledger.change_events()) == len(fresh.change_events()) + 1
    else:
        assert ledger.accounts() == fresh.accounts()
        assert ledger.change_events() == fresh.change_events()
        assert ledger.transfer(100) is None
