"""A checkpoint: the signed statement of what a pool's log was at one position.

Whoever holds a checkpoint can later prove that an event was in the log, or that the log was
rewritten. It names the root over all events up to a position, and ties the log to the journal by
the hash of the commit that ends there. Its text is a C2SP tlog-checkpoint with two further lines.

Parsing is strict, since the text is what is signed: there is exactly one text for each checkpoint.

Source: docs/reference/journal-format.md, "Checkpoint"; C2SP tlog-checkpoint and signed-note.
"""

import re
from collections.abc import Collection, Sequence

import msgspec

from tpwallet.proofs.base64_text import decoded, encoded
from tpwallet.proofs.limits import SIZE_MAX
from tpwallet.proofs.merkle import HASH_BYTES
from tpwallet.proofs.note import Signer, Verify, parse_note, signed_note, verified_signers
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, require_key_name

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_TIME_NS_MAX = 2**64 - 1


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the log of `origin` was at `position`.

    `root` is the root over the events up to `position`; `commit` is the hash of the commit that
    ends there and `time_ns` its time, in nanoseconds since 1970 UTC.
    """

    origin: str
    position: int
    root: bytes
    commit: bytes
    time_ns: int


def checkpoint_body(checkpoint: Checkpoint) -> str:
    """The text that is signed.

    **Rejects** (ProofRejected `malformed`) values that `parse_checkpoint` would not read back.

    >>> print(checkpoint_body(Checkpoint(
    ...     origin="example.com/pool", position=7, root=bytes(32), commit=bytes(32), time_ns=9)))
    example.com/pool
    7
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    commit AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    time 9
    <BLANKLINE>
    """
    body = (
        f"{checkpoint.origin}\n{checkpoint.position}\n{encoded(checkpoint.root)}\n"
        f"commit {encoded(checkpoint.commit)}\ntime {checkpoint.time_ns}\n"
    )
    if parse_checkpoint(body) != checkpoint:
        raise ProofRejected("malformed", what="checkpoint", found=body)
    return body


def parse_checkpoint(body: str) -> Checkpoint:
    """The checkpoint that a note's text states; says nothing of who signed it.

    **Rejects** (ProofRejected `malformed`) any other number of lines, leading zeroes, hashes that
    are not 32 bytes of canonical base 64, position 0 and numbers past 63 (position) or 64 bits
    (time).
    """
    lines = body.split("\n")
    if len(lines) != 6 or lines[5]:
        raise ProofRejected("malformed", what="checkpoint lines", expected=5, found=len(lines) - 1)
    require_key_name(lines[0])
    position = _number("position", lines[1], SIZE_MAX)
    if position == 0:
        raise ProofRejected("malformed", what="position", found=0)
    return Checkpoint(
        origin=lines[0],
        position=position,
        root=_hash("root", lines[2]),
        commit=_hash("commit", _after("commit ", lines[3])),
        time_ns=_number("time", _after("time ", lines[4]), _TIME_NS_MAX),
    )


def signed_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> str:
    """The checkpoint as a note, signed by each signer in order.

    **Rejects** (ProofRejected) what `checkpoint_body` and `signed_note` do.
    """
    return signed_note(checkpoint_body(checkpoint), signers)


def unverified_checkpoint(text: str) -> Checkpoint:
    """The checkpoint a note states, its signatures not looked at: for our own notes only.

    **Rejects** (ProofRejected) what `parse_note` and `parse_checkpoint` do.
    """
    return parse_checkpoint(parse_note(text).body)


def verified_checkpoint(text: str, trusted: Collection[Vkey], verify: Verify) -> Checkpoint:
    """The checkpoint a note states, once a trusted key *of its origin* is found to have signed it.

    A witness that is trusted as well does not stand in for the log's own signature.

    **Rejects** (ProofRejected) what `parse_note`, `verified_signers` and `parse_checkpoint` do, and
    `signature_missing` if only keys of other names signed.
    """
    note = parse_note(text)
    signers = verified_signers(note, trusted, verify)
    checkpoint = parse_checkpoint(note.body)
    if all(signer.name != checkpoint.origin for signer in signers):
        names = " ".join(signer.name for signer in signers)
        raise ProofRejected("signature_missing", origin=checkpoint.origin, signed_by=names)
    return checkpoint


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise ProofRejected("malformed", what="checkpoint line", expected=word, found=line)
    return line.removeprefix(word)


def _number(what: str, text: str, largest: int) -> int:
    if not _DECIMAL.fullmatch(text) or int(text) > largest:
        raise ProofRejected("malformed", what=what, found=text)
    return int(text)


def _hash(what: str, text: str) -> bytes:
    value = decoded(text, what)
    if len(value) != HASH_BYTES:
        raise ProofRejected("malformed", what=what, found=text)
    return value
