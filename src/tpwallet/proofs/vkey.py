"""A vkey: the text by which the world knows a log's public key.

`<origin>+<key hash, 8 hex digits>+<base64(0x01 || public key)>`. The four bytes of the key hash
tell a reader which key a signature claims to be from; they are an index, not a safeguard, for
anybody can make a key with a wanted hash. The safeguard is that the reader got the vkey itself
from a source they trust.

Source: C2SP signed-note (key names, key hash, type 0x01 for Ed25519).
"""

import re
from hashlib import sha256
from typing import Final

import msgspec

from tpwallet.proofs.base64_text import decoded, encoded
from tpwallet.proofs.rejection import ProofRejected

PUBLIC_KEY_BYTES: Final = 32
KEY_HASH_BYTES: Final = 4

_ED25519 = b"\x01"
_KEY_HASH = re.compile(r"[0-9a-f]{8}")


class Vkey(msgspec.Struct, frozen=True):
    """An Ed25519 public key under the name of the log (its *origin*).

    Making one **rejects** (ProofRejected `malformed`) a name that is empty or holds a space, a plus
    or a control character, and a key that is not 32 bytes.

    >>> str(Vkey("example.com/pool", bytes(32)))
    'example.com/pool+f2ec039b+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise ProofRejected("malformed", what="public key", found=len(self.public_key))

    @property
    def key_hash(self) -> bytes:
        """The four bytes that stand for this key in a signature line."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return sha256(named).digest()[:KEY_HASH_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{encoded(_ED25519 + self.public_key)}"


def parse_vkey(text: str) -> Vkey:
    """The key that `text` names.

    **Rejects** (ProofRejected) `malformed` for any other form or kind of key, and `key_mismatch`
    for a key hash that is not that of the name and key.

    >>> key = Vkey("example.com/pool", bytes(32))
    >>> parse_vkey(str(key)) == key
    True
    """
    name, _, rest = text.partition("+")
    key_hash, _, key = rest.partition("+")
    if not _KEY_HASH.fullmatch(key_hash):
        raise ProofRejected("malformed", what="vkey", found=text)
    typed = decoded(key, "vkey")
    if typed[:1] != _ED25519:
        raise ProofRejected("malformed", what="key type", found=typed[:1])
    vkey = Vkey(name, typed[1:])
    if vkey.key_hash.hex() != key_hash:
        raise ProofRejected("key_mismatch", stated=key_hash, computed=vkey.key_hash)
    return vkey


def require_key_name(name: str) -> None:
    """**Rejects** (ProofRejected `malformed`) what cannot name a key in a signed note."""
    if not name or any(char.isspace() or char == "+" or ord(char) < 0x20 for char in name):
        raise ProofRejected("malformed", what="key name", found=name)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ProofRejected("malformed", what="key name", found=name) from None
