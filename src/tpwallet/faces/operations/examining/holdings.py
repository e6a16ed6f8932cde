"""What a pool holds: its lock, journal, snapshots, views, checkpoints and vault."""

import fcntl
import os
from itertools import islice
from pathlib import Path

import apsw

from tpwallet.faces.operations.checking_views import check_views
from tpwallet.faces.operations.examining.diagnosis import Diagnosis, State
from tpwallet.faces.operations.progress import Progress
from tpwallet.faces.operations.reading import reading, stored_notes
from tpwallet.faces.operations.sweeping import references_in
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.hub import open_vault
from tpwallet.kernel.commit import check_link
from tpwallet.kernel.errors import Fact, JournalCorrupt, JournalUnavailable
from tpwallet.kernel.journal import Head, Journal
from tpwallet.kernel.sealed import SealedReference
from tpwallet.keys.sealing import SealBroken
from tpwallet.processes.verification.verdict import Outcome

SNAPSHOT_LAG_WARN = 5_000_000  # positions: some seconds of replay
POSITIONS_READ = 20_000  # at the journal's end; all of them is `tpwallet verify`


def examine_lock(directory: PoolDirectory) -> Diagnosis:
    """Whether somebody writes the pool at this moment."""
    path = directory.path / "writer.lock"
    if path.exists() and _is_locked(path):
        return Diagnosis(
            name="writer",
            state=State.OK,
            message="a process writes this pool now",
            advice="Commands reach it with --url and --key.",
        )
    return Diagnosis(name="writer", state=State.OK, message="nobody writes this pool now")


