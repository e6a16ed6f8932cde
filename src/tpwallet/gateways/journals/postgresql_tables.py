"""A journal's tables in PostgreSQL: their statements, and how they are made and recognised.

Several pools may share one database. `<prefix>` has one row for each pool, with the layout's
version, the highest epoch that has written and the last position that was trimmed; whoever appends
locks that row. `<prefix>_commits` has one row for each commit. Bodies are stored as they are
(STORAGE EXTERNAL: out of line when long, never compressed). No commit is ever updated; only
trimming deletes any.

Sources: https://www.postgresql.org/docs/current/storage-toast.html,
https://www.postgresql.org/docs/current/transaction-iso.html (read committed).
"""

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from tpwallet.gateways.journals.limits import READ_BYTES_MAX
from tpwallet.kernel.errors import JournalUnavailable

LAYOUT_VERSION = 2
_MAKING = 0x54505741  # the advisory lock held while tables are made: "TPWA"

_MAKE = """
CREATE TABLE IF NOT EXISTS {pools} (
    pool_id bytea PRIMARY KEY CHECK (length(pool_id) = 16),
    version integer NOT NULL,
    epoch bigint NOT NULL,
    trimmed bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS {commits} (
    pool_id bytea NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL CHECK (last_position >= first_position),
    epoch bigint NOT NULL,
    hash bytea NOT NULL,
    header bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (pool_id, first_position)
);
ALTER TABLE {commits} ALTER COLUMN body SET STORAGE EXTERNAL;
"""

# One statement, so one transaction. `owner` waits for any other writer of the pool and then sees
# the epoch it left; a stale owner gets no row. `head` may be older than that wait, but then
# somebody has taken this commit's first position, and the primary key refuses it.
_APPEND = """
WITH owner AS MATERIALIZED (
    SELECT 1 FROM {pools} WHERE pool_id = %(pool_id)b AND epoch <= %(epoch)s FOR NO KEY UPDATE
), head AS (
    SELECT last_position, hash FROM {commits}
    WHERE pool_id = %(pool_id)b ORDER BY first_position DESC LIMIT 1
), appended AS (
    INSERT INTO {commits} (pool_id, first_position, last_position, epoch, hash, header, body)
    SELECT %(pool_id)b, %(first)s, %(last)s, %(epoch)s, %(hash)b, %(header)b, %(body)b
    FROM owner LEFT JOIN head ON true
    WHERE coalesce(head.last_position, 0) = %(first)s - 1
    AND coalesce(head.hash, %(genesis)b) = %(previous)b
    ON CONFLICT DO NOTHING RETURNING epoch
), raised AS (
    UPDATE {pools} SET epoch = appended.epoch FROM appended
    WHERE pool_id = %(pool_id)b AND {pools}.epoch < appended.epoch
)
SELECT count(*) FROM appended
"""

_HEAD = """
SELECT first_position, last_position, epoch, hash, header FROM {commits}
WHERE pool_id = %(pool_id)b ORDER BY first_position DESC LIMIT 2
"""

# From the commit that holds a position to the last that begins at `last` or before. The length of
# a body that is stored out of line is known without reading it.
_COMMITS = """
SELECT first_position, last_position, epoch, hash, header, body FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY first_position) - octet_length(body) AS bytes
    FROM (
        SELECT * FROM {commits}
        WHERE pool_id = %(pool_id)b AND first_position <= %(last)s AND first_position >= (
            SELECT max(first_position) FROM {commits}
            WHERE pool_id = %(pool_id)b AND first_position <= %(position)s
        )
        ORDER BY first_position LIMIT %(commits_max)s
    ) AS page
) AS summed WHERE bytes < {bytes_max} ORDER BY first_position
"""
_HEADERS = """
SELECT first_position, last_position, epoch, hash, header FROM {commits}
WHERE pool_id = %(pool_id)b AND first_position <= %(last)s AND first_position >= (
    SELECT max(first_position) FROM {commits}
    WHERE pool_id = %(pool_id)b AND first_position <= %(position)s
)
ORDER BY first_position LIMIT %(commits_max)s
"""

_TRIMMED = "SELECT trimmed FROM {pools} WHERE pool_id = %b"
# One step: the next commits before the one that ends at `through` go, and the pool's row says so.
_TRIM = """
WITH step AS MATERIALIZED (
    SELECT max(last_position) AS position FROM (
        SELECT last_position FROM {commits}
        WHERE pool_id = %(pool_id)b AND last_position < %(through)s
        ORDER BY first_position LIMIT %(commits_max)s
    ) AS next
), marked AS (
    UPDATE {pools} SET trimmed = step.position FROM step
    WHERE pool_id = %(pool_id)b AND step.position IS NOT NULL RETURNING trimmed
), dropped AS (
    DELETE FROM {commits} USING marked
    WHERE pool_id = %(pool_id)b AND first_position <= marked.trimmed
)
SELECT trimmed FROM marked
"""


class Tables:
    """The statements for one schema and prefix."""

    def __init__(self, schema: str, prefix: str) -> None:
        """`schema` exists; the tables in it are `<prefix>` and `<prefix>_commits`."""
        pools = sql.Identifier(schema, prefix)
        commits = sql.Identifier(schema, f"{prefix}_commits")
        self._names = {
            "pools": pools,
            "commits": commits,
            "pools_name": sql.Literal(pools.as_string()),
            "commits_name": sql.Literal(commits.as_string()),
            "bytes_max": sql.Literal(READ_BYTES_MAX),
        }
        self.append = self._named(_APPEND)
        self.head = self._named(_HEAD)
        self.commits = self._named(_COMMITS)
        self.headers = self._named(_HEADERS)
        self.trimmed = self._named(_TRIMMED)
        self.trim = self._named(_TRIM)
        self.size = self._named("SELECT pg_total_relation_size({commits_name}::regclass)")
        self._find = self._named("SELECT to_regclass({pools_name}), to_regclass({commits_name})")

    def make(self, connection: Connection[TupleRow], pool_id: bytes) -> None:
        """Make what is missing: the tables and the pool's row. Several may do so at once."""
        with connection.transaction():
            if None in (connection.execute(self._find).fetchone() or (None,)):
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
                connection.execute(self._named(_MAKE))
            connection.execute(
                self._named("INSERT INTO {pools} VALUES (%b, %s, 0, 0) ON CONFLICT DO NOTHING"),
                (pool_id, LAYOUT_VERSION),
            )

    def check(self, connection: Connection[TupleRow], pool_id: bytes) -> None:
        """**Rejects** with `JournalUnavailable` a pool that is not here, or in another layout."""
        found = connection.execute(self._find).fetchone() or (None,)
        row = None
        if None not in found:
            query = self._named("SELECT version FROM {pools} WHERE pool_id = %b")
            row = connection.execute(query, (pool_id,)).fetchone()
        if row is None:
            raise JournalUnavailable("this database has no journal of this pool yet")
        if row[0] != LAYOUT_VERSION:
            raise JournalUnavailable(f"the journal's tables have version {row[0]}, not ours")

    def _named(self, statement: str) -> sql.Composed:
        return sql.SQL(statement).format(**self._names)
