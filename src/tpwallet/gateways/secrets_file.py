"""A pool's secrets in a file of their own, to be kept apart from what they open.

Plain, it is the JSON of `secrets.json`. Sealed, it opens with a passphrase only: a key is made of
it by scrypt, and the JSON is sealed under that key, bound to the pool. scrypt's cost is chosen so
that one guess takes about half a second and 128 MiB; it is written in the file, and a file that
asks for more than `SCRYPT_N_MAX` is refused rather than obeyed.

Source: RFC 7914 (scrypt), RFC 8452 (AES-GCM-SIV, through `keys.sealing`).
"""

import hashlib
import secrets as entropy
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tpwallet.gateways.pool_directory import PoolSecrets
from tpwallet.gateways.whole_file import write_whole
from tpwallet.kernel.errors import Malformed
from tpwallet.keys.sealing import KEY_BYTES, NONCE_BYTES, SealBroken, seal, unseal

SCRYPT_N: Final = 1 << 17
SCRYPT_N_MAX: Final = 1 << 20
_SCRYPT_R: Final = 8
_SCRYPT_P: Final = 1
_SALT_BYTES: Final = 16
_BINDING: Final = b"tpwallet secrets file"


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["tpwallet-sealed-secrets-1"] = "tpwallet-sealed-secrets-1"
    pool_id: str
    scrypt_n: int
    salt: bytes
    sealed: bytes


def write_secrets(
    path: Path, keys: PoolSecrets, *, pool_id: str, passphrase: str | None = None
) -> None:
    """Write a new file that its owner alone can read, sealed if there is a passphrase.

    **Rejects** with `Malformed` a path that exists and an empty passphrase.
    """
    content = msgspec.json.encode(keys)
    if passphrase is not None:
        content = msgspec.json.encode(_sealed(content, pool_id, passphrase))
    write_whole(path, (msgspec.json.format(content), b"\n"), is_private=True)


def read_secrets(path: Path, *, passphrase: str | None = None) -> PoolSecrets:
    """The secrets in a file.

    **Rejects** with `Malformed` a file that is not there, is no secrets file, or is sealed under
    another passphrase or with none given.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Malformed(f"the secrets cannot be read: {error}", parameter="secrets") from None
    try:
        if _is_sealed(content):
            content = _opened(msgspec.json.decode(content, type=_Sealed), passphrase)
        return msgspec.json.decode(content, type=PoolSecrets)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} holds no secrets: {error}", parameter="secrets") from None


def needs_passphrase(path: Path) -> bool:
    """Whether there is a secrets file that is sealed."""
    return path.is_file() and _is_sealed(path.read_bytes())


def _is_sealed(content: bytes) -> bool:
    return b'"tpwallet-sealed-secrets-' in content


def secrets_fingerprint(keys: PoolSecrets) -> str:
    """What tells one pool's secrets from another's and tells nothing about them: 128 random bytes
    are hashed, which nobody can search.
    """
    content = msgspec.json.encode(keys)
    return hashlib.blake2b(content, digest_size=16, person=b"tpw secrets").hexdigest()


def _key_of(passphrase: str, salt: bytes, cost: int) -> bytes:
    if not passphrase:
        raise Malformed("the passphrase is empty", parameter="passphrase")
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=_SCRYPT_R, p=_SCRYPT_P)
    return kdf.derive(passphrase.encode())


def _sealed(content: bytes, pool_id: str, passphrase: str) -> _Sealed:
    salt = entropy.token_bytes(_SALT_BYTES)
    key = _key_of(passphrase, salt, SCRYPT_N)
    nonce = entropy.token_bytes(NONCE_BYTES)
    binding = (_BINDING, pool_id.encode())
    sealed = seal(key, nonce=nonce, plaintext=content, binding=binding)
    return _Sealed(pool_id=pool_id, scrypt_n=SCRYPT_N, salt=salt, sealed=sealed)


def _opened(found: _Sealed, passphrase: str | None) -> bytes:
    if passphrase is None:
        raise Malformed("the secrets are sealed: a passphrase opens them", parameter="passphrase")
    is_power = found.scrypt_n.bit_count() == 1
    if not (is_power and 2 <= found.scrypt_n <= SCRYPT_N_MAX):
        raise Malformed("the sealed secrets ask for an impossible cost", parameter="secrets")
    key = _key_of(passphrase, found.salt, found.scrypt_n)
    try:
        return unseal(key, sealed=found.sealed, binding=(_BINDING, found.pool_id.encode()))
    except SealBroken:
        raise Malformed(
            "this passphrase does not open these secrets", parameter="passphrase"
        ) from None
