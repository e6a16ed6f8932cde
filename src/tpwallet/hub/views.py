"""The views of a pool, opened on the files that its directory keeps for them."""

from sqlalchemy.exc import DatabaseError

from tpwallet.gateways.checkpoint_file import CheckpointFile
from tpwallet.gateways.hash_file import HashFile
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.gateways.view_database import open_view_database
from tpwallet.hub.signing import log_signer
from tpwallet.views.directory.directory import AccountDirectory
from tpwallet.views.log import TransparencyLog


def open_accounts(directory: PoolDirectory) -> AccountDirectory:
    """The pool's directory of accounts, begun again when it is damaged. The caller holds the lock
    of whoever keeps it.
    """
    path = directory.views_path / "directory.db"
    engine = open_view_database(path)
    try:
        return AccountDirectory(engine)
    except DatabaseError:
        engine.dispose()
        for file in directory.views_path.glob("directory.db*"):
            file.unlink()
        return AccountDirectory(open_view_database(path))


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
