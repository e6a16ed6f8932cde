"""Rules of the pool that records could walk around: what raw batches and imports may not bring.

The loops know records and accounts; assets out of use, closed periods and the reservations that
keep accounts closed are facts beside them. So the records are looked through before they are
decided, and each that such a fact bars gets its status here, which the loops answer where the rule
stands in the order of the checks: of an id that is new, before anything else of the record
(`loops.batch`). A retry of what is stored is still answered `exists`, nothing is burnt, and the
other records are decided as if the barred one had not come.

What is barred cannot change within a batch: no raw record delists an asset, closes a period or
makes such a reservation, and none can end one. Each rule costs nothing while it has no object.
"""

from datetime import UTC, datetime, timedelta

import numpy as np

from tpwallet.domains.ledger.delisting import rows_of_delisted
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.closings import find_reopening
from tpwallet.domains.ledger.loops.words import LEDGER, PENDING_ID, TIMESTAMP, U48
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.domains.ledger.status import Status
from tpwallet.kernel.words import records_at

_IMPORTED = np.uint64(TransferFlags.IMPORTED)
_SECOND = 1_000_000_000


def barred_accounts(facts: LedgerFacts, words: np.ndarray) -> np.ndarray | None:
    """The status of each record of an account (u64[n, 16]) that the pool's rules bar, `created`
    for the others: u64[n]; None when they bar none.
    """
    return _statuses(words, (Status.ASSET_DELISTED, rows_of_delisted(facts, words)))


def barred_transfers(
    facts: LedgerFacts, ledger: LedgerState, words: np.ndarray
) -> np.ndarray | None:
    """The same of records of transfers. One that breaks two rules is told the first of
    `asset_delisted`, `period_closed` and `closing_reservation`.
    """
    return _statuses(
        words,
        (Status.ASSET_DELISTED, rows_of_delisted(facts, words)),
        (Status.PERIOD_CLOSED, _rows_of_closed_days(facts, words)),
        (Status.CLOSING_RESERVATION, _rows_that_reopen(facts, ledger, words)),
    )


def _statuses(
    words: np.ndarray, *rules: tuple[Status, np.ndarray | list[int]]
) -> np.ndarray | None:
    if not any(len(rows) for _, rows in rules):
        return None
    barred = np.zeros(len(words), np.uint64)
    for status, rows in reversed(rules):
        barred[rows] = status
    return barred


def _rows_of_closed_days(facts: LedgerFacts, words: np.ndarray) -> np.ndarray | list[int]:
    """Imported records bring their own times: none of a day up to the end of the last closed
    period.
    """
    closed = facts.closed_through
    if closed is None:
        return []
    next_day = datetime(closed.year, closed.month, closed.day, tzinfo=UTC) + timedelta(days=1)
    open_from = np.uint64(max(int(next_day.timestamp()), 0) * _SECOND)  # nothing is older than 1970
    is_imported = (words[:, LEDGER] >> U48) & _IMPORTED != 0
    return np.flatnonzero(is_imported & (words[:, TIMESTAMP] < open_from))


def _rows_that_reopen(
    facts: LedgerFacts, ledger: LedgerState, words: np.ndarray
) -> np.ndarray | list[int]:
    """Only reopening a frozen or closed account ends the reservation that keeps it so. A closing
    reservation that a raw batch made itself is the caller's own to void; and nobody posts one, as
    its account is closed.
    """
    if not len(facts.closings):
        return []
    found = np.empty(len(words), np.int64)
    count = find_reopening(ledger.at, records_at(words), len(words), found)
    if not count:
        return []
    recorded = {closing.transfer_id for _, closing in facts.closings}
    return [
        index
        for index in found[:count].tolist()
        if words[index, PENDING_ID : PENDING_ID + 2].tobytes() in recorded
    ]
