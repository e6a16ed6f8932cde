"""Every limit of the formats' readers, by name."""

FILE_BYTES_MAX = 512 << 20  # of a file to import
LINE_BYTES_MAX = 65_536  # of a text file
ROWS_MAX = 500_000  # of one file to import
CELL_LENGTH_MAX = 256  # characters; no column means anything longer
SHOWN_LENGTH_MAX = 64  # characters of a bad value or name that a message repeats

PARQUET_UNPACKED_BYTES_MAX = 128 << 20  # of all pages of a file, as their headers announce them
PARQUET_PAGES_MAX = 100_000
PARQUET_FOOTER_BYTES_MAX = 4 << 20
PARQUET_LIST_LENGTH_MAX = 10_000  # of a list in the footer: columns, row groups
PARQUET_BATCH_ROWS = 8_192  # rows made into texts at a time
