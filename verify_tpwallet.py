#!/usr/bin/env python3
"""Verify a tpwallet journal export, proof or consistency proof, without tpwallet.

What it is
    One file, Python 3.11 or later, standard library only. It was written from
    `docs/reference/journal-format.md` and the published rules of double entry alone, and shares
    no line with the server, so that a mistake there is not repeated here.

        python verify_tpwallet.py books.tpwx --key 'pool.example+1a2b3c4d+AQ...'

    Exit status 0 and a line that starts with `OK`: everything holds. 1: it does not, and the
    lines printed say what, where, and how that is known. 2: unusable arguments or format.

What it proves
    *Journal.* Every frame is intact; every commit names its predecessor's hash and carries the
    body that its header promises; every event is the leaf it should be; the Merkle root is the
    signed one at every checkpoint; and the money adds up: each transfer moves one amount between
    two existing accounts of one ledger, each hold is released once, and no account passes a limit
    it was opened with.
    *Proof.* One event, or one item of a batch, stands at its position under a signed checkpoint.
    *Consistency.* A newer checkpoint only adds to an older one.

What it does not prove
    That the operator showed everyone the same journal (compare checkpoints), that what was
    written is true of the world (ask the bank), or anything about who signed when the keys come
    from the file itself: pin them with `--key`. It keeps every account and every open hold in
    memory, but not the ids of all past transfers: an id used twice is found only while its hold
    is open.

How to read it
    Top to bottom: limits, failures, Ed25519, notes, Merkle trees, msgpack, frames, commits,
    entries, books, audit, diagnosis, proofs, command line. Offsets are in bytes from the start
    of the file; bits count from 0, the least significant; amounts are integers in minor units.
    Sources: RFC 8032 (Ed25519), RFC 6962 and RFC 9162 (Merkle trees), the msgpack specification,
    C2SP signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import shutil
import struct
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

# ------------------------------------------------------------------------------------------------
# 1. Formats and limits. Everything read from a file is bounded by one of these.
# ------------------------------------------------------------------------------------------------

JOURNAL_FORMAT = "tpwallet-journal-1"
PROOF_FORMAT = "tpwallet-proof-1"
CONSISTENCY_FORMAT = "tpwallet-consistency-1"

FRAME_PAYLOAD_BYTES_MAX = 65_536
BODY_BYTES_MAX = 1 << 28
NESTING_MAX = 64
VKEYS_MAX = 256
PATH_HASHES_MAX = 64
PROOF_BYTES_MAX = 1 << 26
SHOWN_CHARACTERS_MAX = 200
LEDGERS_SHOWN_MAX = 20
PLACES_SHOWN_MAX = 6
CANDIDATES_MAX = 8
TRIED_BYTES_MAX = 1 << 13  # of a proof whose changed bit is looked for
SIGNATURES_KEPT = 64

U64_MAX = (1 << 64) - 1
U128_MAX = (1 << 128) - 1
NANOSECONDS = 1_000_000_000

ACCOUNTS_CREATED = "ledger.accounts_created@1"
BATCH_APPLIED = "ledger.batch_applied@1"
EXPIRED = "ledger.expired@1"
BATCH_EVENTS = (ACCOUNTS_CREATED, BATCH_APPLIED)

RECORD_BYTES = 128
REFUSAL_BYTES = 24
ID_BYTES = 16

# ------------------------------------------------------------------------------------------------
# 2. Failures. One exception carries the sentence for people and the facts for programs.
# ------------------------------------------------------------------------------------------------


class Unusable(Exception):
    """The arguments cannot be used, or the format is not one this program knows: exit status 2."""


class VerificationFailed(Exception):
    """Something does not hold: exit status 1.

    `details` are further lines for the reader; `facts` the same for a program; `commit` the
    commit it was found in, when it was found in one.
    """

    def __init__(
        self,
        message: str,
        *,
        details: Sequence[str] = (),
        facts: dict[str, object] | None = None,
        commit: Commit | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)
        self.facts = dict(facts or {})
        self.commit = commit


class FrameDamaged(VerificationFailed):
    """A CRC-32 does not fit the `covered` bytes from `offset` on; the CRC follows them."""

    def __init__(self, frame: FrameName, offset: int, covered: int, syndrome: int) -> None:
        super().__init__(f"{frame.describe()}: the CRC-32 at byte {offset + covered} does not fit")
        self.frame = frame
        self.offset = offset
        self.covered = covered
        self.syndrome = syndrome


class BodyChanged(VerificationFailed):
    """A commit's body is not the one its header promises."""


class LinkBroken(VerificationFailed):
    """A commit does not name its predecessor's hash; `earlier` and `commit` are the two."""

    def __init__(self, earlier: Commit, later: Commit) -> None:
        super().__init__(
            f"the chain breaks between commit {earlier.number} and commit {later.number}: "
            f"the header of commit {earlier.number} hashes to {earlier.hash().hex()}, "
            f"commit {later.number} names {later.header.previous.hex()}",
            commit=later,
        )
        self.earlier = earlier
        self.later = later


class DigestMismatch(VerificationFailed):
    """The SHA-256 in DONE is not that of the file before it."""


class TrailingBytes(VerificationFailed):
    """The file goes on after DONE."""


def shown(text: str) -> str:
    """Return `text` fit for a terminal: unprintable characters escaped, long text cut.

    >>> shown("a" + chr(27) + "b")
    'a<U+001B>b'
    """
    cut = text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "..."
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in cut)


def span(start: int, end: int) -> str:
    """Return the half-open byte range as an inclusive one, in words."""
    if start >= end:
        return f"no bytes, at {byte_place(start)}"
    return f"bytes {start} to {end - 1} (0x{start:x} to 0x{end - 1:x})"


def byte_place(offset: int) -> str:
    """Return an offset in decimal and hexadecimal."""
    return f"{offset} (0x{offset:x})"


def moment(time_ns: int) -> str:
    """Return a time in nanoseconds since 1970 UTC as ISO 8601, or the number beyond year 9999.

    >>> moment(1_700_000_000_000_000_001)
    '2023-11-14T22:13:20.000000001Z'
    """
    seconds, rest = divmod(time_ns, NANOSECONDS)
    if seconds > 253_402_300_799:
        return f"{time_ns} ns"
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


# ------------------------------------------------------------------------------------------------
# 3. Ed25519 verification (RFC 8032, section 5.1.7), in affine-free extended coordinates.
#
# A signature is accepted when the encoding of [S]B - [k]A equals R byte for byte. That refuses a
# non-canonical R by itself. Refused besides: S not below the group order (RFC 8032 demands it), a
# public key that is no canonical point, and keys or nonces of small order, with which one
# signature can be made to fit many messages.
# ------------------------------------------------------------------------------------------------

Point = tuple[int, int, int, int]

FIELD = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD
SQRT_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
IDENTITY: Point = (0, 1, 1, 0)
BASE_POINT_ENCODED = bytes([0x58]) + bytes([0x66]) * 31


def add_points(p: Point, q: Point) -> Point:
    """Return p + q (RFC 8032, section 5.1.4; the formula is complete, so it doubles as well)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % FIELD
    b = (p[1] + p[0]) * (q[1] + q[0]) % FIELD
    c = 2 * CURVE_D * p[3] * q[3] % FIELD
    d = 2 * p[2] * q[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def decode_point(encoded: bytes) -> Point | None:
    """Return the point of a 32-byte canonical encoding, or None when there is none."""
    y = int.from_bytes(encoded, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    if y >= FIELD:
        return None
    x2 = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, FIELD) % FIELD
    x = pow(x2, (FIELD + 3) // 8, FIELD)
    if (x * x - x2) % FIELD:
        x = x * SQRT_MINUS_ONE % FIELD
    if (x * x - x2) % FIELD or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = FIELD - x
    return (x, y, 1, x * y % FIELD)


def encode_point(p: Point) -> bytes:
    """Return the 32-byte encoding of a point."""
    inverse = pow(p[2], -1, FIELD)
    x, y = p[0] * inverse % FIELD, p[1] * inverse % FIELD
    return (y | (x & 1) << 255).to_bytes(32, "little")


def has_small_order(p: Point) -> bool:
    """Return whether [8]p is the identity."""
    for _ in range(3):
        p = add_points(p, p)
    return p[0] == 0 and p[1] == p[2]


def multiples(p: Point) -> list[list[Point]]:
    """Return, for each of 64 four-bit digits, the sixteen multiples that the digit can choose."""
    rows: list[list[Point]] = []
    for _ in range(64):
        row = [IDENTITY]
        for _ in range(15):
            row.append(add_points(row[-1], p))
        rows.append(row)
        p = add_points(row[-1], p)
    return rows


def multiply(rows: list[list[Point]], scalar: int) -> Point:
    """Return [scalar]p for a scalar below 2^256, by the table that `multiples` made of p."""
    total = IDENTITY
    for row in rows:
        if scalar & 15:
            total = add_points(total, row[scalar & 15])
        scalar >>= 4
    return total


@lru_cache(maxsize=1)
def base_multiples() -> list[list[Point]]:
    """Return the table of the base point."""
    base = decode_point(BASE_POINT_ENCODED)
    if base is None:
        raise Unusable(
            "the Ed25519 base point does not decode: this copy of the verifier is broken"
        )
    return multiples(base)


@lru_cache(maxsize=VKEYS_MAX)
def negated_key_multiples(public_key: bytes) -> list[list[Point]] | None:
    """Return the table of the negated key, or None for a key that must not be trusted."""
    point = decode_point(public_key) if len(public_key) == 32 else None
    if point is None or has_small_order(point):
        return None
    return multiples((FIELD - point[0], point[1], 1, FIELD - point[3]))


@lru_cache(maxsize=SIGNATURES_KEPT)
def ed25519_verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is the key's Ed25519 signature of `message`.

    >>> key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    >>> signature = bytes.fromhex(
    ...     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
    ...     "39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
    >>> ed25519_verifies(key, b"", signature), ed25519_verifies(key, b"x", signature)
    (True, False)
    """
    rows = negated_key_multiples(public_key)
    if rows is None or len(signature) != 64:
        return False
    nonce, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= GROUP_ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(nonce + public_key + message).digest(), "little")
    found = add_points(multiply(base_multiples(), s), multiply(rows, k % GROUP_ORDER))
    return encode_point(found) == nonce and not has_small_order(found)


# ------------------------------------------------------------------------------------------------
# 4. JSON values, checked one by one. Whatever is missing or misshapen is a failure with a name.
# ------------------------------------------------------------------------------------------------

JsonObject = dict[str, object]


