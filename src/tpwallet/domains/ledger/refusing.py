"""What raw batches and imports may not bring, asked before their records are decided.

These are rules of the friendly calls that records could walk around. A batch that breaks one is
refused whole, naming the first record at fault; each costs nothing while its rule has no object.
"""

from datetime import UTC, datetime, timedelta

import numpy as np

from tpwallet.domains.ledger.delisting import refuse_delisted
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.loops.closings import find_reopening
from tpwallet.domains.ledger.loops.words import LEDGER, PENDING_ID, TIMESTAMP, U0, U48
from tpwallet.domains.ledger.posting import day_of
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.errors import Rejected
from tpwallet.kernel.words import records_at

_IMPORTED = np.uint64(TransferFlags.IMPORTED)
_SECOND = 1_000_000_000


def refuse_transfers(facts: LedgerFacts, ledger: LedgerState, words: np.ndarray) -> None:
    """Let records of transfers (u64[n, 16]) pass.

    **Rejects** `asset_delisted`, `period_closed` and `closing_reservation`, each with the `index`
    of the first record it is about.
    """
    refuse_delisted(facts, words)
    refuse_closed_period(facts, words)
    refuse_reopening(facts, ledger, words)


def refuse_closed_period(facts: LedgerFacts, words: np.ndarray) -> None:
    """Imported records bring their own times: none of a day up to the end of the last closed
    period. A time of zero passes, for it has an answer of its own.

    **Rejects** `period_closed`, naming the first record and its day.
    """
    closed = facts.closed_through
    if closed is None:
        return
    next_day = datetime(closed.year, closed.month, closed.day, tzinfo=UTC) + timedelta(days=1)
    open_from = np.uint64(int(next_day.timestamp()) * _SECOND)
    times = words[:, TIMESTAMP]
    is_imported = (words[:, LEDGER] >> U48) & _IMPORTED != 0
    found = np.flatnonzero(is_imported & (times != U0) & (times < open_from))
    if len(found):
        index = int(found[0])
        raise Rejected(
            "period_closed",
            effective_date=str(day_of(int(times[index]))),
            closed_through=str(closed),
            index=index,
        )


def refuse_reopening(facts: LedgerFacts, ledger: LedgerState, words: np.ndarray) -> None:
    """Only reopening a frozen or closed account ends the reservation that keeps it so. A closing
    reservation that a raw batch made itself is the caller's own to void; and nobody posts one, as
    its account is closed.

    **Rejects** `closing_reservation`, naming the first record.
    """
    if not len(facts.closings):
        return
    found = np.empty(len(words), np.int64)
    count = find_reopening(ledger.at, records_at(words), len(words), found)
    if not count:
        return
    recorded = {closing.transfer_id for _, closing in facts.closings}
    for index in found[:count].tolist():
        if words[index, PENDING_ID : PENDING_ID + 2].tobytes() in recorded:
            raise Rejected(
                "closing_reservation",
                "this reservation closes an account; reopen that",
                index=index,
            )
