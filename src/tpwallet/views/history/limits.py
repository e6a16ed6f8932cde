"""Every limit of the history index, by name."""

from tpwallet.domains.ledger import limits as ledger

# A pointer to a movement has 32 bits, 0 meaning none. An id index holds about 800 million transfer
# ids, and an id makes at most two movements (stored, expired), so the ledger is full long before.
MOVEMENTS_MAX = (1 << 32) - 1
ACCOUNTS_MAX = ledger.ACCOUNTS_MAX
OPEN_RESERVATIONS_MAX = ledger.OPEN_RESERVATIONS_MAX
ID_SEGMENTS_MAX = 1 << 17  # of each id index: some 70 million ids, past both limits above
TIME_MAX = ledger.TIMESTAMP_MAX  # nanoseconds

STATEMENT_POSTINGS_MAX = ledger.BATCH_RECORDS_MAX  # of one page

# A file grows by a quarter of its size, within these bounds.
FILE_GROWTH_BYTES_MIN = 64 << 10
FILE_GROWTH_BYTES_MAX = 64 << 20
SUMMED_BLOCK_BYTES = 64 << 10  # of each file; the state keeps a checksum of every one