def parse_json_object(encoded: bytes, what: str) -> JsonObject:
    """Return the JSON object in `encoded`; refuses repeated keys and anything but an object."""
    try:
        value = json.loads(encoded.decode("utf-8"), object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise VerificationFailed(
            f"{what} is not UTF-8: {error.reason}, byte {error.start}"
        ) from None
    except json.JSONDecodeError as error:
        raise VerificationFailed(
            f"{what} is not JSON: {error.msg}, character {error.pos}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise VerificationFailed(f"{what} is not JSON: {shown(str(error))}") from None
    if not isinstance(value, dict):
        raise VerificationFailed(f"{what} is not a JSON object")
    return value


def _without_repeats(pairs: list[tuple[str, object]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


@dataclass(frozen=True)
class Fields:
    """A JSON object whose members are taken out by name and type."""

    members: JsonObject
    what: str

    def _wrong(self, name: str, expected: str) -> VerificationFailed:
        fault = f"is not {expected}" if name in self.members else "is missing"
        return VerificationFailed(f"{self.what}: {name!r} {fault}")

    def text(self, name: str) -> str:
        """Return a string; refuses one that UTF-8 cannot carry."""
        value = self.members.get(name)
        if not isinstance(value, str) or not _is_encodable(value):
            raise self._wrong(name, "a string")
        return value

    def uint(self, name: str) -> int:
        """Return an integer of 0 to 2^64 - 1."""
        value = self.members.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= U64_MAX:
            raise self._wrong(name, "an integer of 0 to 2^64 - 1")
        return value

    def texts(self, name: str, count_max: int) -> list[str]:
        """Return a list of at most `count_max` strings."""
        value = self.members.get(name)
        if not isinstance(value, list) or len(value) > count_max:
            raise self._wrong(name, f"a list of at most {count_max} strings")
        return [Fields({name: one}, self.what).text(name) for one in value]

    def hexadecimal(self, name: str, length: int) -> bytes:
        """Return `length` bytes written in hexadecimal."""
        value = self.text(name)
        if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * length}}}", value):
            raise self._wrong(name, f"{length} bytes in hexadecimal")
        return bytes.fromhex(value)

    def base64(self, name: str, length: int | None = None) -> bytes:
        """Return the bytes of a base64 string, of `length` bytes when that is given."""
        value = decode_base64(self.text(name))
        if value is None or (length is not None and len(value) != length):
            raise self._wrong(name, "base64" if length is None else f"{length} bytes in base64")
        return value

    def hashes(self, name: str) -> list[bytes]:
        """Return a list of 32-byte hashes written in base64."""
        listed = self.texts(name, PATH_HASHES_MAX)
        return [Fields({name: one}, self.what).base64(name, 32) for one in listed]


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def decode_base64(text: str) -> bytes | None:
    """Return the bytes of standard, padded, canonical base64, or None.

    >>> decode_base64("QQ=="), decode_base64("QR=="), decode_base64("QQ")
    (b'A', None, None)
    """
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return value if base64.b64encode(value).decode("ascii") == text else None


def encode_base64(value: bytes) -> str:
    """Return standard base64."""
    return base64.b64encode(value).decode("ascii")


# ------------------------------------------------------------------------------------------------
# 5. Keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint).
# ------------------------------------------------------------------------------------------------

ED25519_TYPE = 1


class Vkey(NamedTuple):
    """A verification key: `<name>+<key hash, 8 hex digits>+<base64(0x01 || public key)>`."""

    text: str
    name: str
    key_hash: bytes
    public_key: bytes


def parse_vkey(text: str) -> Vkey:
    """Return the key; refuses another algorithm, a wrong key hash and a point that is no key."""
    name, _, rest = text.partition("+")
    written_hash, _, encoded = rest.partition("+")
    key = decode_base64(encoded)
    if not name or not _is_encodable(name) or re.search(r"\s", name) or key is None:
        raise VerificationFailed(f"not a vkey (name+hash+base64): {shown(text)}")
    if len(key) != 33 or key[0] != ED25519_TYPE:
        raise VerificationFailed(f"not an Ed25519 vkey: {shown(text)}")
    key_hash = sha256(name.encode() + b"\n" + key).digest()[:4]
    if key_hash.hex() != written_hash:
        raise VerificationFailed(
            f"the vkey's key hash is {key_hash.hex()}, not what it says: {shown(text)}"
        )
    if negated_key_multiples(key[1:]) is None:
        raise VerificationFailed(f"the vkey's public key is no usable point: {shown(text)}")
    return Vkey(text, name, key_hash, key[1:])


class Trust(NamedTuple):
    """The keys a verdict rests on, and whether the auditor chose them or the file brought them."""

    keys: tuple[Vkey, ...]
    pinned: bool

    def caveat(self) -> str:
        """Return what even the shortest verdict must add, unless the auditor pinned the keys."""
        return "" if self.pinned else " (by keys from the file itself)"

    def lines(self) -> list[str]:
        """Return what must be said about these keys."""
        if self.pinned:
            return [f"key (pinned by you): {shown(key.text)}" for key in self.keys]
        if not self.keys:
            return ["keys: the file names none"]
        warning = "keys: taken from the file itself, so compare them with a source you trust:"
        return [warning, *(f"  {shown(key.text)}" for key in self.keys)]


def trust(pinned: Sequence[Vkey], from_file: Sequence[str]) -> Trust:
    """Return the pinned keys if there are any, otherwise the file's; the file's must be valid."""
    offered = tuple(parse_vkey(text) for text in from_file)
    return Trust(tuple(pinned), pinned=True) if pinned else Trust(offered, pinned=False)


class Checkpoint(NamedTuple):
    """What a signed note states. `signed_by` names the trusted keys that signed it."""

    origin: str
    size: int
    root: bytes
    commit_hash: bytes
    time_ns: int
    signed_by: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """Return the checkpoint for --json."""
        return {
            "origin": self.origin,
            "position": self.size,
            "root": encode_base64(self.root),
            "commit": encode_base64(self.commit_hash),
            "time_ns": self.time_ns,
            "signed_by": list(self.signed_by),
        }


CHECKPOINT = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,19})\n(?P<root>[^\n]+)\n"
    r"commit (?P<commit>[^\n]+)\ntime (?P<time>0|[1-9][0-9]{0,19})\n"
)


def open_checkpoint(note: bytes, trusted: Trust, what: str) -> Checkpoint:
    """Return the checkpoint in a signed note.

    Rejects a note without the five lines, a size of 0, a wrong signature by a trusted key, and a
    note that no trusted key of the log's own name has signed. Lines by other keys are passed over,
    as signed-note demands.
    """
    text, signatures = _split_note(note, what)
    match = CHECKPOINT.fullmatch(text)
    root = decode_base64(match["root"]) if match else None
    commit_hash = decode_base64(match["commit"]) if match else None
    if match is None or root is None or commit_hash is None:
        raise VerificationFailed(f"{what}: not the five lines of a checkpoint")
    size, time_ns = int(match["size"]), int(match["time"])
    if len(root) != 32 or len(commit_hash) != 32 or max(size, time_ns) > U64_MAX or size == 0:
        raise VerificationFailed(f"{what}: a number or hash in the checkpoint is out of range")
    origin = match["origin"]
    signed_by = _check_signatures(text.encode(), signatures, trusted, what)
    if not any(key.name == origin for key in trusted.keys if key.text in signed_by):
        raise VerificationFailed(
            f"{what}: signed by none of the {'pinned' if trusted.pinned else 'listed'} keys "
            f"under its own name",
            details=[
                f"its origin: {shown(origin)}",
                *(f"signature line: {shown(name)}+{h.hex()}" for name, h, _ in signatures[:8]),
                *trusted.lines(),
            ],
        )
    return Checkpoint(origin, size, root, commit_hash, time_ns, signed_by)


Signature = tuple[str, bytes, bytes]


def _split_note(note: bytes, what: str) -> tuple[str, list[Signature]]:
    """Split a note into its text, with the last newline, and (name, key hash, signature) lines."""
    try:
        decoded = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VerificationFailed(f"{what}: not UTF-8 at byte {error.start} of the note") from None
    text, blank, tail = decoded.rpartition("\n\n")
    if not blank or not tail.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", decoded):
        raise VerificationFailed(f"{what}: not a signed note (text, blank line, signatures)")
    return text + "\n", [_signature_line(line, what) for line in tail[:-1].split("\n")]


def _signature_line(line: str, what: str) -> Signature:
    match = re.fullmatch(r"— (?P<name>[^ +]+) (?P<value>[^ ]+)", line)
    value = decode_base64(match["value"]) if match else None
    if match is None or value is None or len(value) < 5:
        raise VerificationFailed(f"{what}: not a signature line: {shown(line)}")
    return match["name"], value[:4], value[4:]


def _check_signatures(
    text: bytes, signatures: list[Signature], trusted: Trust, what: str
) -> tuple[str, ...]:
    known = {(key.name, key.key_hash): key for key in trusted.keys}
    signed_by: dict[str, None] = {}
    for name, key_hash, signature in signatures:
        key = known.get((name, key_hash))
        if key is None:
            continue
        if not ed25519_verifies(key.public_key, text, signature):
            raise VerificationFailed(
                f"{what}: the signature of {shown(name)}+{key_hash.hex()} does not verify: "
                f"the note's text or its signature was changed, or another key signed it"
            )
        signed_by[key.text] = None
    return tuple(signed_by)


# ------------------------------------------------------------------------------------------------
# 6. Merkle trees (RFC 6962, section 2.1).
# ------------------------------------------------------------------------------------------------


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """The tree over all leaves so far: the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash; equal neighbours merge, as carries do in binary addition."""
        merges = self.size
        while merges & 1:
            leaf = node_hash(self._complete.pop(), leaf)
            merges >>= 1
        self._complete.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root; that of no leaves is SHA-256 of the empty string."""
        if not self._complete:
            return sha256().digest()
        root = self._complete[-1]
        for left in reversed(self._complete[:-1]):
            root = node_hash(left, root)
        return root


def root_of(level: list[bytes]) -> bytes:
    """Return the root over leaf hashes; an odd last node rises as it is, the split of RFC 6962."""
    if not level:
        return sha256().digest()
    while len(level) > 1:
        odd = [level.pop()] if len(level) & 1 else []
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root that an inclusion path leads to (RFC 9162, 2.1.3.2), None if it cannot fit.

    >>> a, b, c = (sha256(bytes([0, n])).digest() for n in range(3))
    >>> root_by_inclusion(c, 2, 3, [node_hash(a, b)]) == root_of([a, b, c])
    True
    """
    if not 0 <= index < size:
        return None
    node, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]
) -> bool:
    """Return whether the newer tree begins with the older (RFC 9162, 2.1.4.2); sizes from 1."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size & (old_size - 1) == 0:
        path = [old_root, *path]
    if not path:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old, new = path[0], path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


# ------------------------------------------------------------------------------------------------
# 7. msgpack, read in place. Values are passed over whole, so that their exact bytes can be hashed.
# ------------------------------------------------------------------------------------------------


class MsgpackBroken(Exception):
    """The bytes at `at` are not the msgpack that belongs there."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


NEVER, SCALAR, STRING, BINARY, EXTENSION, ARRAY, MAP = range(7)
CONTAINERS = (ARRAY, MAP)


def _shapes() -> list[tuple[int, int, int]]:
    """For every first byte: what it begins, how many length bytes follow, the length in the byte.

    For a scalar the third number is its whole size instead.
    """
    table = [(NEVER, 0, 0)] * 256
    for tag in range(0x80):
        table[tag] = (SCALAR, 0, 1)
        table[tag | 0x80] = (SCALAR, 0, 1)
    for low in range(16):
        table[0x80 | low] = (MAP, 0, low)
        table[0x90 | low] = (ARRAY, 0, low)
    for low in range(32):
        table[0xA0 | low] = (STRING, 0, low)
    for tag in (0xC0, 0xC2, 0xC3):
        table[tag] = (SCALAR, 0, 1)
    table[0xC1] = (NEVER, 0, 0)
    table[0xCA], table[0xCB] = (SCALAR, 0, 5), (SCALAR, 0, 9)
    for step in range(4):
        table[0xCC + step] = table[0xD0 + step] = (SCALAR, 0, 1 + (1 << step))
    for step in range(5):
        table[0xD4 + step] = (SCALAR, 0, 2 + (1 << step))
    for step in range(3):
        table[0xC4 + step] = (BINARY, 1 << step, 0)
        table[0xC7 + step] = (EXTENSION, 1 << step, 0)
        table[0xD9 + step] = (STRING, 1 << step, 0)
    for step in range(2):
        table[0xDC + step] = (ARRAY, 2 << step, 0)
        table[0xDE + step] = (MAP, 2 << step, 0)
    return table


SHAPES = _shapes()


def _open_value(encoded: bytes, at: int) -> tuple[int, int, int]:
    """Return the shape at `at`, where its content starts, and its length or count."""
    if at >= len(encoded):
        raise MsgpackBroken(at, "a value is missing")
    shape, length_bytes, length = SHAPES[encoded[at]]
    if shape == NEVER:
        raise MsgpackBroken(at, "the byte 0xc1, which msgpack never uses")
    if shape == SCALAR:
        return shape, at, length
    start = at + 1 + length_bytes
    if length_bytes:
        if start > len(encoded):
            raise MsgpackBroken(at, "a length is cut short")
        length = int.from_bytes(encoded[at + 1 : start], "big")
    return shape, start + (shape == EXTENSION), length


def skip_value(encoded: bytes, at: int) -> int:
    """Return the offset just after the value at `at`, having checked all that is inside it.

    Rejects what does not fit, strings that are not UTF-8, and nesting beyond the limit.
    """
    open_counts: list[int] = []
    while True:
        shape, start, length = _open_value(encoded, at)
        if shape in CONTAINERS:
            at = start
            if length:
                open_counts.append(length if shape == ARRAY else 2 * length)
                if len(open_counts) > NESTING_MAX:
                    raise MsgpackBroken(at, f"nested deeper than {NESTING_MAX}")
                continue
        else:
            _check_content(encoded, at, shape, start, start + length)
            at = start + length
        while open_counts and open_counts[-1] == 1:
            open_counts.pop()
        if not open_counts:
            return at
        open_counts[-1] -= 1


def _check_content(encoded: bytes, at: int, shape: int, start: int, end: int) -> None:
    if end > len(encoded):
        raise MsgpackBroken(at, f"a value runs {end - len(encoded)} bytes past the end")
    if shape == STRING:
        _decode(encoded, start, end)


def _decode(encoded: bytes, start: int, end: int) -> str:
    try:
        return encoded[start:end].decode("utf-8")
    except UnicodeDecodeError as error:
        raise MsgpackBroken(start + error.start, "a string is not UTF-8") from None


