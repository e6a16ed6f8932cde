"""Verifying what an operator has: a pool's directory, or an exported journal.

This is the house's own check, with the house's own code. A stranger should not take its word:
`verify_tpwallet.py` checks an export and shares no line with it.
"""

import time
from collections.abc import Collection, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec

from tpwallet.faces.operations.checking_views import CheckedView, check_views
from tpwallet.faces.operations.export_damage import EXPORT_DAMAGE, damage_of
from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import (
    all_commits,
    blinding_key_of,
    reading,
    signer_of,
    stored_notes,
)
from tpwallet.formats.export import read_export
from tpwallet.formats.export_items import (
    ExportDone,
    ExportedCommit,
    ExportedNote,
    ExportHead,
    ExportRejected,
    Item,
)
from tpwallet.gateways.kept_ends import furthest_end
from tpwallet.gateways.live_state import kept_live_state, live_state_of
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.snapshots import SnapshotDirectory
from tpwallet.gateways.whole_file import read_chunks
from tpwallet.hub import empty_replica
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, Malformed
from tpwallet.kernel.facts import KernelState
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.snapshot import SnapshotUnusable, stamp_of
from tpwallet.processes.verification.kept_state import KeptState, Reached
from tpwallet.processes.verification.verdict import Outcome, Verdict
from tpwallet.processes.verification.verification import Verification, verify_commits
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, parse_vkey

_SNAPSHOTS_COMPARED = 2  # each costs hashing the whole state once


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A verification's whole report, as `tpwallet verify --report` writes it."""

    format: str = "tpwallet-verification-1"
    subject: str  # the path that was named
    kind: str  # pool or export
    name: str
    origin: str
    vkeys: list[str]  # the keys that were trusted
    keys_pinned: bool  # whether the caller named them
    release: str
    seconds: float
    verdict: Verdict
    views: list[CheckedView] = []  # a pool's read models, which its journal does not depend on

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.verdict.ok and not self.damaged_views

    @property
    def damaged_views(self) -> list[CheckedView]:
        """The read models that are not what was written."""
        return [view for view in self.views if view.outcome is Outcome.FAILED]


def verify_path(
    path: Path, *, vkeys: Collection[str] = (), progress: Progress = no_progress
) -> Report:
    """Verify a pool's directory or an exported journal; `vkeys` are then the only keys trusted.

    **Rejects** with `Malformed` a path that is neither, and with `JournalUnavailable` a journal
    that cannot be read now. Damage is no refusal: it is in the report.
    """
    if path.is_dir():
        return verify_pool(PoolDirectory(path), vkeys=vkeys, progress=progress)
    if path.is_file():
        return verify_export(path, vkeys=vkeys, progress=progress)
    raise Malformed(f"{path} is neither a pool nor an export", parameter="subject")


def verify_pool(
    directory: PoolDirectory,
    *,
    vkeys: Collection[str] = (),
    expected: Collection[KeptState] = (),
    progress: Progress = no_progress,
) -> Report:
    """Verify a pool's journal, checkpoints and read models, beside whoever writes it; `expected` is
    what else was kept of past states.
    """
    started = time.monotonic()
    trusted = _pinned(vkeys) or [signer_of(directory).vkey]
    verification = Verification(
        empty_replica(directory.pool_id),
        blinding_key=blinding_key_of(directory),
        trusted=trusted,
        follows_keys=not vkeys,
        kept=[*expected, *_kept_states(directory)],
        reached=_reached(directory),
    )
    try:
        notes = stored_notes(directory.log_path)
        with reading(directory, as_found=True) as journal:
            end = _end_of(journal)
            for position in verify_commits(verification, all_commits(journal), notes):
                progress(Stage.VERIFYING, position, end)
    except JournalCorrupt as damage:
        verification.damaged(damage)
    views = check_views(directory)
    return _pool_report(
        directory, trusted, started, verification, keys_pinned=bool(vkeys), views=views
    )


class CheckedCopy(NamedTuple):
    """What a copy of a pool's journal was found to be, and the keys it names as its log's own."""

    report: Report
    log_vkeys: tuple[str, ...]


def verify_copy(
    directory: PoolDirectory,
    commits: Iterator[Commit],
    *,
    end: int,
    expected: Collection[KeptState] = (),
    progress: Progress = no_progress,
) -> CheckedCopy:
    """Verify commits that are not yet in a pool's journal, against the checkpoints that lie in its
    directory. `end` is where they should end, to show progress.
    """
    started = time.monotonic()
    replica, trusted = empty_replica(directory.pool_id), [signer_of(directory).vkey]
    verification = Verification(
        replica,
        blinding_key=blinding_key_of(directory),
        trusted=trusted,
        follows_keys=True,
        kept=expected,
    )
    try:
        notes = stored_notes(directory.log_path)
        for position in verify_commits(verification, commits, notes):
            progress(Stage.VERIFYING, position, end)
    except JournalCorrupt as damage:
        verification.damaged(damage)
    report = _pool_report(directory, trusted, started, verification, keys_pinned=False)
    return CheckedCopy(report, tuple(replica.state.part(KernelState).vkeys))


