"""Every limit of the ledger, by name."""

BATCH_RECORDS_MAX = 8190  # the field's batch: one megabyte of 128-byte records
EXPIRE_MAX = BATCH_RECORDS_MAX  # reservations released by one pulse
ACCOUNTS_MAX = 1 << 25  # 4 GiB of address space
OPEN_RESERVATIONS_MAX = 1 << 25  # reservations open at once
CHART_NODES_MAX = 1 << 26
UNDO_ROWS_MAX = 5 * BATCH_RECORDS_MAX
GRANTS_MAX = 63  # bulk grants in force at once: bits 1..63 of an account's access word
ADDRESS_LENGTH_MAX = 256
ADDRESS_DEPTH_MAX = 16
METADATA_BYTES_MAX = 4096
TIMESTAMP_MAX = (1 << 63) - 1
