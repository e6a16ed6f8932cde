"""Law: what the history says of a moment is what replaying the journal up to there says."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes.busy import BusyPool, busy_pool
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.sums import sum_accounts
from tpwallet.domains.ledger.totals import totals
from tpwallet.faces import present
from tpwallet.faces.reading import shaping
from tpwallet.faces.reading.reader import Reader
from tpwallet.hub import empty_replica
from tpwallet.hub.reading import ReadSide
from tpwallet.kernel.state import PoolState
from tpwallet.views.history.moments import Balances

SEEDS = 3


class Followed(NamedTuple):
    """A pool, and a reading half that has read all of it."""

    pool: BusyPool
    side: ReadSide
    folder: TemporaryDirectory[str]


@cache
def followed(seed: int) -> Followed:
    folder = TemporaryDirectory()
    pool = busy_pool(Path(folder.name), seed, commands=70)
    side = ReadSide(pool.directory, open_journal=pool.open_journal)
    side.follower.catch_up()
    return Followed(pool, side, folder)


def replayed(pool: BusyPool, position: int) -> PoolState:
    """The state after the event at a position, from the first event on."""
    state = empty_replica(pool.directory.pool_id).state
    for commit in pool.storage.commits:
        for entry in commit.entries():
            for number, event in enumerate(entry.events, start=entry.first_position):
                if number <= position:
                    state.replay(event, number)
        state.settle()
    return state


moments = st.tuples(st.integers(0, SEEDS - 1), st.floats(0, 1))


@settings(max_examples=60)
@given(moments)
def test_every_balance_at_a_position_is_the_replayed_one(moment: tuple[int, float]) -> None:
    pool, side, _ = followed(moment[0])
    position = round(moment[1] * side.follower.position)
    ledger = replayed(pool, position).part(LedgerState)
    found = side.history.balances_at(position)
    assert len(found.words) == ledger.account_count
    for row in range(ledger.account_count):
        account = ledger.account(found.account_id(row))
        assert account is not None
        expected = Balances(
            account.debits_pending,
            account.debits_posted,
            account.credits_pending,
            account.credits_posted,
        )
        assert found.balances(row) == expected
        assert side.history.balance(account.id, at_position=position) == expected


@settings(max_examples=30)
@given(moments)
def test_what_is_read_at_a_position_is_the_replayed_state(moment: tuple[int, float]) -> None:
    pool, side, _ = followed(moment[0])
    reader = Reader(side)
    position = round(moment[1] * side.follower.position)
    ledger = replayed(pool, position).part(LedgerState)
    answer = reader.totals(at=position)
    assert answer.checked
    assert answer.position == position
    catalogue = replayed(pool, position).parts["facts"].catalogue  # type: ignore[attr-defined]
    expected = [
        shaping.asset_totals(one, present.asset_of(catalogue, one.ledger)) for one in totals(ledger)
    ]
    assert answer.assets == expected
    assert sum(
        one.accounts for one in sum_accounts(ledger.accounts[: ledger.account_count]).values()
    ) == (ledger.account_count)
