"""Journals and shortcuts that several tests of the verifier share."""

from __future__ import annotations

import io

import verify_tpwallet as verifier
from tests.verifier.export_writer import (
    ACCOUNTS,
    SECOND,
    TRANSFERS,
    Journal,
    account,
    batch,
    expired,
    refusal,
    transfer,
)

PENDING, POST, VOID = 2, 4, 8
BOUND_DEBITS, BOUND_CREDITS = 2, 4


def small_journal() -> Journal:
    """Three commits with every kind of frame, entry and money movement, in under 3 KB."""
    journal = Journal()
    accounts = [account(1, stamp=1), account(2, stamp=2), account(3, flags=BOUND_DEBITS, stamp=3)]
    journal.commit([(1000, [batch(ACCOUNTS, accounts, [refusal(3, 5, 9)])])])
    opening = [
        transfer(1, 1, 2, 50, stamp=10),
        transfer(2, 1, 3, 70, flags=PENDING, timeout=1, stamp=11),
    ]
    paid = ("payments.settled@1", [{"reference": "Zürich"}, -5, True, None])
    post = transfer(3, 1, 3, 60, pending=2, flags=POST, stamp=12)
    journal.commit([(2000, [batch(TRANSFERS, opening), paid]), (3000, [batch(TRANSFERS, [post])])])
    journal.note()
    hold = transfer(4, 3, 2, 5, flags=PENDING, timeout=1, stamp=20)
    journal.commit(
        [(2 * SECOND, [batch(TRANSFERS, [hold])]), (4 * SECOND, [expired([4], 4 * SECOND)])],
        epoch=2,
    )
    return journal


def wide_journal() -> Journal:
    """A journal whose second body needs three frames, one of them exactly full."""
    journal = Journal()
    journal.commit([(1, [batch(ACCOUNTS, [account(1, stamp=1), account(2, stamp=2)])])])
    records = [transfer(n, 1, 2, n, stamp=10 + n) for n in range(1, 1101)]
    journal.commit([(2, [batch(TRANSFERS, records)])])
    journal.note()
    journal.commit([(3, [("rooms.swept@1", [])])])
    return journal


def books(*transfers: bytes, accounts: list[bytes] | None = None) -> Journal:
    """A journal of one batch of accounts and one of transfers."""
    journal = Journal()
    opened = [account(n, stamp=n) for n in (1, 2, 3)] if accounts is None else accounts
    journal.commit([(1, [batch(ACCOUNTS, opened)])])
    if transfers:
        journal.commit([(2, [batch(TRANSFERS, list(transfers))])])
    return journal


def verify(file: bytes, *keys: str) -> verifier.Report:
    """Verify a journal in memory, pinning `keys`."""
    pinned = [verifier.parse_vkey(key) for key in keys]
    return verifier.verify_journal(verifier.Source(io.BytesIO(file)), pinned)


def fault(file: bytes, *keys: str) -> verifier.VerificationFailed:
    """Give the failure that a journal must end in."""
    try:
        report = verify(file, *keys)
    except verifier.VerificationFailed as failure:
        return failure
    raise AssertionError(f"it was accepted: {report.summary}")


def told(failure: verifier.VerificationFailed) -> str:
    """Everything that a failure tells, as one text."""
    return "\n".join([failure.message, *failure.details])