def _read_sized(encoded: bytes, at: int, wanted: int, name: str) -> tuple[int, int]:
    shape, start, length = _open_value(encoded, at)
    if shape != wanted:
        raise MsgpackBroken(at, f"{name} was expected")
    _check_content(encoded, at, BINARY, start, start + length)
    return start, start + length


def read_string(encoded: bytes, at: int) -> tuple[str, int]:
    """Return the string at `at` and the offset after it."""
    start, end = _read_sized(encoded, at, STRING, "a string")
    return _decode(encoded, start, end), end


def read_binary(encoded: bytes, at: int) -> tuple[bytes, int]:
    """Return the binary at `at` and the offset after it."""
    start, end = _read_sized(encoded, at, BINARY, "a binary")
    return encoded[start:end], end


def read_uint(encoded: bytes, at: int) -> tuple[int, int]:
    """Return the unsigned integer at `at` and the offset after it."""
    _, start, size = _open_value(encoded, at)
    tag = encoded[at]
    if tag < 0x80:
        return tag, at + 1
    if not 0xCC <= tag <= 0xCF:
        raise MsgpackBroken(at, "an unsigned integer was expected")
    _check_content(encoded, at, SCALAR, start, start + size)
    return int.from_bytes(encoded[at + 1 : at + size], "big"), at + size


def read_array(encoded: bytes, at: int, count: int | None = None) -> tuple[int, int]:
    """Return an array's count, which must be `count` if given, and where its items start."""
    shape, start, found = _open_value(encoded, at)
    if shape != ARRAY:
        raise MsgpackBroken(at, "an array was expected")
    if count is not None and found != count:
        raise MsgpackBroken(at, f"an array of {count} was expected, not of {found}")
    return found, start


def pack_batch_content(name: str, item_count: int, inner_root: bytes) -> bytes:
    """Return msgpack [name, item_count, inner_root], every value in its shortest form."""
    encoded = name.encode()
    head = bytes([0xA0 | len(encoded)]) if len(encoded) < 32 else bytes([0xD9, len(encoded)])
    return b"\x93" + head + encoded + _pack_uint(item_count) + b"\xc4\x20" + inner_root


def _pack_uint(value: int) -> bytes:
    if value < 0x80:
        return bytes([value])
    step = next(step for step in range(4) if value < 1 << (8 << step))
    return bytes([0xCC + step]) + value.to_bytes(1 << step, "big")


# ------------------------------------------------------------------------------------------------
# 8. The file and its frames.
# ------------------------------------------------------------------------------------------------


class Patch(NamedTuple):
    """Bytes laid over the file from `offset` on, to try what it was before a damage."""

    offset: int
    replacement: bytes


class Source:
    """A seekable file read by offset, with at most one patch laid over it."""

    def __init__(self, file: BinaryIO, patch: Patch | None = None) -> None:
        self._file = file
        self._patch = patch
        self.size = file.seek(0, 2)

    def patched(self, patch: Patch) -> Source:
        """Return the same file under a patch."""
        return Source(self._file, patch)

    def read(self, offset: int, count: int) -> bytes:
        """Return up to `count` bytes from `offset`; fewer only at the end of the file."""
        self._file.seek(offset)
        found = self._file.read(count)
        patch = self._patch
        if patch is None or not offset - len(patch.replacement) < patch.offset < offset + count:
            return found
        laid = bytearray(found)
        for index, byte in enumerate(patch.replacement, patch.offset - offset):
            if 0 <= index < len(laid):
                laid[index] = byte
        return bytes(laid)


FRAME_MAGIC = b"TPXF"
FRAME_HEADER = struct.Struct("<4s4sII")
FRAME_OVERHEAD = FRAME_HEADER.size + 4
HEAD, CMIT, BODY, NOTE, DONE = b"HEAD", b"CMIT", b"BODY", b"NOTE", b"DONE"
KINDS = (HEAD, CMIT, BODY, NOTE, DONE)


class FrameName(NamedTuple):
    """Which frame: its number counted from 0, where it starts, its kind if known, what it is in."""

    number: int
    offset: int
    kind: str
    within: str

    def describe(self) -> str:
        """Return the frame in words."""
        kind = f" ({self.kind})" if self.kind else ""
        within = f", {self.within}" if self.within else ""
        return f"frame {self.number}{kind} at byte {byte_place(self.offset)}{within}"


class Frame(NamedTuple):
    """One intact frame."""

    name: FrameName
    kind: bytes
    payload: bytes

    @property
    def start(self) -> int:
        """Offset of the frame's first byte."""
        return self.name.offset

    @property
    def payload_start(self) -> int:
        """Offset of the payload's first byte."""
        return self.name.offset + FRAME_HEADER.size

    @property
    def payload_end(self) -> int:
        """Offset just after the payload."""
        return self.payload_start + len(self.payload)

    @property
    def end(self) -> int:
        """Offset just after the frame."""
        return self.payload_end + 4

    def payload_span(self) -> str:
        """Return where the payload lies in the file."""
        return span(self.payload_start, self.payload_end)


class FrameReader:
    """Takes frames in order, checks their CRCs, and hashes everything before DONE.

    `within` is the place in words that failures should mention, set by whoever reads.
    """

    def __init__(self, source: Source, offset: int = 0, number: int = 0) -> None:
        self._source = source
        self._offset = offset
        self.number = number
        self.within = ""
        self.digest = sha256()

    def next(self) -> Frame:
        """Return the next frame.

        Rejects the end of the file, a CRC that does not fit, and an unknown magic, kind or length.
        """
        name = FrameName(self.number, self._offset, "", self.within)
        header = self._source.read(self._offset, FRAME_HEADER.size)
        if len(header) < FRAME_HEADER.size:
            raise self._cut_short(name, len(header), FRAME_HEADER.size, "header")
        magic, kind, length, crc = FRAME_HEADER.unpack(header)
        if zlib.crc32(header[:12]) != crc:
            raise FrameDamaged(name, self._offset, 12, zlib.crc32(header[:12]) ^ crc)
        if magic != FRAME_MAGIC or kind not in KINDS or length > FRAME_PAYLOAD_BYTES_MAX:
            place = span(self._offset, self._offset + FRAME_HEADER.size)
            raise VerificationFailed(
                f"{name.describe()}: its header ({place}) has a fitting CRC but is not a frame's",
                facts={"frame": self.number, "offset": self._offset},
            )
        return self._finish(name._replace(kind=kind.decode("ascii")), header, kind, length)

    def _finish(self, name: FrameName, header: bytes, kind: bytes, length: int) -> Frame:
        start = self._offset + FRAME_HEADER.size
        rest = self._source.read(start, length + 4)
        if len(rest) < length + 4:
            raise self._cut_short(name, len(rest), length + 4, "payload and its CRC")
        payload = rest[:length]
        syndrome = zlib.crc32(payload) ^ int.from_bytes(rest[length:], "little")
        if syndrome:
            raise FrameDamaged(name, start, length, syndrome)
        if kind != DONE:
            self.digest.update(header)
            self.digest.update(rest)
        self._offset = start + length + 4
        self.number += 1
        return Frame(name, kind, payload)

    def _cut_short(self, name: FrameName, found: int, wanted: int, part: str) -> VerificationFailed:
        end = self._source.size
        if end == name.offset:
            missing = "the next frame is missing, and everything up to DONE"
        else:
            missing = (
                f"{wanted - found} of the {wanted} bytes of a frame's {part} are missing, "
                f"and everything after them up to DONE"
            )
        return VerificationFailed(
            f"cut short: the file ends at byte {byte_place(end)}",
            details=[f"missing: {missing}", f"where: {name.describe()}"],
            facts={"ends_at": end, "frame": name.number},
        )


# ------------------------------------------------------------------------------------------------
# 9. Commits: the file and its hashes, without looking into the bodies.
#
# `read_units` is the first of two layers. It proves that the file is the one that was written:
# frames, the chain of headers, each body under its header's hash, the digest in DONE. It is also
# how a supposed repair is tried out: lay the byte back, read the units again.
# ------------------------------------------------------------------------------------------------

COMMIT_MAGIC = b"TPWCMT01"
COMMIT_HEADER = struct.Struct("<8s16sQQIIQQ32s32s")
HEADER_FIELDS = (
    (0, "magic"),
    (8, "pool id"),
    (24, "epoch"),
    (32, "first_position"),
    (40, "event_count"),
    (44, "entry_count"),
    (48, "time"),
    (56, "body_length"),
    (64, "previous"),
    (96, "body_hash"),
)


class CommitHeader(NamedTuple):
    """The 128 bytes that seal a commit, field by field."""

    magic: bytes
    pool: bytes
    epoch: int
    first_position: int
    event_count: int
    entry_count: int
    time_ns: int
    body_length: int
    previous: bytes
    body_hash: bytes


@dataclass(frozen=True)
class Framed:
    """A unit of the file that is one frame."""

    frame: Frame

    @property
    def start(self) -> int:
        """Offset of the first byte."""
        return self.frame.start

    @property
    def end(self) -> int:
        """Offset just after the last byte."""
        return self.frame.end


@dataclass(frozen=True)
class Head(Framed):
    """The HEAD frame: what the file says it is."""

    pool: bytes
    name: str
    origin: str
    vkeys: list[str]
    blinding_key: bytes
    first_position: int
    last_position: int


