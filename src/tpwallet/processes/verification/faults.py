"""What can be wrong with a booked record: the rules of double entry, one name each.

The numbers are only those by which compiled code tells Python; they are kept nowhere.
"""

from enum import IntEnum


class Fault(IntEnum):
    """The first rule a record breaks."""

    NONE = 0
    ID_RESERVED = 1
    ID_USED = 2
    BALANCE_AT_CREATION = 3
    LEDGER_OR_CODE_MISSING = 4
    FLAGS_IMPOSSIBLE = 5
    TIME_NOT_AFTER = 6
    DEBIT_ACCOUNT_MISSING = 7
    CREDIT_ACCOUNT_MISSING = 8
    ACCOUNTS_THE_SAME = 9
    LEDGERS_DIFFER = 10
    RESERVATION_NOT_OPEN = 11
    RESERVATION_OF_OTHER_ACCOUNTS = 12
    RESERVATION_EXCEEDED = 13
    RESERVATION_EXPIRED = 14
    RESERVATION_NOT_DUE = 15
    ACCOUNT_CLOSED = 16
    DEBITS_EXCEED_CREDITS = 17
    CREDITS_EXCEED_DEBITS = 18
    OVERFLOW = 19


SENTENCES = {
    Fault.ID_RESERVED: "its id is 0 or 2^128 - 1",
    Fault.ID_USED: "its id was used before",
    Fault.BALANCE_AT_CREATION: "it is created with a balance",
    Fault.LEDGER_OR_CODE_MISSING: "its ledger or code is 0",
    Fault.FLAGS_IMPOSSIBLE: "its flags cannot stand together",
    Fault.TIME_NOT_AFTER: "its time is not after that of the record before",
    Fault.DEBIT_ACCOUNT_MISSING: "its debit account does not exist",
    Fault.CREDIT_ACCOUNT_MISSING: "its credit account does not exist",
    Fault.ACCOUNTS_THE_SAME: "it debits and credits the same account",
    Fault.LEDGERS_DIFFER: "it and its accounts are not on one ledger",
    Fault.RESERVATION_NOT_OPEN: "it ends a reservation that is not open",
    Fault.RESERVATION_OF_OTHER_ACCOUNTS: "it ends a reservation of other accounts",
    Fault.RESERVATION_EXCEEDED: "its amount does not fit the reservation it ends",
    Fault.RESERVATION_EXPIRED: "it ends a reservation that had run out",
    Fault.RESERVATION_NOT_DUE: "it releases a reservation that had not run out",
    Fault.ACCOUNT_CLOSED: "it moves money of a closed account",
    Fault.DEBITS_EXCEED_CREDITS: "its debit account's debits exceed its credits",
    Fault.CREDITS_EXCEED_DEBITS: "its credit account's credits exceed its debits",
    Fault.OVERFLOW: "an account passes 2^128 - 1",
}
