"""Playing seeds: one, or many one after another."""

import tempfile
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from tpwallet.lab.sim.deep_world import DeepWorld
from tpwallet.lab.sim.failure import SimulationFailed
from tpwallet.lab.sim.report import SimReport
from tpwallet.lab.sim.world import World

MEMORY, SQLITE, BOTH = "memory", "sqlite", "both"
STEPS = {MEMORY: 400, SQLITE: 200}
_ON_SQLITE = 2  # of both: one seed in so many is played on SQLite too


def run_seed(seed: int, *, steps: int | None = None, storage: str = MEMORY) -> SimReport:
    """Play a seed to its end, or to the first step at which the pool does what it must not.

    `storage` is `memory`, or `sqlite` for the hub's own writer on a disk that loses what was not
    synced; `steps` is by default what takes about a quarter of a second.
    """
    steps = STEPS[storage] if steps is None else steps
    if storage == MEMORY:
        return _play(World(seed), seed, steps, storage)
    with tempfile.TemporaryDirectory(prefix="tpwallet-sim-") as folder:
        world = DeepWorld(seed, Path(folder))
        with world.disk.mounted():
            return _play(world, seed, steps, storage)


def _play(world: World | DeepWorld, seed: int, steps: int, storage: str) -> SimReport:
    failure, raised = "", ""
    try:
        world.start()
        for _ in range(steps):
            world.step()
        world.finish()
    except SimulationFailed as failed:
        failure = str(failed)
    except Exception as error:  # noqa: BLE001 - told, with the seed that leads to it
        failure, raised = f"{type(error).__name__}: {error}", traceback.format_exc()
    return SimReport(
        seed=seed,
        storage=storage,
        steps=steps,
        commands=world.commands,
        positions=world.expectation.books.position,
        owners=world.owners,
        happenings=dict(world.happened),
        outcomes=dict(world.callers.heard),
        failure=failure,
        trace=(*world.trace, *raised.splitlines()) if failure else (),
    )


def run_many(
    seeds: Iterable[int], *, steps: int | None = None, storage: str = BOTH
) -> Iterator[SimReport]:
    """Play seeds, each in a world of its own: all of them in memory, every other on SQLite too,
    or all on the one `storage` that is named.
    """
    for seed in seeds:
        if storage in (MEMORY, BOTH):
            yield run_seed(seed, steps=steps, storage=MEMORY)
        if storage == SQLITE or (storage == BOTH and seed % _ON_SQLITE == 0):
            yield run_seed(seed, steps=steps, storage=SQLITE)
