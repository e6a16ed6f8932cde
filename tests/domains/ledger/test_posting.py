"""Friendly postings: texts in, transfers out, or what is wrong with them."""

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.domains.ledger import limits
from tpwallet.domains.ledger.chart import account_id_of
from tpwallet.domains.ledger.events import AssetDelisted, PeriodClosed, TransferNoted
from tpwallet.domains.ledger.facts import LedgerFacts
from tpwallet.domains.ledger.flags import TransferFlags
from tpwallet.domains.ledger.leg import Leg
from tpwallet.domains.ledger.posting import (
    Note,
    chain_of,
    check_asset_code,
    check_code,
    check_effective_date,
    check_metadata,
    check_timeout,
    day_of,
    find_asset,
    note_of,
    parse_amount,
    parse_day,
    transfer_of,
)
from tpwallet.domains.ledger.records import U128_MAX, Transfer
from tpwallet.kernel.errors import Malformed, Rejected
from tpwallet.money import standard_catalogue

EUR, JPY = (standard_catalogue().by_code(code) for code in ("EUR", "JPY"))
SECOND = 1_000_000_000
NOON = 1_768_478_400 * SECOND  # 2026-01-15T12:00:00Z


def facts_with(*events: AssetDelisted | PeriodClosed) -> LedgerFacts:
    facts = LedgerFacts()
    for position, event in enumerate(events, start=1):
        facts.apply(event, position)
    return facts


# Amounts


@given(st.integers(0, U128_MAX))
def test_any_amount_of_minor_units_is_parsed_exactly(minor: int) -> None:
    assert parse_amount(str(minor), JPY) == minor
    if minor < 10**30:
        assert parse_amount(f"{minor // 100}.{minor % 100:02}", EUR) == minor


@pytest.mark.parametrize("text", ["1.001", "-1", "", "a", "1e2", "0x1", "1_000", "NaN", "1 "])
def test_what_is_no_amount_is_malformed_and_says_which_parameter(text: str) -> None:
    with pytest.raises(Malformed) as error:
        parse_amount(text, EUR, parameter="limit")
    assert error.value.facts["parameter"] == "limit"


def test_an_amount_fits_128_bits() -> None:
    with pytest.raises(Malformed):
        parse_amount(str(U128_MAX + 1), JPY)


def test_an_asset_is_known_and_in_use() -> None:
    assert find_asset(LedgerFacts(), "EUR") == EUR
    for facts, code, refusal in (
        (LedgerFacts(), "XYZ", "unknown_asset"),
        (facts_with(AssetDelisted("EUR")), "EUR", "asset_delisted"),
    ):
        with pytest.raises(Rejected) as refused:
            find_asset(facts, code, parameter="base")
        assert refused.value.code == refusal
        assert refused.value.facts["parameter"] == "base"


# Legs


@pytest.mark.parametrize("code", ["", "eur", "Ada Lovelace", "+44 20", "EUR\n", "X" * 33, "A--B"])
def test_what_is_no_assets_code_is_malformed_and_not_repeated(code: str) -> None:
    for check in (partial(find_asset, LedgerFacts()), check_asset_code):
        with pytest.raises(Malformed, match=r"an asset's code has 1 to 32") as refused:
            check(code, parameter="base")
        assert refused.value.facts == {"parameter": "base"}
        assert not code or code not in str(refused.value)


def test_a_leg_becomes_a_transfer() -> None:
    leg = Leg(debit="a/b", credit="#7", amount="1.50", asset="EUR", code=9)
    assert transfer_of(LedgerFacts(), leg, 42, flags=TransferFlags.PENDING) == Transfer(
        id=42,
        debit_account_id=account_id_of("a/b"),
        credit_account_id=7,
        amount=150,
        ledger=978,
        code=9,
        flags=TransferFlags.PENDING,
    )


@pytest.mark.parametrize("code", [1, 0xFFFF])
def test_a_code_fits_16_bits_and_is_not_zero(code: int) -> None:
    assert check_code(code) == code
    for wrong in (0, -1, 0x1_0000):
        with pytest.raises(Malformed):
            check_code(wrong)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_all_but_the_last_transfer_of_a_chain_are_linked(count: int) -> None:
    pending = TransferFlags.PENDING
    chain = chain_of([Transfer(id=n + 1, flags=pending) for n in range(count)])
    assert [transfer.id for transfer in chain] == list(range(1, count + 1))
    assert [transfer.flags for transfer in chain] == [pending | TransferFlags.LINKED] * (
        count - 1
    ) + [pending]


def test_a_timeout_fits_32_bits() -> None:
    assert [check_timeout(seconds) for seconds in (0, 2**32 - 1)] == [0, 2**32 - 1]
    for wrong in (-1, 2**32):
        with pytest.raises(Malformed):
            check_timeout(wrong)


# Days


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (0, date(1970, 1, 1)),
        (86_400 * SECOND - 1, date(1970, 1, 1)),
        (86_400 * SECOND, date(1970, 1, 2)),
        (NOON, date(2026, 1, 15)),
    ],
)
def test_a_day_is_utc_s(now: int, day: date) -> None:
    assert day_of(now) == day


@given(st.dates())
def test_one_day_is_one_text(day: date) -> None:
    assert parse_day(day.isoformat(), parameter="through") == day
    with pytest.raises(Malformed):
        parse_day(day.strftime("%Y%m%d"), parameter="through")


@pytest.mark.parametrize("text", ["", "2025-02-29", "2026-1-5", "2026-W03-4", "2026-01-15T00:00"])
def test_anything_else_is_no_day(text: str) -> None:
    with pytest.raises(Malformed):
        parse_day(text, parameter="through")


def test_an_effective_date_is_between_the_last_closed_day_and_today() -> None:
    facts = facts_with(PeriodClosed("2025-12-31"))
    for text in (None, "2026-01-01", "2026-01-15"):
        check_effective_date(facts, text, NOON)
    for text, code in (
        ("2025-12-31", "period_closed"),
        ("2024-01-01", "period_closed"),
        ("2026-01-16", "effective_date_in_the_future"),
    ):
        with pytest.raises(Rejected) as refused:
            check_effective_date(facts, text, NOON)
        assert refused.value.code == code


def test_before_any_period_is_closed_every_past_day_is_open() -> None:
    check_effective_date(LedgerFacts(), "1970-01-01", NOON)


# Notes


def test_metadata_is_small() -> None:
    check_metadata({str(n): "" for n in range(limits.METADATA_ENTRIES_MAX)})
    check_metadata({"é": "x" * (limits.METADATA_BYTES_MAX - 2)})  # counted in bytes
    for wrong in (
        {str(n): "" for n in range(limits.METADATA_ENTRIES_MAX + 1)},
        {"é": "x" * (limits.METADATA_BYTES_MAX - 1)},
    ):
        with pytest.raises(Malformed):
            check_metadata(wrong)


def test_a_note_is_kept_under_its_transfer_s_id() -> None:
    note = Note(effective_date="2026-01-15", metadata={"a": "b"}, sealed={"c": bytes(16)})
    key = (258).to_bytes(16, "little")
    assert note_of(258, note) == TransferNoted(key, "2026-01-15", {"a": "b"}, {"c": bytes(16)})


@pytest.mark.parametrize(
    "note", [Note(effective_date="2026-01-15"), Note(metadata={"": ""}), Note(sealed={"": b""})]
)
def test_a_note_with_anything_in_it_is_not_empty(note: Note) -> None:
    assert not note.is_empty
    assert Note().is_empty
