"""Batches of raw records for benchmarks, made before the clock starts."""

from collections.abc import Iterator

import numpy as np

from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.limits import BATCH_RECORDS_MAX

LEDGER_AND_CODE = 1 | 1 << 32
_ID_HIGH = 0x0190_0000_0000_0000  # ids in time order, as the field recommends
_U128_MAX_WORD = 0xFFFF_FFFF_FFFF_FFFF


def account_batches(accounts: int) -> Iterator[bytes]:
    """Accounts 1 to `accounts`, in batches."""
    for first in range(1, accounts + 1, BATCH_RECORDS_MAX):
        count = min(BATCH_RECORDS_MAX, accounts - first + 1)
        words = np.zeros((count, 16), np.uint64)
        words[:, 0] = np.arange(first, first + count)
        words[:, 14] = LEDGER_AND_CODE
        yield words.tobytes()


class TransferSource:
    """Makes batches of transfers between random accounts."""

    def __init__(
        self, accounts: int, *, seed: int = 1, random_ids: bool = False, hot: bool = False
    ) -> None:
        """`hot`: one account is on the credit side of every transfer."""
        self._accounts = accounts
        self._random = np.random.default_rng(seed)
        self._random_ids = random_ids
        self._hot = hot
        self._next_id = 1

    def _ids(self, count: int) -> np.ndarray:
        ids = np.empty((count, 2), np.uint64)
        if self._random_ids:
            ids[:] = self._random.integers(1, 1 << 63, (count, 2))
        else:
            ids[:, 0] = np.arange(self._next_id, self._next_id + count)
            ids[:, 1] = _ID_HIGH
        self._next_id += count
        return ids

    def batch(self, count: int, *, flags: TransferFlags = TransferFlags.NONE) -> np.ndarray:
        """A batch of single-phase or pending transfers."""
        words = np.zeros((count, 16), np.uint64)
        words[:, 0:2] = self._ids(count)
        debit = self._random.integers(2, self._accounts + 1, count)
        credit = self._random.integers(2, self._accounts, count)
        credit += credit >= debit
        words[:, 2] = debit
        words[:, 4] = 1 if self._hot else credit
        words[:, 6] = self._random.integers(1, 1_000_000, count)
        words[:, 14] = LEDGER_AND_CODE | int(flags) << 48
        return words

    def posts_of(self, pending: np.ndarray) -> np.ndarray:
        """A batch that posts every reservation of another in full."""
        words = np.zeros(pending.shape, np.uint64)
        words[:, 0:2] = self._ids(len(pending))
        words[:, 6:8] = _U128_MAX_WORD
        words[:, 8:10] = pending[:, 0:2]
        words[:, 14] = int(TransferFlags.POST_PENDING_TRANSFER) << 48
        return words