@dataclass(frozen=True)
class Commit:
    """One commit, numbered from 1 in the file, and where its bytes lie."""

    number: int
    frame: Frame
    header: CommitHeader
    body: bytes

    @property
    def start(self) -> int:
        """Offset of the first byte of its CMIT frame."""
        return self.frame.start

    @property
    def end(self) -> int:
        """Offset just after its last BODY frame."""
        frames = -(-self.header.body_length // FRAME_PAYLOAD_BYTES_MAX)
        return self.frame.end + self.header.body_length + frames * FRAME_OVERHEAD

    def hash(self) -> bytes:
        """Return the commit hash, SHA-256 of the header."""
        return sha256(self.frame.payload).digest()

    def file_offset(self, body_index: int) -> int:
        """Return where in the file a byte of the body stands."""
        frames, index = divmod(body_index, FRAME_PAYLOAD_BYTES_MAX)
        size = FRAME_PAYLOAD_BYTES_MAX + FRAME_OVERHEAD
        return self.frame.end + frames * size + FRAME_HEADER.size + index

    def describe(self) -> str:
        """Return the commit in words."""
        first, count = self.header.first_position, self.header.event_count
        return f"commit {self.number} (positions {first} to {first + count - 1})"

    def header_span(self) -> str:
        """Return where the header lies in the file."""
        return self.frame.payload_span()

    def body_span(self) -> str:
        """Return where the body lies in the file, frame headers between its parts included."""
        return span(self.file_offset(0), self.end - 4)

    def facts(self) -> dict[str, object]:
        """Return the commit for --json."""
        return {
            "commit": self.number,
            "first_position": self.header.first_position,
            "header_bytes": [self.frame.payload_start, self.frame.payload_end],
            "body_bytes": [self.file_offset(0), self.end - 4],
        }


@dataclass(frozen=True)
class Note(Framed):
    """A NOTE frame and the commit it follows."""

    after: Commit

    def describe(self) -> str:
        """Return the checkpoint in words."""
        return f"the checkpoint after commit {self.after.number} ({self.frame.payload_span()})"


@dataclass(frozen=True)
class Done(Framed):
    """The DONE frame: what the file says it held."""

    frames: int
    commits: int
    events: int
    root: bytes
    digest: bytes


Unit = Head | Commit | Note | Done


def read_units(source: Source) -> Iterator[Unit]:
    """Yield HEAD, each commit and checkpoint in order, and DONE, proving frames and hashes only.

    Rejects damage, a broken chain, a body that is not the header's, another digest than DONE's
    and bytes after DONE. A unit is yielded once its own hashes hold; two commits are in memory.
    """
    frames = FrameReader(source)
    frames.within = "at the start of the file"
    head = _parse_head(_expect(frames.next(), HEAD))
    yield head
    frames.within = "after HEAD, before any commit"
    previous: Commit | None = None
    while True:
        frame = frames.next()
        if frame.kind == CMIT:
            previous = _read_commit(frames, frame, previous)
            yield previous
            frames.within = f"after {previous.describe()} of {head.last_position} positions in all"
        elif frame.kind == NOTE and previous is not None:
            yield Note(frame, previous)
        else:
            break
    done = _parse_done(_expect(frame, DONE))
    yield done
    _check_done(source, frames, done, 0 if previous is None else previous.number)


def _expect(frame: Frame, kind: bytes) -> Frame:
    if frame.kind != kind:
        raise VerificationFailed(
            f"{frame.name.describe()} stands where {kind.decode()} belongs",
            facts={"frame": frame.name.number, "offset": frame.start},
        )
    return frame


def _parse_head(frame: Frame) -> Head:
    what = f"HEAD ({frame.payload_span()})"
    fields = Fields(parse_json_object(frame.payload, what), what)
    if fields.text("format") != JOURNAL_FORMAT:
        raise Unusable(f"unknown journal format: {shown(fields.text('format'))}")
    return Head(
        frame=frame,
        pool=fields.hexadecimal("pool", 16),
        name=fields.text("name"),
        origin=fields.text("origin"),
        vkeys=fields.texts("vkeys", VKEYS_MAX),
        blinding_key=fields.hexadecimal("blinding_key", 32),
        first_position=fields.uint("first_position"),
        last_position=fields.uint("last_position"),
    )


def _parse_done(frame: Frame) -> Done:
    what = f"DONE ({frame.payload_span()})"
    fields = Fields(parse_json_object(frame.payload, what), what)
    return Done(
        frame=frame,
        frames=fields.uint("frames"),
        commits=fields.uint("commits"),
        events=fields.uint("events"),
        root=fields.base64("root", 32),
        digest=fields.hexadecimal("sha256", 32),
    )


def _read_commit(frames: FrameReader, frame: Frame, previous: Commit | None) -> Commit:
    number = 1 if previous is None else previous.number + 1
    if len(frame.payload) != COMMIT_HEADER.size:
        raise VerificationFailed(
            f"{frame.name.describe()}: a commit header has {COMMIT_HEADER.size} bytes, "
            f"this one {len(frame.payload)}"
        )
    header = CommitHeader._make(COMMIT_HEADER.unpack(frame.payload))
    bare = Commit(number, frame, header, b"")
    frames.within = f"in {bare.describe()}"
    if header.magic != COMMIT_MAGIC:
        raise _about(bare, f"its header starts with {header.magic!r}, not {COMMIT_MAGIC!r}")
    _check_link(previous, bare)
    commit = Commit(number, frame, header, _read_body(frames, bare))
    if sha256(commit.body).digest() != header.body_hash:
        raise BodyChanged(
            f"{commit.describe()}: the body's hash is wrong: {commit.body_span()} hash to "
            f"{sha256(commit.body).hexdigest()}, the header says {header.body_hash.hex()}",
            commit=commit,
        )
    return commit


def _check_link(earlier: Commit | None, later: Commit) -> None:
    if earlier is None:
        if later.header.previous != bytes(32):
            raise _about(later, "the first commit names a previous one")
    elif later.header.previous != earlier.hash():
        raise LinkBroken(earlier, later)


def _read_body(frames: FrameReader, commit: Commit) -> bytes:
    length = commit.header.body_length
    if not 1 <= length <= BODY_BYTES_MAX:
        raise _about(commit, f"its body_length is {length}, not 1 to {BODY_BYTES_MAX}")
    parts: list[bytes] = []
    missing = length
    while missing:
        frame = frames.next()
        wanted = min(missing, FRAME_PAYLOAD_BYTES_MAX)
        if frame.kind != BODY or len(frame.payload) != wanted:
            raise BodyChanged(
                f"{commit.describe()}: its header promises a body of {length} bytes, but "
                f"{frame.name.describe()} has {len(frame.payload)} bytes where a BODY of "
                f"{wanted} belongs",
                commit=commit,
            )
        parts.append(frame.payload)
        missing -= wanted
    return b"".join(parts)


def _about(commit: Commit, message: str) -> VerificationFailed:
    return VerificationFailed(f"{commit.describe()}: {message}", commit=commit)


def _check_done(source: Source, frames: FrameReader, done: Done, commits: int) -> None:
    where = done.frame.payload_span()
    before = frames.number - 1
    if done.digest != frames.digest.digest():
        raise DigestMismatch(
            f"the file's digest is wrong: the bytes before DONE hash to "
            f"{frames.digest.hexdigest()}, DONE ({where}) says {done.digest.hex()}"
        )
    if (done.frames, done.commits) != (before, commits):
        raise VerificationFailed(
            f"DONE ({where}) counts {done.frames} frames and {done.commits} commits, "
            f"the file holds {before} and {commits}"
        )
    extra = source.size - done.end
    if extra:
        raise TrailingBytes(
            f"first extra byte: {byte_place(done.end)}: {extra} bytes follow DONE",
            facts={"first_extra_byte": done.end, "extra_bytes": extra},
        )


# ------------------------------------------------------------------------------------------------
# 10. Entries and events: what a body holds, as slices of it.
# ------------------------------------------------------------------------------------------------


class Event(NamedTuple):
    """One event of a body: where it starts and ends, and where its payload starts."""

    start: int
    end: int
    name: str
    payload: int


class Entry(NamedTuple):
    """One entry of a body: its envelope's place and time, and its events."""

    envelope_start: int
    envelope_end: int
    time_ns: int
    events: list[Event]


def read_entries(body: bytes) -> Iterator[Entry]:
    """Yield a body's entries. Rejects every shape but the documented one, and bytes after it."""
    count, at = read_array(body, 0)
    for _ in range(count):
        _, start = read_array(body, at, 2)
        end, time_ns = read_envelope(body, start)
        event_count, at = read_array(body, end)
        if event_count == 0:
            raise MsgpackBroken(end, "an entry has no event")
        events: list[Event] = []
        for _ in range(event_count):
            events.append(read_event(body, at))
            at = events[-1].end
        yield Entry(start, end, time_ns, events)
    if at != len(body):
        raise MsgpackBroken(at, f"{len(body) - at} bytes follow the last entry")


def read_envelope(encoded: bytes, at: int) -> tuple[int, int]:
    """Check [command_id, actor, cause, digest, time]; return the offset after it and the time."""
    _, at = read_array(encoded, at, 5)
    _, at = read_string(encoded, at)
    _, at = read_string(encoded, at)
    if encoded[at : at + 1] == b"\xc0":
        at += 1
    else:
        _, at = read_string(encoded, at)
    digest, after = read_binary(encoded, at)
    if len(digest) != 16:
        raise MsgpackBroken(at, f"the envelope's digest has {len(digest)} bytes, not 16")
    time_ns, end = read_uint(encoded, after)
    return end, time_ns


def read_event(encoded: bytes, start: int) -> Event:
    """Check [name, payload: array] and return where it lies."""
    _, at = read_array(encoded, start, 2)
    name, payload = read_string(encoded, at)
    read_array(encoded, payload)
    return Event(start, skip_value(encoded, payload), name, payload)


class Batch(NamedTuple):
    """The payload of a batch event."""

    records: bytes
    refusals: bytes


def read_batch(encoded: bytes, event: Event) -> Batch:
    """Return a batch event's records and refusals; rejects anything but whole rows."""
    _, at = read_array(encoded, event.payload, 2)
    records, after = read_binary(encoded, at)
    if len(records) % RECORD_BYTES:
        raise MsgpackBroken(at, f"records of {len(records)} bytes, not a multiple of 128")
    refusals, _ = read_binary(encoded, after)
    if len(refusals) % REFUSAL_BYTES:
        raise MsgpackBroken(after, f"refusals of {len(refusals)} bytes, not a multiple of 24")
    return Batch(records, refusals)


def read_expiry(encoded: bytes, event: Event) -> tuple[list[bytes], int]:
    """Return the ids of pending transfers that expired, and the time they expired at."""
    _, at = read_array(encoded, event.payload, 2)
    ids, after = read_binary(encoded, at)
    if len(ids) % ID_BYTES:
        raise MsgpackBroken(at, f"ids of {len(ids)} bytes, not a multiple of 16")
    time_ns, _ = read_uint(encoded, after)
    return [ids[i : i + ID_BYTES] for i in range(0, len(ids), ID_BYTES)], time_ns


# The leaves.


def leaf_hash(blind: bytes, position: int, envelope: bytes, content: bytes) -> bytes:
    """Return the leaf of one event."""
    place = position.to_bytes(8, "little")
    length = len(envelope).to_bytes(4, "little")
    return sha256(b"\x00" + blind + place + length + envelope + content).digest()


def leaf_blind(blinding_key: bytes, position: int) -> bytes:
    """Return blind(position)."""
    return hmac.digest(blinding_key, b"tpwallet leaf" + position.to_bytes(8, "little"), "sha256")


def inner_root(blinding_key: bytes, position: int, batch: Batch) -> bytes:
    """Return the root over a batch's items, records first, each blinded on its own."""
    label = b"tpwallet batch" + position.to_bytes(8, "little")
    key = hmac.digest(blinding_key, label, "sha256")
    records, refusals = batch
    record_count = len(records) // RECORD_BYTES
    refusal_count = len(refusals) // REFUSAL_BYTES
    blinds = hashlib.shake_256(key).digest(32 * (record_count + refusal_count))
    leaves = [
        sha256(b"\x00" + blinds[i : i + 32] + records[j : j + RECORD_BYTES]).digest()
        for i, j in zip(
            range(0, 32 * record_count, 32), range(0, len(records), RECORD_BYTES), strict=True
        )
    ]
    leaves += [
        sha256(b"\x00" + blinds[i : i + 32] + refusals[j : j + REFUSAL_BYTES]).digest()
        for i, j in zip(
            range(32 * record_count, len(blinds), 32),
            range(0, len(refusals), REFUSAL_BYTES),
            strict=True,
        )
    ]
    return root_of(leaves)


# ------------------------------------------------------------------------------------------------
# 11. The books: double entry replayed.
#
# Records are outcomes: amounts are final, post and void carry the accounts and the amount they
# settled. Money moves by `ledger.batch_applied@1` alone, and `ledger.expired@1` releases holds.
# ------------------------------------------------------------------------------------------------

ACCOUNT_RECORD = struct.Struct("<16s64s28xIIHHQ")
TRANSFER_RECORD = struct.Struct("<16s16s16sQQ16s28xII2xHQ")

DEBITS_MUST_NOT_EXCEED_CREDITS = 2
CREDITS_MUST_NOT_EXCEED_DEBITS = 4
ACCOUNT_IMPORTED = 16
CLOSED = 32
ACCOUNT_FLAGS = 63
GUARDS = DEBITS_MUST_NOT_EXCEED_CREDITS | CREDITS_MUST_NOT_EXCEED_DEBITS | CLOSED

PENDING = 2
POST = 4
VOID = 8
CLOSING_DEBIT = 64
CLOSING_CREDIT = 128
TRANSFER_IMPORTED = 256
TRANSFER_FLAGS = 511
TWO_PHASE = PENDING | POST | VOID
PLAIN = 1 | 16 | 32
NOT_PLAIN = 0xFFFF & ~PLAIN

NO_ID = bytes(16)
LAST_ID = b"\xff" * 16


class BooksBroken(Exception):
    """A record breaks a rule of double entry. The message says which, without the place."""


class Account:
    """One account's ledger, flags and four balances in minor units."""

    __slots__ = (
        "credits_pending",
        "credits_posted",
        "debits_pending",
        "debits_posted",
        "flags",
        "ledger",
    )

    def __init__(self, ledger: int, flags: int) -> None:
        self.ledger = ledger
        self.flags = flags
        self.debits_pending = 0
        self.debits_posted = 0
        self.credits_pending = 0
        self.credits_posted = 0


class Transfer(NamedTuple):
    """The fields of a transfer record that move money."""

    id: bytes
    debit_id: bytes
    credit_id: bytes
    amount: int
    pending_id: bytes
    timeout_s: int
    ledger: int
    flags: int
    timestamp: int


TransferRow = tuple[bytes, bytes, bytes, int, int, bytes, int, int, int, int]


def read_transfer(row: TransferRow) -> Transfer:
    """Return the transfer that `TRANSFER_RECORD` unpacked, the amount's two halves joined."""
    identifier, debit_id, credit_id, low, high, pending_id, timeout_s, ledger, flags, stamp = row
    amount = low | high << 64
    return Transfer(
        identifier, debit_id, credit_id, amount, pending_id, timeout_s, ledger, flags, stamp
    )


class Hold(NamedTuple):
    """An open pending transfer and its two accounts."""

    transfer: Transfer
    debit: Account
    credit: Account

    def expires_at(self) -> int | None:
        """Return when it expires, in nanoseconds, or None for never."""
        if not self.transfer.timeout_s:
            return None
        return self.transfer.timestamp + self.transfer.timeout_s * NANOSECONDS


@dataclass
class LedgerTotals:
    """The trial balance of one ledger, in minor units."""

    accounts: int = 0
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0


def id_text(identifier: bytes) -> str:
    """Return a 128-bit id as a hexadecimal number."""
    return f"0x{int.from_bytes(identifier, 'little'):x}"


class Books:
    """Every account and every open hold, replayed record by record."""

    def __init__(self) -> None:
        self._accounts: dict[bytes, Account] = {}
        self._holds: dict[bytes, Hold] = {}
        self._last_account_timestamp = 0
        self._last_transfer_timestamp = 0
        self.transfers = 0
        self.refusals = 0
        self.expired = 0

    @property
    def accounts(self) -> int:
        """How many accounts exist."""
        return len(self._accounts)

    @property
    def open_holds(self) -> int:
        """How many pending transfers are neither posted, voided nor expired."""
        return len(self._holds)

    def create_accounts(self, position: int, records: bytes) -> None:
        """Open accounts; rejects a used id, a balance to begin with, and impossible flags."""
        rows = ACCOUNT_RECORD.iter_unpack(records)
        for index, (identifier, balances, reserved, ledger, code, flags, stamp) in enumerate(rows):
            try:
                if identifier in self._accounts:
                    raise BooksBroken("its id exists already")
                if identifier in (NO_ID, LAST_ID) or not ledger or not code:
                    raise BooksBroken("its id, ledger or code is not one an account may have")
                if balances != bytes(64):
                    raise BooksBroken("it is created with a balance")
                if reserved or flags & ~ACCOUNT_FLAGS or flags & 6 == 6:
                    raise BooksBroken(f"its flags {flags} or reserved field are impossible")
                if not flags & ACCOUNT_IMPORTED:
                    _refuse_earlier(stamp, self._last_account_timestamp)
                    self._last_account_timestamp = stamp
            except BooksBroken as broken:
                raise VerificationFailed(
                    f"account {position}.{index} (id {id_text(identifier)}): {broken}"
                ) from None
            self._accounts[identifier] = Account(ledger, flags)

    def apply_transfers(self, position: int, records: bytes) -> None:
        """Apply a batch of stored transfers; rejects the first that double entry forbids.

        The common case, a posted transfer between two accounts without guards, stays in this loop.
        """
        find, last = self._accounts.get, self._last_transfer_timestamp
        index = -1
        for index, row in enumerate(TRANSFER_RECORD.iter_unpack(records)):
            _, debit_id, credit_id, low, high, _, _, ledger, flags, stamp = row
            debit, credit = find(debit_id), find(credit_id)
            if (
                flags & NOT_PLAIN
                or debit is None
                or credit is None
                or debit is credit
                or debit.ledger != ledger
                or credit.ledger != ledger
                or (debit.flags | credit.flags) & GUARDS
                or stamp <= last
            ):
                self._last_transfer_timestamp = last
                self._apply_with_care(f"{position}.{index}", read_transfer(row))
                last = self._last_transfer_timestamp
            else:
                amount = low | high << 64
                debit.debits_posted += amount
                credit.credits_posted += amount
                last = stamp
        self._last_transfer_timestamp = last
        self.transfers += index + 1

    def _apply_with_care(self, place: str, transfer: Transfer) -> None:
        try:
            if not transfer.flags & TRANSFER_IMPORTED:
                _refuse_earlier(transfer.timestamp, self._last_transfer_timestamp)
                self._last_transfer_timestamp = transfer.timestamp
            debit, credit = self._parties(transfer)
            phase = transfer.flags & TWO_PHASE
            if phase != VOID:
                _refuse_closed(debit, credit)
            if phase == PENDING:
                self._hold(Hold(transfer, debit, credit))
            elif phase == VOID:
                _reopen(self._release(self._settled_hold(transfer)))
            elif phase in (0, POST):
                if phase == POST:
                    self._release(self._settled_hold(transfer))
                debit.debits_posted += transfer.amount
                credit.credits_posted += transfer.amount
            else:
                raise BooksBroken("its flags ask for two of pending, post and void")
            _check_limits(transfer, debit, credit)
        except BooksBroken as broken:
            identifier = id_text(transfer.id)
            raise VerificationFailed(f"transfer {place} (id {identifier}): {broken}") from None

    def _parties(self, transfer: Transfer) -> tuple[Account, Account]:
        debit = self._accounts.get(transfer.debit_id)
        credit = self._accounts.get(transfer.credit_id)
        if debit is None:
            raise BooksBroken(f"debit account {id_text(transfer.debit_id)} does not exist")
        if credit is None:
            raise BooksBroken(f"credit account {id_text(transfer.credit_id)} does not exist")
        if debit is credit:
            raise BooksBroken(f"account {id_text(transfer.debit_id)} is debited and credited")
        if not debit.ledger == credit.ledger == transfer.ledger:
            raise BooksBroken(
                f"it is on ledger {transfer.ledger}, its debit account on {debit.ledger}, "
                f"its credit account on {credit.ledger}"
            )
        if transfer.flags & ~TRANSFER_FLAGS:
            raise BooksBroken(f"its flags {transfer.flags} are unknown")
        closing = transfer.flags & (CLOSING_DEBIT | CLOSING_CREDIT)
        if closing and transfer.flags & TWO_PHASE != PENDING:
            raise BooksBroken("it closes an account without being pending")
        return debit, credit

    def _hold(self, hold: Hold) -> None:
        transfer, debit, credit = hold
        if transfer.id in self._holds:
            raise BooksBroken("a pending transfer with its id is still open")
        self._holds[transfer.id] = hold
        debit.debits_pending += transfer.amount
        credit.credits_pending += transfer.amount
        if transfer.flags & CLOSING_DEBIT:
            debit.flags |= CLOSED
        if transfer.flags & CLOSING_CREDIT:
            credit.flags |= CLOSED

    def _settled_hold(self, transfer: Transfer) -> Hold:
        """Return the open hold that a post or void settles; rejects one it does not fit."""
        hold = self._holds.get(transfer.pending_id)
        pending = id_text(transfer.pending_id)
        if hold is None:
            raise BooksBroken(f"it settles {pending}, which is not an open pending transfer")
        held = hold.transfer
        if (held.debit_id, held.credit_id) != (transfer.debit_id, transfer.credit_id):
            raise BooksBroken(f"it names other accounts than the pending transfer {pending}")
        if transfer.amount > held.amount or (
            transfer.flags & VOID and transfer.amount != held.amount
        ):
            raise BooksBroken(f"its amount {transfer.amount} does not fit the {held.amount} held")
        expires_at = hold.expires_at()
        imported = transfer.flags & TRANSFER_IMPORTED
        if expires_at is not None and not imported and transfer.timestamp >= expires_at:
            raise BooksBroken(f"it settles {pending}, which had expired at {expires_at}")
        return hold

    def _release(self, hold: Hold) -> Hold:
        del self._holds[hold.transfer.id]
        hold.debit.debits_pending -= hold.transfer.amount
        hold.credit.credits_pending -= hold.transfer.amount
        return hold

    def expire(self, position: int, ids: list[bytes], time_ns: int) -> None:
        """Release expired holds; rejects an id without an open hold, and one not yet due."""
        for identifier in ids:
            hold = self._holds.get(identifier)
            expires_at = None if hold is None else hold.expires_at()
            if hold is None or expires_at is None or expires_at > time_ns:
                fault = (
                    "is not an open pending transfer"
                    if hold is None
                    else f"is not due at {time_ns}: it expires at {expires_at or 'no time'}"
                )
                raise VerificationFailed(
                    f"expiry at position {position}: {id_text(identifier)} {fault}"
                )
            _reopen(self._release(hold))
            self.expired += 1

    def trial_balance(self) -> dict[int, LedgerTotals]:
        """Return each ledger's totals; rejects debits that differ from credits, and overflow."""
        totals: dict[int, LedgerTotals] = {}
        for identifier, account in self._accounts.items():
            total = totals.setdefault(account.ledger, LedgerTotals())
            total.accounts += 1
            total.debits_pending += account.debits_pending
            total.debits_posted += account.debits_posted
            total.credits_pending += account.credits_pending
            total.credits_posted += account.credits_posted
            debited = account.debits_pending + account.debits_posted
            credited = account.credits_pending + account.credits_posted
            if max(debited, credited) > U128_MAX:
                raise VerificationFailed(f"account {id_text(identifier)} holds more than 2^128 - 1")
        for ledger, total in totals.items():
            if (total.debits_pending, total.debits_posted) != (
                total.credits_pending,
                total.credits_posted,
            ):
                raise VerificationFailed(f"ledger {ledger}: debits differ from credits: {total}")
        return totals


def _refuse_earlier(timestamp: int, last: int) -> None:
    """Accounts' timestamps strictly increase, and so do transfers', except imported ones."""
    if timestamp <= last:
        raise BooksBroken(f"its timestamp {timestamp} is not after the one before, {last}")


def _refuse_closed(debit: Account, credit: Account) -> None:
    if (debit.flags | credit.flags) & CLOSED:
        raise BooksBroken("it moves money in a closed account")


def _reopen(hold: Hold) -> None:
    if hold.transfer.flags & CLOSING_DEBIT:
        hold.debit.flags &= ~CLOSED
    if hold.transfer.flags & CLOSING_CREDIT:
        hold.credit.flags &= ~CLOSED


def _check_limits(transfer: Transfer, debit: Account, credit: Account) -> None:
    """A flag of the debited account bounds its debits, one of the credited its credits."""
    debited = debit.debits_pending + debit.debits_posted
    if debit.flags & DEBITS_MUST_NOT_EXCEED_CREDITS and debited > debit.credits_posted:
        raise BooksBroken(
            f"it leaves account {id_text(transfer.debit_id)} with debits of {debited} over its "
            f"credits of {debit.credits_posted}, against debits_must_not_exceed_credits"
        )
    credited = credit.credits_pending + credit.credits_posted
    if credit.flags & CREDITS_MUST_NOT_EXCEED_DEBITS and credited > credit.debits_posted:
        raise BooksBroken(
            f"it leaves account {id_text(transfer.credit_id)} with credits of {credited} over its "
            f"debits of {credit.debits_posted}, against credits_must_not_exceed_debits"
        )


# ------------------------------------------------------------------------------------------------
# 12. The audit of a journal: what the units mean.
# ------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """A verdict that everything holds: the line after `OK`, further lines, and facts for --json."""

    summary: str
    lines: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)


