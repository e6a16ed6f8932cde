"""Reading a pool in this process: what the reader answers, and what governs the pool."""

import time
from collections.abc import Callable
from typing import TypeVar

from tpwallet.faces import shapes
from tpwallet.faces.http import governing
from tpwallet.faces.reading import Reader
from tpwallet.kernel.limits import DOCUMENT_VERSIONS_MAX
from tpwallet.kernel.state import PoolState

S = TypeVar("S")


class LocalReader(Reader):
    """A reader of a pool's directory; see `Reader`."""

    def keys(self) -> shapes.Keys:
        """Every key, without its secret."""
        return self._governed(governing.keys)

    def assets(self) -> shapes.Assets:
        """Every asset."""
        return self._governed(governing.assets)

    def period(self) -> shapes.Period:
        """Up to which day the books are closed."""
        return self._governed(governing.period)

    def grants(self) -> shapes.Grants:
        """Every bulk grant in force."""
        return self._governed(governing.grants)

    def document_history(self, kind: str, name: str) -> shapes.Documents:
        """All versions of a document, oldest first."""
        return self._governed(governing.history(kind, name, after=0, limit=DOCUMENT_VERSIONS_MAX))

    def documents_in_force(self, kind: str) -> shapes.Documents:
        """The documents of a kind that are in force now."""
        now = time.time_ns()
        read = governing.in_force(kind, now, after="", limit=DOCUMENT_VERSIONS_MAX)
        return self._governed(read)

    def _governed(self, read: Callable[[PoolState], S]) -> S:
        with self._side.follower.reading() as state:
            return read(state)
