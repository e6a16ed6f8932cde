"""The views of a pool, opened on the files that its directory keeps for them."""

import logging
import secrets

from tpwallet.gateways.checkpoint_file import CheckpointFile
from tpwallet.gateways.hash_file import HashFile
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.view_database import open_view_database
from tpwallet.hub.signing import log_signer
from tpwallet.ports.view import ViewDamaged
from tpwallet.views.directory.directory import AccountDirectory
from tpwallet.views.history.index import HistoryIndex
from tpwallet.views.log import TransparencyLog

ACCOUNTS = "directory.db"  # names in the folder of views
HISTORY = "history"
_LOG = logging.getLogger("tpwallet.views")


def _tell(directory: PoolDirectory, view: str, reason: str) -> None:
    """Log that a view was not trusted, and is filled again from the journal's first position."""
    path = directory.views_path / view
    _LOG.warning("%s is made again from the journal: %s", path, reason)


def open_accounts(directory: PoolDirectory) -> AccountDirectory:
    """The pool's directory of accounts, begun again when it is damaged. The caller holds the lock
    of whoever keeps it.
    """
    try:
        return _accounts(directory)
    except ViewDamaged as damage:
        _forget_accounts(directory, damage)
        return _accounts(directory)


def _accounts(directory: PoolDirectory) -> AccountDirectory:
    engine = open_view_database(directory.views_path / ACCOUNTS)
    try:
        return AccountDirectory(engine)
    except BaseException:
        engine.dispose()
        raise


def close_accounts(directory: PoolDirectory, accounts: AccountDirectory) -> None:
    """Let go of the directory of accounts; when it is damaged, have it begun again."""
    accounts.close()
    if accounts.damage is not None:
        _forget_accounts(directory, accounts.damage)


def _forget_accounts(directory: PoolDirectory, damage: ViewDamaged) -> None:
    _tell(directory, ACCOUNTS, damage.reason)
    for file in directory.views_path.glob(f"{ACCOUNTS}*"):
        file.unlink()


def open_history(directory: PoolDirectory) -> HistoryIndex:
    """The pool's history, begun again when it is damaged."""
    history = HistoryIndex.open(directory.views_path / HISTORY, secrets.randbits(128))
    if history.begun_again:
        _tell(directory, HISTORY, history.begun_again)
    return history


def close_history(directory: PoolDirectory, history: HistoryIndex) -> None:
    """Let go of the history; when it is damaged, it begins again by itself."""
    history.close()
    if history.damage is not None:
        _tell(directory, HISTORY, history.damage.reason)


def open_log(directory: PoolDirectory) -> TransparencyLog:
    """The pool's transparency log."""
    folder = directory.log_path
    folder.mkdir(exist_ok=True)
    return TransparencyLog(
        hashes=HashFile(folder / "hashes"),
        checkpoints=CheckpointFile(folder),
        origin=directory.settings.origin,
        signer=log_signer(directory),
        blinding_key=bytes.fromhex(directory.secrets.blinding_key),
    )
