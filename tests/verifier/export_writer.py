"""A second, tiny writer of exports, so that the verifier is not tested against itself.

It follows `docs/reference/journal-format.md` by the shortest road: Merkle roots by the recursive
definition of RFC 6962, signatures by `cryptography`, everything in memory. It checks nothing, so
that tests can write journals that break any rule.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import zlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BATCHES = ("ledger.accounts_created@1", "ledger.batch_applied@1")
ACCOUNTS, TRANSFERS = BATCHES
SECOND = 1_000_000_000
FRAME_BODY_BYTES = 65_536


def pack(value: object) -> bytes:
    """Encode None, bool, int, str, bytes, list and dict as msgpack, shortest form."""
    match value:
        case None:
            return b"\xc0"
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int() if value < 0:
            return b"\xd3" + struct.pack(">q", value)
        case int():
            if value < 128:
                return bytes([value])
            size = next(n for n in (1, 2, 4, 8) if value < 1 << 8 * n)
            return bytes([{1: 0xCC, 2: 0xCD, 4: 0xCE, 8: 0xCF}[size]]) + value.to_bytes(size, "big")
        case str():
            encoded = value.encode()
            return _sized(len(encoded), (0xA0, 32), (0xD9, 0xDA, 0xDB)) + encoded
        case bytes():
            return _sized(len(value), (0, 0), (0xC4, 0xC5, 0xC6)) + value
        case list():
            head = _sized(len(value), (0x90, 16), (0, 0xDC, 0xDD))
            return head + b"".join(map(pack, value))
        case dict():
            head = _sized(len(value), (0x80, 16), (0, 0xDE, 0xDF))
            return head + b"".join(pack(k) + pack(v) for k, v in value.items())
        case _:
            raise TypeError(type(value))


def _sized(length: int, fixed: tuple[int, int], tags: tuple[int, int, int]) -> bytes:
    if length < fixed[1]:
        return bytes([fixed[0] | length])
    for size, tag in zip((1, 2, 4), tags, strict=True):
        if tag and length < 1 << 8 * size:
            return bytes([tag]) + length.to_bytes(size, "big")
    raise ValueError(length)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def merkle_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 over leaf hashes, by definition."""
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return sha(b"\x01", merkle_root(leaves[:split]), merkle_root(leaves[split:]))


def inclusion_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, by definition."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_path(index, leaves[:split]), merkle_root(leaves[split:])]
    return [*inclusion_path(index - split, leaves[split:]), merkle_root(leaves[:split])]


