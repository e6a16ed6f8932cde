"""The bits of the two `flags` fields, as the journal's records hold them.

The values are the byte format's (docs/reference/journal-format.md, "Batch events"), so they can
never be renumbered. This module gives the bits names and nothing else; what a bit *does* is
decided by the modules that read it.
"""

from enum import IntFlag


class AccountFlag(IntFlag):
    """Bits of `OracleAccount.flags`."""

    LINKED = 1
    DEBITS_MUST_NOT_EXCEED_CREDITS = 2
    CREDITS_MUST_NOT_EXCEED_DEBITS = 4
    HISTORY = 8
    IMPORTED = 16
    CLOSED = 32


class TransferFlag(IntFlag):
    """Bits of `OracleTransfer.flags`."""

    LINKED = 1
    PENDING = 2
    POST_PENDING_TRANSFER = 4
    VOID_PENDING_TRANSFER = 8
    BALANCING_DEBIT = 16
    BALANCING_CREDIT = 32
    CLOSING_DEBIT = 64
    CLOSING_CREDIT = 128
    IMPORTED = 256


ACCOUNT_FLAGS_KNOWN = 0x3F
TRANSFER_FLAGS_KNOWN = 0x1FF
