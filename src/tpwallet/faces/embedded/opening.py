"""What is seen to before a pool is opened: where it is, what it counts in, and how long it takes.

The ledger's loops are compiled on first use and kept on disk (`tpwallet.compiled`). Who meets that
for the first time waits about half a minute, and is told so by the logger `tpwallet`: Python writes
a warning of a logger to standard error unless the program says otherwise, and a program that does
not want it says so as with every other library.
"""

import logging
from pathlib import Path

from tpwallet.compiled import cache_folder
from tpwallet.kernel.errors import Malformed
from tpwallet.money import MoneyError, standard_catalogue

_LOG = logging.getLogger("tpwallet")
_INDEXES = "**/*.nbi"  # one for each compiled function


def checked_path(path: object) -> Path:
    """Where a pool is. **Rejects** with `Malformed` what names no place.

    >>> checked_path("my-pool").name
    'my-pool'
    """
    if not isinstance(path, str | Path) or "\0" in str(path):
        raise Malformed("expected the path of a directory, as text or a Path", parameter="path")
    return Path(path)


def check_base_asset(code: str) -> None:
    """**Rejects** with `Malformed` an asset that a new pool does not know."""
    try:
        standard_catalogue().by_code(code)
    except MoneyError as error:
        raise Malformed(str(error), parameter="base_asset") from None


def tell_of_compiling() -> None:
    """Say that opening takes a while, when nothing is compiled yet."""
    if next(cache_folder().glob(_INDEXES), None) is None:
        _LOG.warning("compiling the ledger's loops, once, about 30 seconds")
