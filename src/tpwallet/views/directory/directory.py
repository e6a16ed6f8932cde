"""The directory of named accounts and of the notes of transfers: a read model in SQL.

It holds what the ledger's arrays do not: addresses, metadata, sealed references, effective dates.
It holds no money and no state of an account, which are the ledger's, and nothing of accounts that
came by raw batches and have no address, of which there may be millions: they cost it nothing.

Every run of entries is written in one transaction with its position. A database that turns out to
be damaged is of no use any more, and whoever opens the directory next begins it again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine, ExceptionContext

from tpwallet.kernel.commit import Entry
from tpwallet.kernel.errors import InvariantBroken
from tpwallet.ports.view import ViewDamaged
from tpwallet.views.directory.changes import Additions
from tpwallet.views.directory.reading import DirectoryReading
from tpwallet.views.directory.rows import RowDamaged
from tpwallet.views.directory.tables import ACCOUNTS, METADATA, NOTES, SCHEMA, STATE


class AccountDirectory:
    """One pool's directory (port: `tpwallet.ports.view.View`). One thread adds, any may read."""

    def __init__(self, engine: Engine) -> None:
        """Use the directory in a database, begun again when it has another schema.

        A transaction of `engine` must see one state of the database for all its reads, and what is
        damaged must be raised as `ViewDamaged` by the engine.

        **Rejects** with `ViewDamaged` a database that does not hold together, as far as is seen.
        """
        self._engine = engine
        self._damage: ViewDamaged | None = None
        sa.event.listen(engine, "handle_error", self._note_damage)
        found = self._found()
        if found is None:
            self._begin()
        self._position = found or 0

    def _found(self) -> int | None:
        """The position of the directory that is there, or None."""
        with self._engine.begin() as connection:
            if not sa.inspect(connection).has_table(STATE.name):
                return None
            query = sa.select(STATE.c.position).where(STATE.c.schema == SCHEMA)
            row = connection.execute(query).first()
            return None if row is None else int(row.position)

    def _begin(self) -> None:
        with self._engine.begin() as connection:
            METADATA.drop_all(connection)
            METADATA.create_all(connection)
            connection.execute(sa.insert(STATE).values(schema=SCHEMA, position=0))

    def _note_damage(self, context: ExceptionContext) -> None:
        """What the database's own adapter (see `engine`) made of an error."""
        if isinstance(context.chained_exception, ViewDamaged):
            self._damage = context.chained_exception

    @property
    def damage(self) -> ViewDamaged | None:
        """What was found to be wrong with the database since it was opened; None: nothing."""
        return self._damage

    # Building

    @property
    def position(self) -> int:
        """The last position it reflects."""
        return self._position

    def apply(self, entries: Sequence[Entry]) -> None:
        """Add the journal's next entries in one transaction.

        **Rejects** with `InvariantBroken` entries that are not the next.
        """
        if not entries:
            return
        if entries[0].first_position != self._position + 1:
            raise InvariantBroken(
                f"the directory at {self._position} met position {entries[0].first_position}"
            )
        additions = Additions()
        additions.add(entries)
        position = entries[-1].last_position
        with self._engine.begin() as connection:
            if additions.accounts:
                connection.execute(sa.insert(ACCOUNTS), additions.accounts)
            if additions.notes:
                connection.execute(sa.insert(NOTES), additions.notes)
            connection.execute(sa.update(STATE).values(position=position))
        self._position = position

    def flush(self) -> None:
        """Nothing waits: what a crash takes back, it takes back with its position."""

    def reset(self) -> None:
        """Begin again from nothing, to be filled again from the journal's first position."""
        self._begin()
        self._position = 0
        self._damage = None

    def close(self) -> None:
        """Let go of the database; closing twice is allowed."""
        self._engine.dispose()

    # Reading

    @contextmanager
    def reading(self) -> Iterator[DirectoryReading]:
        """The directory at one position, for as many questions as are asked in the block.

        **Rejects** with `ViewDamaged` a database that does not hold together.
        """
        try:
            with self._engine.begin() as connection:
                yield DirectoryReading(connection)
        except RowDamaged as row:
            self._damage = ViewDamaged(Path(str(self._engine.url.database)).name, str(row))
            raise self._damage from row
