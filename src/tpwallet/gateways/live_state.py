"""The state a writer had in memory when it last let go of its pool, as hashes in a file.

Replay must arrive at the same hashes: that what was decided live and what the journal says are one
and the same is a law, and this is how an operator sees it kept (`tpwallet verify`). The file is no
part of the books: without it, or with one of another release, there is only less to compare.
"""

import os
from pathlib import Path

import msgspec

from tpwallet.kernel.replica import Replica
from tpwallet.kernel.snapshot import event_schema

_NAME = "live-state.json"


class LiveState(msgspec.Struct, frozen=True, kw_only=True):
    """The hashes of a pool's live state, and the rules they were made under; bytes are base64."""

    position: int
    state_hash: bytes
    commands_hash: bytes
    schema: bytes
    apply_versions: dict[str, int]


def live_state_of(replica: Replica) -> LiveState:
    """The hashes of a replica as it is now."""
    return LiveState(
        position=replica.state.position,
        state_hash=replica.state.state_hash(),
        commands_hash=replica.idempotency.state_hash(),
        schema=event_schema(),
        apply_versions={name: part.apply_version for name, part in replica.state.parts.items()},
    )


def keep_live_state(directory: Path, live: LiveState) -> None:
    """Write it down in place of the one before. **Rejects** with `OSError` a full disk."""
    part = directory / f"{_NAME}.part"
    with part.open("wb") as file:
        file.write(msgspec.json.encode(live))
        file.flush()
        os.fsync(file.fileno())
    part.replace(directory / _NAME)


def kept_live_state(directory: Path, empty: Replica) -> LiveState | None:
    """The one written last; None when there is none, or not of the rules `empty` lives under."""
    kept = _read(directory)
    if kept is None:
        return None
    rules = live_state_of(empty)
    is_ours = (kept.schema, kept.apply_versions) == (rules.schema, rules.apply_versions)
    return kept if is_ours else None


def kept_position(directory: Path) -> int | None:
    """The position of the one written last, whatever rules it was made under; None: there is none.

    The journal had reached it: a writer keeps its state when all of it is durable.
    """
    kept = _read(directory)
    return None if kept is None else kept.position


def _read(directory: Path) -> LiveState | None:
    try:
        return msgspec.json.decode((directory / _NAME).read_bytes(), type=LiveState)
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
        return None  # there is none, or a crash cut it short; the next writer writes another
