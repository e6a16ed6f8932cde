"""Seeds hold: whatever a pool meets, it tells everybody what an independent oracle says."""

import secrets
from pathlib import Path

import pytest

from tpwallet.lab.sim.deep_world import DeepWorld, Mishap
from tpwallet.lab.sim.happenings import Happening
from tpwallet.lab.sim.report import SimReport
from tpwallet.lab.sim.run import MEMORY, SQLITE, run_many, run_seed
from tpwallet.lab.sim.sqlite_disk import Strike
from tpwallet.lab.sim.world import World

SEEDS = range(20)


@pytest.fixture(scope="module")
def reports() -> list[SimReport]:
    return [run_seed(seed) for seed in SEEDS]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_holds(seed: int, reports: list[SimReport]) -> None:
    assert not reports[seed].failure, str(reports[seed])


@pytest.mark.parametrize("seed", range(4))
def test_a_seed_holds_on_sqlite(seed: int) -> None:
    report = run_seed(seed, storage=SQLITE)
    assert not report.failure, str(report)


@pytest.mark.parametrize("refuses_stale", [True, False])
@pytest.mark.parametrize("happening", Happening)
def test_a_pool_lives_through_everything_that_may_befall_it(
    happening: Happening, refuses_stale: bool
) -> None:
    world = World(9, refuses_stale=refuses_stale)
    world.start()
    for _ in range(3):
        for _ in range(50):
            world.step()
        world.happen(happening)
    world.finish()
    assert world.happened[happening.value] >= 3
    assert world.commands > 50


@pytest.mark.parametrize("strike", Strike)
def test_a_pool_on_sqlite_lives_through_everything_that_may_befall_its_disk(
    strike: Strike, tmp_path: Path
) -> None:
    world = DeepWorld(5, tmp_path)
    with world.disk.mounted():
        world.start()
        for _ in range(4):
            for _ in range(10):
                world.step()
            world.strike(strike)
        world.finish()
    assert world.happened[strike.value] >= 4


@pytest.mark.parametrize("mishap", Mishap)
def test_a_pool_on_sqlite_lives_through_power_cuts_restarts_and_jumps(
    mishap: Mishap, tmp_path: Path
) -> None:
    world = DeepWorld(5, tmp_path)
    with world.disk.mounted():
        world.start()
        for _ in range(3):
            for _ in range(10):
                world.step()
            world.befall(mishap)
        world.finish()


@pytest.mark.parametrize("seed", [1, 2, 24])
@pytest.mark.parametrize("storage", [MEMORY, SQLITE])
def test_a_seed_plays_the_same_again(seed: int, storage: str) -> None:
    assert run_seed(seed, storage=storage) == run_seed(seed, storage=storage)


@pytest.mark.parametrize(
    ("storage", "played"),
    [
        ("memory", [(4, "memory"), (5, "memory")]),
        ("sqlite", [(4, "sqlite"), (5, "sqlite")]),
        ("both", [(4, "memory"), (4, "sqlite"), (5, "memory")]),
    ],
)
def test_seeds_are_played_on_the_storage_that_is_named(
    storage: str, played: list[tuple[int, str]]
) -> None:
    reports = run_many([4, 5], steps=10, storage=storage)
    assert [(report.seed, report.storage) for report in reports] == played


# What callers must have been told, over some seeds, for them to be worth playing.
TOLD = {
    *("done", "created", "exists", "linked_event_failed", "linked_event_chain_open"),
    *("exceeds_credits", "exceeds_debits", "id_already_failed", "import_refused"),
    *("debit_account_not_found", "credit_account_not_found", "account_not_found"),
    *("debit_account_already_closed", "credit_account_already_closed", "closing_reservation"),
    *("debit_account_not_granted", "credit_account_not_granted", "grant_not_found", "forbidden"),
    *("address_reserved", "account_exists_unnamed"),
    *("pending_transfer_expired", "pending_transfer_already_posted", "pending_transfer_not_found"),
    *("pending_transfer_already_voided", "exceeds_pending_transfer_amount"),
    *("account_not_empty", "account_has_reservations", "account_not_closed"),
    *("unknown_asset", "duplicate_asset", "asset_delisted", "asset_in_use"),
    *("period_closed", "effective_date_in_the_future", "document_not_found", "key_not_found"),
    *("idempotency_conflict", "idempotency_expired", "clock_refused", "malformed_request"),
    *("outcome_unknown", "journal_unavailable", "fenced", "halted"),
}


def test_what_may_happen_does_happen(reports: list[SimReport]) -> None:
    """Over some seeds: troubles, refusals of every sort, and more than one owner."""
    happened = {name for report in reports for name in report.happenings}
    assert happened == {happening.value for happening in Happening}
    assert {name for report in reports for name in report.outcomes} >= TOLD
    assert sum(report.commands for report in reports) > 3_000
    assert sum(report.owners for report in reports) > 60


@pytest.mark.soak
@pytest.mark.parametrize("storage", [MEMORY, SQLITE])
def test_seeds_nobody_has_played_hold(storage: str) -> None:
    first = secrets.randbelow(2**40)
    failed = [
        str(report)
        for report in run_many(range(first, first + 5_000), storage=storage)
        if report.failure
    ]
    assert not failed, "\n".join(failed[:3])