class JournalAudit:
    """Follows a journal's units in order and keeps what the next one must agree with."""

    def __init__(self, pinned: Sequence[Vkey]) -> None:
        self._pinned = pinned
        self.trusted = Trust(tuple(pinned), pinned=bool(pinned))
        self.head: Head | None = None
        self.tree = GrowingTree()
        self.books = Books()
        self.names: Counter[str] = Counter()
        self.commits = 0
        self.checkpoints = 0
        self.last_checkpoint: Checkpoint | None = None
        self._epoch = 0
        self._time_ns = 0

    def follow(self, unit: Unit) -> None:
        """Check one unit against all before it."""
        match unit:
            case Head():
                self._begin(unit)
            case Commit():
                self._follow_commit(unit)
            case Note():
                self._follow_note(unit)
            case Done():
                self._finish(unit)

    def _begin(self, head: Head) -> None:
        self.head = head
        self.trusted = trust(self._pinned, head.vkeys)
        if head.first_position != 1:
            raise VerificationFailed(
                f"the file begins at position {head.first_position}: roots and balances can only "
                f"be computed from position 1 on, so export the whole journal"
            )

    def _follow_commit(self, commit: Commit) -> None:
        try:
            self._check_header(commit)
            self._follow_body(commit)
        except MsgpackBroken as broken:
            place = byte_place(commit.file_offset(broken.at))
            raise _about(
                commit, f"its body is malformed at byte {place}: {broken.message}"
            ) from None
        except VerificationFailed as failure:
            failure.commit = commit
            raise
        self.commits = commit.number

    def _check_header(self, commit: Commit) -> None:
        header = commit.header
        if header.pool != self._opened().pool:
            raise _about(commit, f"it belongs to pool {header.pool.hex()}, not to HEAD's")
        if header.epoch < self._epoch:
            raise _about(
                commit,
                f"its epoch {header.epoch} is lower than {self._epoch} before it, "
                f"so it is void and has no place in an export",
            )
        if header.first_position != self.tree.size + 1:
            raise _about(
                commit, f"it begins at position {header.first_position}, not {self.tree.size + 1}"
            )
        if header.event_count == 0 or header.entry_count == 0:
            raise _about(commit, "its header counts no event or no entry")
        self._epoch = header.epoch

    def _follow_body(self, commit: Commit) -> None:
        header, body = commit.header, commit.body
        entries = 0
        for entry in read_entries(body):
            if entry.time_ns < self._time_ns:
                place = commit.file_offset(entry.envelope_start)
                raise _about(
                    commit,
                    f"time runs backwards, from {self._time_ns} to {entry.time_ns} ns, "
                    f"in the envelope at byte {byte_place(place)}",
                )
            self._time_ns = entry.time_ns
            envelope = body[entry.envelope_start : entry.envelope_end]
            for event in entry.events:
                self._follow_event(body, envelope, event)
            entries += 1
        events = self.tree.size + 1 - header.first_position
        if (entries, events) != (header.entry_count, header.event_count):
            raise _about(
                commit,
                f"its header counts {header.entry_count} entries and {header.event_count} "
                f"events, its body holds {entries} and {events}",
            )
        if header.time_ns != self._time_ns:
            raise _about(
                commit,
                f"its header's time {header.time_ns} is not its last entry's {self._time_ns}",
            )

    def _follow_event(self, body: bytes, envelope: bytes, event: Event) -> None:
        position = self.tree.size + 1
        key = self._opened().blinding_key
        self.names[event.name] += 1
        if event.name in BATCH_EVENTS:
            batch = read_batch(body, event)
            self._post(position, event.name, batch)
            items = len(batch.records) // RECORD_BYTES + len(batch.refusals) // REFUSAL_BYTES
            content = pack_batch_content(event.name, items, inner_root(key, position, batch))
        else:
            content = body[event.start : event.end]
            if event.name == EXPIRED:
                self.books.expire(position, *read_expiry(body, event))
        self.tree.append(leaf_hash(leaf_blind(key, position), position, envelope, content))

    def _post(self, position: int, name: str, batch: Batch) -> None:
        if name == ACCOUNTS_CREATED:
            self.books.create_accounts(position, batch.records)
        else:
            self.books.apply_transfers(position, batch.records)
        self.books.refusals += len(batch.refusals) // REFUSAL_BYTES

    def _follow_note(self, note: Note) -> None:
        what = note.describe()
        try:
            checkpoint = open_checkpoint(note.frame.payload, self.trusted, what)
            self._check_checkpoint(checkpoint, note, what)
        except VerificationFailed as failure:
            failure.commit = note.after
            raise
        self.last_checkpoint = checkpoint
        self.checkpoints += 1

    def _check_checkpoint(self, checkpoint: Checkpoint, note: Note, what: str) -> None:
        header = note.after.header
        expected: list[tuple[str, object, object]] = [
            ("origin", shown(checkpoint.origin), shown(self._opened().origin)),
            ("position", checkpoint.size, self.tree.size),
            ("commit hash", checkpoint.commit_hash.hex(), note.after.hash().hex()),
            ("time", checkpoint.time_ns, header.time_ns),
            ("root", checkpoint.root.hex(), self.tree.root().hex()),
        ]
        for name, signed, found in expected:
            if signed != found:
                last = self.last_checkpoint
                agreed = (
                    "no checkpoint before it agrees with this file"
                    if last is None
                    else f"positions 1 to {last.size} agree with the checkpoint before it"
                )
                raise VerificationFailed(
                    f"{what} is signed for another journal: its {name} is {signed}, "
                    f"this file's is {found}",
                    details=[agreed],
                )

    def _finish(self, done: Done) -> None:
        head = self._opened()
        where = done.frame.payload_span()
        if head.last_position != self.tree.size:
            raise VerificationFailed(
                f"HEAD ends at position {head.last_position}, the file at {self.tree.size}"
            )
        if done.events != self.tree.size:
            raise VerificationFailed(
                f"DONE ({where}) counts {done.events} events, the file holds {self.tree.size}"
            )
        if done.root != self.tree.root():
            raise VerificationFailed(
                f"the root is wrong: DONE ({where}) says {done.root.hex()}, the events give "
                f"{self.tree.root().hex()}"
            )
        if self.trusted.pinned and self.last_checkpoint is None:
            raise VerificationFailed("the file has no checkpoint, so the pinned keys prove nothing")

    def _opened(self) -> Head:
        if self.head is None:
            raise VerificationFailed("a commit stands before HEAD")
        return self.head

    def report(self) -> Report:
        """Return the verdict on the whole journal, trial balance included."""
        head, books = self._opened(), self.books
        totals = books.trial_balance()
        unread = self.tree.size - sum(self.names[name] for name in (*BATCH_EVENTS, EXPIRED))
        return Report(
            summary=(
                f"journal {shown(head.name)!r}: {self.tree.size} events in {self.commits} commits, "
                f"{books.transfers} transfers between {books.accounts} accounts; {self._signed()}"
            ),
            lines=[
                f"pool: {head.pool.hex()}, origin: {shown(head.origin)}",
                f"root: {encode_base64(self.tree.root())}",
                self._checkpoint_line(),
                *self.trusted.lines(),
                *_balance_lines(totals),
                f"holds: {books.open_holds} open, {books.expired} expired",
                f"requests refused within batches: {books.refusals}",
                f"events of other kinds, hashed but not interpreted: {unread}",
            ],
            facts=self._facts(head, totals),
        )

    def _signed(self) -> str:
        if self.last_checkpoint is None:
            return "nothing signed"
        return f"signed up to position {self.last_checkpoint.size}{self.trusted.caveat()}"

    def _checkpoint_line(self) -> str:
        last = self.last_checkpoint
        if last is None:
            return "checkpoints: none, so no signature covers any of this"
        uncovered = self.tree.size - last.size
        return (
            f"checkpoints: {self.checkpoints} verified, the last at position {last.size} "
            f"({moment(last.time_ns)}); events after it, not signed yet: {uncovered}"
        )

    def _facts(self, head: Head, totals: dict[int, LedgerTotals]) -> dict[str, object]:
        last = self.last_checkpoint
        return {
            "format": JOURNAL_FORMAT,
            "pool": head.pool.hex(),
            "name": head.name,
            "origin": head.origin,
            "commits": self.commits,
            "events": self.tree.size,
            "root": encode_base64(self.tree.root()),
            "checkpoints": self.checkpoints,
            "last_checkpoint": None if last is None else last.facts(),
            "keys_pinned": self.trusted.pinned,
            "keys": [key.text for key in self.trusted.keys],
            "accounts": self.books.accounts,
            "transfers": self.books.transfers,
            "refusals": self.books.refusals,
            "open_holds": self.books.open_holds,
            "expired_holds": self.books.expired,
            "ledgers": {
                str(ledger): {name: str(value) for name, value in vars(total).items()}
                for ledger, total in sorted(totals.items())
            },
            "event_names": dict(sorted(self.names.items())),
        }


