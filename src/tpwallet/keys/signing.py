"""Ed25519: key pairs from a seed, signing and verifying.

One algorithm, no options: 32-byte seeds and public keys, 64-byte deterministic signatures, no
randomness at signing. It signs checkpoints, webhooks and approvals. It is not for addresses on
chains, whose curves differ.

What is signed must say what it is: a message meant for one purpose must not be mistakable for one
of another, so callers begin it with a fixed text of their own, as checkpoints do with their
origin.

Source: RFC 8032 (Ed25519).
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


class KeyPair:
    """A key that signs, made from a 32-byte secret seed.

    Making one **rejects** (ValueError) a seed of another length. Its text form shows only the
    public key; the seed cannot be read back.

    >>> pair = KeyPair(bytes(32))
    >>> pair
    KeyPair(public_key=3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29)
    >>> verify(pair.public_key, pair.sign(b"message"), b"message")
    True
    """

    __slots__ = ("_private", "public_key")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed is {SEED_BYTES} bytes, not {len(seed)}")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of `message`."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"KeyPair(public_key={self.public_key.hex()})"


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is that of `message` under `public_key`.

    A signature of another length and bytes that are no point of the curve are simply not it.

    **Rejects** (ValueError) a public key that is not 32 bytes: that is our configuration, not the
    message.

    >>> verify(KeyPair(bytes(32)).public_key, bytes(64), b"message")
    False
    """
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError(f"a public key is {PUBLIC_KEY_BYTES} bytes, not {len(public_key)}")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
