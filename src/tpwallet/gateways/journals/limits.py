"""Every limit of the journal drivers, by name."""

POSITION_MAX = 2**63 - 1  # what both databases keep as an integer; so too for epochs

READ_COMMITS_MAX = 512  # commits taken from the storage at a time …
READ_BYTES_MAX = 4 << 20  # … and their bodies' bytes, of which the last may go beyond
TRIM_COMMITS_MAX = 4096  # commits dropped at a time, between which others may append
SEGMENT_CHUNK_BYTES = 1 << 20  # read from a segment file at a time
SEGMENT_INDEXES_MAX = 4  # of segment files, 16 bytes a commit, that are kept in memory
IDLE_READERS_MAX = 8  # connections for reading that are kept when nobody reads

WAL_BYTES = 32 << 20  # SQLite: the write-ahead log, written once and reused in place
WAL_BYTES_MAX = 512 << 20
WRITE_LOCK_MS_MAX = 10_000  # SQLite: how long to wait for another process's write
CLOSING_MS_MAX = 2_000  # SQLite: how long a journal that is closed waits for those who read it
BACKUP_STEP_PAGES = 256  # SQLite: pages copied between two reports of progress

CONNECT_SECONDS_MAX = 10  # PostgreSQL: to be answered at all
SILENCE_MS_MAX = 15_000  # PostgreSQL: sent bytes without an acknowledgement, then the line is dead
LOCK_MS_MAX = 10_000  # PostgreSQL: waiting for another writer's transaction
STATEMENT_MS_MAX = 60_000  # PostgreSQL: one statement; not the wait for a standby at its commit