def _balance_lines(totals: dict[int, LedgerTotals]) -> list[str]:
    lines = [
        f"ledger {ledger}: {total.accounts} accounts, debits = credits: "
        f"posted {total.debits_posted}, pending {total.debits_pending}"
        for ledger, total in sorted(totals.items())
    ]
    if len(lines) > LEDGERS_SHOWN_MAX:
        more = f"and {len(lines) - LEDGERS_SHOWN_MAX} more ledgers, balanced (--json lists them)"
        return [*lines[:LEDGERS_SHOWN_MAX], more]
    return lines or ["ledgers: none"]


Progress = Callable[[int, JournalAudit], None]


def verify_journal(
    source: Source, pinned: Sequence[Vkey] = (), progress: Progress | None = None
) -> Report:
    """Verify a whole exported journal; raises `VerificationFailed` with the damage located.

    `progress` is called after every unit with the offset reached.
    """
    audit = JournalAudit(pinned)
    try:
        for unit in read_units(source):
            audit.follow(unit)
            if progress is not None:
                progress(unit.end, audit)
        return audit.report()
    except VerificationFailed as failure:
        raise diagnose(source, failure) from None


# ------------------------------------------------------------------------------------------------
# 13. Diagnosis: from "something is wrong" to the byte.
#
# CRC-32 is linear: the syndrome, stored CRC xor computed CRC, depends on the error alone. An error
# of mask e in the byte that k others follow leaves the register at e after k + 1 backward steps, so
# walking the register backwards finds every one-byte error that explains the syndrome. Two
# different single bits never share a syndrome at these lengths; wider masks may, by chance, so each
# is tried: laid back into the file, the hashes must hold again.
# ------------------------------------------------------------------------------------------------

CRC_POLYNOMIAL = 0xEDB88320


def _crc_table() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = register >> 1 ^ (CRC_POLYNOMIAL if register & 1 else 0)
        table.append(register)
    return table


CRC_TABLE = _crc_table()
CRC_INDEX_BY_TOP = {register >> 24: byte for byte, register in enumerate(CRC_TABLE)}


def one_byte_errors(covered: int, syndrome: int) -> list[tuple[int, int]]:
    """Return every (index, mask) of one changed byte among `covered` bytes and their CRC.

    Index `covered` is the first byte of the CRC itself. Fewest changed bits come first.

    >>> record = b"two euros and ten cents"
    >>> syndrome = zlib.crc32(record) ^ zlib.crc32(b"two euros and tan cents")
    >>> one_byte_errors(len(record), syndrome)
    [(15, 4)]
    """
    found = [
        (covered + byte, syndrome >> 8 * byte)
        for byte in range(4)
        if 0 < syndrome >> 8 * byte < 256 and syndrome & ((1 << 8 * byte) - 1) == 0
    ]
    register = syndrome
    for index in range(covered - 1, -1, -1):
        top = CRC_INDEX_BY_TOP[register >> 24]
        register = (register ^ CRC_TABLE[top]) << 8 & 0xFFFFFFFF | top
        if register < 256:
            found.append((index, register))
    return sorted(found, key=lambda error: (error[1].bit_count(), error[0]))


class Trial(NamedTuple):
    """What came of laying supposed bytes back: who confirmed them, whether a hash denied them."""

    confirmed_by: str | None
    contradicted: bool
    place: str


def diagnose(source: Source, failure: VerificationFailed) -> VerificationFailed:
    """Return the failure with its cause located as closely as the file allows."""
    match failure:
        case FrameDamaged():
            return locate_damage(source, failure)
        case BodyChanged() | LinkBroken():
            return name_changed_commit(source, failure)
        case DigestMismatch():
            failure.details.append(_beyond_finer_hashes(source))
            return failure
        case _:
            return explain_by_hashes(source, failure)


def explain_by_hashes(source: Source, failure: VerificationFailed) -> VerificationFailed:
    """Say whether a failure of meaning comes with a failure of hashes, which would explain it."""
    if failure.commit is not None:
        failure.facts = {**failure.commit.facts(), **failure.facts}
        failure.details.append(
            f"where: {failure.commit.describe()}, its header {failure.commit.header_span()}, "
            f"its body {failure.commit.body_span()}"
        )
    found = _first_integrity_failure(source)
    if found is None:
        failure.details.append("every frame and hash of the file holds: it was written like this")
    elif isinstance(found, BodyChanged | LinkBroken) and _concerns(found, failure.commit):
        cause = name_changed_commit(source, found)
        cause.details.append(f"noticed first as: {failure.message}")
        return cause
    elif found.message != failure.message:
        failure.details.append(f"besides: {found.message}")
    return failure


def _beyond_finer_hashes(source: Source) -> str:
    """Name what only the digest covers, for a file in which everything else holds."""
    places: list[str] = []
    last: Commit | None = None
    try:
        for unit in read_units(source):
            if isinstance(unit, Commit):
                last = unit
            elif isinstance(unit, Head | Note):
                part = "HEAD" if isinstance(unit, Head) else "the unsigned part of a checkpoint"
                places.append(f"{part} ({unit.frame.payload_span()})")
    except DigestMismatch:
        if last is not None:
            places.insert(1, f"the header of {last.describe()} ({last.header_span()})")
    shown_places = ", ".join([*places[:PLACES_SHOWN_MAX], "or the digest in DONE itself"])
    return f"every finer hash holds, so the change lies where none reaches: {shown_places}"


def _first_integrity_failure(source: Source) -> VerificationFailed | None:
    try:
        for _ in read_units(source):
            pass
    except VerificationFailed as failure:
        return failure
    return None


def _concerns(found: BodyChanged | LinkBroken, commit: Commit | None) -> bool:
    if commit is None or found.commit is None:
        return False
    return found.commit.number - commit.number in (0, 1)


# Damage: a CRC that does not fit.


def locate_damage(source: Source, damage: FrameDamaged) -> VerificationFailed:
    """Return the failure that names the first bad byte, or the range when more than one is bad."""
    unconfirmed: tuple[int, int, Trial] | None = None
    for index, mask in one_byte_errors(damage.covered, damage.syndrome)[:CANDIDATES_MAX]:
        offset = damage.offset + index
        trial = try_patch(source, _flip(source, offset, mask))
        if trial.confirmed_by is not None:
            return _bad_byte(source, damage, offset, mask, trial)
        if not trial.contradicted and unconfirmed is None:
            unconfirmed = (offset, mask, trial)
    if unconfirmed is not None:
        return _bad_byte(source, damage, *unconfirmed)
    return _wide_damage(source, damage)


