"""What records are told apart by beside their accounts: the code, and the caller's user data.

The ledger keeps these as they were written (of a post or void, where they were left out, as the
reservation's) and gives them no meaning; they are for whoever looks records up again.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.loops.words import (
    LEDGER,
    MASK_16,
    MASK_32,
    U32,
    USER_DATA_32,
    USER_DATA_64,
    USER_DATA_128,
)
from tpwallet.domains.ledger.records import Account, Transfer

_LOW = (1 << 64) - 1


class Marks(NamedTuple):
    """What a record must have; None: anything. 0 is a value as any other.

    >>> Marks(code=7).fit(Account(id=1, ledger=978, code=7, user_data_32=5))
    True
    >>> Marks(code=7, user_data_32=0).fit(Account(id=1, ledger=978, code=7, user_data_32=5))
    False
    """

    code: int | None = None
    user_data_128: int | None = None
    user_data_64: int | None = None
    user_data_32: int | None = None

    def fit(self, record: Account | Transfer) -> bool:
        """Whether a record has them."""
        return all(
            wanted in (None, getattr(record, name))
            for name, wanted in zip(self._fields, self, strict=True)
        )

    def among(self, records: np.ndarray) -> np.ndarray:
        """Which of some records (u64[n, 16]) have them, as booleans."""
        found = np.ones(len(records), np.bool_)
        if self.code is not None:
            found &= (records[:, LEDGER] >> U32) & MASK_16 == np.uint64(self.code)
        if self.user_data_128 is not None:
            found &= records[:, USER_DATA_128] == np.uint64(self.user_data_128 & _LOW)
            found &= records[:, USER_DATA_128 + 1] == np.uint64(self.user_data_128 >> 64)
        if self.user_data_64 is not None:
            found &= records[:, USER_DATA_64] == np.uint64(self.user_data_64)
        if self.user_data_32 is not None:
            found &= records[:, USER_DATA_32] & MASK_32 == np.uint64(self.user_data_32)
        return found
