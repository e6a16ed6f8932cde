"""Every limit of the views, by name."""

# Of the checkpoints that are signed, one is kept for ever whenever this much came after the last.
KEPT_POSITIONS = 100_000
KEPT_NS = 10 * 60 * 1_000_000_000

SCAN_ADDRESSES_MAX = 200_000  # looked through for one page of the directory
ACCOUNTS_PAGE_MAX = 1000  # accounts of one page of the directory
LOOKUP_IDS_MAX = 500  # ids of one question to the directory
