"""Delisting: an asset that nobody holds any more is taken out of use, for good.

Its accounts and its history stay, and what they say is still true: only nothing new is opened or
booked in it. An asset's scale is for ever, so a rescaled asset is a new one, and delisting the old
is the last step (`rescaling`); `successor` then names the new. Nothing brings a delisted asset
back.

Holding is a balance or an open reservation of more than zero: a reservation of zero, which keeps an
account closed, holds nothing.
"""

import numpy as np

from tpwallet.domains.ledger.events import AssetDelisted
from tpwallet.domains.ledger.facts import Delisted, LedgerFacts
from tpwallet.domains.ledger.loops.words import (
    CREDITS_PENDING,
    CREDITS_POSTED,
    DEBITS_PENDING,
    DEBITS_POSTED,
    LEDGER,
    MASK_32,
)
from tpwallet.domains.ledger.posting import check_asset_code, find_asset
from tpwallet.domains.ledger.records import unpack_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.kernel.wire import Event

_NO_ROWS = np.empty(0, np.int64)


def delist_asset(
    facts: LedgerFacts, ledger: LedgerState, *, code: str, successor: str | None
) -> tuple[Event, ...]:
    """Take an asset out of use; nothing to record when it is out already, with this successor.

    **Rejects** `asset_in_use` while an account of it holds or has reserved anything (naming the
    first, and how many there are), `asset_delisted`, `unknown_asset`; with `Malformed` an asset
    that would follow itself.
    """
    check_asset_code(code, parameter="code")
    if successor == code:
        raise Malformed("an asset does not follow itself", parameter="successor")
    if facts.delisted.get(code) == Delisted(successor):
        return ()
    asset = find_asset(facts, code, parameter="code")
    if successor is not None:
        find_asset(facts, successor, parameter="successor")
    rows = np.flatnonzero(holding(ledger, asset.ledger))
    if len(rows):
        first = unpack_account(ledger.accounts[rows[0]].tobytes())
        raise Rejected(
            "asset_in_use",
            f"{len(rows)} accounts still hold or have reserved {code}",
            asset=code,
            accounts=len(rows),
            account=f"#{first.id}",
        )
    return (AssetDelisted(code, successor),)


def holding(ledger: LedgerState, number: int) -> np.ndarray:
    """Which accounts of a ledger have a balance, or anything reserved (bool[accounts])."""
    accounts = ledger.accounts[: ledger.account_count]
    found = (accounts[:, LEDGER] & MASK_32) == np.uint64(number)
    anything = (accounts[:, DEBITS_PENDING] | accounts[:, DEBITS_PENDING + 1]) != 0
    anything |= (accounts[:, CREDITS_PENDING] | accounts[:, CREDITS_PENDING + 1]) != 0
    for word in range(2):
        anything |= accounts[:, DEBITS_POSTED + word] != accounts[:, CREDITS_POSTED + word]
    return np.asarray(found & anything)


def rows_of_delisted(facts: LedgerFacts, words: np.ndarray) -> np.ndarray:
    """Which records (u64[n, 16]) of accounts or transfers are of an asset out of use: indexes,
    ascending. Asked of every batch, and free while no asset is delisted.
    """
    if not facts.delisted:
        return _NO_ROWS
    numbers = np.array(list(facts.delisted_ledgers), np.uint64)
    return np.flatnonzero(np.isin(words[:, LEDGER] & MASK_32, numbers))


def refuse_delisted(facts: LedgerFacts, words: np.ndarray) -> None:
    """Let a flow's transfers (u64[n, 16]) pass.

    **Rejects** `asset_delisted`, naming the first leg of such an asset.
    """
    found = rows_of_delisted(facts, words)
    if len(found):
        leg = int(found[0])
        code = facts.delisted_ledgers[int(words[leg, LEDGER] & MASK_32)]
        raise Rejected("asset_delisted", asset=code, leg=leg)
