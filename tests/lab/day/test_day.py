from collections import Counter
from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.day.days import day
from tests.lab.day.paper import PaperBooks, PaperRefusal
from tpwallet.domains.ledger.kinds import AccountKind
from tpwallet.flows.transfers import Post
from tpwallet.lab.day import addresses
from tpwallet.lab.day.day import HOURS, Day
from tpwallet.lab.day.errands import CONVERSION_FEE_BPS, PAYMENT_FEE_BPS
from tpwallet.lab.day.intents import Intent, Kind
from tpwallet.lab.day.limits import CUSTOMERS_MIN, SECONDS_PER_DAY
from tpwallet.lab.day.prices import TRADED
from tpwallet.money import Amount, standard_catalogue

LENGTH = 600  # about twice what one of these days holds, so the rush is in it
seeds = st.integers(0, 10_000)


def beginning(planned: Day, length: int = LENGTH) -> list[Intent]:
    return list(islice(planned.intents(), length))


@settings(max_examples=10)
@given(seeds)
def test_the_same_seed_gives_the_same_day(seed: int) -> None:
    once, again = day(seed), day(seed)
    assert list(once.accounts()) == list(again.accounts())
    assert list(once.funding()) == list(again.funding())
    assert beginning(once) == beginning(again) == beginning(once)


def test_another_seed_gives_another_day() -> None:
    assert beginning(day(1)) != beginning(day(2))


@settings(max_examples=10)
@given(seeds)
def test_intents_come_in_order_and_after_their_forerunner(seed: int) -> None:
    intents = beginning(day(seed))
    assert all(first.due_second <= then.due_second for first, then in pairwise(intents))
    seen: set[str] = set()
    for intent in intents:
        assert intent.after is None or intent.after in seen
        assert intent.command_id not in seen
        seen.add(intent.command_id)


@settings(max_examples=15)
@given(seeds)
def test_the_plan_conserves_money_and_overspends_only_where_it_means_to(seed: int) -> None:
    planned, books = day(seed), PaperBooks()
    for intent in [*planned.accounts(), *planned.funding()]:
        books.carry_out(intent)
    intents = beginning(planned)
    refused = set()
    for intent in intents:
        try:
            books.carry_out(intent)
        except PaperRefusal:
            refused.add(intent.command_id)
    meant = {Kind.OVERDRAFT, Kind.LATE_CAPTURE}
    assert refused == {intent.command_id for intent in intents if intent.kind in meant}
    for asset in TRADED:
        held = -books.total(AccountKind.ASSET, asset)
        owed = sum(
            books.total(kind, asset) for kind in AccountKind if kind is not AccountKind.ASSET
        )
        assert held == owed
        assert held > 0


@settings(max_examples=15)
@given(seeds)
def test_a_conversion_pays_what_its_note_says_to_the_last_digit(seed: int) -> None:
    for intent in beginning(day(seed)):
        if intent.kind is not Kind.CONVERSION or not isinstance(intent.command, Post):
            continue
        note = intent.command.note.metadata
        legs = {leg.credit.split("/")[0]: leg for leg in intent.command.legs}
        sold = minor(legs["clearing"].amount, legs["clearing"].asset)
        fee = minor(legs["fees"].amount, legs["fees"].asset) if "fees" in legs else 0
        bought_asset = standard_catalogue().by_code(legs["customer"].asset)
        sold_asset = standard_catalogue().by_code(legs["clearing"].asset)
        exact = (
            sold * Fraction(note["rate"]) * bought_asset.minor_per_unit / sold_asset.minor_per_unit
        )
        bought = minor(legs["customer"].amount, legs["customer"].asset)
        assert bought == exact - Fraction(note["remainder_minor"])
        assert 0 <= Fraction(note["remainder_minor"]) < 1
        assert fee == (sold + fee) * CONVERSION_FEE_BPS // 10_000
        assert note["remainder_to"] == addresses.conversion(bought_asset.code)


def test_a_sale_s_fee_is_rounded_down_and_never_above_its_rate() -> None:
    intents = beginning(day(3, customers=60, errands=2_000), 6_000)
    sales = {}
    holds: dict[str, int] = {}
    checked = 0
    for intent in intents:
        match intent.kind:
            case Kind.HOLD:
                leg = intent.command.leg  # type: ignore[union-attr]
                holds[str(intent.command.transfer_id)] = minor(leg.amount, leg.asset)  # type: ignore[union-attr]
            case Kind.CAPTURE:
                sales[intent.command_id] = holds[intent.command.pending_id]  # type: ignore[union-attr]
            case Kind.PARTIAL_CAPTURE:
                part = intent.command
                sales[intent.command_id] = minor(str(part.amount), str(part.asset))  # type: ignore[union-attr]
            case Kind.SPLIT if intent.after in sales and isinstance(intent.command, Post):
                paid = [leg for leg in intent.command.legs if leg.credit.startswith("fees/")]
                taken = sum(minor(leg.amount, leg.asset) for leg in paid)
                assert taken == sales[intent.after] * PAYMENT_FEE_BPS // 10_000
                checked += 1
    assert checked > 100


def test_a_day_has_every_kind_and_follows_the_hours() -> None:
    planned = day(5, customers=120, errands=3_000)
    intents = beginning(planned, 8_000)
    kinds = {intent.kind for intent in [*planned.accounts(), *planned.funding(), *intents]}
    assert kinds == set(Kind)
    hours = Counter(
        intent.due_second // 3_600 for intent in intents if intent.due_second < SECONDS_PER_DAY
    )
    assert hours[12] > 3 * hours[3]
    assert sum(HOURS) > 0


def test_after_midnight_errands_go_on_without_end() -> None:
    intents = beginning(day(1, errands=0), 3_000)
    assert intents[0].due_second == SECONDS_PER_DAY
    assert {intent.kind for intent in intents} >= {Kind.HOLD, Kind.CAPTURE, Kind.TRANSFER}


@pytest.mark.parametrize("base", ["USD", "CNY"])
def test_a_day_can_be_valued_in_another_currency(base: str) -> None:
    planned, books = day(1, base=base), PaperBooks()
    for intent in [*planned.accounts(), *planned.funding()]:
        books.carry_out(intent)
    assert planned.prices.base.code == base
    assert beginning(planned) != beginning(day(1))


def test_too_few_customers_are_rejected() -> None:
    with pytest.raises(ValueError, match="customers"):
        day(customers=CUSTOMERS_MIN - 1)


def minor(text: str, asset: str) -> int:
    return Amount.parse(text, standard_catalogue().by_code(asset)).minor
