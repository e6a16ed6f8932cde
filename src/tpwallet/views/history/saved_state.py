"""The state file: what the history keeps in memory, as of its last flush.

It is small beside the history and written whole, under another name, made durable and renamed, so
that it is always that of one flush. What the other files hold past the sizes it names is nothing.
All integers are little-endian.

    magic                8 bytes, ASCII `TPWHIS02`: another one is another format
    header               8 words: see `Header`
    accounts              48 bytes each: the words `KEPT` of its row
    open reservations     64 bytes each
    checksums             4 bytes each: a CRC-32 of every block in use, file after file
    digest               SHA-256 of all before it

A state of another format is not converted: `TPWHIS01` had no checksums, so what its files held
cannot be trusted any more than what a damaged file holds, and the history is begun again.
"""

import hashlib
import os
import struct
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tpwallet.views.history.block_sums import blocks_in
from tpwallet.views.history.damage import Damage
from tpwallet.views.history.loops.words import (
    ACCOUNT_ID,
    CREATED_AT,
    CREATED_POSITION,
    CREDIT_HEAD,
    EVENT_BYTES,
    HEAD,
    MOVEMENT_BYTES,
    RESERVATION_BYTES,
    RESERVATION_WORDS,
    WIDE_BYTES,
)

MAGIC = b"TPWHIS02"
KEPT = (ACCOUNT_ID, ACCOUNT_ID + 1, CREATED_POSITION, CREATED_AT, HEAD, CREDIT_HEAD)
FILES = ("movements", "events", "wide", "times")
ROW_BYTES = (MOVEMENT_BYTES, EVENT_BYTES, WIDE_BYTES, 8)  # of each file
STATE = "state"  # the file's name

_HEADER = struct.Struct("<8s8Q")
_KEPT_BYTES = 8 * len(KEPT)
_SUM_BYTES = 4
_DIGEST_BYTES = 32


class StateUnusable(Exception):
    """A state file that cannot be trusted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.damage = Damage(STATE, None, reason)


class Header(NamedTuple):
    """The position a state reflects, the latest time of a movement, and how much there is."""

    position: int
    latest: int
    accounts: int
    reservations: int
    rows: tuple[int, ...]  # in use of each file, in the order of `FILES`

    @property
    def used(self) -> tuple[int, ...]:
        """Bytes in use of each file."""
        return tuple(count * each for count, each in zip(self.rows, ROW_BYTES, strict=True))


class SavedState(NamedTuple):
    """A state file's content."""

    header: Header
    accounts: np.ndarray  # u64[n, 6]
    reservations: np.ndarray  # u64[n, RESERVATION_WORDS]
    sums: tuple[np.ndarray, ...]  # u32, of each file's blocks in use


def write_state(path: Path, state: SavedState) -> None:
    """Replace the state file, durably. The folder's own entry is the caller's to make durable."""
    header = state.header
    parts = [
        _HEADER.pack(MAGIC, *header[:4], *header.rows),
        state.accounts.tobytes(),
        state.reservations.tobytes(),
        *(sums.tobytes() for sums in state.sums),
    ]
    digest = hashlib.sha256()
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        for part in parts:
            digest.update(part)
            file.write(part)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_state(path: Path) -> SavedState | None:
    """The state file's content; None when there is none.

    **Rejects** with `StateUnusable` one that cannot be trusted.
    """
    try:
        content = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    body, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if body[: len(MAGIC)] != MAGIC:
        raise StateUnusable("is of another format")
    if len(body) < _HEADER.size or hashlib.sha256(body).digest() != digest:
        raise StateUnusable("is not what was written")
    _, position, latest, accounts, reservations, *rows = _HEADER.unpack_from(body)
    return _parts(body, Header(position, latest, accounts, reservations, tuple(rows)))


def _parts(body: memoryview, header: Header) -> SavedState:
    """What follows a header."""
    blocks = [blocks_in(used) for used in header.used]
    lengths = [
        header.accounts * _KEPT_BYTES,
        header.reservations * RESERVATION_BYTES,
        *(count * _SUM_BYTES for count in blocks),
    ]
    ends = [_HEADER.size + end for end in accumulate(lengths)]
    if ends[-1] != len(body):
        raise StateUnusable("is not as long as it says")
    accounts, reservations, *sums = (
        body[end - length : end] for end, length in zip(ends, lengths, strict=True)
    )
    return SavedState(
        header,
        np.frombuffer(accounts, np.uint64).reshape(-1, len(KEPT)),
        np.frombuffer(reservations, np.uint64).reshape(-1, RESERVATION_WORDS),
        tuple(np.frombuffer(part, np.uint32) for part in sums),
    )
