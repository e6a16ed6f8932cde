"""What is asked of the history, and what it answers."""

from enum import StrEnum
from typing import NamedTuple

import msgspec
import numpy as np


class AtPosition(msgspec.Struct, frozen=True):
    """The moment after the event at a position of the journal; 0: before the first."""

    position: int


class AtTime(msgspec.Struct, frozen=True):
    """The moment after everything that had happened by a time, in nanoseconds."""

    time: int


Moment = AtPosition | AtTime


class Balances(msgspec.Struct, frozen=True):
    """What an account's sides have come to, in minor units."""

    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0


class Opened(msgspec.Struct, frozen=True):
    """When an account came into being."""

    position: int
    time: int  # nanoseconds


class Side(StrEnum):
    """Which side of an account a posting is on."""

    DEBIT = "debit"
    CREDIT = "credit"


class Cause(StrEnum):
    """What made a posting: a stored transfer (a post or a void, too), or an expiry."""

    TRANSFER = "transfer"
    EXPIRY = "expiry"


class Posting(msgspec.Struct, frozen=True):
    """One change of an account's balances.

    The transfer is record `index` of the event at `position`; of an expiry it is the reservation
    with id number `index` in that event.
    """

    movement: int  # its number among all movements of the pool
    position: int
    index: int
    time: int  # nanoseconds
    side: Side
    cause: Cause
    before: Balances
    after: Balances


class Statement(msgspec.Struct, frozen=True):
    """A page of postings; `cursor` asks for the next one, None when this is the last."""

    postings: tuple[Posting, ...]
    cursor: int | None


class LedgerBalances(NamedTuple):
    """The balances of every account there was, in order of creation.

    An amount is two words, low and high: see `amount` and `balances`.
    """

    account_ids: np.ndarray  # u64[n, 2]
    words: np.ndarray  # u64[n, 8]: debits pending, debits posted, credits pending, credits posted

    def account_id(self, row: int) -> int:
        """The id of the account in a row."""
        low, high = self.account_ids[row].tolist()
        return int(low | high << 64)

    def balances(self, row: int) -> Balances:
        """The balances of the account in a row."""
        return balances_of(self.words[row].tolist())


def balances_of(words: list[int]) -> Balances:
    """Balances from their eight words.

    >>> balances_of([1, 0, 2, 0, 3, 0, 0, 1])  # doctest: +NORMALIZE_WHITESPACE
    Balances(debits_pending=1, debits_posted=2, credits_pending=3,
             credits_posted=18446744073709551616)
    """
    return Balances(
        words[0] | words[1] << 64,
        words[2] | words[3] << 64,
        words[4] | words[5] << 64,
        words[6] | words[7] << 64,
    )
