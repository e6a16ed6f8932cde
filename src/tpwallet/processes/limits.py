"""Every limit of the processes that follow a journal, by name."""

# What is taken from the journal at a time; readers wait at most for one such run to be applied.
RUN_COMMITS_MAX = 256
RUN_BYTES_MAX = 2 << 20

# How long a follower sleeps when there is nothing new: doubling, from the first to the last.
SLEEP_MS_MIN = 1
SLEEP_MS_MAX = 50
SLEEP_MS_AFTER_FAILURE = 1000  # when the journal does not answer

# Views are made durable after this much; a crash costs replaying it.
FLUSH_BYTES = 256 << 20
FLUSH_NS = 5 * 60 * 1_000_000_000

# A snapshot is made after this much of the journal, or at the end after this many events and
# records: about half a second of replaying.
SNAPSHOT_BYTES = 1 << 30
SNAPSHOT_POSITIONS = 1_000_000
LAST_SNAPSHOT_WORK = 300_000
SNAPSHOTS_KEPT = 6

PAST_STATES_KEPT = 2  # whole states at past positions, in memory
