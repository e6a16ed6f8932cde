"""A snapshot: a pool's whole state at one position, as bytes.

It saves replaying the journal from the beginning, and is worth nothing beside it: a snapshot that
is damaged, of another pool or written under other rules is left alone, and the state is replayed.
So its form may change with any release; `MAGIC` then changes with it.

All integers are little-endian.

    magic       8 bytes, ASCII `TPWSNP01`
    length      u32, of the stamp
    stamp       msgpack: see `Stamp`
    sections    the dumps of each part of the state in turn, of the lengths in the stamp
    digest      SHA-256 of all before it
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple, get_args

import msgspec

from tpwallet.kernel.errors import TpwalletError
from tpwallet.kernel.journal import Head
from tpwallet.kernel.replica import Replica
from tpwallet.kernel.wire import event_types

MAGIC = b"TPWSNP01"
_COMMANDS = "commands"  # the index of command ids, beside the parts of the state
_LENGTH_BYTES = 4
_DIGEST_BYTES = 32
_CHUNK_BYTES = 4 << 20


class SnapshotUnusable(TpwalletError):
    """A snapshot that cannot be started from; the journal is replayed instead."""

    code = "snapshot_unusable"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot is of, and under which rules it was made."""

    pool_id: bytes
    position: int
    hash: bytes  # of the commit that ends at the position
    epoch: int
    time: int
    state_hash: bytes
    commands_hash: bytes
    schema: bytes
    apply_versions: dict[str, int]
    lengths: dict[str, list[int]]  # of the sections of each part, in order


class Snapshot(NamedTuple):
    """A state that was taken and may be written at leisure, while the replica goes on."""

    stamp: Stamp
    sections: list[bytes]

    @property
    def position(self) -> int:
        """The position it is of."""
        return self.stamp.position

    def chunks(self) -> Iterator[bytes]:
        """The snapshot's bytes, in pieces of a few megabytes."""
        digest = hashlib.sha256()
        stamp = _encode(self.stamp)
        for section in (MAGIC, len(stamp).to_bytes(_LENGTH_BYTES, "little"), stamp, *self.sections):
            for start in range(0, len(section), _CHUNK_BYTES):
                chunk = section[start : start + _CHUNK_BYTES]
                digest.update(chunk)
                yield chunk
        yield digest.digest()


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Stamp).decode


def take_snapshot(replica: Replica) -> Snapshot:
    """Copy a replica's state, which must not change meanwhile."""
    dumps = {name: part.dump() for name, part in replica.state.parts.items()}
    dumps[_COMMANDS] = replica.idempotency.index().dump()
    head = replica.head
    stamp = Stamp(
        pool_id=replica.pool_id,
        position=head.position,
        hash=head.hash,
        epoch=head.epoch,
        time=head.time,
        state_hash=replica.state.state_hash(),
        commands_hash=replica.idempotency.state_hash(),
        schema=event_schema(),
        apply_versions=_apply_versions(replica),
        lengths={name: [len(section) for section in dump] for name, dump in dumps.items()},
    )
    return Snapshot(stamp, [section for dump in dumps.values() for section in dump])


def stamp_of(data: memoryview) -> Stamp:
    """The stamp of an intact snapshot, without loading it.

    **Rejects** with `SnapshotUnusable` one that is damaged or of another form.
    """
    _check_digest(data)
    return _read_stamp(data)[0]


def load_snapshot(data: memoryview, replica: Replica) -> None:
    """Load a snapshot into an empty replica.

    **Rejects** with `SnapshotUnusable` one that is damaged, of another pool, or made under other
    rules; the replica is then of no use.
    """
    _check_digest(data)
    stamp, start = _read_stamp(data)
    _check_rules(stamp, replica)
    dumps: dict[str, list[memoryview]] = {}
    for name, lengths in stamp.lengths.items():
        dumps[name] = []
        for length in lengths:
            dumps[name].append(data[start : start + length])
            start += length
    try:
        replica.idempotency.index().load(dumps.pop(_COMMANDS))
        for name, dump in dumps.items():
            replica.state.parts[name].load(dump)
    except (ValueError, LookupError, msgspec.MsgspecError) as error:
        raise SnapshotUnusable(f"a part cannot be read: {error}") from error
    replica.state.position = stamp.position
    replica.head = Head(stamp.position, stamp.hash, stamp.epoch, stamp.time)
    reached = (replica.state.state_hash(), replica.idempotency.state_hash())
    if reached != (stamp.state_hash, stamp.commands_hash):
        raise SnapshotUnusable("the state it leads to is not the one it was made of")


def _check_digest(data: memoryview) -> None:
    body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if body[: len(MAGIC)] != MAGIC:
        raise SnapshotUnusable("it is of another form")
    if hashlib.sha256(body).digest() != digest:
        raise SnapshotUnusable("it is damaged")


def _read_stamp(data: memoryview) -> tuple[Stamp, int]:
    """The stamp, and where the sections begin."""
    start = len(MAGIC) + _LENGTH_BYTES
    end = start + int.from_bytes(data[len(MAGIC) : start], "little")
    try:
        return _decode(data[start:end]), end
    except msgspec.MsgspecError as error:
        raise SnapshotUnusable(f"its stamp cannot be read: {error}") from error


def _check_rules(stamp: Stamp, replica: Replica) -> None:
    if stamp.pool_id != replica.pool_id:
        raise SnapshotUnusable("it is another pool's")
    if stamp.schema != event_schema() or stamp.apply_versions != _apply_versions(replica):
        raise SnapshotUnusable("it was made by a release with other rules")


def _apply_versions(replica: Replica) -> dict[str, int]:
    return {name: part.apply_version for name, part in replica.state.parts.items()}


def event_schema() -> bytes:
    """16 bytes that stand for the fields of every event, and so of what states are made of.

    Events that another program declares beside ours are in no state of ours, and count for nothing.
    """
    ours = __name__.partition(".")[0]
    shapes = sorted(
        _shape(kind, name)
        for name, kind in event_types().items()
        if kind.__module__.partition(".")[0] == ours
    )
    return hashlib.blake2b("\n".join(shapes).encode(), digest_size=16).digest()


def _shape(kind: type[msgspec.Struct], name: str) -> str:
    fields = ((field.name, _type_text(field.type)) for field in msgspec.structs.fields(kind))
    return f"{name}({', '.join(': '.join(field) for field in fields)})"


def _type_text(kind: object) -> str:
    """A type, with the fields of the structs in it."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _shape(kind, kind.__name__)
    nested = ", ".join(_type_text(argument) for argument in get_args(kind))
    return f"{kind}[{nested}]" if nested else str(kind)
