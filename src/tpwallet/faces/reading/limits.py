"""Every limit of reading, by name, whichever door it is asked through."""

PAGE_MAX = 1000  # accounts, transfers, postings, events or changes of one page
PAGE = 100  # when a caller does not say
LOOKUPS_MAX = 200  # accounts or transfers looked up by one question; their names fit an address
DOCUMENTS_PAGE_MAX = 100  # a document may have a megabyte
DOCUMENTS_PAGE = 20
VERSION_DIGITS_MAX = 9  # of a version's number, as a cursor

EXPANDED_RECORDS_MAX = 10_000  # records that one page of events shows one by one

# How much of the journal one page may look through; it then ends early, with a cursor.
SCAN_COMMITS_MAX = 2000
SCAN_BYTES_MAX = 64 << 20
SCAN_POSTINGS_MAX = 20_000  # passed over
SCAN_EXPIRIES_MAX = 2000  # passed over: each is a reservation to be read elsewhere
# The same of the ledger's accounts; of addresses, see `tpwallet.views.limits`.
SCAN_ACCOUNTS_MAX = 200_000

RECENT_COMMITS_MAX = 64  # decoded commits that are kept for the next question …
RECENT_BYTES_MAX = 32 << 20  # … and their bodies' bytes

WAIT_NS_MAX = 10 * 1_000_000_000  # for a position that the views have not reached
EMBEDDED_WAIT_NS_MAX = 10 * 60 * 1_000_000_000  # the same in the library, which may catch up itself
