"""The state file: what the history keeps in memory, as of its last flush.

It is small beside the history and written whole, under another name, made durable and renamed, so
that it is always that of one flush. What the other files hold past the sizes it names is nothing.
All integers are little-endian.

    magic                8 bytes, ASCII `TPWHIS01`: another one is another format
    header               12 words: see `Header`
    accounts              48 bytes each: the words `KEPT` of its row
    open reservations     64 bytes each
    digest               SHA-256 of all before it
"""

import hashlib
import os
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tpwallet.views.history.loops.words import (
    ACCOUNT_ID,
    CREATED_AT,
    CREATED_POSITION,
    CREDIT_HEAD,
    HEAD,
    RESERVATION_WORDS,
)

MAGIC = b"TPWHIS01"
KEPT = (ACCOUNT_ID, ACCOUNT_ID + 1, CREATED_POSITION, CREATED_AT, HEAD, CREDIT_HEAD)
FILES = ("movements", "events", "wide", "times")

_HEADER = struct.Struct("<8s12Q")
_DIGEST_BYTES = 32


class Header(NamedTuple):
    """The position a state reflects, the latest time of a movement, and how much there is."""

    position: int
    latest: int
    accounts: int
    reservations: int
    rows: tuple[int, ...]  # in use of each file, in the order of `FILES`
    tails: tuple[int, ...]  # CRC-32 of each file's last bytes in use


class SavedState(NamedTuple):
    """A state file's content."""

    header: Header
    accounts: np.ndarray  # u64[n, 6]
    reservations: np.ndarray  # u64[n, RESERVATION_WORDS]


def write_state(path: Path, state: SavedState) -> None:
    """Replace the state file, durably. The folder's own entry is the caller's to make durable."""
    header = state.header
    parts = [
        _HEADER.pack(MAGIC, *header[:4], *header.rows, *header.tails),
        state.accounts.tobytes(),
        state.reservations.tobytes(),
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
    """The state file's content; None when there is none that can be trusted."""
    try:
        content = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    body, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if body[: len(MAGIC)] != MAGIC or hashlib.sha256(body).digest() != digest:
        return None
    _, position, latest, accounts, reservations, *fields = _HEADER.unpack_from(body)
    header = Header(position, latest, accounts, reservations, tuple(fields[:4]), tuple(fields[4:]))
    words = np.frombuffer(body, np.uint64, offset=_HEADER.size)
    split = header.accounts * len(KEPT)
    return SavedState(
        header,
        words[:split].reshape(-1, len(KEPT)),
        words[split:].reshape(-1, RESERVATION_WORDS),
    )
