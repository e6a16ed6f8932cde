"""Every limit of the HTTP door, by name."""

from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX

HEAD_BYTES_MAX = 64 << 10  # of path, query and headers; two notes of checkpoints are 48 KiB
HEADERS_MAX = 100
JSON_BYTES_MAX = 1 << 20  # of a body
LANE_BYTES_MAX = 16 << 10  # of a plain transfer, which arrives in one piece
BATCH_BYTES_MAX = BATCH_RECORDS_MAX * 128 + (64 << 10)  # records, and what Arrow frames them with
IMPORT_BYTES_MAX = 16 << 20  # of a file of transfers; a larger one is imported beside the server
IMPORTS_READ_MAX = 1  # files of one pool being read; each takes a thread for seconds

DEADLINE_MS_DEFAULT = 10_000  # when the caller names none
DEADLINE_MS_MAX = 60_000
DEADLINE_GRACE_MS = 1_000  # past its deadline a command that was begun is awaited this long
SWEEP_MS = 50  # how often deadlines and reservations are looked at

RETRY_AFTER_SECONDS = 1
RECOVERY_DELAY_MS_MIN = 50  # before a halted pool is rebuilt again, doubled each time
RECOVERY_DELAY_MS_MAX = 10_000

CURSOR_LENGTH_MAX = 2_048
NOTE_LENGTH_MAX = 8_192  # of a checkpoint a caller has kept

READ_THREADS = 4
QUESTIONS_MAX = 2_048  # waiting to be answered; past it a question is refused as overload
POSITION_POLL_MS = 2  # how often a position that somebody waits for is looked at

STREAMS_MAX = 1_000  # server-sent event streams of one pool open at once
STREAM_PAGE = 256  # events or changes read at a time
STREAM_WAIT_SECONDS = 1  # how long a stream at its end waits before it looks around
STREAM_END_SECONDS_MAX = 1  # for its last event
HEARTBEAT_SECONDS = 15
STREAM_BLOCKED_SECONDS_MAX = 10  # a stream whose reader takes nothing for so long is ended

SECURITY_LOG_LINES_PER_SECOND = 10  # past it they are counted, and the count is logged
CONNECTIONS_MAX = 4_096
REQUESTS_MAX = 3_000  # being answered at once, streams too; past it a request is turned away
LOOK_TICKS = 50  # tenths of a second between two looks at connections
HEAD_LOOKS_MAX = 2  # a connection at which the head of a request has not come by then is closed
BODY_LOOKS_MAX = 12  # or its body
STALLED_LOOKS_MAX = 6  # or whose reader takes nothing of an answer
CLOSING_LOOKS_MAX = 2  # one that is being closed has so long to take what was sent
KEEP_ALIVE_SECONDS = 30
SHUTDOWN_SECONDS_MAX = 30  # for what is in flight

FOLLOWER_NICENESS = 5  # when cores are scarce, reads fall behind before commands do
FOLLOWER_ASKED_MS_MAX = 500  # how long figures wait for how far reading has come
RELAYED_BYTES_MAX = 64 << 20  # of an answer from the follower's process
FOLLOWER_START_SECONDS_MAX = 30  # how long a server waits for it before it says it listens
FOLLOWER_DELAY_MS_MIN = 100  # before a follower that ended is started again, doubled each time
FOLLOWER_DELAY_MS_MAX = 10_000
COLLECT_AFTER = (100_000, 20, 50)  # allocations and generations between two collections
OPEN_FILES = 16_384  # asked of the system for sockets, if it allows so many
