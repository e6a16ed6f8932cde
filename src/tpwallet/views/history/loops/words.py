"""How the history's rows lie, in words of 64 bits.

A *movement* changes two accounts, so it has two nodes: one on the debit account's chain of debits
and one on the credit account's chain of credits. A node stores what its chain's side of the
account came to (posted and pending) and links to older nodes. Links are movement numbers plus 1,
32 bits each; the side is the chain's, and need not be told. Two nodes are 56 bytes:

    word 0  debit: previous, jump << 32     word 3  credit: previous, jump << 32
    word 1  debit: posted, low word         word 4  credit: posted, low word
    word 2  debit: pending, low word        word 5  credit: pending, low word
    word 6  the debit's highs, the credit's highs << 32

*Highs* are the upper bits of both values: posted << 10 | pending, so that a node holds a posted
value of 86 bits and a pending one of 74. Values past that go to a row of the wide file (pending,
posted, 128 bits each); the highs are then all ones and the low word of posted is the row's number.
"""

import numpy as np

U0 = np.uint64(0)
U1 = np.uint64(1)
U6 = np.uint64(6)
U8 = np.uint64(8)
U32 = np.uint64(32)
U63 = np.uint64(63)
U64 = np.uint64(64)
MASK_6 = np.uint64(63)
MASK_32 = np.uint64(0xFFFF_FFFF)
MAX_64 = np.uint64(0xFFFF_FFFF_FFFF_FFFF)

DEBIT, CREDIT = 0, 1  # sides

# Words of a movement.
LINKS, NODE_POSTED, NODE_PENDING = 0, 1, 2  # from its side's first word
HIGHS = 6
NODE_BYTES = 24  # from one side's first word to the other's
MOVEMENT_BYTES = 56

POSTED_HIGH_BITS, PENDING_HIGH_BITS = 22, 10
IS_WIDE = MASK_32  # highs of a node whose values lie in the wide file

# Words of a row of the wide file.
WIDE_PENDING, WIDE_POSTED = 0, 2
WIDE_BYTES = 32

# Words of an event that made movements.
EVENT_POSITION = 0
EVENT_SPAN = 1  # first movement, count << 32
EVENT_LATEST = 2  # the latest time of any movement up to this event's last, in nanoseconds
EVENT_TIMES = 3  # where its times lie << 8 | bits of each << 1 | whether it is an expiry
EVENT_BYTES = 32

# Words of an account: its debits, then its credits, each half a chain's head and present values.
PENDING, POSTED = 0, 2
VALUE_WORDS = 4  # of both
HEAD = 4  # newest node, length << 32
JUMPS = 5  # the head's jump, that node's jump << 32
CHAIN_BYTES = 64
ACCOUNT_ID = 6  # two words
CREDIT_HEAD = 12
CREATED_AT = 14  # nanoseconds
CREATED_POSITION = 15
ACCOUNT_WORDS = 16
ACCOUNT_BYTES = 128

# Words of an open reservation.
RESERVED_ID, RESERVED_AMOUNT = 0, 2
RESERVED_DEBIT, RESERVED_CREDIT = 4, 5  # row numbers of its accounts
NEXT_FREE = 6
RESERVATION_WORDS = 8
RESERVATION_BYTES = 64

# The block of words that stands for a history: counters, then addresses.
MOVEMENTS, EVENTS, WIDES, TIMES, ACCOUNTS = 0, 1, 2, 3, 4
LATEST = 5  # the latest time of any movement
SLOTS_USED, FREE_SLOT = 6, 7  # of reservations; head of the list of free ones, plus 1
MOVEMENTS_AT, EVENTS_AT, WIDES_AT, TIMES_AT = 8, 9, 10, 11
ACCOUNTS_AT, ACCOUNT_IDS_AT, RESERVATIONS_AT, RESERVATION_IDS_AT = 12, 13, 14, 15
BLOCK_WORDS = 16
