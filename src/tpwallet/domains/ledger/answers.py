"""What the requests of a raw batch are answered, read off the event it led to.

The event is all there is, so the first answer and every repetition are the same by construction.
"""

from typing import NamedTuple

import numpy as np

from tpwallet.domains.ledger.decide import Past, record_at
from tpwallet.domains.ledger.events import AccountsCreated, BatchApplied
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.words import LEDGER, TIMESTAMP
from tpwallet.domains.ledger.records import REFUSAL, words_of
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import BURNT_BIT, Status
from tpwallet.kernel.errors import InvariantBroken

_LINKED = int(TransferFlags.LINKED)  # the same bit for accounts


class Answers(NamedTuple):
    """One status and one timestamp for each request of a batch, in its order."""

    statuses: np.ndarray  # u32[n], see `Status`
    timestamps: np.ndarray  # u64[n], nanoseconds


def answers_of(
    event: AccountsCreated | BatchApplied,
    asked: np.ndarray,
    time: int,
    ledger: LedgerState,
    past: Past,
) -> Answers:
    """The answers to a batch decided at a time; `asked` are the words of its requests.

    What was stored has its own timestamp, what existed the original's, and every other refusal the
    one it would have got.
    """
    refused = np.frombuffer(event.refusals, REFUSAL)
    stored = words_of(event.records)
    count = len(stored) + len(refused)
    statuses = np.zeros(count, np.uint32)
    statuses[refused["index"]] = refused["status"] & ~np.uint32(BURNT_BIT)
    timestamps = np.arange(time - count + 1, time + 1, dtype=np.uint64)
    created = np.flatnonzero(statuses == Status.CREATED)
    timestamps[created] = stored[:, TIMESTAMP]
    repeated = refused[refused["status"] == Status.EXISTS]
    if len(repeated):
        here = dict(zip(map(tuple, stored[:, :2].tolist()), created.tolist(), strict=True))
        for index, _, key in repeated.tolist():
            twin = _twin_in_chain(asked, index)
            if twin is not None:
                timestamps[index] = asked[twin, TIMESTAMP] or timestamps[twin]
            elif key in here:
                timestamps[index] = timestamps[here[key]]
            else:
                timestamps[index] = _stored_timestamp(key[0] | key[1] << 64, event, ledger, past)
    return Answers(statuses, timestamps)


def _twin_in_chain(asked: np.ndarray, index: int) -> int | None:
    """The request that a repetition in its own chain was compared with, if there is one. The chain
    fell with both of them, so nothing of it was stored, whatever its id stores later.
    """
    earlier = index - 1
    while earlier >= 0 and (int(asked[earlier, LEDGER]) >> 48) & _LINKED:
        if (asked[earlier, :2] == asked[index, :2]).all():
            return earlier
        earlier -= 1
    return None


def _stored_timestamp(
    key: int, event: AccountsCreated | BatchApplied, ledger: LedgerState, past: Past
) -> int:
    """The timestamp of what an id stored before this batch."""
    if isinstance(event, AccountsCreated):
        account = ledger.account(key)
        if account is not None:
            return account.timestamp
    else:
        place = ledger.place_of(key)
        if place is not None:
            return int(record_at(past, *place)[TIMESTAMP])
    raise InvariantBroken("what a request repeats is not there")
