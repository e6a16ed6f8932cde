"""Every limit of the client, by name."""

DEADLINE_MS_DEFAULT = 30_000  # of one call, its repetitions included
DEADLINE_MS_MAX = 3_600_000
UNREACHED_MS_AT_TERMINAL = 3_000  # a person is told sooner that nobody answers at an address
CONNECT_MS_MAX = 5_000  # for one connection to be made
ANSWER_GRACE_MS = 2_000  # past its deadline a hub is given this long to say what became of a call

RETRY_MS_MIN = 50  # before the first repetition, doubled each time …
RETRY_MS_MAX = 2_000

AWAY_MS_DEFAULT = 60_000  # how long a hub may be away before a stream gives up
AWAY_MS_MAX = 24 * 3_600_000
SILENCE_SECONDS_MAX = 45  # three heartbeats: a stream that shows nothing for so long is dead
FRAME_BYTES_MAX = 64 << 20  # of one server-sent event

PAGE = 1_000  # lines that an iterator asks for at a time
DOCUMENTS_PAGE = 100

COMMAND_ID_BYTES = 16  # of entropy in a command id that the client makes
CONNECTIONS_MAX = 100
