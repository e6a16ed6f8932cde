"""Exact sums of 128-bit columns by group, over millions of rows.

numpy has no integers of 128 bits, and sums of 64-bit halves overflow. So each half is split into
limbs of 32 bits, whose sums of up to 2^32 rows fit 64 bits, and only the few totals are put
together as Python's integers. No float is involved anywhere.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.domains.ledger.loops.words import (
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBITS_PENDING,
    DEBITS_POSTED,
    LEDGER,
)

_LIMB = np.uint64(0xFFFF_FFFF)
_32 = np.uint64(32)
_KINDS: tuple[AccountKind | None, ...] = (*AccountKind, None)
_KIND_CODES = 1000  # codes of a kind's range


def _kind_table() -> np.ndarray:
    """The number of the kind of every code there can be."""
    table = np.full(1 << 16, len(_KINDS) - 1, np.uint64)
    for number, kind in enumerate(AccountKind):
        table[kind.code : kind.code + _KIND_CODES] = number
    return table


_KIND_OF_CODE = _kind_table()


class Group(NamedTuple):
    """Accounts of one ledger and one kind; None: a code outside every kind's range."""

    ledger: int
    kind: AccountKind | None


class Sums(NamedTuple):
    """What a group's sides come to, in minor units."""

    accounts: int
    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int


def groups_of(accounts: np.ndarray) -> np.ndarray:
    """The group of each account record (u64[n, 16]), as one word."""
    words = accounts[:, LEDGER]
    code = (words >> _32) & np.uint64(0xFFFF)
    return np.asarray((words & _LIMB) << np.uint64(3) | _KIND_OF_CODE[code])


def group_of(word: int) -> Group:
    """The group that a word stands for."""
    return Group(word >> 3, _KINDS[word & 7])


def sum_accounts(accounts: np.ndarray) -> dict[Group, Sums]:
    """The sums of account records (u64[n, 16]) by group."""
    starts = (DEBITS_PENDING, DEBITS_POSTED, CREDITS_PENDING, CREDITS_POSTED)
    columns = [accounts[:, start : start + 2] for start in starts]
    keys, counts, sums = sum_by(groups_of(accounts), columns)
    return {
        group_of(key): Sums(count, *of_group)
        for key, count, of_group in zip(keys, counts, zip(*sums, strict=True), strict=True)
    }


def sum_by(
    keys: np.ndarray, columns: list[np.ndarray]
) -> tuple[list[int], list[int], list[list[int]]]:
    """The sums of 128-bit columns (u64[n, 2]: low, high) by key (u64[n]).

    Returns the keys there are, how many rows each has, and for each column its sums.

    >>> keys = np.array([7, 9, 7], np.uint64)
    >>> amounts = np.array([[2**64 - 1, 0], [5, 0], [1, 1]], np.uint64)
    >>> sum_by(keys, [amounts]) == ([7, 9], [2, 1], [[2 * 2**64, 5]])
    True
    """
    found = np.unique(keys)
    numbers = np.searchsorted(found, keys).astype(np.uint16 if len(found) < 1 << 16 else np.int64)
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(len(found)))
    counts = np.diff(np.append(starts, len(keys))).tolist()
    sums = [_sum_column(column[order], starts) for column in columns]
    return found.tolist(), counts, sums


def _sum_column(rows: np.ndarray, starts: np.ndarray) -> list[int]:
    if not len(starts):
        return []
    totals = [0] * len(starts)
    for word in range(2):
        for shift, limbs in ((0, rows[:, word] & _LIMB), (32, rows[:, word] >> _32)):
            partial = np.add.reduceat(limbs, starts).tolist()
            weight = 64 * word + shift
            totals = [total + (limb << weight) for total, limb in zip(totals, partial, strict=True)]
    return totals
