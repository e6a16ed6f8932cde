"""Sweeping the vault: deleting sealed texts that no commit refers to.

A field is sealed before the commit that refers to it, so a crash between the two, or a refusal,
leaves one that nobody can ever name again. It is personal data kept for nothing, so it goes. Every
event of the journal is read, archived segments included, and what any of them refers to stays.
What was sealed within the last `ORPHAN_AGE_NS_MIN` stays too: its command may still be under way.
"""

import time
from collections.abc import Callable

import msgspec

from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import reading
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import check_signed, open_vault
from tpwallet.kernel.journal import Journal
from tpwallet.kernel.limits import ORPHAN_AGE_NS_MIN
from tpwallet.kernel.sealed import sealed_in


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep found: `young` texts are left alone whether anything refers to them or not."""

    sealed: int
    young: int
    orphans: int
    swept: int
    dry_run: bool


def sweep_vault(
    directory: PoolDirectory,
    *,
    is_rehearsal: bool = False,
    wall: Callable[[], int] = time.time_ns,
    progress: Progress = no_progress,
) -> Swept:
    """Delete the vault's orphans, or only count them; the pool may be in use meanwhile.

    **Rejects** with `JournalCorrupt` a journal that was cut off, whose texts would look like
    orphans, and with `SegmentNotAtHand` one of which a part is not there to be read.
    """
    if not directory.vault_path.exists():
        return Swept(sealed=0, young=0, orphans=0, swept=0, dry_run=is_rehearsal)
    with reading(directory) as journal:
        check_signed(directory, journal)
        vault = open_vault(directory)
        try:
            sealed_before = wall() - ORPHAN_AGE_NS_MIN
            held, old = vault.references(), vault.references(sealed_before=sealed_before)
            orphans = old - references_in(journal, progress)
            swept = 0 if is_rehearsal else vault.discard(orphans, sealed_before=sealed_before)
        finally:
            vault.close()
    return Swept(
        sealed=len(held),
        young=len(held - old),
        orphans=len(orphans),
        swept=swept,
        dry_run=is_rehearsal,
    )


def references_in(journal: Journal, progress: Progress = no_progress) -> set[bytes]:
    """Every reference to a sealed text in a whole journal, to its present end."""
    end = journal.head().position
    found: set[bytes] = set()
    for commit in journal.read():
        for entry in commit.entries():
            for event in entry.events:
                found.update(sealed_in(event).values())
        progress(Stage.READING, commit.header.last_position, end)
    return found
