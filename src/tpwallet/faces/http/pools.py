"""The pools one hub serves, and how a key leads to its pool.

A key belongs to exactly one pool and selects it, so no path names a pool, and a caller cannot as
much as ask about a pool that is not theirs (decision: key-names-the-pool).
"""

from collections.abc import Iterable, Iterator

from tpwallet.faces.http.desk import Desk
from tpwallet.faces.http.metrics import MeteredJournal, Metrics
from tpwallet.gateways.pool_directory import PoolDirectory
from tpwallet.hub import Writer, open_journal
from tpwallet.kernel.access import Actor
from tpwallet.keys.api_keys import ApiKeyMalformed, api_key_hash


class ServedPool:
    """A pool that this server writes: its writer, its figures, and its desk once it runs."""

    def __init__(self, writer: Writer, metrics: Metrics) -> None:
        self.writer = writer
        self.metrics = metrics
        self._desk: Desk | None = None

    @property
    def name(self) -> str:
        """What the pool's settings call it."""
        return self.writer.directory.settings.name

    @property
    def desk(self) -> Desk:
        """The pool's desk on the running event loop."""
        if self._desk is None:
            self._desk = Desk(self.writer)
        return self._desk
