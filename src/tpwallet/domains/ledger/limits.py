"""Every limit of the ledger, by name."""

BATCH_RECORDS_MAX = 8190  # the field's batch: one megabyte of 128-byte records
EXPIRE_MAX = BATCH_RECORDS_MAX  # reservations released by one pulse
ACCOUNTS_MAX = 1 << 25  # 4 GiB of address space
OPEN_RESERVATIONS_MAX = 1 << 25  # reservations open at once
CHART_NODES_MAX = 1 << 26
IMPORT_RECORDS_MAX = 500_000  # transfers of one import, which is all or nothing
QUEUE_DEAD_MAX = 4096  # dead entries of the expiry queue beside as many as there are open ones
# A batch or unit begins with at most twice the open reservations and the dead ones, and adds one
# entry a transfer at most; so a queue of this size is never full.
QUEUE_ROWS_MAX = 2 * OPEN_RESERVATIONS_MAX + QUEUE_DEAD_MAX + IMPORT_RECORDS_MAX
UNDO_ROWS_MAX = 5 * IMPORT_RECORDS_MAX + 1024  # five a transfer, and the units' own
RESCALED_ACCOUNTS_MAX = 1000  # accounts of one rescaling command: two transfers each
RATIO_LENGTH_MAX = 80  # characters of an exact ratio
LEGS_MAX = 1000  # transfers of one friendly call
GRANTS_MAX = 61  # bulk grants in force at once: bits 1 to 61 of an account's access word
ADDRESS_LENGTH_MAX = 256
ADDRESS_DEPTH_MAX = 16
ADDRESSES_CACHED = 1 << 16
METADATA_BYTES_MAX = 4096
TIMESTAMP_MAX = (1 << 63) - 1
METADATA_ENTRIES_MAX = 64
TIMEOUT_SECONDS_MAX = (1 << 32) - 1
