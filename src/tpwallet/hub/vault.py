"""The vault of a pool's personal texts, as its settings name it."""

from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.vault import SqliteVault


def open_vault(directory: PoolDirectory) -> SqliteVault:
    """The pool's vault; the caller closes it. **Rejects** with `VaultUnavailable` one that cannot
    be opened now.
    """
    return SqliteVault(directory.vault_path, bytes.fromhex(directory.secrets.vault_key))