def _flip(source: Source, offset: int, mask: int) -> Patch:
    return Patch(offset, bytes([source.read(offset, 1)[0] ^ mask]))


def try_patch(source: Source, patch: Patch) -> Trial:
    """Read the file as if the patch had never been lost, and say which hash speaks for or against.

    A body answers to its header, a header to its successor, everything to DONE.
    """
    place, confirmed_by, unit_found = "", None, False
    units = read_units(source.patched(patch))
    try:
        for unit in units:
            if unit.start <= patch.offset < unit.end:
                unit_found = True
                place = describe_place(unit, patch.offset)
                if isinstance(unit, Commit) and patch.offset >= unit.frame.end:
                    confirmed_by = "the body again has the hash in its commit's header"
            elif isinstance(unit, Commit) and unit_found and confirmed_by is None:
                confirmed_by = "the chain of commits holds again"
    except TrailingBytes:
        confirmed_by = "the file again has the digest in DONE, but for bytes after it"
    except (VerificationFailed, Unusable) as failure:
        return Trial(confirmed_by, confirmed_by is None and _denies(failure, patch), place)
    else:
        confirmed_by = "the file again has the digest in DONE"
    return Trial(confirmed_by, False, place)


def _denies(failure: Exception, patch: Patch) -> bool:
    """Return whether a hash that covers the patched byte failed, so that the patch was wrong."""
    match failure:
        case LinkBroken():
            return failure.earlier.start <= patch.offset < failure.later.frame.end
        case BodyChanged(commit=Commit() as commit):
            return commit.start <= patch.offset < commit.end
        case _:
            return isinstance(failure, DigestMismatch)


def _bad_byte(
    source: Source, damage: FrameDamaged, offset: int, mask: int, trial: Trial
) -> VerificationFailed:
    found = source.read(offset, 1)[0]
    bits = [bit for bit in range(8) if mask >> bit & 1]
    named = f"bit{'s' if len(bits) > 1 else ''} {', '.join(map(str, bits))}"
    by = trial.confirmed_by
    known = (
        f"confirmed: with the byte put back, {by}"
        if by
        else "known by the CRC-32 alone: more is wrong further on, so no hash could confirm it"
    )
    return VerificationFailed(
        f"first bad byte: {byte_place(offset)}, {named}",
        details=[
            f"it reads 0x{found:02x} and was 0x{found ^ mask:02x}",
            f"where: {trial.place or damage.frame.describe()}",
            known,
        ],
        facts={
            "first_bad_byte": offset,
            "bits": bits,
            "reads": found,
            "was": found ^ mask,
            "confirmed": by is not None,
            "frame": damage.frame.number,
        },
    )


def _wide_damage(source: Source, damage: FrameDamaged) -> VerificationFailed:
    start, end = damage.offset, damage.offset + damage.covered + 4
    right_crc = zlib.crc32(source.read(start, damage.covered)).to_bytes(4, "little")
    resumes = find_frame(source, end)
    follows = "no whole frame follows" if resumes is None else f"the next begins at byte {resumes}"
    if try_patch(source, Patch(end - 4, right_crc)).confirmed_by is not None:
        start, what = end - 4, "only the CRC-32 itself is damaged; what it covers is whole"
    elif damage.offset == damage.frame.offset:
        what = f"its header is unreadable, and with it its length; {follows}"
    elif end in (resumes, source.size):
        what = "more than one byte of it is wrong; the frame ends where it should"
    else:
        end = source.size if resumes is None else resumes
        what = f"no frame begins where this one should end: bytes were added or lost; {follows}"
    return VerificationFailed(
        f"damage wider than one byte: {span(start, end)}, "
        f"in the frame that begins at byte {byte_place(damage.frame.offset)}",
        details=[f"where: {damage.frame.describe()}", what],
        facts={
            "damaged_bytes": [start, end],
            "frame": damage.frame.number,
            "frame_offset": damage.frame.offset,
        },
    )


def find_frame(source: Source, offset: int) -> int | None:
    """Return where the first whole frame header at or after `offset` begins, or None."""
    window = 1 << 20
    while offset < source.size:
        chunk = source.read(offset, window + FRAME_HEADER.size - 1)
        at = chunk.find(FRAME_MAGIC)
        while 0 <= at < window:
            header = chunk[at : at + FRAME_HEADER.size]
            crc = int.from_bytes(header[12:], "little")
            if len(header) == FRAME_HEADER.size and zlib.crc32(header[:12]) == crc:
                return offset + at
            at = chunk.find(FRAME_MAGIC, at + 1)
        offset += window
    return None


# Where a byte lies, in words.


def describe_place(unit: Unit, offset: int) -> str:
    """Return which frame, field, commit, event and record of `unit` the byte at `offset` is in."""
    if not isinstance(unit, Commit):
        kind = {Head: "HEAD", Note: "NOTE", Done: "DONE"}[type(unit)]
        after = f", after {unit.after.describe()}" if isinstance(unit, Note) else ""
        part = _part_of_frame(offset - unit.start, len(unit.frame.payload))
        return f"{part} of frame {unit.frame.name.number} ({kind}){after}"
    if offset < unit.frame.end:
        index = offset - unit.frame.payload_start
        part = _part_of_frame(offset - unit.start, COMMIT_HEADER.size)
        if 0 <= index < COMMIT_HEADER.size:
            part = f"{max(f for f in HEADER_FIELDS if f[0] <= index)[1]} (header byte {index})"
        return f"{part} of frame {unit.frame.name.number} (CMIT), {unit.describe()}"
    return _place_in_body(unit, offset)


def _part_of_frame(index: int, payload: int) -> str:
    for end, part in ((4, "magic"), (8, "kind"), (12, "length"), (16, "header CRC-32")):
        if index < end:
            return part
    return f"payload byte {index - 16}" if index < 16 + payload else "payload CRC-32"


def _place_in_body(commit: Commit, offset: int) -> str:
    size = FRAME_PAYLOAD_BYTES_MAX + FRAME_OVERHEAD
    frame, index = divmod(offset - commit.frame.end, size)
    payload = min(len(commit.body) - frame * FRAME_PAYLOAD_BYTES_MAX, FRAME_PAYLOAD_BYTES_MAX)
    name = f"frame {commit.frame.name.number + 1 + frame} (BODY), {commit.describe()}"
    if not FRAME_HEADER.size <= index < FRAME_HEADER.size + payload:
        return f"{_part_of_frame(index, payload)} of {name}"
    body_index = frame * FRAME_PAYLOAD_BYTES_MAX + index - FRAME_HEADER.size
    return f"body byte {body_index} of {name}, {_place_in_entries(commit, body_index)}"


def _place_in_entries(commit: Commit, body_index: int) -> str:
    position = commit.header.first_position
    try:
        for entry in read_entries(commit.body):
            if entry.envelope_start <= body_index < entry.envelope_end:
                return f"the envelope of position {position}"
            for event in entry.events:
                if event.start <= body_index < event.end:
                    record = _record_at(commit.body, event, body_index)
                    return f"position {position}{record} ({shown(event.name)})"
                position += 1
    except MsgpackBroken as broken:
        return f"a body that is malformed at its byte {broken.at}"
    return "between the entries"


def _record_at(body: bytes, event: Event, body_index: int) -> str:
    if event.name not in BATCH_EVENTS:
        return ""
    batch = read_batch(body, event)
    _, at = read_array(body, event.payload, 2)
    _, end = read_binary(body, at)
    index = body_index - (end - len(batch.records))
    return f".{index // RECORD_BYTES}" if 0 <= index < len(batch.records) else ""


# Change: the CRCs were mended, a hash gives it away.


def name_changed_commit(
    source: Source, failure: BodyChanged | LinkBroken
) -> BodyChanged | LinkBroken:
    """Say which of two disagreeing records was changed, by asking what comes after them."""
    if isinstance(failure, LinkBroken):
        changed, verdict = _judge_link(source, failure.earlier, failure.later)
    else:
        changed = failure.commit
        verdict = "" if changed is None else _judge_body(source, changed)
    if changed is not None:
        failure.facts = {**changed.facts(), **failure.facts}
    failure.details.append(verdict)
    return failure


def _judge_body(source: Source, commit: Commit) -> str:
    witness = witness_of(source, commit)
    if witness is None:
        return (
            f"changed: the body ({commit.body_span()}) or the header ({commit.header_span()}); "
            f"nothing after this commit vouches for either"
        )
    name, named = witness
    if named == commit.hash():
        return f"changed: the body, {commit.body_span()}; {name} vouches for the header"
    return f"changed: the header, {commit.header_span()}; {name} names another hash for it"


def _judge_link(source: Source, earlier: Commit, later: Commit) -> tuple[Commit | None, str]:
    of_earlier, of_later = witness_of(source, earlier), witness_of(source, later)
    earlier_changed = (
        f"changed: the header of {earlier.describe()}, {earlier.header_span()}"
        f" (and perhaps the body it seals, {earlier.body_span()})"
    )
    later_changed = f"changed: the header of {later.describe()}, {later.header_span()}"
    if of_earlier is not None and of_earlier[0] == "a checkpoint":
        if of_earlier[1] == earlier.hash():
            return later, f"{later_changed}; a checkpoint vouches for the one before it"
        return earlier, f"{earlier_changed}; a checkpoint names another hash for it"
    if of_later is None:
        return None, f"{earlier_changed}; or {later_changed.removeprefix('changed: ')}"
    if of_later[1] == later.hash():
        return earlier, f"{earlier_changed}; {of_later[0]} vouches for the one after it"
    return later, f"{later_changed}; {of_later[0]} names another hash for it"


def witness_of(source: Source, commit: Commit) -> tuple[str, bytes] | None:
    """Return the commit hash that the next checkpoint or commit in the file names for `commit`."""
    frames = FrameReader(source, commit.frame.end, commit.frame.name.number + 1)
    try:
        frame = frames.next()
        while frame.kind == BODY:
            frame = frames.next()
    except VerificationFailed:
        return None
    if frame.kind == CMIT and len(frame.payload) == COMMIT_HEADER.size:
        return f"commit {commit.number + 1}", COMMIT_HEADER.unpack(frame.payload)[8]
    named = re.search(rb"\ncommit ([A-Za-z0-9+/=]+)\n", frame.payload)
    value = decode_base64(named[1].decode("ascii")) if frame.kind == NOTE and named else None
    return None if value is None else ("a checkpoint", value)


# ------------------------------------------------------------------------------------------------
# 14. Proofs.
# ------------------------------------------------------------------------------------------------


def verify_document(encoded: bytes, pinned: Sequence[Vkey] = ()) -> Report:
    """Verify a proof or a consistency proof, both JSON; rejects any other format as unusable."""
    fields = Fields(parse_json_object(encoded, "the file"), "the proof")
    match fields.members.get("format"):
        case "tpwallet-proof-1":
            return verify_proof(fields, pinned)
        case "tpwallet-consistency-1":
            return verify_consistency(fields, pinned)
        case other:
            raise Unusable(f"unknown format: {shown(str(other))}")


def verify_proof(fields: Fields, pinned: Sequence[Vkey]) -> Report:
    """Verify that one event, or one item of a batch, stands at its position under a checkpoint."""
    trusted = trust(pinned, fields.texts("vkeys", VKEYS_MAX))
    note = fields.text("checkpoint").encode()
    checkpoint = open_checkpoint(note, trusted, "the checkpoint")
    position = fields.uint("position")
    envelope = fields.base64("envelope")
    time_ns = _whole(lambda: _whole_envelope(envelope), "the envelope")
    kind = fields.text("kind")
    if kind == "event":
        content, lines = _event_content(fields)
    elif kind == "item":
        content, lines = _item_content(fields)
    else:
        raise VerificationFailed(f"the proof: 'kind' is neither event nor item: {shown(kind)}")
    if not 1 <= position <= checkpoint.size:
        raise VerificationFailed(
            f"position {position} is not among the {checkpoint.size} under the checkpoint"
        )
    leaf = leaf_hash(fields.base64("blind", 32), position, envelope, content)
    root = root_by_inclusion(leaf, position - 1, checkpoint.size, fields.hashes("path"))
    if root != checkpoint.root:
        raise VerificationFailed(
            f"the proof does not lead to the checkpoint's root: the {kind}, its envelope, its "
            f"position or the path was changed",
            facts={"position": position},
        )
    return Report(
        summary=(
            f"proof: {lines[0]} stands at position {position} of {shown(checkpoint.origin)}"
            f"{trusted.caveat()}"
        ),
        lines=[
            *lines[1:],
            f"decided: {moment(time_ns)}",
            f"under the checkpoint of position {checkpoint.size}, {moment(checkpoint.time_ns)}",
            *trusted.lines(),
        ],
        facts={
            "format": PROOF_FORMAT,
            "kind": kind,
            "position": position,
            "proven": lines,
            "time_ns": time_ns,
            "checkpoint": checkpoint.facts(),
            "keys_pinned": trusted.pinned,
            "keys": [key.text for key in trusted.keys],
        },
    )


