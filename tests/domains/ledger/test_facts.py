"""What the ledger keeps beside its arrays: each fact is written, taken back and loaded."""

from collections.abc import Callable
from datetime import date

import pytest

from tpwallet.domains.ledger.events import (
    AccountClosed,
    AccountNamed,
    AccountReopened,
    AccountsCreated,
    AssetDelisted,
    AssetRegistered,
    BulkGranted,
    BulkGrantEnded,
    CreditLineSet,
    Grant,
    PeriodClosed,
    TransferNoted,
)
from tpwallet.domains.ledger.facts import Closing, CreditLine, Delisted, LedgerFacts
from tpwallet.kernel.wire import Event
from tpwallet.money import MoneyError

ADA = (7).to_bytes(16, "little")
LINE = (8).to_bytes(16, "little")
GOLD = AssetRegistered("GOLD", 3, 900_000, "custom")
GRANT = Grant(3, "key:robot", ("customer",), (978,))

WRITTEN: list[tuple[Event, Callable[[LedgerFacts], object], object]] = [
    (GOLD, lambda facts: facts.catalogue.by_code("GOLD").ledger, 900_000),
    (AssetDelisted("EUR", "GOLD"), lambda facts: facts.delisted.get("EUR"), Delisted("GOLD")),
    (PeriodClosed("2025-12-31"), lambda facts: facts.closed_through, date(2025, 12, 31)),
    (BulkGranted(GRANT), lambda facts: facts.grants.get(3), GRANT),
    (
        AccountClosed(ADA, LINE, "frozen"),
        lambda facts: facts.closings.get(ADA),
        Closing(LINE, "frozen"),
    ),
    (
        CreditLineSet(ADA, LINE, "500"),
        lambda facts: facts.credit_lines.get(ADA),
        CreditLine(LINE, "500"),
    ),
]


def facts_with(*events: Event) -> LedgerFacts:
    facts = LedgerFacts()
    for position, event in enumerate(events, start=1):
        assert facts.handles(event)
        facts.apply(event, position)
    facts.settle(0)
    return facts


@pytest.mark.parametrize(("event", "read", "expected"), WRITTEN)
def test_an_event_is_written_and_read(
    event: Event, read: Callable[[LedgerFacts], object], expected: object
) -> None:
    assert read(facts_with(event)) == expected


@pytest.mark.parametrize(("event", "read", "expected"), WRITTEN)
def test_an_event_is_taken_back_with_its_unit(
    event: Event, read: Callable[[LedgerFacts], object], expected: object
) -> None:
    facts = facts_with()
    before = facts.state_hash()
    mark = facts.mark()
    facts.apply(event, 1)
    assert read(facts) == expected  # which may have been kept in hand
    assert facts.state_hash() != before
    facts.rollback(mark)
    assert facts.state_hash() == before
    if event == GOLD:
        with pytest.raises(MoneyError, match="no asset"):
            read(facts)
    else:
        assert read(facts) != expected


def test_a_dump_brings_every_fact_back() -> None:
    facts, other = (
        facts_with(*(event for event, _, _ in WRITTEN)),
        facts_with(PeriodClosed("1999-12-31")),
    )
    assert other.catalogue is not None  # the one that is kept in hand is of before
    other.load(facts.dump())
    assert other.state_hash() == facts.state_hash()
    for _, read, expected in WRITTEN:
        assert read(other) == expected


def test_what_ends_is_gone() -> None:
    facts = facts_with(
        BulkGranted(GRANT), BulkGrantEnded(3), AccountClosed(ADA, LINE, "x"), AccountReopened(ADA)
    )
    assert facts.state_hash() == facts_with().state_hash()


def test_the_last_word_counts() -> None:
    facts = facts_with(
        PeriodClosed("2025-11-30"),
        PeriodClosed("2025-12-31"),
        CreditLineSet(ADA, LINE, "500"),
        CreditLineSet(ADA, LINE, "0"),
    )
    assert facts.closed_through == date(2025, 12, 31)
    assert facts.credit_lines.get(ADA) == CreditLine(LINE, "0")


def test_a_caller_has_the_bit_of_open_accounts_and_of_each_of_its_grants() -> None:
    facts = facts_with(
        BulkGranted(GRANT),
        BulkGranted(Grant(62, "key:robot", ("bank",), ())),
        BulkGranted(Grant(1, "key:other", ("bank",), ())),
    )
    assert facts.granted_bits("key:robot") == 1 | 1 << 3 | 1 << 62
    assert facts.granted_bits("key:nobody") == 1


def test_no_period_is_closed_at_first() -> None:
    assert LedgerFacts().closed_through is None


def test_names_and_notes_are_the_views_matter() -> None:
    facts = facts_with(AccountNamed(ADA, "a", True), TransferNoted(ADA, None, {"a": "b"}))
    assert facts.state_hash() == LedgerFacts().state_hash()
    assert not facts.handles(AccountsCreated(b"", b""))
