"""Sealing: personal data that can be read with a key, moved nowhere and destroyed with the key.

A *sealed* field is ciphertext that is bound to where it belongs. Each person has a key of their
own; it is kept *wrapped* under a master key. Erasing a person is destroying that one wrapped key:
once no copy of it is left, all that was sealed under it is noise.

The cipher is AES-256-GCM-SIV. It takes a 96-bit nonce from the caller and, unlike the usual
ciphers, survives a nonce used twice: all that shows is whether two equal texts were sealed to the
same place. The *binding* is authenticated but not stored: opening needs the same binding, so that
a ciphertext copied to another person, record or field does not open.

It hides neither the length of a text nor that there is one.

Layout: 0x01 (this format) || nonce, 12 bytes || ciphertext || tag, 16 bytes.

Source: RFC 8452 (AES-GCM-SIV).
"""

from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from tpwallet.keys.limits import BINDING_BYTES_MAX, SEALED_PLAINTEXT_BYTES_MAX

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

_FORMAT: Final = b"\x01"
_HEAD_BYTES: Final = len(_FORMAT) + NONCE_BYTES

_FIELD: Final = b"tpwallet field"
_WRAPPED: Final = b"tpwallet wrapped key"


class SealBroken(Exception):
    """What was to be opened is not intact, not bound here, or sealed under another key."""


def seal(key: bytes, *, nonce: bytes, plaintext: bytes, binding: Sequence[bytes]) -> bytes:
    """Seal `plaintext` to a binding, such as (person, record, field name), under a 32-byte key.

    `nonce` is 12 bytes of entropy, fresh for each call.

    **Rejects** (ValueError) another key or nonce length, an empty binding, and a text or binding
    past its limit.

    >>> place = (b"person/42", b"name")
    >>> sealed = seal(bytes(32), nonce=bytes(12), plaintext=b"Ada", binding=place)
    >>> unseal(bytes(32), sealed=sealed, binding=place)
    b'Ada'
    """
    if len(plaintext) > SEALED_PLAINTEXT_BYTES_MAX:
        raise ValueError(f"{len(plaintext)} bytes to seal, limit {SEALED_PLAINTEXT_BYTES_MAX}")
    return _closed(key, nonce, plaintext, _associated(_FIELD, binding))


def unseal(key: bytes, *, sealed: bytes, binding: Sequence[bytes]) -> bytes:
    """The text that was sealed to this binding under this key.

    **Rejects** (SealBroken) anything else, without saying which of the two is wrong, and
    (ValueError) a key that is not 32 bytes or a binding that is empty or past its limit.
    """
    return _opened(key, sealed, _associated(_FIELD, binding))


def wrap_key(master_key: bytes, *, nonce: bytes, key: bytes, binding: Sequence[bytes]) -> bytes:
    """Seal a 32-byte key under a master key, bound to whose it is.

    A wrapped key does not open as a field, nor a field as a key.

    **Rejects** (ValueError) key and nonce lengths other than 32 and 12 bytes, and a binding that is
    empty or past its limit.
    """
    _require_key(key)
    return _closed(master_key, nonce, key, _associated(_WRAPPED, binding))


def unwrap_key(master_key: bytes, *, wrapped: bytes, binding: Sequence[bytes]) -> bytes:
    """The key that was wrapped to this binding under this master key.

    **Rejects** as `unseal` does.
    """
    return _opened(master_key, wrapped, _associated(_WRAPPED, binding))


def _closed(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    _require_key(key)
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce is {NONCE_BYTES} bytes, not {len(nonce)}")
    return _FORMAT + nonce + AESGCMSIV(key).encrypt(nonce, plaintext, associated)


def _opened(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    _require_key(key)
    nonce, ciphertext = sealed[len(_FORMAT) : _HEAD_BYTES], sealed[_HEAD_BYTES:]
    if sealed[: len(_FORMAT)] != _FORMAT or len(ciphertext) < TAG_BYTES:
        raise SealBroken("not of the sealed form")
    try:
        return AESGCMSIV(key).decrypt(nonce, ciphertext, associated)
    except InvalidTag:
        raise SealBroken("altered, bound elsewhere or sealed under another key") from None


def _associated(purpose: bytes, binding: Sequence[bytes]) -> bytes:
    """Purpose and parts with their lengths before them, so that no two bindings look alike."""
    associated = b"".join(len(part).to_bytes(4, "little") + part for part in (purpose, *binding))
    if not binding or len(associated) > BINDING_BYTES_MAX:
        raise ValueError(f"{len(binding)} parts to bind to, {len(associated)} bytes")
    return associated


def _require_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key is {KEY_BYTES} bytes, not {len(key)}")
