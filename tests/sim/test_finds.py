"""A simulator must be able to fail: pools that were spoilt on purpose are found out."""

import random
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.clock import PoolClock
from tpwallet.kernel.command import Request
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.decider import Decider, Group
from tpwallet.kernel.errors import OutcomeUnknown
from tpwallet.kernel.idempotency import IdempotencyState
from tpwallet.kernel.shard import Shard
from tpwallet.kernel.unit import Unit
from tpwallet.lab.journals import MemoryStorage
from tpwallet.lab.sim.failure import SimulationFailed, expect, require
from tpwallet.lab.sim.run import SQLITE, run_seed
from tpwallet.lab.sim.sqlite_disk import SqliteDisk
from tpwallet.lab.sim.storage import Crash

Spoil = Callable[[pytest.MonkeyPatch], None]


def forget_rollbacks(patch: pytest.MonkeyPatch) -> None:
    """A refused flow keeps what it changed in the ledger."""
    patch.setattr(LedgerState, "rollback", lambda self, mark: self.settle(mark))


def forget_rollbacks_of_tables(patch: pytest.MonkeyPatch) -> None:
    """A rehearsed command keeps what it changed beside the ledger."""
    patch.setattr(LedgerFacts, "rollback", lambda self, mark: self.settle(mark))


def forget_commands(patch: pytest.MonkeyPatch) -> None:
    """A repeated command is done again."""
    patch.setattr(IdempotencyState, "position_of", lambda self, key: 0)


def tell_before_the_append(patch: pytest.MonkeyPatch) -> None:
    """Callers are told what is decided, not what is durable."""
    append = Shard._append

    def told_early(self: Shard, group: Group) -> object:
        for _, deliver, answer in group.waiting:
            deliver(answer)
        group.waiting.clear()
        return append(self, group)

    patch.setattr(Shard, "_append", told_early)


def tell_unknown_as_refused(patch: pytest.MonkeyPatch) -> None:
    """An append whose outcome is unknown is told as if nothing was done."""
    store = Shard._store

    def certain(self: Shard, group: Group) -> Commit:
        try:
            return store(self, group)
        except OutcomeUnknown as error:
            from tpwallet.kernel.errors import JournalUnavailable

            raise JournalUnavailable("surely nothing") from error

    patch.setattr(Shard, "_store", certain)


def lose_a_commit(patch: pytest.MonkeyPatch) -> None:
    """The storage says that a commit stands, and drops it now and then."""
    land, counter = MemoryStorage._land, count()

    def drop(self: MemoryStorage, commit: object) -> bool:
        if next(counter) % 25 == 24:
            return True
        return land(self, commit)  # type: ignore[arg-type]

    patch.setattr(MemoryStorage, "_land", drop)


def believe_any_clock(patch: pytest.MonkeyPatch) -> None:
    """A clock that jumps ahead is believed."""
    patch.setattr(PoolClock, "_ahead", lambda self, now: 0)


def open_every_door(patch: pytest.MonkeyPatch) -> None:
    """Nobody's scopes are looked at."""
    patch.setattr("tpwallet.kernel.decider.authorize", lambda *_: None)


def grant_everything(patch: pytest.MonkeyPatch) -> None:
    """A bulk caller may move any account."""
    patch.setattr(LedgerFacts, "granted_bits", lambda self, holder: (1 << 64) - 1)


def open_system_accounts(patch: pytest.MonkeyPatch) -> None:
    """The hub's own accounts are like any other, so whoever has a grant lends himself money."""
    patch.setattr("tpwallet.domains.ledger.access.is_reserved", lambda _: False)


def miscount_positions(patch: pytest.MonkeyPatch) -> None:
    """A unit of several events takes one position."""
    patch.setattr(Unit, "position", property(lambda self: self._first))


def answer_anothers(patch: pytest.MonkeyPatch) -> None:
    """Every so often a caller is told the answer of the one before."""
    decide, last, counter = Decider.decide, [], count()

    def mixed_up(self: Decider, request: Request, group: Group) -> object:
        answer = decide(self, request, group)
        last.append(answer)
        return last[-2] if next(counter) % 20 == 19 else answer

    patch.setattr(Decider, "decide", mixed_up)


SPOILT: list[Spoil] = [
    forget_rollbacks,
    forget_rollbacks_of_tables,
    forget_commands,
    tell_before_the_append,
    tell_unknown_as_refused,
    lose_a_commit,
    believe_any_clock,
    open_every_door,
    grant_everything,
    open_system_accounts,
    miscount_positions,
    answer_anothers,
]


def first_failure(storage: str = "memory") -> Iterator[str]:
    for seed in range(25):
        report = run_seed(seed, storage=storage)
        if report.failure:
            yield str(report)


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_a_spoilt_pool_is_found_out(spoil: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch)
    report = next(first_failure(), "")
    assert "again: tpwallet sim --seed" in report


def test_a_disk_that_lies_about_syncs_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteDisk, "_sync_image", lambda self, path: None)
    assert "is lost" in next(first_failure(SQLITE), "")


def test_what_differs_is_said() -> None:
    expect([1], [1], "balance")
    require(True, "nothing")
    with pytest.raises(SimulationFailed, match="balance: seen 1, expected 2"):
        expect(1, 2, "balance")
    with pytest.raises(SimulationFailed, match="too early"):
        require(False, "too early")


def test_no_handler_of_the_pool_takes_a_failure_or_a_crash_for_its_own() -> None:
    assert not issubclass(SimulationFailed, Exception)
    assert not issubclass(Crash, Exception)


def test_chance_is_seeded_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def unseeded() -> float:
        raise AssertionError("chance that no seed decides")

    monkeypatch.setattr(random, "random", unseeded)
    assert not run_seed(3, steps=50).failure
