"""Journals made up for the tests of exports: real headers, chained, over bodies of any bytes."""

from hashlib import sha256

from tpwallet.formats.export import write_export
from tpwallet.formats.export_items import (
    ExportedCommit,
    ExportedNote,
    ExportHead,
    Item,
    parse_header,
)

POOL = bytes(range(16))
ROOT = bytes(range(32))
ORIGIN = "example.com/pool"


def header(
    body: bytes,
    *,
    first: int,
    events: int = 1,
    previous: bytes = bytes(32),
    epoch: int = 1,
    pool: bytes = POOL,
) -> bytes:
    """A commit header, field by field as documented."""
    return b"".join(
        (
            b"TPWCMT01",
            pool,
            epoch.to_bytes(8, "little"),
            first.to_bytes(8, "little"),
            events.to_bytes(4, "little"),
            (1).to_bytes(4, "little"),
            (10 * first).to_bytes(8, "little"),
            len(body).to_bytes(8, "little"),
            previous,
            sha256(body).digest(),
        )
    )


def note_at(position: int) -> ExportedNote:
    """A checkpoint's text; its signature is not what an export looks at."""
    return ExportedNote(f"{ORIGIN}\n{position}\n...\n\n— {ORIGIN} ...\n")


def journal(
    shapes: list[tuple[int, int, int]], first: int = 1, previous: bytes = bytes(32)
) -> list[Item]:
    """Commits of (events, body length) with so many notes after each."""
    items: list[Item] = []
    for number, (events, length, notes) in enumerate(shapes):
        body = sha256(number.to_bytes(4, "big")).digest() * (length // 32 + 1)
        body = body[:length]
        commit = ExportedCommit(header(body, first=first, events=events, previous=previous), body)
        items.append(commit)
        previous = sha256(commit.header).digest()
        first += events
        items += [note_at(first - 1)] * notes
    return items


def head(items: list[Item], first: int = 1) -> ExportHead:
    """The head that these items need."""
    events = sum(
        parse_header(item.header).event_count for item in items if isinstance(item, ExportedCommit)
    )
    return ExportHead(
        pool=POOL,
        name="Pool «A»",
        origin=ORIGIN,
        vkeys=("vkey one", "vkey two"),
        blinding_key=bytes(32),
        first_position=first,
        last_position=first + events - 1,
    )


def written(items: list[Item], first: int = 1) -> bytes:
    """The file of these items."""
    return b"".join(write_export(head(items, first), items, root=ROOT))
