"""Every limit of the HTTP door, by name."""

from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX

JSON_BYTES_MAX = 1 << 20  # of a body
BATCH_BYTES_MAX = BATCH_RECORDS_MAX * 128 + (64 << 10)  # records, and what Arrow frames them with
IMPORT_BYTES_MAX = 64 << 20  # of a file of transfers

DEADLINE_MS_DEFAULT = 10_000  # when the caller names none
DEADLINE_MS_MAX = 60_000
DEADLINE_GRACE_MS = 1_000  # past its deadline a command that was begun is awaited this long
SWEEP_MS = 50  # how often deadlines and reservations are looked at

RETRY_AFTER_SECONDS = 1
RECOVERY_DELAY_MS_MIN = 50  # before a halted pool is rebuilt again, doubled each time
RECOVERY_DELAY_MS_MAX = 10_000

PAGE_SIZE_DEFAULT = 100
PAGE_SIZE_MAX = 1_000
CURSOR_LENGTH_MAX = 2_048

STREAMS_MAX = 1_000  # server-sent event streams open at once
STREAM_PAGE_EVENTS = 256  # read at a time
HEARTBEAT_SECONDS = 15
STREAM_BLOCKED_SECONDS_MAX = 10  # a stream whose reader takes nothing for so long is ended

SECURITY_LOG_LINES_PER_SECOND = 10  # past it they are counted, and the count is logged
CONNECTIONS_MAX = 4_096
KEEP_ALIVE_SECONDS = 30
SHUTDOWN_SECONDS_MAX = 30  # for what is in flight
