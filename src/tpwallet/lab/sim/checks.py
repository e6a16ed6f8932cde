"""Comparisons of a live state with the books as they should be, and the ledger's own balance."""

import msgspec
import numpy as np

from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.loops.words import LEDGER
from tpwallet.domains.ledger.state import LedgerState
from tpwallet.kernel.access import AccessState
from tpwallet.kernel.documents import DocumentState
from tpwallet.kernel.state import PoolState
from tpwallet.lab.oracle import OracleAccount
from tpwallet.lab.sim.failure import expect, require
from tpwallet.lab.sim.model.books import Books
from tpwallet.lab.sim.model.records import account_id

# Where the low words of an account's four balances lie: debits and credits, pending and posted.
_PENDING, _POSTED = (2, 6), (4, 8)


def check_state(state: PoolState, books: Books) -> None:
    """Compare everything the books know with a pool's live state."""
    expect(state.position, books.position, "position")
    _check_accounts(state.part(LedgerState), books)
    _check_facts(state.part(LedgerFacts), books)
    documents = state.part(DocumentState)
    for (kind, name), contents in books.documents.items():
        seen = tuple(document.content for document in documents.history(kind, name))
        expect(seen, contents, f"document {kind} {name}")
    keys = {key_id: key.revoked for key_id, key in state.part(AccessState).keys}
    expect(keys, books.keys, "keys")


def _check_accounts(ledger: LedgerState, books: Books) -> None:
    accounts = books.oracle.accounts()
    expect(ledger.account_count, len(accounts), "number of accounts")
    for expected in accounts:
        expect(account_of(ledger, expected.id), expected, "account")
    expect(ledger.transfer_count, books.oracle.transfer_count, "number of transfers")
    open_ids = books.oracle.open_reservations()
    expect(ledger.open_reservation_count, len(open_ids), "number of open reservations")
    for transfer_id in open_ids:
        expect(ledger.reservation_state(transfer_id), "open", f"reservation {transfer_id}")
    expect(ledger.next_expiry, books.oracle.next_expiry() or 0, "next expiry")
    check_balance(ledger)
    _check_lines(ledger, books)


def _check_lines(ledger: LedgerState, books: Books) -> None:
    """What a line account has lent is the limit, so nobody is overdrawn by more than that."""
    for borrower, limit in books.credit_lines.items():
        line = account_of(ledger, account_id(f"{books.named[borrower].address}/credit-line"))
        lent = None if line is None else line.debits_posted - line.credits_posted
        expect(lent, limit, f"what the line of account {borrower} has lent")


def _check_facts(facts: LedgerFacts, books: Books) -> None:
    closings = {_number(key): _number(closing.transfer_id) for key, closing in facts.closings}
    expect(closings, books.closings, "closed accounts")
    lines = {_number(key): int(line.limit_minor) for key, line in facts.credit_lines}
    expect(lines, books.credit_lines, "credit lines")
    grants = {bit: (one.holder, one.subtrees, one.ledgers) for bit, one in facts.grants}
    expect(grants, {bit: tuple(one) for bit, one in books.grants.items()}, "grants")
    assets = {code: (asset.scale, asset.ledger) for code, asset in facts.assets}
    expect(assets, books.assets, "assets")
    delisted = {code: one.successor for code, one in facts.delisted}
    expect(delisted, books.delisted, "delisted assets")
    closed = facts.closed_through
    expect("" if closed is None else str(closed), books.closed_through, "closed through")


def _number(account_id: bytes) -> int:
    return int.from_bytes(account_id, "little")


def account_of(ledger: LedgerState, account_id: int) -> OracleAccount | None:
    """A live account in the oracle's form."""
    found = ledger.account(account_id)
    return None if found is None else OracleAccount(**msgspec.structs.asdict(found))


def check_balance(ledger: LedgerState) -> None:
    """On every ledger the debits are the credits, pending and posted."""
    words = ledger.accounts[: ledger.account_count]
    ledgers = words[:, LEDGER] & np.uint64(0xFFFF_FFFF)
    for number in np.unique(ledgers):
        members = words[ledgers == number]
        for debits, credits in (_PENDING, _POSTED):
            require(
                _total(members, debits) == _total(members, credits),
                f"debits and credits differ on ledger {number}",
            )


def _total(members: np.ndarray, word: int) -> int:
    return sum(low | high << 64 for low, high in members[:, word : word + 2].tolist())
