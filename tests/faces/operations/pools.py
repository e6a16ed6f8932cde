"""Pools with a past, for the operator's tools to work on."""

from pathlib import Path

from tpwallet.faces.cli.warming import Skew
from tpwallet.faces.cli.warming_pool import work_a_pool
from tpwallet.faces.operations.founding import found_pool
from tpwallet.faces.operations.rebuilding import read_side
from tpwallet.gateways.pool_directory import SQLITE, PoolDirectory


def busy_pool(path: Path, *, journal: str = SQLITE) -> PoolDirectory:
    """A pool that was led through all that the ledger does: batches of thousands, chains,
    reservations of every end, refusals, imports, a closed account.
    """
    found_pool(path, name="busy", base_asset="EUR", journal=journal)
    directory = PoolDirectory(path)
    work_a_pool(directory, skew=Skew())
    return directory


def signed(directory: PoolDirectory) -> int:
    """Let the pool's log be signed up to its present end; returns that position."""
    with read_side(directory) as side:
        return side.follower.position
