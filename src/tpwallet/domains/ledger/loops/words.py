"""Where each field of the 128-byte records lies, in words of 64 bits (see journal-format)."""

import numpy as np

WORDS = 16  # words of a record

ID = 0
# account
DEBITS_PENDING, DEBITS_POSTED, CREDITS_PENDING, CREDITS_POSTED = 2, 4, 6, 8
# transfer
DEBIT_ACCOUNT, CREDIT_ACCOUNT, AMOUNT, PENDING_ID = 2, 4, 6, 8
# both
USER_DATA_128, USER_DATA_64 = 10, 12
USER_DATA_32 = 13  # low half; high half: reserved (account), timeout in seconds (transfer)
LEDGER = 14  # low half; then code in 16 bits, flags in 16 bits
TIMESTAMP = 15

U0 = np.uint64(0)
U1 = np.uint64(1)
U32 = np.uint64(32)
U48 = np.uint64(48)
MASK_16 = np.uint64(0xFFFF)
MASK_32 = np.uint64(0xFFFF_FFFF)
MAX_64 = np.uint64(0xFFFF_FFFF_FFFF_FFFF)

# A reference into the journal or the open reservations, as the id index keeps it:
# kind in the top 4 bits; then `position << 13 | index`, or the slot of an open reservation.
KIND_SHIFT = np.uint64(60)
POSITION_SHIFT = np.uint64(13)
VALUE_MASK = np.uint64((1 << 60) - 1)
INDEX_MASK = np.uint64((1 << 13) - 1)
STORED, OPEN, POSTED, VOIDED, EXPIRED, BURNT = (np.uint64(kind) for kind in range(1, 7))

# The block of words that stands for the books: counters, then addresses and sizes of arrays.
ACCOUNTS = 0  # accounts booked
SLOTS_USED = 1  # slots of reservations ever used
FREE_SLOT = 2  # head of the list of free slots, plus 1
QUEUE = 3  # entries of the expiry queue
UNDO = 4  # rows of the undo log
UNDOABLE = 5  # undoable changes under way, one inside the other
LAST_ACCOUNT_TIMESTAMP = 6
LAST_TRANSFER_TIMESTAMP = 7
TRANSFERS = 8  # transfers stored
OPEN_RESERVATIONS = 9
ENDED = 10  # reservations ended in the batch or unit under way, whose slots are kept for it
COUNTERS = 11
ACCOUNTS_AT, ACCOUNTS_MAX = 16, 17
ACCESS_AT = 18  # a word an account: bit 0 open to bulk, bits 1 to 63 bulk grants
RESERVATIONS_AT, SLOTS_AT, SLOTS_MAX = 19, 20, 21
QUEUE_AT, QUEUE_MAX = 22, 23
UNDO_AT, UNDO_MAX = 24, 25
TRANSFER_IDS_AT, ACCOUNT_IDS_AT = 26, 27
ENDED_AT = 28  # a word each: the slots of ended reservations, in order
# Room for the batch under way: what was found for each request (see `looking_up`), references to
# recall, records to store, statuses, and refusals as the event keeps them.
FOUND_AT, WANTED_AT, STORED_AT, STATUSES_AT, REFUSED_AT = 29, 30, 31, 32, 33
BLOCK_WORDS = 40

RECORD_BYTES = 8 * WORDS
QUEUE_ROW_WORDS = 3
QUEUE_ROW_BYTES = 8 * QUEUE_ROW_WORDS
UNDO_ROW_WORDS = 12
UNDO_ROW_BYTES = 8 * UNDO_ROW_WORDS

# What was found for a request before it is decided: the addresses of its accounts (0: none), and
# of the slot of its id, which is empty when the id is new.
FOUND_DEBIT, FOUND_CREDIT, FOUND_SLOT = 0, 1, 2
FOUND_WORDS = 3
FOUND_BYTES = 8 * FOUND_WORDS
# A refusal: index in the low half of the first word, status and burnt bit in the high one; the id.
REFUSAL_WORDS = 3
REFUSAL_BYTES = 8 * REFUSAL_WORDS

# Words of a slot, the state of the reservation whose record has the same number.
SLOT_REFERENCE = 0  # where its record lies in the journal
SLOT_EXPIRES_AT = 1  # nanoseconds; 0: never
SLOT_NEXT_FREE = 2
SLOT_OPEN = 3  # 1 while open
SLOT_WORDS = 4
SLOT_BYTES = 8 * SLOT_WORDS

# Kinds of rows of the undo log.
UNDO_ACCOUNT, UNDO_NEW_ACCOUNT, UNDO_ID, UNDO_SLOT_TAKEN, UNDO_SLOT_CLOSED, UNDO_CLOCK = range(1, 7)