def _is_locked(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def examine_journal(
    directory: PoolDirectory, *, is_deep: bool = False
) -> tuple[Diagnosis, Head | None]:
    """Whether the journal opens, reaches what was made of it, and its newest commits hold together;
    deeply, all that are at hand. Returns its head too, when it has one.
    """
    try:
        with reading(directory) as journal:
            head, length = journal.head(), journal.bytes_used()
            left_out = 0 if is_deep else head.position - POSITIONS_READ
            read_from = _check_chain(journal, directory.pool_id, max(left_out, journal.trimmed()))
    except JournalCorrupt as damage:
        advice = "See what can be trusted: tpwallet verify {path} --report FILE"
        if "witness" in damage.facts:
            advice = "The journal was cut off: restore it from a backup, do not write to it."
        return _failed_journal(
            "damaged: {reason}",
            advice,
            reason=str(damage),
            path=str(directory.path),
            position=damage.position,
        ), None
    except JournalUnavailable as error:
        advice = "Look at the storage the journal is kept in."
        return _failed_journal("{reason}", advice, reason=str(error)), None
    return Diagnosis(
        name="journal",
        state=State.OK,
        message="{position} events, {mib} MiB",
        facts={
            "position": head.position,
            "epoch": head.epoch,
            "bytes": length,
            "mib": f"{length / 2**20:.1f}",
            "read_from": read_from,
        },
    ), head


def _check_chain(journal: Journal, pool_id: bytes, after: int) -> int:
    """Check that each commit holds its body and follows the one before it; returns where that was
    begun, which is where the first one begins that ends after a position.

    **Rejects** with `JournalCorrupt` the first that does not.
    """
    begun, reached = 0, Head()
    for commit in journal.read(after):
        header = commit.header
        if not begun:
            begun = header.first_position
            reached = Head(begun - 1, header.previous, header.epoch)
        check_link(
            commit,
            pool_id=pool_id,
            previous=reached.hash,
            after=reached.position,
            epoch=reached.epoch,
        )
        reached = Head(header.last_position, commit.hash, header.epoch)
    return begun


def _failed_journal(message: str, advice: str, **facts: Fact) -> Diagnosis:
    return Diagnosis(name="journal", state=State.FAIL, message=message, advice=advice, facts=facts)


def examine_snapshots(directory: PoolDirectory, end: int) -> Diagnosis:
    """How much of the journal a start must replay."""
    positions = SnapshotDirectory(directory.snapshots_path).positions()
    newest = positions[-1] if positions else 0
    lag = end - newest
    if newest > end:
        return Diagnosis(
            name="snapshots",
            state=State.FAIL,
            message="a snapshot is of position {newest}, the journal ends at {end}",
            advice="The journal was cut off: restore it from a backup, do not write to it.",
            facts={"newest": newest, "end": end},
        )
    state = State.WARN if lag > SNAPSHOT_LAG_WARN else State.OK
    return Diagnosis(
        name="snapshots",
        state=state,
        message="{count}, the newest {lag} events behind",
        advice="" if state is State.OK else "Serve the pool: its follower makes snapshots.",
        facts={"count": len(positions), "newest": newest, "lag": lag},
    )


def examine_checkpoints(directory: PoolDirectory, end: int) -> Diagnosis:
    """Whether the signed checkpoints can be read and do not reach past the journal."""
    try:
        positions = sorted(stored_notes(directory.log_path))
    except JournalCorrupt as damage:
        return Diagnosis(
            name="checkpoints",
            state=State.FAIL,
            message="{reason}",
            advice="Checkpoints are evidence: put the file aside and restore it from a backup.",
            facts={"reason": str(damage)},
        )
    newest = positions[-1] if positions else 0
    if newest > end:
        return Diagnosis(
            name="checkpoints",
            state=State.FAIL,
            message="one was signed at {newest}, the journal ends at {end}",
            advice="The journal was cut off: restore it from a backup, do not write to it.",
            facts={"newest": newest, "end": end},
        )
    return Diagnosis(
        name="checkpoints",
        state=State.OK,
        message="{count}, the newest {lag} events behind",
        facts={"count": len(positions), "newest": newest, "lag": end - newest},
    )


def examine_views(directory: PoolDirectory) -> Diagnosis:
    """Whether the read models are what was written; every byte of the history is read."""
    checked = check_views(directory)
    damaged = [view for view in checked if view.outcome is Outcome.FAILED]
    facts: dict[str, Fact] = {
        "mib": f"{sum(view.count for view in checked) / 2**20:.1f}",
        "reason": "; ".join(f"{view.view}: {view.reason}" for view in damaged),
    }
    if damaged:
        return Diagnosis(
            name="views",
            state=State.FAIL,
            message="damaged: {reason}",
            advice="They may have answered wrongly; make them again: tpwallet views rebuild",
            facts=facts,
        )
    return Diagnosis(name="views", state=State.OK, message="{mib} MiB", facts=facts)


def examine_vault(directory: PoolDirectory) -> Diagnosis:
    """Whether the vault opens, and its master key opens what is in it."""
    if not directory.vault_path.exists():
        return Diagnosis(name="vault", state=State.OK, message="there is none yet")
    try:
        fields = _try_vault(directory)
    except apsw.Error as error:
        return Diagnosis(
            name="vault",
            state=State.FAIL,
            message="it cannot be read: {reason}",
            advice="Restore vault.db from a backup.",
            facts={"reason": str(error)},
        )
    if fields is None:
        return Diagnosis(
            name="vault",
            state=State.FAIL,
            message="its key does not open what is in it",
            advice="secrets.json and vault.db are not of one pool: restore the secrets.",
        )
    return Diagnosis(
        name="vault", state=State.OK, message="{fields} sealed texts", facts={"fields": fields}
    )


def _try_vault(directory: PoolDirectory) -> int | None:
    """How many sealed texts there are; None when one of them does not open."""
    vault = open_vault(directory)
    try:
        held = vault.references()
        for reference in islice(held, 1):
            vault.open(SealedReference(reference))
        return len(held)
    except SealBroken:
        return None
    finally:
        vault.close()


def examine_orphans(directory: PoolDirectory, progress: Progress) -> Diagnosis:
    """Sealed texts that no commit refers to: a crash left them between vault and journal."""
    if not directory.vault_path.exists():
        return Diagnosis(name="orphans", state=State.OK, message="there is no vault yet")
    vault = open_vault(directory)
    try:
        held = vault.references()
    finally:
        vault.close()
    try:
        with reading(directory) as journal:
            referred = references_in(journal, progress)
    except JournalCorrupt as damage:
        return Diagnosis(
            name="orphans",
            state=State.FAIL,
            message="the journal cannot be read: {reason}",
            advice="See what can be trusted: tpwallet verify {path} --report FILE",
            facts={"reason": str(damage), "path": str(directory.path)},
        )
    orphans, gone = held - referred, referred - held
    facts: dict[str, Fact] = {"sealed": len(held), "orphans": len(orphans), "erased": len(gone)}
    if orphans:
        return Diagnosis(
            name="orphans",
            state=State.WARN,
            message="{orphans} sealed texts belong to no commit",
            advice="A crash or a refusal left them; delete them with: tpwallet vault sweep",
            facts=facts,
        )
    return Diagnosis(
        name="orphans",
        state=State.OK,
        message="none; {erased} references to erased texts",
        facts=facts,
    )
