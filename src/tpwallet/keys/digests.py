"""Keyed digests: 16 bytes that stand for a value and tell an outsider nothing.

The journal must be able to say "the same request body as before" or "the same name as on the list"
without holding the body or the name. A plain hash would not do: names and bodies can be guessed and
hashed. So digests are keyed, and each use has its own *domain*, so that digests of two uses never
compare equal and one cannot be looked up with the other.

A digest identifies under a key; it is not a signature. 16 bytes make a chance collision out of
reach for a pool, and a deliberate one needs the key.

Source: RFC 7693 (BLAKE2b: keyed mode); the domain is the `person` parameter of BLAKE2.
"""

import hmac
import re
from functools import cache
from hashlib import blake2b
from typing import Final

DIGEST_BYTES: Final = 16
KEY_BYTES_MIN: Final = 16
KEY_BYTES_MAX: Final = 64

_DOMAIN = re.compile(r"[a-z][a-z0-9 _.-]{0,15}", re.ASCII)


def keyed_digest(key: bytes, domain: str, *parts: bytes) -> bytes:
    """The 16-byte digest of `parts` in `domain` under `key`.

    The parts enter with their lengths, so ("ab", "c") and ("a", "bc") differ.

    **Rejects** (ValueError) a key below 16 or above 64 bytes, a domain that is not 1 to 16 lower
    case letters, digits and " _.-", and no part at all.

    >>> keyed_digest(bytes(32), "command body", b"abc").hex()
    'ceb5e6cd90a5423c3aa160a7e8846944'
    """
    if not KEY_BYTES_MIN <= len(key) <= KEY_BYTES_MAX:
        raise ValueError(f"a digest key is {KEY_BYTES_MIN} to {KEY_BYTES_MAX} bytes")
    if not parts:
        raise ValueError("a digest of nothing")
    hasher = blake2b(key=key, digest_size=DIGEST_BYTES, person=_person_of(domain))
    for part in parts:
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher.digest()


@cache
def _person_of(domain: str) -> bytes:
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{domain!r} is not a digest domain")
    return domain.encode()


def same(one: bytes, other: bytes) -> bool:
    """Whether two secrets or digests are equal, in a time that does not tell where they differ.

    >>> same(b"one", b"one"), same(b"one", b"two")
    (True, False)
    """
    return hmac.compare_digest(one, other)
