"""Checks of the books: double entry, what is held against what is owed, and replay against live.

The live side is asked through the public interface, account by account. The other side of the last
check is computed here from the journal on the disk and nothing else, and every record of it is
booked a second time under the rules of double entry by other code (`processes.verification`).
"""

import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from tpwallet.domains.ledger.references import parse_account
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.faces import present
from tpwallet.faces.reading_shapes import AssetTotals, Totals
from tpwallet.faces.shapes import Balance
from tpwallet.hub import empty_replica
from tpwallet.kernel.commit import Commit
from tpwallet.lab.demo.checks import Check, Finding, finding
from tpwallet.lab.demo.errors import DemoFailed
from tpwallet.lab.demo.limits import READING_SECONDS_MAX
from tpwallet.money import Amount, standard_catalogue
from tpwallet.processes.verification.verification import Verification, verify_commits


class LiveBooks(msgspec.Struct, frozen=True):
    """Every account's balance at one position."""

    position: int
    balances: tuple[Balance, ...]


def double_entry_finding(totals: Totals) -> Finding:
    """Whether debits equal credits in every asset, posted and reserved, over all accounts."""
    wrong = []
    for one in totals.assets:
        if _minor(one, one.debits_posted) != _minor(one, one.credits_posted):
            wrong.append(f"{one.asset}: posted {one.debits_posted} and {one.credits_posted}")
        if _minor(one, one.debits_pending) != _minor(one, one.credits_pending):
            wrong.append(f"{one.asset}: reserved {one.debits_pending} and {one.credits_pending}")
    if not totals.assets:
        wrong = ["there are no accounts"]
    return finding(Check.DOUBLE_ENTRY, wrong, assets=len(totals.assets))


def identity_finding(totals: Totals) -> Finding:
    """Whether, in every asset, what is owed is available, locked or in flight, and what banks and
    chains hold is what the firm owes, has earned, was paid in and has open at the conversion desk.
    """
    wrong = []
    for one in totals.assets:
        parts = sum(_minor(one, text) for text in (one.available, one.locked, one.in_flight))
        owed = _minor(one, one.liabilities)
        if owed != parts:
            wrong.append(f"{one.asset}: owes {owed}, of which {parts} are accounted for")
        held = _minor(one, one.assets) + _minor(one, one.expense)
        others = (one.equity, one.income, one.clearing, one.unclassified)
        sources = owed + sum(_minor(one, text) for text in others)
        if held != sources:
            wrong.append(f"{one.asset}: holds {held}, and {sources} are accounted for")
    return finding(Check.IDENTITY, wrong, assets=len(totals.assets))


def live_books(balance_of: Callable[[str], Balance], accounts: Sequence[str]) -> LiveBooks:
    """Ask for every balance, until all answers are of one position.

    **Rejects** with `DemoFailed` books that have not stood still in `READING_SECONDS_MAX`.
    """
    end = time.monotonic() + READING_SECONDS_MAX
    while time.monotonic() < end:
        balances = tuple(map(balance_of, accounts))
        positions = {balance.position for balance in balances}
        if len(positions) == 1:
            return LiveBooks(positions.pop(), balances)
    raise DemoFailed(f"the books did not stand still in {READING_SECONDS_MAX} seconds")


def replay_finding(
    commits: Iterable[Commit], *, pool_id: bytes, blinding_key: bytes, live: LiveBooks
) -> Finding:
    """Whether the commits follow one another, keep the rules of double entry, and lead to exactly
    the balances the server had at that position.
    """
    replica = empty_replica(pool_id)
    verification = Verification(replica, blinding_key=blinding_key, trusted=())
    for _ in verify_commits(verification, commits, {}):
        pass
    verdict = verification.conclude()
    wrong = [f"position {one.position}: {one.message}" for one in verdict.findings]
    if verdict.position != live.position:
        wrong.append(f"the journal ends at {verdict.position}, the live books at {live.position}")
    ledger = replica.state.part(LedgerState)
    wrong += [said for said in (_difference(ledger, one) for one in live.balances) if said]
    if not live.balances:
        wrong.append("no account was compared")
    return finding(
        Check.REPLAY,
        wrong,
        events=verdict.events,
        transfers=verdict.transfers,
        accounts=len(live.balances),
        position=live.position,
    )


def _difference(ledger: LedgerState, live: Balance) -> str:
    """What is different about an account's replayed balance; nothing when it is the same."""
    account = ledger.account(parse_account(live.account, parameter="account"))
    if account is None:
        return f"{live.account}: not in the journal"
    replayed = present.balance(
        account,
        name=live.account,
        asset=present.asset_of(standard_catalogue(), account.ledger),
        position=live.position,
    )
    if replayed == live:
        return ""
    return f"{live.account}: {live.posted} live, {replayed.posted} replayed"


def _minor(of: AssetTotals, text: str) -> int:
    return Amount.parse(text, standard_catalogue().by_code(of.asset)).minor
