"""API keys: the secret a program presents with each request.

An API key is `tpk_`, the entropy in base 62, and six more characters that are a check on all
before them. The check is no security: it lets a client tell a truncated key from a revoked one,
and lets scanners recognise a leaked one. The hub keeps only a hash; since the key itself is at
least 128 random bits, a plain fast hash cannot be searched backwards and needs neither salt nor
stretching.

It does not say what the key may do; that is the grant found under its hash.

Source: RFC 7693 (BLAKE2b) for the hash, ISO-HDLC CRC-32 (zlib's) for the check.
"""

import re
from hashlib import blake2b
from typing import Final
from zlib import crc32

from tpwallet.keys.limits import API_KEY_ENTROPY_BYTES_MAX, API_KEY_ENTROPY_BYTES_MIN

PREFIX: Final = "tpk_"
HASH_BYTES: Final = 32

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK_CHARS: Final = 6
_FORM = re.compile(r"tpk_[0-9A-Za-z]{28,49}", re.ASCII)
_DOMAIN: Final = b"tpwallet api key"


class ApiKeyMalformed(Exception):
    """A text that cannot be an API key: mistyped, cut short, or something else altogether."""


def api_key(entropy: bytes) -> str:
    """The API key made of 16 to 32 bytes of entropy.

    **Rejects** (ValueError) less or more entropy.

    >>> api_key(bytes(16))
    'tpk_00000000000000000000000c3Xk8'
    """
    if not API_KEY_ENTROPY_BYTES_MIN <= len(entropy) <= API_KEY_ENTROPY_BYTES_MAX:
        raise ValueError(f"{len(entropy)} bytes of entropy for an API key")
    secret = PREFIX + _base62(int.from_bytes(entropy, "big"), _width(len(entropy)))
    return secret + _check(secret)


def api_key_hash(text: str) -> bytes:
    """The 32 bytes under which an API key is kept and found.

    **Rejects** (ApiKeyMalformed) a text of another form or whose check characters do not fit; the
    error does not repeat the text.

    >>> len(api_key_hash(api_key(bytes(16))))
    32
    """
    if not _FORM.fullmatch(text) or _check(text[:-_CHECK_CHARS]) != text[-_CHECK_CHARS:]:
        raise ApiKeyMalformed(f"not an API key: {len(text)} characters")
    return blake2b(text.encode("ascii"), digest_size=HASH_BYTES, person=_DOMAIN).digest()


def _width(byte_count: int) -> int:
    """How many base 62 digits any number of so many bytes fits in."""
    width, reach = 0, 1
    while reach < 256**byte_count:
        width, reach = width + 1, reach * 62
    return width


def _check(text: str) -> str:
    return _base62(crc32(text.encode("ascii")), _CHECK_CHARS)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
