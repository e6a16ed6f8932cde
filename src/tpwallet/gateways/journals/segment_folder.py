"""The segments of one pool: what was archived, where each file was put, and whether it is there.

    <pool>/segments/00000000000000000001-00000000000000004096.tpws    a segment file
    <pool>/segments/00000000000000000001-00000000000000004096.json    its card

A card says what a file must be and where it was put, which may be anywhere. It stays when the file
is moved away, so that whoever wants what is in it can be told which file to bring back. A file that
lies in the folder is found without its card too.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from tpwallet.formats.segment import SegmentCommit, SegmentHead, write_segment
from tpwallet.gateways.journals.limits import SEGMENT_INDEXES_MAX
from tpwallet.gateways.journals.segment_file import (
    SegmentIndex,
    Verified,
    read_index,
    verify_segment,
)
from tpwallet.gateways.whole_file import write_whole
from tpwallet.kernel.commit import Commit
from tpwallet.kernel.errors import JournalCorrupt, SegmentNotAtHand

_FILE, _CARD = ".tpws", ".json"


class SegmentCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a segment file is, and where it was put: beside its card, or at a path of its own.

    Hashes are in hexadecimal.
    """

    format: Literal["tpwallet-segment-card-1"] = "tpwallet-segment-card-1"
    first_position: int
    last_position: int
    commit_hash: str  # of the commit it ends on
    sha256: str  # of the file
    bytes: int
    file: str

    def holds(self, position: int) -> bool:
        """Whether a position is in it."""
        return self.first_position <= position <= self.last_position


class _Span(NamedTuple):
    first: int
    last: int


class SegmentFolder:
    """One pool's segments; any thread may read. It writes nothing unless told to."""

    def __init__(self, path: Path, pool_id: bytes) -> None:
        """`path` is the folder of the cards; it need not exist."""
        self.path = path
        self.pool_id = pool_id
        self._remembering = threading.Lock()
        self._indexes: dict[tuple[str, int, int], SegmentIndex] = {}

    def cards(self) -> list[SegmentCard]:
        """Every card, in order. **Rejects** with `JournalCorrupt` one that cannot be read."""
        return [self._read_card(path) for path in sorted(self.path.glob(f"*{_CARD}"))]

    def _read_card(self, path: Path) -> SegmentCard:
        try:
            return msgspec.json.decode(path.read_bytes(), type=SegmentCard)
        except msgspec.MsgspecError as error:
            raise JournalCorrupt(f"segment card {path.name}: {error}", position=1) from error

    # Finding

    def find(self, position: int) -> Path:
        """The file that holds a position.

        **Rejects** with `SegmentNotAtHand`, naming the file where it should be.
        """
        wanted = next((card for card in self.cards() if card.holds(position)), None)
        for path in self._places(wanted, position):
            if path.exists():
                return path
        if wanted is None:
            raise SegmentNotAtHand(
                f"no segment file in {self.path} holds position {position}",
                position=position,
                file=str(self.path),
            )
        file = self.path_of(wanted)
        raise SegmentNotAtHand(
            f"positions {wanted.first_position} to {wanted.last_position} were archived in {file}, "
            "which is not there",
            position=position,
            file=str(file),
        )

    def _places(self, card: SegmentCard | None, position: int) -> Iterator[Path]:
        if card is not None:
            yield self.path_of(card)
            yield self.path / Path(card.file).name
        for path in sorted(self.path.glob(f"*{_FILE}")):
            span = _span_of(path)
            if span is not None and span.first <= position <= span.last:
                yield path

    def path_of(self, card: SegmentCard) -> Path:
        """Where a card's file was put."""
        return self.path / card.file  # an absolute path stays as it is

    def is_at_hand(self, card: SegmentCard) -> bool:
        """Whether a card's file is there."""
        return any(path.exists() for path in self._places(card, card.first_position))

    def index_of(self, path: Path) -> SegmentIndex:
        """The index of a file, remembered as long as the file stays the same.

        **Rejects** with `SegmentNotAtHand` one that is gone, and as `read_index` does.
        """
        try:
            status = path.stat()
            key = (str(path), status.st_mtime_ns, status.st_size)
            with self._remembering:
                found = self._indexes.get(key)
            if found is None:
                found = read_index(path, self.pool_id)
        except FileNotFoundError:
            raise gone(path) from None
        with self._remembering:
            self._indexes[key] = found
            while len(self._indexes) > SEGMENT_INDEXES_MAX:
                del self._indexes[next(iter(self._indexes))]
        return found

    # Writing

    def write(
        self,
        head: SegmentHead,
        commits: Iterable[Commit],
        *,
        folder: Path | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Path:
        """Write a segment file and make it durable, unless it is there already; `folder` is where,
        None: beside the cards. It is not verified here.

        **Rejects** with `SegmentDamaged` other commits than the head's, and with `OSError`.
        """
        place = self.path if folder is None else folder
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{_name_of(head.first_position, head.last_position)}{_FILE}"
        if not path.exists():
            write_whole(path, write_segment(head, _told(commits, progress)), is_private=True)
        return path

    def verify(self, path: Path, progress: Callable[[int], None] | None = None) -> Verified:
        """Read a file back from the disk, end to end. **Rejects** as `verify_segment` does."""
        try:
            _forget_cached(path)
            return verify_segment(path, self.pool_id, progress)
        except FileNotFoundError:
            raise gone(path) from None

    def keep_card(self, verified: Verified, path: Path) -> SegmentCard:
        """Keep the card of a verified file, if there is none yet; returns it."""
        head = verified.head
        name = f"{_name_of(head.first_position, head.last_position)}{_CARD}"
        is_beside = path.parent.resolve() == self.path.resolve()
        card = SegmentCard(
            first_position=head.first_position,
            last_position=head.last_position,
            commit_hash=verified.commit_hash.hex(),
            sha256=verified.sha256.hex(),
            bytes=verified.bytes,
            file=path.name if is_beside else str(path.resolve()),
        )
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / name).exists():
            content = msgspec.json.format(msgspec.json.encode(card))
            write_whole(self.path / name, (content, b"\n"))
        return self._read_card(self.path / name)


def gone(path: Path) -> SegmentNotAtHand:
    """What is told of a segment file that is not where it was a moment ago."""
    return SegmentNotAtHand(f"the segment file {path} is not there", file=str(path))


def _told(
    commits: Iterable[Commit], progress: Callable[[int], None] | None
) -> Iterator[SegmentCommit]:
    for commit in commits:
        header = commit.header
        yield SegmentCommit(
            first_position=header.first_position,
            event_count=header.event_count,
            header=commit.header_bytes,
            body=commit.body,
        )
        if progress is not None:
            progress(header.last_position)


def _name_of(first: int, last: int) -> str:
    return f"{first:020}-{last:020}"


def _span_of(path: Path) -> _Span | None:
    """The positions a file's name says it holds; None for other names."""
    first, dash, last = path.name.removesuffix(_FILE).partition("-")
    if not (dash and first.isdecimal() and last.isdecimal()):
        return None
    return _Span(int(first), int(last))


def _forget_cached(path: Path) -> None:
    """Let what is read next come from the disk rather than from memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
