"""A signed note: a text and the signatures under it.

The form is a text that ends in a newline, a blank line, and one line for each signature. Several
may stand there: the old and the new key of a log that rotates, and witnesses that saw the same
text. A reader ignores signatures of unknown keys, wants at least one of a key they trust,
and turns the note down if a trusted key seems to have signed and the signature is wrong.

What the text means is not known here; see `checkpoint`. Signing and verifying functions are handed
in, so that this room holds no key.

Source: C2SP signed-note.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeAlias

import msgspec

from tpwallet.proofs.base64_text import decoded, encoded
from tpwallet.proofs.limits import NOTE_BYTES_MAX, SIGNATURES_MAX
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import KEY_HASH_BYTES, Vkey, require_key_name

SIGNATURE_BYTES: Final = 64

Sign: TypeAlias = Callable[[bytes], bytes]
"""Message to Ed25519 signature."""

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""Public key, signature and message to whether the signature holds."""

_SIGNATURE_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Signer(msgspec.Struct, frozen=True):
    """A key that signs: what the world knows it by, and the function that signs with it."""

    vkey: Vkey
    sign: Sign


class Signature(msgspec.Struct, frozen=True):
    """One signature line: who claims to have signed, with which key, and the signature itself."""

    name: str
    key_hash: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {encoded(self.key_hash + self.value)}\n"


class Note(msgspec.Struct, frozen=True):
    """A note that was read but not yet verified: its text must be ignored until it is."""

    body: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.body}\n{''.join(map(str, self.signatures))}"


def signed_note(body: str, signers: Sequence[Signer]) -> str:
    """The note of `body` with a signature of each signer, in order.

    **Rejects** (ProofRejected) `malformed` and `too_long` for what `parse_note` would not read, and
    a signer whose signature is not 64 bytes.
    """
    message = _encoded(body)
    signatures = tuple(
        Signature(signer.vkey.name, signer.vkey.key_hash, _signature(signer, message))
        for signer in signers
    )
    note = Note(body, signatures)
    if parse_note(str(note)) != note:
        raise ProofRejected("malformed", what="note", found=body)
    return str(note)


def parse_note(text: str) -> Note:
    """The text and signatures of a note, nothing verified.

    **Rejects** (ProofRejected) `too_long` past `NOTE_BYTES_MAX` or `SIGNATURES_MAX`, and
    `malformed` for control characters, a missing blank line or newline, and lines that are not
    signatures.
    """
    length = len(_encoded(text))
    if length > NOTE_BYTES_MAX:
        raise ProofRejected("too_long", what="note bytes", found=length, limit=NOTE_BYTES_MAX)
    if _CONTROL.search(text):
        raise ProofRejected("malformed", what="control character in note")
    body, blank, tail = text.rpartition("\n\n")
    if not body or not blank or not tail.endswith("\n"):
        raise ProofRejected("malformed", what="note without blank line, text or last newline")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise ProofRejected("too_long", what="signatures", found=len(lines), limit=SIGNATURES_MAX)
    return Note(body + "\n", tuple(_parsed_signature(line) for line in lines))


def verified_signers(note: Note, trusted: Collection[Vkey], verify: Verify) -> tuple[Vkey, ...]:
    """The trusted keys that signed the note, in its order; never empty.

    **Rejects** (ProofRejected) `signature_bad` if a signature names a trusted key and does not
    verify under it, `signature_missing` if no signature names a trusted key.
    """
    message = note.body.encode()
    signers: list[Vkey] = []
    for signature in note.signatures:
        named = [key for key in trusted if _names(signature, key)]
        holding = [key for key in named if _holds(signature, key, message, verify)]
        if named and not holding:
            raise ProofRejected("signature_bad", name=signature.name, key_hash=signature.key_hash)
        signers += holding
    if not signers:
        names = sorted({signature.name for signature in note.signatures})
        raise ProofRejected("signature_missing", trusted=len(trusted), signed_by=" ".join(names))
    return tuple(signers)


def _names(signature: Signature, key: Vkey) -> bool:
    return signature.name == key.name and signature.key_hash == key.key_hash


def _holds(signature: Signature, key: Vkey, message: bytes, verify: Verify) -> bool:
    if len(signature.value) != SIGNATURE_BYTES:
        return False
    return verify(key.public_key, signature.value, message)


def _signature(signer: Signer, message: bytes) -> bytes:
    value = signer.sign(message)
    if len(value) != SIGNATURE_BYTES:
        raise ProofRejected("malformed", what="signature", found=len(value))
    return value


def _parsed_signature(line: str) -> Signature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise ProofRejected("malformed", what="signature line", found=line)
    name, text = match.groups()
    require_key_name(name)
    blob = decoded(text, "signature")
    if len(blob) <= KEY_HASH_BYTES:
        raise ProofRejected("malformed", what="signature", found=text)
    return Signature(name, blob[:KEY_HASH_BYTES], blob[KEY_HASH_BYTES:])


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ProofRejected("malformed", what="note is not UTF-8") from None