def verify_export(
    path: Path, *, vkeys: Collection[str] = (), progress: Progress = no_progress
) -> Report:
    """Verify an exported journal. Unless keys are pinned, those in the file are taken: that shows
    that the file agrees with itself, not who made it.

    **Rejects** with `Malformed` a file that is no export at all.
    """
    started = time.monotonic()
    items = read_export(read_chunks(path))
    head = _head_of(path, items)
    trusted = _pinned(vkeys) or _pinned(head.vkeys)
    verification = Verification(
        empty_replica(head.pool), blinding_key=head.blinding_key, trusted=trusted
    )
    for position in _verify_items(verification, items):
        progress(Stage.VERIFYING, position, head.last_position)
    return Report(
        subject=str(path),
        kind="export",
        name=head.name,
        origin=head.origin,
        vkeys=[str(vkey) for vkey in trusted],
        keys_pinned=bool(vkeys),
        release=version("tpwallet"),
        seconds=round(time.monotonic() - started, 3),
        verdict=verification.conclude(),
    )


def _pool_report(
    directory: PoolDirectory,
    trusted: Collection[Vkey],
    started: float,  # seconds of the monotonic clock
    verification: Verification,
    *,
    keys_pinned: bool,
    views: Collection[CheckedView] = (),
) -> Report:
    return Report(
        subject=str(directory.path),
        kind="pool",
        name=directory.settings.name,
        origin=directory.settings.origin,
        vkeys=[str(vkey) for vkey in trusted],
        keys_pinned=keys_pinned,
        release=version("tpwallet"),
        seconds=round(time.monotonic() - started, 3),
        verdict=verification.conclude(),
        views=list(views),
    )


def _kept_states(directory: PoolDirectory) -> Iterator[KeptState]:
    """What the last writer and the newest snapshots kept, unless made under other rules."""
    empty = empty_replica(directory.pool_id)
    live = kept_live_state(directory.path, empty)
    if live is not None:
        yield KeptState("the last writer", live.position, live.state_hash, live.commands_hash)
    rules = live_state_of(empty)
    store = SnapshotDirectory(directory.snapshots_path)
    for position in store.positions()[-_SNAPSHOTS_COMPARED:]:
        try:
            stamp = stamp_of(store.open(position))
        except (SnapshotUnusable, OSError):
            continue  # a damaged snapshot is rebuilt from the journal and says nothing of it
        if (stamp.schema, stamp.apply_versions) == (rules.schema, rules.apply_versions):
            yield KeptState("a snapshot", position, stamp.state_hash, stamp.commands_hash)


def _reached(directory: PoolDirectory) -> Reached | None:
    """How far the journal is known to have reached; asked before it is read, because its writer may
    be at work.
    """
    furthest = furthest_end(directory)
    return None if furthest is None else Reached(*furthest)


def _end_of(journal: Journal) -> int:
    """The last position, as far as it is known; 0 when it cannot be read."""
    try:
        return journal.head().position
    except JournalCorrupt:
        return 0


def _head_of(path: Path, items: Iterator[ExportHead | Item | ExportDone]) -> ExportHead:
    try:
        head = next(items)
    except EXPORT_DAMAGE as error:
        raise Malformed(f"{path} is no export: {error}", parameter="subject") from None
    if not isinstance(head, ExportHead):
        raise Malformed(f"{path} does not begin as an export", parameter="subject")
    if head.first_position != 1:
        raise Malformed(
            f"{path} begins amid a journal, at {head.first_position}: only a whole one can be "
            "replayed; verify_tpwallet.py checks the chain of a part",
            parameter="subject",
        )
    return head


def _verify_items(
    verification: Verification, items: Iterator[ExportHead | Item | ExportDone]
) -> Iterator[int]:
    try:
        for item in items:
            match item:
                case ExportedCommit(header, body):
                    if not verification.commit(Commit(header, body)):
                        return
                    yield verification.position
                case ExportedNote(text):
                    verification.note(text)
                case ExportDone(root=root):
                    verification.compare_root(root)
                case ExportHead():
                    raise ExportRejected("frame_misplaced", kind="HEAD")
    except EXPORT_DAMAGE as error:
        verification.damaged(damage_of(error, verification.position + 1))


def _pinned(vkeys: Collection[str]) -> list[Vkey]:
    try:
        return [parse_vkey(text) for text in vkeys]
    except ProofRejected as refused:
        raise Malformed(f"this is no vkey: {refused}", parameter="vkey") from None
