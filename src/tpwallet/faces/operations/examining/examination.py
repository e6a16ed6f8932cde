"""The whole examination of a pool, in order."""

from pathlib import Path

from tpwallet.faces.operations.examining import holdings, machine
from tpwallet.faces.operations.examining.diagnosis import Diagnosis, Examination, State
from tpwallet.faces.operations.examining.secrecy import examine_secrecy
from tpwallet.faces.operations.progress import Progress, no_progress
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.kernel.errors import Malformed


def examine(
    path: Path, *, is_warm: bool, is_deep: bool = False, progress: Progress = no_progress
) -> Examination:
    """Examine a pool and the machine under it; deeply, the journal is read for orphans too, and
    the read models for damage.

    It changes nothing, and the pool may be in use. A pool that cannot be opened is a finding.
    """
    found = [
        machine.examine_versions(),
        machine.examine_sqlite(),
        machine.examine_loops(is_warm=is_warm),
    ]
    try:
        directory = PoolDirectory(path)
    except (Malformed, OSError) as error:
        found.append(_no_pool(path, error))
    else:
        found += _examine_pool(directory, is_deep=is_deep, progress=progress)
    return Examination(str(path), found)


def _no_pool(path: Path, error: Malformed | OSError) -> Diagnosis:
    """Why a path is not a pool that can be opened, and what to do about it."""
    if not (path / "pool.json").exists():
        advice = "Make one with: tpwallet init {path}"
    elif not (path / "secrets.json").exists():
        advice = "Put secrets.json back from where its copy is kept: nothing replaces it."
    else:
        advice = "Look at who may read {path}, and at what stands in pool.json and secrets.json."
    return Diagnosis(
        name="pool",
        state=State.FAIL,
        message="{reason}",
        advice=advice,
        facts={"reason": str(error), "path": str(path)},
    )


def _examine_pool(
    directory: PoolDirectory, *, is_deep: bool, progress: Progress
) -> list[Diagnosis]:
    path = directory.path
    journal, head = holdings.examine_journal(directory, is_deep=is_deep)
    found = [
        machine.examine_file_system(path),
        machine.examine_space(path),
        machine.examine_syncing(path),
        *examine_secrecy(directory),
        holdings.examine_lock(directory),
        journal,
    ]
    if head is not None:
        found += [
            machine.examine_clock(head.time),
            holdings.examine_snapshots(directory, head.position),
            holdings.examine_checkpoints(directory, head.position),
        ]
    found.append(holdings.examine_vault(directory))
    if is_deep:
        found.append(holdings.examine_views(directory))
    else:
        found.append(Diagnosis(name="views", state=State.SKIPPED, message="checked with --deep"))
    if head is not None and is_deep:
        found.append(holdings.examine_orphans(directory, progress))
    elif head is not None:
        found.append(
            Diagnosis(name="orphans", state=State.SKIPPED, message="looked for with --deep")
        )
    return found
