"""Exporting a pool's journal into a `.tpwx` file that anybody can verify without tpwallet."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

import msgspec

from tpwallet.faces.operations.progress import Progress, Stage, no_progress
from tpwallet.faces.operations.reading import (
    all_commits,
    blinding_key_of,
    end_at,
    reading,
    signer_of,
    stored_notes,
)
from tpwallet.formats.export_items import ExportHead
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.whole_file import write_whole
from tpwallet.kernel.facts import LogKeyAdded
from tpwallet.kernel.journal import Head, Journal
from tpwallet.processes.exporting import Export
from tpwallet.proofs.note import parse_note
from tpwallet.proofs.vkey import Vkey, parse_vkey


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """An export that was written; `vkey` is the key its checkpoints are signed with."""

    path: str
    bytes: int
    pool_id: str
    name: str
    position: int
    vkey: str


def export_pool(
    directory: PoolDirectory,
    out: Path,
    *,
    through: int | None = None,
    progress: Progress = no_progress,
) -> Exported:
    """Write a pool's journal into a new file, whole or not at all, while the pool may go on.

    It ends with the last commit that ends at the position `through` or before it, if that is given:
    so what comes before damage can be carried out.

    **Rejects** with `Malformed` a file that exists and a position that does not, and as the
    journal's driver does.
    """
    with reading(directory) as journal:
        end, length = export_to(directory, journal, out, through=through, progress=progress)
    return Exported(
        path=str(out),
        bytes=length,
        pool_id=directory.settings.pool_id,
        name=directory.settings.name,
        position=end.position,
        vkey=str(signer_of(directory).vkey),
    )


def export_to(
    directory: PoolDirectory,
    journal: Journal,
    out: Path,
    *,
    through: int | None,
    progress: Progress,
) -> tuple[Head, int]:
    """Write a journal that is open already; returns where the file ends, and its length."""
    settings, signer = directory.settings, signer_of(directory)
    end = journal.head() if through is None else end_at(journal, through)
    stored = stored_notes(directory.log_path)
    export = Export(
        ExportHead(
            pool=directory.pool_id,
            name=settings.name,
            origin=settings.origin,
            vkeys=_vkeys(journal, stored, signer.vkey, end),
            blinding_key=blinding_key_of(directory),
            first_position=1,
            last_position=end.position,
        ),
        end=end,
        notes={position: texts for position, texts in stored.items() if position <= end.position},
        signer=signer,
        progress=lambda position: progress(Stage.EXPORTING, position, end.position),
    )
    return end, write_whole(out, export.chunks(all_commits(journal)), is_private=True)


def _vkeys(
    journal: Journal, stored: Mapping[int, Sequence[str]], own: Vkey, end: Head
) -> tuple[str, ...]:
    """Every key that signed one of the notes, the oldest first: the journal says which the pool had
    before, and is looked through only when another than the present one has signed.
    """
    signatures = {
        signature.key_hash
        for position, texts in stored.items()
        if position <= end.position
        for text in texts
        for signature in parse_note(text).signatures
    }
    before = [] if signatures <= {own.key_hash} else _recorded_vkeys(journal, end)
    signed = [str(vkey) for vkey in before if vkey.key_hash in signatures]
    return tuple(dict.fromkeys([*signed, str(own)]))


def _recorded_vkeys(journal: Journal, end: Head) -> list[Vkey]:
    """The keys that the journal has named as the pool's, up to a place."""
    named = LogKeyAdded.wire_name.encode()
    return [
        parse_vkey(event.vkey)
        for commit in takewhile(
            lambda one: one.header.last_position <= end.position, all_commits(journal)
        )
        if named in commit.body
        for entry in commit.entries()
        for event in entry.events
        if isinstance(event, LogKeyAdded)
    ]
