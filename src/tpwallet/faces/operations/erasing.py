"""Erasing a person: their key in the vault is destroyed, and their texts with it.

What the journal says of money stays, and every proof with it; it holds references that nothing
opens any more. Backups of the vault made before are out of reach here: they open until they are
deleted (docs: operating/backup).
"""

import msgspec

from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import open_vault
from tpwallet.kernel.sealed import SubjectId


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """Who was erased, and how many sealed texts can no longer be opened."""

    subject: str
    texts: int


def erase_person(directory: PoolDirectory, subject: str) -> Erased:
    """Erase a subject of the pool's vault, for good; the pool may be in use meanwhile. Whatever is
    to be sealed for the same subject later is refused.
    """
    vault = open_vault(directory)
    try:
        return Erased(subject=subject, texts=vault.erase(SubjectId(subject)))
    finally:
        vault.close()
