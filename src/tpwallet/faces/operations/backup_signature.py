"""The signature on a backup: who says that this is what the pool was, and for whom that is proof.

What is signed names the pool's log and the SHA-256 of the manifest, which has the length and hash
of every other file, the position the journal ends on and the hash of its last commit. Nobody who
holds the backup alone can cut its end off, empty its checkpoints or write another history into it,
because the key that signs is the one that signs the pool's checkpoints and lies with the secrets.

What it is not: proof that no newer backup was made. An older one bears a signature that is as
good.

The first line of the text has spaces, which no log's origin has: so the signature on a backup is
never that on a checkpoint, which begins with its origin.

Source: C2SP signed-note.
"""

from collections.abc import Collection
from pathlib import Path

from tpwallet.gateways.backup import (
    MANIFEST,
    SIGNATURE,
    BackupDamaged,
    Manifest,
    read_signature,
    write_signature,
)
from tpwallet.gateways.pool_directory import PoolSecrets
from tpwallet.gateways.whole_file import file_digest
from tpwallet.kernel.errors import Malformed
from tpwallet.keys.signing import KeyPair, verify
from tpwallet.proofs.note import Signer, parse_note, signed_note, verified_signers
from tpwallet.proofs.rejection import ProofRejected
from tpwallet.proofs.vkey import Vkey, parse_vkey

_PURPOSE = "tpwallet backup manifest 1"


def sign_backup(directory: Path, signer: Signer) -> None:
    """Sign a backup whose manifest is written."""
    write_signature(directory, signed_note(_body(directory, signer.vkey.name), (signer,)))


def check_signature(
    directory: Path,
    manifest: Manifest,
    keys: PoolSecrets,
    *,
    demanded: Collection[str] = (),
    allows_unsigned: bool = False,
) -> Vkey | None:
    """The key a backup is signed with: that of the secrets, and one of those `demanded` (vkeys), if
    any are. None: it is not signed, and that is allowed.

    **Rejects** with `Malformed` what is no vkey, and with `BackupDamaged` a backup that is not
    signed, is signed by another key, or was changed since.
    """
    wanted = [_parsed(text) for text in demanded]
    note = read_signature(directory)
    if note is None:
        if allows_unsigned and not wanted:
            return None
        raise BackupDamaged(
            "the backup is not signed, so nothing shows what is missing of it", file=SIGNATURE
        )
    vkey = vkey_of(manifest, keys)
    try:
        found = parse_note(note)
        verified_signers(found, (vkey,), verify)
    except ProofRejected as refused:
        raise BackupDamaged(
            f"the backup is not signed by its pool's key: {refused}", file=SIGNATURE
        ) from None
    if found.body != _body(directory, vkey.name):
        raise BackupDamaged("the manifest is not the one that was signed", file=MANIFEST)
    if wanted and vkey not in wanted:
        raise BackupDamaged("the backup is signed by another key than the one demanded")
    return vkey


def vkey_of(manifest: Manifest, keys: PoolSecrets) -> Vkey:
    """The public key that goes with a pool's secrets, under the name its log has.

    **Rejects** with `BackupDamaged` a manifest whose log has no possible name.
    """
    try:
        return Vkey(manifest.origin, KeyPair(bytes.fromhex(keys.signing_seed)).public_key)
    except ProofRejected as refused:
        raise BackupDamaged(f"the manifest names no log: {refused}", file=MANIFEST) from None


def _body(directory: Path, origin: str) -> str:
    return f"{_PURPOSE}\n{origin}\n{file_digest(directory / MANIFEST)}\n"


def _parsed(text: str) -> Vkey:
    try:
        return parse_vkey(text)
    except ProofRejected as refused:
        raise Malformed(f"this is no vkey: {refused}", parameter="vkey") from None