def _whole(read: Callable[[], int], what: str) -> int:
    try:
        return read()
    except MsgpackBroken as broken:
        raise VerificationFailed(f"{what}: {broken.message}, at its byte {broken.at}") from None


def _whole_envelope(envelope: bytes) -> int:
    end, time_ns = read_envelope(envelope, 0)
    if end != len(envelope):
        raise MsgpackBroken(end, "bytes follow it")
    return time_ns


def _event_content(fields: Fields) -> tuple[bytes, list[str]]:
    """Return the leaf's content and what it is. Of a batch, the content is its summary."""
    content = fields.base64("content")
    described: list[str] = []

    def read() -> int:
        count, at = read_array(content, 0)
        name, at = read_string(content, at)
        if count == 3 and name in BATCH_EVENTS:
            items, at = read_uint(content, at)
            root, at = read_binary(content, at)
            described.append(f"batch {name} of {items} items, inner root {encode_base64(root)}")
        elif count == 2 and name not in BATCH_EVENTS:
            at = read_event(content, 0).end
            described.append(f"event {shown(name)}")
        else:
            raise MsgpackBroken(0, f"not the leaf content of {shown(name)}")
        if at != len(content):
            raise MsgpackBroken(at, "bytes follow it")
        return at

    _whole(read, "the content")
    return content, described


def _item_content(fields: Fields) -> tuple[bytes, list[str]]:
    """Return the batch's leaf content, with the inner root that the item's path leads to."""
    name, item = fields.text("name"), fields.base64("item")
    index, count = fields.uint("index"), fields.uint("item_count")
    if name not in BATCH_EVENTS:
        raise VerificationFailed(f"the proof: {shown(name)} is not a batch event")
    if len(item) not in (RECORD_BYTES, REFUSAL_BYTES):
        raise VerificationFailed(f"the proof: an item of {len(item)} bytes is neither 128 nor 24")
    leaf = sha256(b"\x00" + fields.base64("item_blind", 32) + item).digest()
    root = root_by_inclusion(leaf, index, count, fields.hashes("item_path"))
    if root is None:
        raise VerificationFailed(
            f"the proof: 'item_path' cannot be the path of item {index} among {count}",
            facts={"index": index},
        )
    return pack_batch_content(name, count, root), _describe_item(name, index, count, item)


def _describe_item(name: str, index: int, count: int, item: bytes) -> list[str]:
    of = f"item {index} of {count} of {name}"
    if len(item) == REFUSAL_BYTES:
        request, status, identifier = struct.unpack("<II16s", item)
        burnt = ", and burnt the id" if status >> 31 else ""
        refused = f"request {request} was refused with status {status & 0x7FFFFFFF}{burnt}"
        return [f"the refusal of {id_text(identifier)}", of, refused]
    if name == ACCOUNTS_CREATED:
        identifier, _, _, ledger, code, flags, stamp = ACCOUNT_RECORD.unpack(item)
        opened = f"ledger {ledger}, code {code}, flags {flags}, created {moment(stamp)}"
        return [f"account {id_text(identifier)}", of, opened]
    transfer = read_transfer(TRANSFER_RECORD.unpack(item))
    pending = transfer.pending_id
    settles = f", settles {id_text(pending)}" if pending != NO_ID else ""
    moved = (
        f"amount {transfer.amount} minor units on ledger {transfer.ledger}, from debit account "
        f"{id_text(transfer.debit_id)} to credit account {id_text(transfer.credit_id)}"
    )
    stamped = f"flags {transfer.flags}{settles}, stamped {moment(transfer.timestamp)}"
    return [f"transfer {id_text(transfer.id)}", of, moved, stamped]


def verify_consistency(fields: Fields, pinned: Sequence[Vkey]) -> Report:
    """Verify that the newer checkpoint's log begins with the whole of the older one's."""
    trusted = trust(pinned, fields.texts("vkeys", VKEYS_MAX))
    old = open_checkpoint(fields.text("old").encode(), trusted, "the old checkpoint")
    new = open_checkpoint(fields.text("new").encode(), trusted, "the new checkpoint")
    if old.origin != new.origin:
        raise VerificationFailed(
            f"the checkpoints are of two logs: {shown(old.origin)} and {shown(new.origin)}"
        )
    if old.size > new.size or old.time_ns > new.time_ns:
        raise VerificationFailed("the old checkpoint is later than the new one")
    if not is_consistent(old.size, old.root, new.size, new.root, fields.hashes("path")):
        raise VerificationFailed(
            f"the proof does not show that the log of {new.size} begins with that of {old.size}: "
            f"history was rewritten, or the path was changed"
        )
    return Report(
        summary=(
            f"consistency: the log of {shown(new.origin)} at position {new.size} only adds to "
            f"the one at position {old.size}{trusted.caveat()}"
        ),
        lines=[
            f"old: {moment(old.time_ns)}, root {encode_base64(old.root)}",
            f"new: {moment(new.time_ns)}, root {encode_base64(new.root)}",
            *trusted.lines(),
        ],
        facts={
            "format": CONSISTENCY_FORMAT,
            "old": old.facts(),
            "new": new.facts(),
            "keys_pinned": trusted.pinned,
            "keys": [key.text for key in trusted.keys],
        },
    )


# A proof has no checksums, only hashes over what it says. But it is small, so every bit of it can
# be put back in turn: the one with which everything holds, signature included, is the changed one.


def name_changed_bit(
    encoded: bytes, pinned: Sequence[Vkey], failure: VerificationFailed | Unusable
) -> VerificationFailed | Unusable:
    """Return the failure of a proof, with the bit named whose change explains all of it."""
    found = changed_bit(encoded, pinned)
    if found is None:
        return failure
    offset, bit = found
    told = failure if isinstance(failure, VerificationFailed) else VerificationFailed(str(failure))
    reads = encoded[offset]
    told.details += [
        f"first bad byte: {byte_place(offset)}, bit {bit}",
        f"it reads 0x{reads:02x} and was 0x{reads ^ 1 << bit:02x}",
        "confirmed: with that bit put back, everything holds",
    ]
    told.facts |= {"first_bad_byte": offset, "bits": [bit], "reads": reads, "confirmed": True}
    return told


def changed_bit(encoded: bytes, pinned: Sequence[Vkey]) -> tuple[int, int] | None:
    """Return the one bit, by byte and number, whose change makes a proof hold; None: no single one,
    or the proof is longer than is worth trying.
    """
    if len(encoded) > TRIED_BYTES_MAX:
        return None
    patched = bytearray(encoded)
    for offset, bit in product(range(len(encoded)), range(8)):
        patched[offset] ^= 1 << bit
        try:
            verify_document(bytes(patched), pinned)
        except (VerificationFailed, Unusable):
            patched[offset] ^= 1 << bit
        else:
            return offset, bit
    return None


# ------------------------------------------------------------------------------------------------
# 15. The command line.
# ------------------------------------------------------------------------------------------------


def looks_like_journal(start: bytes, name: str) -> bool:
    """Return whether a file is meant as a journal, even when one of its first bytes is damaged."""
    if name.endswith(".tpwx") or not start:
        return True
    intact = FRAME_MAGIC + HEAD
    return start[:4] == intact[:4] or start[4:8] == HEAD or intact.startswith(start)


def verify_file(
    file: BinaryIO, name: str, pinned: Sequence[Vkey] = (), progress: Progress | None = None
) -> Report:
    """Verify a seekable file of any of the three formats; `name` only helps to tell them apart."""
    source = Source(file)
    start = source.read(0, FRAME_HEADER.size)
    if looks_like_journal(start, name):
        return verify_journal(source, pinned, progress)
    if not name.endswith(".json") and not start.lstrip(b" \t\r\n").startswith(b"{"):
        raise Unusable("unknown format: neither a journal's frames nor a JSON object")
    if source.size > PROOF_BYTES_MAX:
        raise Unusable(f"a proof of {source.size} bytes is beyond the limit of {PROOF_BYTES_MAX}")
    encoded = source.read(0, source.size)
    try:
        return verify_document(encoded, pinned)
    except (VerificationFailed, Unusable) as failure:
        raise name_changed_bit(encoded, pinned, failure) from None


def terminal_progress(size: int, out: TextIO) -> Progress:
    """Return a progress callback that writes one line, at most twice a second."""
    last = time.monotonic()

    def show(offset: int, audit: JournalAudit) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.5:
            last = time.monotonic()
            percent = 100 * offset // max(size, 1)
            counted = f"{audit.tree.size} events, {audit.books.transfers} transfers"
            out.write(f"\r{percent:3d} %, {counted} ")
            out.flush()

    return show


class Arguments(argparse.Namespace):
    """The parsed command line."""

    file: str
    key: list[str]
    json: bool
    quiet: bool


def parse_arguments(argv: Sequence[str] | None) -> Arguments:
    """Parse the command line; argparse exits with status 2 when it cannot."""
    parser = argparse.ArgumentParser(
        prog="verify_tpwallet.py",
        description="Verify a tpwallet journal export (.tpwx), proof or consistency proof (.json).",
        epilog="Exit status: 0 all holds, 1 it does not, 2 unusable arguments or unknown format.",
    )
    parser.add_argument("file", metavar="FILE", help="the file to verify, or - for standard input")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="VKEY",
        help="trust this key and no other (may be repeated)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quiet", action="store_true", help="print the verdict's first line only")
    return parser.parse_args(argv, namespace=Arguments())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = parse_arguments(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        report = _verify_named(arguments)
    except VerificationFailed as failure:
        return _tell_failure(arguments, failure)
    except Unusable as unusable:
        return _tell_unusable(arguments, str(unusable))
    except (OSError, MemoryError) as error:
        return _tell_unusable(arguments, f"cannot read: {shown(str(error) or 'out of memory')}")
    except KeyboardInterrupt:
        return _tell_unusable(arguments, "interrupted, nothing is proven")
    return _tell_report(arguments, report)


def _verify_named(arguments: Arguments) -> Report:
    pinned = _pinned_keys(arguments.key)
    if arguments.file != "-":
        with Path(arguments.file).open("rb") as file:
            return _verify_open(arguments, file, arguments.file, pinned)
    return _verify_open(arguments, sys.stdin.buffer, "-", pinned)


def _pinned_keys(texts: list[str]) -> list[Vkey]:
    try:
        return [parse_vkey(text) for text in texts]
    except VerificationFailed as failure:
        raise Unusable(f"--key: {failure.message}") from None


def _verify_open(arguments: Arguments, file: BinaryIO, name: str, pinned: Sequence[Vkey]) -> Report:
    if not file.seekable():
        with tempfile.TemporaryFile() as spooled:
            shutil.copyfileobj(file, spooled)
            return _verify_open(arguments, spooled, name, pinned)
    if arguments.quiet or arguments.json or not sys.stderr.isatty():
        return verify_file(file, name, pinned)
    try:
        return verify_file(file, name, pinned, terminal_progress(file.seek(0, 2), sys.stderr))
    finally:
        sys.stderr.write("\r\x1b[K")


def _tell(arguments: Arguments, first: str, lines: list[str], facts: dict[str, object]) -> None:
    if arguments.json:
        text = json.dumps({"file": arguments.file, **facts}, indent=2)
    else:
        text = "\n".join([first] if arguments.quiet else [first, *lines])
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left. The exit status still tells; nothing more may be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_report(arguments: Arguments, report: Report) -> int:
    facts = {"ok": True, "summary": report.summary, **report.facts}
    _tell(arguments, f"OK {report.summary}", [f"  {line}" for line in report.lines], facts)
    return 0


def _tell_failure(arguments: Arguments, failure: VerificationFailed) -> int:
    facts = {
        "ok": False,
        "message": failure.message,
        "details": failure.details,
        **failure.facts,
    }
    lines = [failure.message, *(f"  {line}" for line in failure.details)]
    first = f"FAILED {shown(arguments.file)}"
    _tell(arguments, f"{first}: {failure.message}" if arguments.quiet else first, lines, facts)
    return 1


def _tell_unusable(arguments: Arguments, message: str) -> int:
    sys.stderr.write(f"verify_tpwallet: {message}\n")
    if arguments.json:
        _tell(arguments, "", [], {"ok": False, "unusable": message})
    return 2


if __name__ == "__main__":
    sys.exit(main())
