"""Every limit of the formats' readers, by name."""

LINE_BYTES_MAX = 65_536  # of a text file
ROWS_MAX = 500_000  # of one file to import
