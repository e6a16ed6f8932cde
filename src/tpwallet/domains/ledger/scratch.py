"""Room for the batch under way: what is found for its requests, and what comes of them."""

import numpy as np

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.loops.words import (
    FOUND_AT,
    FOUND_WORDS,
    REFUSAL_WORDS,
    REFUSED_AT,
    STATUSES_AT,
    STORED_AT,
    WANTED_AT,
    WORDS,
)
from tpwallet.kernel.words import address_of


class Scratch:
    """Room for one batch on its way through the loops, used again for the next."""

    def __init__(self) -> None:
        size = limits.BATCH_RECORDS_MAX
        self._found = np.empty((size, FOUND_WORDS), np.uint64)
        self.wanted = np.empty(2 * size, np.uint64)
        self._statuses = np.empty(size, np.uint64)
        self._stored = np.empty((size, WORDS), np.uint64)
        self._refused = np.empty((size, REFUSAL_WORDS), np.uint64)

    def outcome(self, count: int, stored: int) -> tuple[bytes, bytes]:
        """What a batch of `count` requests has left here: the records stored, and the refusals."""
        return self._stored[:stored].tobytes(), self._refused[: count - stored].tobytes()

    def places(self) -> tuple[tuple[int, int], ...]:
        """Where it lies, by the word of the books that says so."""
        return (
            (FOUND_AT, address_of(self._found)),
            (WANTED_AT, address_of(self.wanted)),
            (STATUSES_AT, address_of(self._statuses)),
            (STORED_AT, address_of(self._stored)),
            (REFUSED_AT, address_of(self._refused)),
        )
