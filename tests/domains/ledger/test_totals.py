"""A pool's totals: equal to sums over the oracle's books, and false when the books are."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.semantics.compiled import CompiledLedger
from tests.laws.semantics.generate import random_history
from tests.laws.semantics.operations import CreateAccounts, Operation, perform
from tpwallet.domains.ledger.kinds import AccountKind, kind_of_code
from tpwallet.domains.ledger.sums import sum_by
from tpwallet.domains.ledger.totals import AssetTotals, totals
from tpwallet.lab.oracle import ChangeKind, Oracle, OracleAccount, OracleTransfer

CODES = (*(kind.code + 7 for kind in AccountKind), 10)
words = st.integers(0, 2**64 - 1)


def with_kinds(operation: Operation, shift: int) -> Operation:
    """The same call, with accounts of every kind."""
    if not isinstance(operation, CreateAccounts):
        return operation
    events = tuple(
        replace(event, code=CODES[(event.id + shift) % len(CODES)] if event.code else 0)
        for event in operation.events
    )
    return replace(operation, events=events)


def live_through(seed: int) -> tuple[Oracle, CompiledLedger]:
    oracle, ledger = Oracle(), CompiledLedger()
    for operation in random_history(seed):
        perform(oracle, with_kinds(operation, seed))
        perform(ledger, with_kinds(operation, seed))
    return oracle, ledger


def open_reservations(oracle: Oracle) -> list[OracleTransfer]:
    found: dict[int, OracleTransfer] = {}
    for change in oracle.change_events():
        match change.kind:
            case ChangeKind.TWO_PHASE_PENDING:
                found[change.transfer.id] = change.transfer
            case ChangeKind.TWO_PHASE_EXPIRED:
                del found[change.transfer.id]
            case ChangeKind.TWO_PHASE_POSTED | ChangeKind.TWO_PHASE_VOIDED:
                del found[change.transfer.pending_id]
            case _:
                pass
    return list(found.values())


def expected(oracle: Oracle) -> list[AssetTotals]:
    """Totals as a person would add them up."""
    accounts = {account.id: account for account in oracle.accounts()}
    by_ledger: dict[int, list[OracleAccount]] = defaultdict(list)
    for account in accounts.values():
        by_ledger[account.ledger].append(account)
    return [
        expected_of(number, members, accounts, open_reservations(oracle))
        for number, members in sorted(by_ledger.items())
    ]


def expected_of(
    ledger: int,
    members: list[OracleAccount],
    accounts: dict[int, OracleAccount],
    reservations: list[OracleTransfer],
) -> AssetTotals:
    def owed(kind: AccountKind | None) -> int:
        return sum(
            one.credits_posted - one.debits_posted
            for one in members
            if kind_of_code(one.code) is kind
        )

    def kind_at(account_id: int) -> AccountKind | None:
        return kind_of_code(accounts[account_id].code)

    mine = [one for one in reservations if one.ledger == ledger]
    held = [one for one in mine if kind_at(one.debit_account_id) is AccountKind.LIABILITY]
    leaving = [one for one in held if kind_at(one.credit_account_id) is AccountKind.ASSET]
    pending = sum(
        one.debits_pending for one in members if kind_of_code(one.code) is AccountKind.LIABILITY
    )
    return AssetTotals(
        ledger=ledger,
        liabilities=owed(AccountKind.LIABILITY),
        available=owed(AccountKind.LIABILITY) - pending,
        locked=sum(one.amount for one in held) - sum(one.amount for one in leaving),
        in_flight=sum(one.amount for one in leaving),
        assets=-owed(AccountKind.ASSET),
        equity=owed(AccountKind.EQUITY),
        income=owed(AccountKind.INCOME),
        expense=-owed(AccountKind.EXPENSE),
        clearing=owed(AccountKind.CLEARING),
        unclassified=owed(None),
        debits_posted=sum(one.debits_posted for one in members),
        credits_posted=sum(one.credits_posted for one in members),
        debits_pending=sum(one.debits_pending for one in members),
        credits_pending=sum(one.credits_pending for one in members),
        reserved=sum(one.amount for one in mine),
    )


@given(st.integers(0, 2**32))
def test_totals_are_what_the_oracle_adds_up_to(seed: int) -> None:
    oracle, ledger = live_through(seed)
    assert totals(ledger.state) == expected(oracle)


@given(st.integers(0, 2**32))
def test_the_identity_holds_after_every_history(seed: int) -> None:
    _, ledger = live_through(seed)
    assert all(one.is_balanced for one in totals(ledger.state))


@pytest.mark.parametrize("word", [2, 4, 6, 8])
def test_a_wrong_balance_is_found(word: int) -> None:
    oracle, ledger = next(found for found in map(live_through, range(50)) if found[0].accounts())
    ledger.state.accounts[0, word] ^= np.uint64(1)
    assert not all(one.is_balanced for one in totals(ledger.state))
    assert totals(ledger.state) != expected(oracle)


def test_an_empty_ledger_has_no_totals() -> None:
    assert totals(CompiledLedger().state) == []


@given(st.lists(st.tuples(st.integers(0, 3), words, words), max_size=40))
def test_sums_of_128_bit_columns_are_exact(rows: list[tuple[int, int, int]]) -> None:
    keys = np.array([key for key, _, _ in rows], np.uint64)
    column = np.array([row[1:] for row in rows], np.uint64).reshape(-1, 2)
    found, counts, (sums,) = sum_by(keys, [column])
    by_key: dict[int, list[int]] = defaultdict(list)
    for key, low, high in rows:
        by_key[key].append(low | high << 64)
    assert found == sorted(by_key)
    assert counts == [len(by_key[key]) for key in found]
    assert sums == [sum(by_key[key]) for key in found]
