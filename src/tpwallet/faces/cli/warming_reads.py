"""Reading the scratch pool as followers do: history, whole log, restored views; see `warming`."""

import secrets
from pathlib import Path

from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.faces.operations.reading import reading
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.proofs.frontier import Frontier, grow
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.history.moments import AtPosition

_MANY_LEAVES = 256  # past the number from which the log is hashed level by level


def read_a_pool(directory: PoolDirectory, folder: Path) -> None:
    """Build a history of the pool in a folder, ask it everything, and open it again."""
    history = HistoryIndex.open(folder, secrets.randbits(128))
    with reading(directory) as journal:
        for commit in journal.read():
            history.apply(commit.entries())
    _ask(history)
    history.flush()
    history.close()
    again = HistoryIndex.open(folder, secrets.randbits(128))
    _ask(again)
    again.close()
    grow(Frontier(), bytes(32 * _MANY_LEAVES))


def _ask(history: HistoryIndex) -> None:
    account = account_id_of("customer/ada/EUR")
    middle = history.position // 2
    history.current(account)
    history.balance(account, at_position=middle)
    history.balance(account, at_time=1)
    history.balances_at(middle)
    history.movement_at_time(1)
    for reverse in (False, True):
        history.statement(account, since=AtPosition(1), limit=2, reverse=reverse)
