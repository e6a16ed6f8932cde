"""Every limit of the kernel, by name."""

ID_INDEX_SEGMENTS_MAX = 1 << 20  # about 800 million ids; 24 GiB of address space, not of memory
ID_INDEX_SHARE_KEPT = 64  # one segment in so many is not for new commands (`IdIndex.ids_left`)

COMMAND_ID_LENGTH_MAX = 255
WORD_LENGTH_MAX = 64  # characters of a name without spaces
ACTOR_LENGTH_MAX = 128
KEY_ID_LENGTH_MAX = ACTOR_LENGTH_MAX - 4  # its actor is `key:<id>`
GROUP_COMMANDS_MAX = 1024  # commands made durable by one append
GROUP_BYTES_MAX = 2 << 20  # past so many bytes the next command belongs to another append
QUEUE_COMMANDS_MAX = 8192  # waiting; past it a command is refused as overload
COMMIT_BODY_BYTES_MAX = 64 << 20
# The longest entry: a group that just takes another command still fits a commit with it, and with
# the five bytes before its entries.
ENTRY_BYTES_MAX = COMMIT_BODY_BYTES_MAX - GROUP_BYTES_MAX - 5

CLOCK_JUMP_NS_MAX = 60 * 1_000_000_000  # forward beyond elapsed monotonic time
CLOCK_LAG_NS_MAX = 60 * 1_000_000_000  # how far the wall clock may be behind the journal

IDEMPOTENCY_NS_MIN = 30 * 24 * 3600 * 1_000_000_000  # answers are kept at least this long

DOCUMENT_BYTES_MAX = 1 << 20
DOCUMENT_DEPTH_MAX = 64  # arrays and objects inside one another
DOCUMENT_VERSIONS_MAX = 100_000
KEYS_MAX = 100_000
SCOPES_GIVEN_MAX = 16  # to one key
SEALED_BYTES_MAX = 16 << 10
SEALED_TEXTS_MAX = 16  # by one command
SUBJECT_LENGTH_MAX = 128
# A sealed field that no commit refers to is an orphan only when it is older than any command that
# may still be on its way.
ORPHAN_AGE_NS_MIN = 24 * 3600 * 1_000_000_000