def consistency_path(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF of RFC 6962, by definition."""
    if old == len(leaves):
        return [] if whole else [merkle_root(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [
            *consistency_path(old, leaves[:split], whole=whole),
            merkle_root(leaves[split:]),
        ]
    right = consistency_path(old - split, leaves[split:], whole=False)
    return [*right, merkle_root(leaves[:split])]


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


@dataclass
class Signer:
    """A checkpoint key."""

    origin: str = "pool.example/main"
    seed: bytes = bytes(range(32))

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def key_hash(self) -> bytes:
        return sha(self.origin.encode(), b"\n\x01", self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.origin}+{self.key_hash.hex()}+{b64(bytes([1]) + self.public)}"

    def line(self, text: str) -> str:
        signature = self.key.sign(text.encode())
        return f"— {self.origin} {b64(self.key_hash + signature)}\n"

    def checkpoint(self, size: int, root: bytes, commit_hash: bytes, time_ns: int) -> str:
        text = f"{self.origin}\n{size}\n{b64(root)}\ncommit {b64(commit_hash)}\ntime {time_ns}\n"
        return f"{text}\n{self.line(text)}"


def account(identifier: int, *, ledger: int = 1, flags: int = 0, stamp: int = 1) -> bytes:
    return struct.pack(
        "<16s64s16sQIIIHHQ",
        identifier.to_bytes(16, "little"),
        bytes(64),
        bytes(16),
        0,
        0,
        0,
        ledger,
        10,
        flags,
        stamp,
    )


def transfer(
    identifier: int,
    debit: int,
    credit: int,
    amount: int,
    *,
    pending: int = 0,
    timeout: int = 0,
    ledger: int = 1,
    flags: int = 0,
    stamp: int = 1,
) -> bytes:
    u128 = [n.to_bytes(16, "little") for n in (identifier, debit, credit, amount, pending, 0)]
    return b"".join(u128) + struct.pack("<QIIIHHQ", 0, 0, timeout, ledger, 7, flags, stamp)


def refusal(index: int, status: int, identifier: int) -> bytes:
    return struct.pack("<II", index, status) + identifier.to_bytes(16, "little")


Event = tuple[str, list[object]]


def batch(name: str, records: list[bytes], refusals: list[bytes] | None = None) -> Event:
    return name, [b"".join(records), b"".join(refusals or [])]


def expired(ids: list[int], time_ns: int) -> Event:
    return "ledger.expired@1", [b"".join(i.to_bytes(16, "little") for i in ids), time_ns]


def envelope(time_ns: int, command: str = "cmd", cause: str | None = None) -> bytes:
    return pack([command, "actor-1", cause, bytes(range(16)), time_ns])


def frame(kind: bytes, payload: bytes) -> bytes:
    head = b"TPXF" + kind + struct.pack("<I", len(payload))
    return b"".join(
        (
            head,
            zlib.crc32(head).to_bytes(4, "little"),
            payload,
            zlib.crc32(payload).to_bytes(4, "little"),
        )
    )


@dataclass
class Journal:
    """A journal being written, and everything needed to prove things about it."""

    signer: Signer = field(default_factory=Signer)
    pool: bytes = bytes(range(100, 116))
    key: bytes = bytes(range(200, 232))
    name: str = "Main pool"
    vkeys: list[str] | None = None
    head: dict[str, object] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    contents: list[tuple[bytes, bytes]] = field(default_factory=list)
    batches: dict[int, list[bytes]] = field(default_factory=dict)
    previous: bytes = bytes(32)
    time_ns: int = 0
    commits: int = 0

    def commit(
        self, entries: list[tuple[int, list[Event]]], *, epoch: int = 1, **changed: object
    ) -> None:
        """Append a commit of entries (time, events); `changed` overrides header fields."""
        first = len(self.leaves) + 1
        encoded = []
        for time_ns, events in entries:
            sealed = envelope(time_ns)
            encoded.append(b"\x92" + sealed + self._events(sealed, events))
            self.time_ns = time_ns
        body = pack([None] * len(entries)).rstrip(b"\xc0") + b"".join(encoded)
        self.raw_commit(
            body,
            **{
                "epoch": epoch,
                "first_position": first,
                "event_count": len(self.leaves) + 1 - first,
                "entry_count": len(entries),
                "time": self.time_ns,
                **changed,
            },
        )

    def raw_commit(self, body: bytes, **fields: object) -> None:
        """Append a commit of any bytes under a header of any fields."""
        values = {
            "magic": b"TPWCMT01",
            "pool": self.pool,
            "epoch": 1,
            "first_position": 1,
            "event_count": 1,
            "entry_count": 1,
            "time": 1,
            "body_length": len(body),
            "previous": self.previous,
            "body_hash": sha(body),
            **fields,
        }
        header = struct.pack("<8s16sQQIIQQ32s32s", *values.values())
        self.previous = sha(header)
        self.parts.append(frame(b"CMIT", header))
        for start in range(0, len(body), FRAME_BODY_BYTES):
            self.parts.append(frame(b"BODY", body[start : start + FRAME_BODY_BYTES]))
        self.commits += 1

    def _events(self, sealed: bytes, events: list[Event]) -> bytes:
        packed = [pack([name, payload]) for name, payload in events]
        for (name, payload), whole in zip(events, packed, strict=True):
            position = len(self.leaves) + 1
            content = whole
            if name in BATCHES:
                content = self._batch_content(position, name, payload)
            place = position.to_bytes(8, "little")
            size = len(sealed).to_bytes(4, "little")
            self.leaves.append(sha(b"\x00", self.blind(position), place, size, sealed, content))
            self.contents.append((sealed, content))
        return pack([None] * len(events)).rstrip(b"\xc0") + b"".join(packed)

    def _batch_content(self, position: int, name: str, payload: list[object]) -> bytes:
        records, refusals = payload
        if not isinstance(records, bytes) or not isinstance(refusals, bytes):
            raise TypeError("a batch holds two binaries")
        items = [records[i : i + 128] for i in range(0, len(records), 128)]
        items += [refusals[i : i + 24] for i in range(0, len(refusals), 24)]
        self.batches[position] = items
        root = merkle_root(self.inner_leaves(position))
        return pack([name, len(items), root])

    def blind(self, position: int) -> bytes:
        message = b"tpwallet leaf" + position.to_bytes(8, "little")
        return hmac.new(self.key, message, hashlib.sha256).digest()

    def item_blinds(self, position: int) -> list[bytes]:
        message = b"tpwallet batch" + position.to_bytes(8, "little")
        key = hmac.new(self.key, message, hashlib.sha256).digest()
        stream = hashlib.shake_256(key).digest(32 * len(self.batches[position]))
        return [stream[i : i + 32] for i in range(0, len(stream), 32)]

    def inner_leaves(self, position: int) -> list[bytes]:
        pairs = zip(self.item_blinds(position), self.batches[position], strict=True)
        return [sha(b"\x00", blind, item) for blind, item in pairs]

    def checkpoint(self) -> str:
        """The signed note of the journal as it stands."""
        root = merkle_root(self.leaves)
        return self.signer.checkpoint(len(self.leaves), root, self.previous, self.time_ns)

    def note(self, text: str | None = None) -> None:
        """Append a NOTE, by default the checkpoint."""
        self.parts.append(frame(b"NOTE", (self.checkpoint() if text is None else text).encode()))

    def export(self, **changed: object) -> bytes:
        """The whole file; `changed` overrides members of DONE."""
        head = {
            "format": "tpwallet-journal-1",
            "pool": self.pool.hex(),
            "name": self.name,
            "origin": self.signer.origin,
            "vkeys": [self.signer.vkey] if self.vkeys is None else self.vkeys,
            "blinding_key": self.key.hex(),
            "first_position": 1,
            "last_position": len(self.leaves),
            **self.head,
        }
        before = frame(b"HEAD", json.dumps(head).encode()) + b"".join(self.parts)
        done = {
            "frames": 1 + len(self.parts),
            "commits": self.commits,
            "events": len(self.leaves),
            "root": b64(merkle_root(self.leaves)),
            "sha256": hashlib.sha256(before).hexdigest(),
            **changed,
        }
        return before + frame(b"DONE", json.dumps(done).encode())

    def event_proof(self, position: int) -> dict[str, object]:
        """The proof of one event under a checkpoint of the journal as it stands."""
        sealed, content = self.contents[position - 1]
        return {
            "format": "tpwallet-proof-1",
            "kind": "event",
            "vkeys": [self.signer.vkey],
            "checkpoint": self.checkpoint(),
            "position": position,
            "blind": b64(self.blind(position)),
            "envelope": b64(sealed),
            "path": [b64(h) for h in inclusion_path(position - 1, self.leaves)],
            "content": b64(content),
        }

    def item_proof(self, position: int, index: int, name: str) -> dict[str, object]:
        """The proof of one item of a batch."""
        proof = self.event_proof(position)
        del proof["content"]
        leaves = self.inner_leaves(position)
        return {
            **proof,
            "kind": "item",
            "name": name,
            "item_count": len(leaves),
            "index": index,
            "item": b64(self.batches[position][index]),
            "item_blind": b64(self.item_blinds(position)[index]),
            "item_path": [b64(h) for h in inclusion_path(index, leaves)],
        }


def frames_of(file: bytes) -> list[tuple[int, bytes, int]]:
    """Every frame's start, kind and payload length."""
    found, at = [], 0
    while at < len(file):
        length = int.from_bytes(file[at + 8 : at + 12], "little")
        found.append((at, file[at + 4 : at + 8], length))
        at += 20 + length
    return found


def mended(file: bytes) -> bytes:
    """The file with every CRC made to fit, as one who changes bytes on purpose would leave it."""
    out = bytearray(file)
    for start, _, length in frames_of(file):
        out[start + 12 : start + 16] = zlib.crc32(file[start : start + 12]).to_bytes(4, "little")
        end = start + 16 + length
        out[end : end + 4] = zlib.crc32(file[start + 16 : end]).to_bytes(4, "little")
    return bytes(out)


def sealed_again(file: bytes) -> bytes:
    """The file mended, with the digest in DONE made to fit as well."""
    start = frames_of(file)[-1][0]
    done = json.loads(file[start + 16 : -4])
    before = mended(file)[:start]
    done["sha256"] = hashlib.sha256(before).hexdigest()
    return before + frame(b"DONE", json.dumps(done).encode())
